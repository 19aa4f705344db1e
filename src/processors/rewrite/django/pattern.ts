/** Where a pattern matches, in UTF-16 offsets. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** What the pattern takes for the URL. */
  readonly urlStart: number;
  readonly urlEnd: number;
  /** What the template repeats unchanged after its head. */
  readonly kept?: { readonly start: number; readonly end: number };
}

/**
 * One of Django's regular expressions and its template, recognised in linear time. The matches are the ones that
 * Python's re.sub would find: leftmost first, none overlapping.
 */
export interface Pattern {
  readonly find: (text: string) => readonly Match[];
  /** `head`, what is kept, `open`, the new URL, `close`. */
  readonly template: { readonly head: string; readonly open: string; readonly close: string };
}

/** A place that a search has found; both ends lie beyond every text where there is none. */
export interface Found {
  readonly start: number;
  readonly end: number;
}
export const nowhere: Found = { start: Infinity, end: Infinity };

/**
 * The first match of `mark` (global) at or after a place. Asked with places that only grow, all questions
 * together read the text once.
 */
export function nextIn(text: string, mark: RegExp): (from: number) => Found {
  let found: Found = { start: -1, end: -1 };
  return (from) => {
    if (found.start < from) {
      mark.lastIndex = from;
      const match = mark.exec(text);
      found = match === null ? nowhere : { start: match.index, end: mark.lastIndex };
    }
    return found;
  };
}

/** A place of a single character; the same promise, and faster. */
export function nextOf(text: string, character: string): (from: number) => number {
  let at = -1;
  return (from) => {
    if (at < from) {
      const index = text.indexOf(character, from);
      at = index < 0 ? Infinity : index;
    }
    return at;
  };
}
