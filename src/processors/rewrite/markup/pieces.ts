import { decodePieces, type Dialect, type Piece } from './character-references.ts';
import type { InnerText } from './inner-text.ts';
import type { Tag } from './tag.ts';

/** Puts together what an SVG `style` or `script` says, which may come in pieces: text, CDATA, and comments between them. */
export function createCollector(
  source: string,
  dialect: Dialect,
  found: (tag: Tag, content: InnerText) => void,
) {
  let current: Tag | undefined;
  let pieces: Piece[] = [];
  let depth = 0;

  function finish() {
    const content = current && decodePieces(source, pieces, dialect);
    if (current && content) found(current, content);
    current = undefined;
    pieces = [];
    depth = 0;
  }

  return {
    finish,
    startTag(tag: Tag) {
      // HTML ends all SVG before it.
      if (current && tag.namespace === 'html') finish();
      if (tag.selfClosing) return;
      if (current) depth += 1;
      else if (tag.namespace === 'svg' && (tag.name === 'style' || tag.name === 'script'))
        current = tag;
    },
    text(piece: Piece) {
      if (current && depth === 0) pieces.push(piece);
    },
    endTag(name: string) {
      if (!current) return;
      if (depth > 0 && name !== current.name) depth -= 1;
      else finish();
    },
  };
}
