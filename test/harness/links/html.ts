import { type DefaultTreeAdapterTypes, html, parse } from 'parse5';
import { linksInElement, type ReadElement } from './element.ts';
import type { Link } from './link.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** What a page names, by the tree that a browser builds of it. */
export function linksInHtml(page: string, { scripting = true } = {}): Link[] {
  const { elements, inTemplates } = elementsBelow(parse(page, { scriptingEnabled: scripting }));
  const base = elements
    .filter(({ tagName }) => tagName === 'base')
    .map((element) => attributesOf(element)['href'])
    .find((href) => href !== undefined);
  const links = [...elements, ...inTemplates].flatMap(linksOf);
  return base === undefined ? links : links.map((link) => ({ base, ...link }));
}

function elementsBelow(root: Node): { elements: Element[]; inTemplates: Element[] } {
  const elements: Element[] = [];
  const inTemplates: Element[] = [];
  // Pages nest deeper than calls may.
  const ahead: Node[] = [root];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) ahead.push(...node.childNodes.toReversed());
    if ('content' in node) {
      const template = elementsBelow(node.content);
      inTemplates.push(...template.elements, ...template.inTemplates);
    }
  }
  return { elements, inTemplates };
}

function linksOf(element: Element): Link[] {
  const attributes = attributesOf(element);
  const text = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
  const namespace = namespaces.get(element.namespaceURI) ?? 'other';
  if (element.tagName === 'noscript' && namespace === 'html') {
    return linksInHtml(text, { scripting: false });
  }
  const frame =
    element.tagName === 'iframe' && namespace === 'html' ? attributes['srcdoc'] : undefined;
  return [
    ...linksInElement({
      name: element.tagName.toLowerCase(),
      namespace,
      attributes,
      text,
    }),
    ...(frame === undefined ? [] : linksInHtml(frame)),
  ];
}

const namespaces = new Map<string, 'html' | 'svg'>([
  [html.NS.HTML, 'html'],
  [html.NS.SVG, 'svg'],
]);

/** Those with a namespace by their usual prefix. */
function attributesOf({ attrs }: Element): ReadElement['attributes'] {
  return Object.fromEntries(
    attrs.map(({ name, prefix, value }) => [prefix ? `${prefix}:${name}` : name, value]),
  );
}
