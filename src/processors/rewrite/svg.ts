import { addCode, addStyles, styling } from './markup/code.ts';
import { decodePiece, type Piece } from './markup/character-references.ts';
import type { Add } from './markup/inner-text.ts';
import { addLinks, telling } from './markup/links.ts';
import { createCollector } from './markup/pieces.ts';
import type { Tag } from './markup/tag.ts';
import { urlReference } from './markup/url.ts';
import { readXml } from './markup/xml-tokens.ts';
import { addTo, type Reference } from './reference.ts';

/**
 * Finds what an SVG file draws, runs and is styled by. Comments are none of it, and a value with an entity of the
 * document's own DTD is left alone. @throws SyntaxProblem where the file breaks off inside markup, or where its CSS or JavaScript cannot be understood
 */
export function scanSvg(text: string): readonly Reference[] {
  const references: Reference[] = [];
  const add: Add = (found) => {
    addTo(references, found);
  };
  const collector = createCollector(text, 'xml', (tag, content) => {
    addCode(tag, content, add);
  });
  const xlink = new Set(['xlink']);
  let isProlog = true;

  readXml(text, {
    keeps: (attribute) =>
      attribute.startsWith('xmlns:') || kept.has(attribute.slice(attribute.indexOf(':') + 1)),
    startTag(name, attributes) {
      isProlog = false;
      for (const [attribute, { start, end }] of attributes) {
        if (!attribute.startsWith('xmlns:')) continue;
        if (text.slice(start, end) === xlinkNamespace) xlink.add(attribute.slice('xmlns:'.length));
      }
      const tag = createTag(text, name, byMeaning(attributes, xlink));
      collector.startTag(tag);
      addLinks(tag, add);
      addStyles(tag, add);
    },
    endTag: (name) => {
      collector.endTag(localName(name));
    },
    text: (piece) => {
      collector.text(piece);
    },
    instruction(piece) {
      if (isProlog) addStylesheet(text, piece, add);
    },
  });
  collector.finish();
  return references.sort((a, b) => a.start - b.start);
}

const xlinkNamespace = 'http://www.w3.org/1999/xlink';
const kept = new Set([...telling, ...styling]);

/** XHTML elements that an SVG may hold, of those whose names are not SVG's own. */
const xhtml = new Set([
  ...['audio', 'embed', 'iframe', 'img', 'input', 'link', 'object', 'source', 'track', 'video'],
]);

function createTag(text: string, written: string, attributes: ReadonlyMap<string, Piece>): Tag {
  const name = localName(written);
  const namespace = xhtml.has(name) ? 'html' : 'svg';
  return { name, namespace, selfClosing: false, attributes, source: text, dialect: 'xml' };
}

/** Attributes without a prefix, and those of XLink whatever its prefix is here. */
function byMeaning(
  attributes: ReadonlyMap<string, Piece>,
  xlink: ReadonlySet<string>,
): ReadonlyMap<string, Piece> {
  const named = new Map<string, Piece>();
  for (const [attribute, piece] of attributes) {
    const colon = attribute.indexOf(':');
    if (colon === -1) named.set(attribute, piece);
    else if (xlink.has(attribute.slice(0, colon))) {
      named.set(`xlink:${attribute.slice(colon + 1)}`, piece);
    }
  }
  return named;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

/** `<?xml-stylesheet href="a.css"?>` before the root element. */
function addStylesheet(text: string, { start, end }: Piece, add: Add): void {
  const href = /^xml-stylesheet\s(?:.*?\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)')/s.exec(
    text.slice(start, end),
  );
  if (href === null) return;
  const to = start + href[0].length - 1;
  const piece = { start: to - (href[1] ?? href[2] ?? '').length, end: to };
  const value = decodePiece(text, piece, 'xml');
  const found = value && urlReference(value, 'required');
  if (found) add(found);
}
