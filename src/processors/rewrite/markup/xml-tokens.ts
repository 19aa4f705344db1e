import { SyntaxProblem } from '../reference.ts';
import type { Piece } from './character-references.ts';
import { readTokens } from './tokenizer.ts';

export interface XmlHandler {
  /** Whether anyone will ask for this attribute. Names are given as written. */
  keeps(attribute: string): boolean;
  startTag(name: string, attributes: ReadonlyMap<string, Piece>): void;
  endTag(name: string): void;
  text(piece: Piece): void;
  /** What stands between `<?` and `?>`. */
  instruction(piece: Piece): void;
}

/**
 * Reads an XML document. It need not be well-formed: what is refused is a text that breaks off inside markup.
 * @throws SyntaxProblem
 */
export function readXml(source: string, handler: XmlHandler): void {
  let name = '';
  let attribute: string | undefined;
  let attributes = new Map<string, Piece>();
  /** Behind the last thing that was understood. */
  let understood = 0;
  let isComplete = false as boolean;

  // The tag at the end is seen as one only where the text before it is complete.
  readTokens(`${source}<end>`, true, ({ place, resumeAt }) => {
    function reach(end: number) {
      if (end <= source.length) understood = end;
    }
    function finishTag(at: number, isEmpty: boolean) {
      reach(place(at) + 1);
      handler.startTag(name, attributes);
      if (isEmpty) handler.endTag(name);
    }
    return {
      onopentagname(start, end) {
        isComplete = place(start) === source.length + 1;
        name = source.slice(place(start), place(end));
        attributes = new Map();
      },
      onattribname(start, end) {
        const found = source.slice(place(start), place(end));
        attribute = handler.keeps(found) && !attributes.has(found) ? found : undefined;
      },
      onattribdata(start, end) {
        if (attribute !== undefined)
          attributes.set(attribute, { start: place(start), end: place(end) });
      },
      onopentagend(at) {
        if (!isComplete) finishTag(at, false);
      },
      onselfclosingtag(at) {
        finishTag(at, true);
      },
      onclosetag(start, end) {
        reach(place(end));
        handler.endTag(source.slice(place(start), place(end)));
      },
      oncomment(_start, end) {
        reach(place(end) + 1);
      },
      oncdata(start, end) {
        reach(place(end) + 1);
        handler.text({ start: place(start), end: place(end) - ']]'.length, verbatim: true });
      },
      ontext(start, end) {
        reach(place(end));
        handler.text({ start: place(start), end: place(end) });
      },
      ondeclaration(start, end) {
        reach(place(end) + 1);
        const declaration = source.slice(place(start), place(end));
        if (declaration.includes('[')) resumeAt(doctypeEnd(source, place(start)));
      },
      onprocessinginstruction(start, end) {
        reach(place(end) + '?>'.length);
        handler.instruction({ start: place(start), end: place(end) });
      },
    };
  });
  if (!isComplete) throw new SyntaxProblem('what begins here has no end', understood);
}

/** A DTD inside the document holds declarations with ">" of their own. */
function doctypeEnd(source: string, start: number): number {
  const mark = /<!--|<\?|["'\]]/g;
  mark.lastIndex = source.indexOf('[', start) + 1;
  for (let found = mark.exec(source); found; found = mark.exec(source)) {
    const closer = closers.get(found[0]) ?? '>';
    const end = source.indexOf(closer, mark.lastIndex);
    if (end === -1) break;
    if (closer === '>') return end + 1;
    mark.lastIndex = end + closer.length;
  }
  throw new SyntaxProblem('this document type has no end', start);
}

const closers: ReadonlyMap<string, string> = new Map([
  ['<!--', '-->'],
  ['<?', '?>'],
  ['"', '"'],
  ["'", "'"],
]);
