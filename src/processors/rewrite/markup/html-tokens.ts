import type { Piece } from './character-references.ts';
import { createForeign } from './foreign.ts';
import { rawTextEnd } from './raw-text.ts';
import type { Namespace, Tag } from './tag.ts';
import { readTokens } from './tokenizer.ts';

export interface HtmlHandler {
  startTag(tag: Tag): void;
  endTag(name: string): void;
  /** Text in SVG and MathML. */
  text(piece: Piece): void;
  /** All that an element holds in which tags are no tags. `closed`: its end tag is there. */
  rawText(tag: Tag, piece: Piece, closed: boolean): void;
}

export interface HtmlOptions {
  /** The attributes that anyone will ask for. */
  readonly kept: ReadonlySet<string>;
  /** Elements in which tags are no tags. */
  readonly rawText: ReadonlySet<string>;
}

/**
 * Reads a page as browsers do, whatever its errors. htmlparser2 knows tags, attributes and comments; what depends on the
 * elements around is seen to here: raw text, CDATA, and end tags with attributes.
 */
export function readHtml(source: string, options: HtmlOptions, handler: HtmlHandler): void {
  const foreign = createForeign();
  let name = '';
  let isEndTag = false;
  let attribute: string | undefined;
  let attributes: Map<string, Piece> | undefined;

  function openTag(selfClosing: boolean): Tag {
    const tag = {
      name,
      namespace: 'html' as Namespace,
      selfClosing,
      attributes: attributes ?? none,
      source,
      dialect: 'html-attribute' as const,
    };
    tag.namespace = foreign.open(tag);
    // What browsers make of it.
    if (tag.namespace === 'html' && name === 'image') tag.name = 'img';
    return tag;
  }

  function closeTag() {
    handler.endTag(name);
    foreign.close(name);
  }

  // In HTML this is a comment up to the next ">". htmlparser2 would look for "]]>" everywhere.
  const masked = source.replace(/<!\[CDATA\[/g, '<!~CDATA[');
  readTokens(masked, false, ({ place, resumeAt }) => {
    function finishTag(end: number, selfClosing: boolean) {
      if (isEndTag) {
        isEndTag = false;
        closeTag();
        return;
      }
      const tag = openTag(selfClosing);
      handler.startTag(tag);
      if (tag.namespace !== 'html' || !options.rawText.has(tag.name)) return;
      const textEnd = rawTextEnd(source, tag.name, end);
      handler.rawText(tag, { start: end, end: textEnd }, textEnd < source.length);
      resumeAt(textEnd);
    }
    return {
      onopentagname(start, end) {
        name = source.slice(place(start), place(end)).toLowerCase();
        attributes = undefined;
      },
      onattribname(start, end) {
        const found = source.slice(place(start), place(end)).toLowerCase();
        attribute = options.kept.has(found) && attributes?.has(found) !== true ? found : undefined;
        if (attribute === undefined) return;
        attributes ??= new Map<string, Piece>();
        attributes.set(attribute, { start: place(end), end: place(end) });
      },
      onattribdata(start, end) {
        if (attribute !== undefined)
          attributes?.set(attribute, { start: place(start), end: place(end) });
      },
      onopentagend(at) {
        finishTag(place(at) + 1, false);
      },
      onselfclosingtag(at) {
        // htmlparser2 allows blanks between the two characters.
        finishTag(place(at) + 1, source[place(at) - 1] === '/');
      },
      onclosetag(start, end) {
        name = source.slice(place(start), place(end)).toLowerCase();
        isEndTag = source[place(end)] !== '>';
        // Its attributes mean nothing, but a ">" in their quotes does not end the tag: it is read as a start tag is.
        if (isEndTag) resumeAt(place(start), '<');
        else closeTag();
      },
      oncomment(start) {
        const text = place(start) - '<!'.length + cdata.length;
        if (!foreign.inside() || !source.startsWith(cdata, text - cdata.length)) return;
        const closing = source.indexOf(']]>', text);
        const end = closing === -1 ? source.length : closing;
        handler.text({ start: text, end, verbatim: true });
        resumeAt(end + ']]>'.length);
      },
      ontext(start, end) {
        if (foreign.inside()) handler.text({ start: place(start), end: place(end) });
      },
      // No raw text for htmlparser2.
      isInForeignContext: () => true,
    };
  });
}

const cdata = '<![CDATA[';
const none: ReadonlyMap<string, Piece> = new Map();
