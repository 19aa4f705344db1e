import type { Reference } from '../reference.ts';
import { outerOffset } from './inner-text.ts';
import { srcsetReferences } from './srcset.ts';
import type { Tag } from './tag.ts';
import { urlReference } from './url.ts';

type Need = Reference['need'];
/** An attribute that holds a URL, and whether a page is broken without what it names. */
type Link = readonly [attribute: string, need: Need];

const html: ReadonlyMap<string, readonly Link[]> = new Map([
  ['a', [['href', 'optional']]],
  ['area', [['href', 'optional']]],
  ['audio', [['src', 'required']]],
  ['body', [['background', 'required']]],
  ['button', [['formaction', 'optional']]],
  ['embed', [['src', 'required']]],
  ['form', [['action', 'optional']]],
  ['frame', [['src', 'optional']]],
  ['iframe', [['src', 'optional']]],
  ['img', [['src', 'required']]],
  ['input', [['formaction', 'optional']]],
  ['object', [['data', 'required']]],
  ['script', [['src', 'required']]],
  ['source', [['src', 'required']]],
  ['table', [['background', 'required']]],
  ['td', [['background', 'required']]],
  ['th', [['background', 'required']]],
  ['track', [['src', 'required']]],
  ['video', [['src', 'required'], ['poster', 'required']]], // prettier-ignore
]);

/** What a page loads through `link`, and what it only points at. `canonical` and its like are addresses that must stay. */
const rels: ReadonlyMap<string, Need> = new Map([
  ['alternate', 'optional'],
  ['apple-touch-icon', 'required'],
  ['apple-touch-icon-precomposed', 'required'],
  ['apple-touch-startup-image', 'required'],
  ['author', 'optional'],
  ['fluid-icon', 'required'],
  ['help', 'optional'],
  ['icon', 'required'],
  ['image_src', 'optional'],
  ['license', 'optional'],
  ['manifest', 'required'],
  ['mask-icon', 'required'],
  ['modulepreload', 'required'],
  ['next', 'optional'],
  ['prefetch', 'required'],
  ['preload', 'required'],
  ['prerender', 'optional'],
  ['prev', 'optional'],
  ['search', 'optional'],
  ['stylesheet', 'required'],
]);

/** The `meta` elements whose content is a picture or film for others to show. */
const pictures =
  /^(?:og:(?:image|video|audio)(?::url|:secure_url)?|twitter:image(?::src)?|msapplication-(?:tileimage|config|(?:square|wide)\d+x\d+logo))$/;

/** What SVG elements draw or run is in `href`. Elements other than these point into their own document as a rule. */
const drawn = new Set(['use', 'image', 'feimage', 'script']);

/** Every attribute that is asked for here. */
export const telling: readonly string[] = [
  ...['href', 'xlink:href', 'src', 'srcset', 'imagesrcset', 'data', 'poster', 'background'],
  ...['action', 'formaction', 'rel', 'type', 'property', 'name', 'content', 'integrity'],
];

/** The references in a tag's attributes, those in CSS apart. */
export function linksOf(tag: Tag): Reference[] {
  if (tag.attributes.size === 0 || tag.namespace === 'other') return [];
  if (tag.namespace === 'svg') {
    const need = drawn.has(tag.name) ? 'required' : 'optional';
    return [...urls(tag, 'href', need), ...urls(tag, 'xlink:href', need)];
  }
  if (tag.name === 'link') return linkLinks(tag);
  if (tag.name === 'meta') return showsPicture(tag) ? urls(tag, 'content', 'optional') : [];
  const found = (html.get(tag.name) ?? []).flatMap(([name, need]) => urls(tag, name, need));
  if (tag.name === 'img' || tag.name === 'source') return [...found, ...images(tag, 'srcset')];
  if (tag.name === 'script') return withIntegrity(tag, found);
  if (isImageButton(tag)) return [...found, ...urls(tag, 'src', 'required')];
  return found;
}

function linkLinks(tag: Tag): Reference[] {
  const needs = textOf(tag, 'rel')
    .split(/[\t\n\f\r ]+/)
    .map((rel) => rels.get(rel));
  const need = needs.includes('required') ? 'required' : needs.find((each) => each !== undefined);
  if (need === undefined) return [];
  return [...withIntegrity(tag, urls(tag, 'href', need)), ...images(tag, 'imagesrcset')];
}

function urls(tag: Tag, attribute: string, need: Need): Reference[] {
  const value = tag.value(attribute);
  const found = value && urlReference(value, need);
  return found === undefined ? [] : [found];
}

function images(tag: Tag, attribute: string): Reference[] {
  const value = tag.value(attribute);
  return value === undefined ? [] : srcsetReferences(value);
}

function withIntegrity(tag: Tag, found: Reference[]): Reference[] {
  const value = tag.value('integrity');
  if (value === undefined || value.text.trim() === '') return found;
  const integrity = { start: value.start, end: outerOffset(value, value.text.length) };
  return found.map((one) => ({ ...one, integrity }));
}

function showsPicture(tag: Tag): boolean {
  return pictures.test(textOf(tag, 'property')) || pictures.test(textOf(tag, 'name'));
}

function isImageButton(tag: Tag): boolean {
  return tag.name === 'input' && textOf(tag, 'type') === 'image';
}

function textOf(tag: Tag, attribute: string): string {
  return tag.value(attribute)?.text.trim().toLowerCase() ?? '';
}
