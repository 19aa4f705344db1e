import { linksInCss } from './css.ts';
import { linksInJs } from './js.ts';
import { linksInImportMap } from './json.ts';
import { type Link, linked, loaded } from './link.ts';

/** An element of a page or an SVG file, whichever parser has read it. */
export interface ReadElement {
  /** In lower case. */
  readonly name: string;
  readonly namespace: 'html' | 'svg' | 'other';
  /** By names in lower case, those of XLink with the prefix `xlink:`. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** The text right inside it. */
  readonly text: string;
}

export function linksInElement(element: ReadElement): Link[] {
  const { namespace } = element;
  return [
    ...(namespace === 'html' ? htmlLinks(element) : []),
    ...(namespace === 'svg' ? svgLinks(element) : []),
    ...stylesOf(element).flatMap(linksInCss),
    ...(namespace === 'other' ? [] : codeLinks(element)),
  ];
}

function htmlLinks({ name, attributes }: ReadElement): Link[] {
  const at = attributes;
  switch (name) {
    case 'a':
    case 'area':
      return links(linked, at['href']);
    case 'frame':
    case 'iframe':
      return links(linked, at['src']);
    case 'form':
      return links(linked, at['action']);
    case 'button':
      return links(linked, at['formaction']);
    case 'input':
      return [
        ...links(linked, at['formaction']),
        ...(at['type']?.trim().toLowerCase() === 'image' ? links(loaded, at['src']) : []),
      ];
    case 'link':
      return linkLinks(at);
    case 'meta':
      return isPicture(at['property'] ?? '') || isPicture(at['name'] ?? '')
        ? links(linked, at['content'])
        : [];
    case 'object':
      return links(loaded, at['data']);
    case 'body':
    case 'table':
    case 'td':
    case 'th':
      return links(loaded, at['background']);
    case 'img':
    case 'source':
      return links(loaded, at['src'], ...imagesIn(at['srcset']));
    case 'audio':
    case 'embed':
    case 'script':
    case 'track':
      return links(loaded, at['src']);
    case 'video':
      return links(loaded, at['src'], at['poster']);
    default:
      return [];
  }
}

function svgLinks({ name, attributes }: ReadElement): Link[] {
  const use = /^(?:use|image|feimage|script)$/.test(name) ? loaded : linked;
  return links(use, attributes['href'], attributes['xlink:href']);
}

function linkLinks(at: ReadElement['attributes']): Link[] {
  const rel = ` ${(at['rel'] ?? '').toLowerCase().replace(/\s/g, ' ')} `;
  const isLoaded =
    / (?:stylesheet|icon|manifest|preload|modulepreload|prefetch|(?:apple-touch|mask|fluid)-icon|apple-touch-icon-precomposed|apple-touch-startup-image) /.test(
      rel,
    );
  const isLinked = / (?:alternate|author|help|image_src|license|next|prerender|prev|search) /.test(
    rel,
  );
  if (isLoaded) return links(loaded, at['href'], ...imagesIn(at['imagesrcset']));
  return isLinked ? links(linked, at['href'], ...imagesIn(at['imagesrcset'])) : [];
}

function isPicture(word: string): boolean {
  return /^(?:og:(?:image|video|audio)(?::url|:secure_url)?|twitter:image(?::src)?|msapplication-(?:tileimage|config|\w+logo))$/i.test(
    word.trim(),
  );
}

/** The candidates of a srcset: a URL runs to the next blank, its descriptors to the next comma outside of parentheses. */
function imagesIn(srcset = ''): string[] {
  return isTemplate(srcset)
    ? []
    : Array.from(
        srcset.matchAll(/[\s,]*(\S*[^\s,])(?:,|(?:\([^)]*\)?|[^,(])*,?)/g),
        ([, url = '']) => url,
      );
}

/** CSS in attributes, as stylesheets. */
function stylesOf({ attributes, namespace }: ReadElement): string[] {
  const properties =
    namespace === 'svg'
      ? [
          'fill',
          'stroke',
          'filter',
          'mask',
          'clip-path',
          'cursor',
          'marker',
          'marker-start',
          'marker-mid',
          'marker-end',
          'color-profile',
        ]
      : [];
  return [
    attributes['style'] ?? '',
    ...properties.map((name) => `${name}:${attributes[name] ?? ''}`),
  ]
    .filter((css) => css.includes('(') && !isTemplate(css))
    .map((css) => `a{${css}}`);
}

function codeLinks({ name, attributes, text }: ReadElement): Link[] {
  if (isTemplate(text)) return [];
  const type = attributes['type']?.trim().toLowerCase();
  if (name === 'style')
    return type === undefined || type === '' || type === 'text/css' ? linksInCss(text) : [];
  if (name !== 'script' || ['src', 'href', 'xlink:href'].some((at) => attributes[at] !== undefined))
    return [];
  if (type === 'importmap') return linksInImportMap(text);
  return /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/.test(type ?? '')
    ? linksInJs(text)
    : [];
}

function links(use: (url: string) => Link, ...urls: readonly (string | undefined)[]): Link[] {
  return urls
    .filter((url) => url !== undefined)
    .filter((url) => url.trim() !== '' && !isTemplate(url))
    .map(use);
}

/** What a template language will put there is not known. */
function isTemplate(text: string): boolean {
  return ['{{', '{%', '<%'].some((mark) => text.includes(mark));
}
