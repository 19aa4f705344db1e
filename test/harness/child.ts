const preload = new URL('fast-time.mjs', import.meta.url).href;

/** Variables under which a child's time runs faster: nothing else of the built program is changed. */
export function fastTime(factor: number): Record<string, string> {
  return { NODE_OPTIONS: `--import=${preload}`, TEST_TIME_FACTOR: `${factor}` };
}
