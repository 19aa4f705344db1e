import type { Reference, Scanner } from '../../src/processors/rewrite/reference.ts';

/** A text without the marks around its references: `url(«a.png»)` is `url(a.png)`. */
export function withoutMarks(marked: string): string {
  return marked.replace(/[«»]/g, '');
}

/** The text with marks around what the scanner finds in it. */
export function mark(scan: Scanner, text: string): string {
  return markAll(text, scan(text));
}

function markAll(text: string, references: readonly Reference[]): string {
  let at = 0;
  let marked = '';
  for (const { start, end } of references) {
    marked += `${text.slice(at, start)}«${text.slice(start, end)}»`;
    at = end;
  }
  return marked + text.slice(at);
}
