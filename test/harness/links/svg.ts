import { DOMParser, type Element, type Node, onErrorStopParsing } from '@xmldom/xmldom';
import { linksInElement } from './element.ts';
import { type Link, loaded } from './link.ts';

/** What an SVG file names. @throws where it is not well-formed */
export function linksInSvg(svg: string): Link[] {
  const parser = new DOMParser({ onError: onErrorStopParsing });
  return linksBelow(parser.parseFromString(withEntities(svg), 'image/svg+xml'));
}

/** The entities that drawing programs declare for their namespaces; the parser knows none but XML's own. */
function withEntities(svg: string): string {
  const doctype = /<!DOCTYPE\s[^[>]*\[(.*?)\]\s*>/s.exec(svg)?.[1] ?? '';
  let text = svg;
  for (const [, name = '', , value = ''] of doctype.matchAll(
    /<!ENTITY\s+(\S+)\s+(["'])(.*?)\2\s*>/gs,
  )) {
    text = text.replaceAll(`&${name};`, () => value);
  }
  return text;
}

function linksBelow(root: Node): Link[] {
  const links: Link[] = [];
  let isProlog = true;
  for (let node: Node | null = root; node !== null; node = following(node)) {
    if (isElement(node)) {
      isProlog = false;
      links.push(...linksOf(node));
    } else if (isProlog && node.nodeName === 'xml-stylesheet') {
      links.push(...stylesheetOf(node.nodeValue ?? ''));
    }
  }
  return links;
}

function stylesheetOf(instruction: string): Link[] {
  const href = /(?:^|\s)href\s*=\s*(["'])(.*?)\1/.exec(instruction)?.[2];
  return href === undefined ? [] : [loaded(href.replaceAll('&amp;', '&'))];
}

/** In the order of the document. */
function following(node: Node): Node | null {
  if (node.firstChild) return node.firstChild;
  let last: Node | null = node;
  while (last !== null && last.nextSibling === null) last = last.parentNode;
  return last?.nextSibling ?? null;
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function linksOf(element: Element): Link[] {
  const named = Array.from(element.attributes, ({ namespaceURI, prefix, localName, value }) => {
    const space = namespaceURI === 'http://www.w3.org/1999/xlink' ? 'xlink:' : (prefix ?? '');
    return [`${space}${localName ?? ''}`.toLowerCase(), value] as const;
  });
  const texts = Array.from(element.childNodes, ({ nodeType, nodeValue }) =>
    nodeType === 3 || nodeType === 4 ? (nodeValue ?? '') : '',
  );
  return linksInElement({
    name: (element.localName ?? '').toLowerCase(),
    namespace: element.namespaceURI === 'http://www.w3.org/1999/xhtml' ? 'html' : 'svg',
    attributes: Object.fromEntries(named),
    text: texts.join(''),
  });
}
