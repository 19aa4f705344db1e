/** How a CDN is asked, in one place so that tests need not wait. Milliseconds. */
export const pace = {
  /** Attempts at a request, and the pause after the first; each further one is twice as long. */
  attempts: 5,
  pause: 1000,
  attempt: 30_000,
  /** Between two looks at whether it is completed, and how long to look. */
  look: 5000,
  completion: 900_000,
};
