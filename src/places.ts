/** Both from 1; the column counts characters. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Where offsets of a text are. Asked with offsets that only grow, all questions together read the text once. */
export function createPlaces(text: string): (offset: number) => LineAndColumn {
  const lineEndAfter = (at: number) => {
    const lineEnd = text.indexOf('\n', at);
    return lineEnd === -1 ? Infinity : lineEnd;
  };
  let line = 1;
  let column = 1;
  let seen = 0;
  let lineEnd = lineEndAfter(0);
  return (offset) => {
    while (lineEnd < offset) {
      line += 1;
      column = 1;
      seen = lineEnd + 1;
      lineEnd = lineEndAfter(seen);
    }
    column += Array.from(text.slice(seen, offset)).length;
    seen = offset;
    return { line, column };
  };
}
