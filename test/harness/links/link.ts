/** A URL that a file names, as a browser would read it. */
export interface Link {
  readonly url: string;
  /** loaded: the page is broken without it. linked: a person may go there. source-map: only developer tools ask for it. */
  readonly use: 'loaded' | 'linked' | 'source-map';
  /** From where a relative URL counts, if not from the file. */
  readonly base?: string;
}

export function loaded(url: string): Link {
  return { url, use: 'loaded' };
}

export function linked(url: string): Link {
  return { url, use: 'linked' };
}
