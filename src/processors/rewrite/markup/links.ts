import { type Reference, withIntegrity } from '../reference.ts';
import { type Add, placeOf } from './inner-text.ts';
import { addSrcset } from './srcset.ts';
import { type Tag, valueOf, wordOf } from './tag.ts';
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

/** Elements that may tell the hash of what they load. */
const hashed = new Set(['link', 'script']);

/** Every attribute that is asked for here. */
export const telling: readonly string[] = [
  ...['href', 'xlink:href', 'src', 'srcset', 'imagesrcset', 'data', 'poster', 'background'],
  ...['action', 'formaction', 'rel', 'type', 'property', 'name', 'content', 'integrity'],
];

/** Adds the references in a tag's attributes, those in CSS apart. */
export function addLinks(tag: Tag, add: Add): void {
  const { name, namespace, attributes } = tag;
  if (attributes.size === 0 || namespace === 'other') return;
  if (namespace === 'svg') {
    const need = drawn.has(name) ? 'required' : 'optional';
    addUrl(tag, 'href', need, add);
    addUrl(tag, 'xlink:href', need, add);
    return;
  }
  for (const [attribute, need] of html.get(name) ?? []) addUrl(tag, attribute, need, add);
  if (name === 'img' || name === 'source') addImages(tag, 'srcset', add);
  else if (name === 'link') addTarget(tag, add);
  else if (name === 'meta' && showsPicture(tag)) addUrl(tag, 'content', 'optional', add);
  else if (isImageButton(tag)) addUrl(tag, 'src', 'required', add);
}

function addTarget(tag: Tag, add: Add): void {
  const needs = (wordOf(tag, 'rel') ?? '').split(/[\t\n\f\r ]+/).map((rel) => rels.get(rel));
  const need = needs.includes('required') ? 'required' : needs.find((each) => each !== undefined);
  if (need === undefined) return;
  addUrl(tag, 'href', need, add);
  addImages(tag, 'imagesrcset', add);
}

function addUrl(tag: Tag, attribute: string, need: Need, add: Add): void {
  const value = valueOf(tag, attribute);
  const found = value && urlReference(value, need);
  if (found === undefined) return;
  const integrity = hashed.has(tag.name) ? valueOf(tag, 'integrity') : undefined;
  if (integrity === undefined || integrity.text.trim() === '') add(found);
  else add(withIntegrity(found, placeOf(integrity)));
}

function addImages(tag: Tag, attribute: string, add: Add): void {
  const value = valueOf(tag, attribute);
  if (value !== undefined) addSrcset(value, add);
}

function showsPicture(tag: Tag): boolean {
  return [wordOf(tag, 'property'), wordOf(tag, 'name')].some((word) => pictures.test(word ?? ''));
}

function isImageButton(tag: Tag): boolean {
  return tag.name === 'input' && wordOf(tag, 'type') === 'image';
}
