import { type Namespace, type Tag, wordOf } from './tag.ts';

/** Where in a page HTML's own rules are suspended for SVG or MathML: there `style` is no raw text, and CDATA is no comment. */
export interface Foreign {
  /** The innermost open element is SVG or MathML, and not one of those that hold HTML. */
  inside(): boolean;
  /** Takes note of a start tag and says what it opens. */
  open(tag: OpeningTag): Namespace;
  close(name: string): void;
}

export type OpeningTag = Omit<Tag, 'namespace'>;

/** HTML, and the SVG or MathML begun in it. Each element of these that holds HTML begins a level of its own. */
interface Level {
  /** How many elements of SVG and MathML are open around it. */
  readonly start: number;
  /** How many elements of HTML are open in it, by their names. */
  html: Map<string, number> | undefined;
}

/** An open element of SVG or MathML. */
interface Element {
  readonly name: string;
  readonly namespace: Namespace;
  /** The place of the one with the same name around it; -1 where there is none. */
  readonly outer: number;
}

/**
 * The part of the HTML standard's tree construction on which tokens depend. It counts open elements instead
 * of building the tree; so where a page closes elements in the wrong order inside `foreignObject` and the
 * like, a browser may see HTML for longer than this does.
 */
export function createForeign(): Foreign {
  let level: Level = { start: 0, html: undefined };
  const outerLevels: Level[] = [];
  /** Open elements of SVG and MathML, of all levels. */
  const elements: Element[] = [];
  /** The place of the innermost of each name among them. */
  const innermost = new Map<string, number>();

  const placeOf = (name: string) => innermost.get(name) ?? -1;
  const parent = () => (elements.length > level.start ? elements.at(-1) : undefined);

  function open(tag: OpeningTag): Namespace {
    const { name } = tag;
    if (parent() !== undefined && leavesForeign(tag)) closeDownTo(level.start);
    const namespace = namespaceOf(name, parent());
    if (namespace === 'html') {
      countHtml(level, name);
    } else if (!tag.selfClosing) {
      elements.push({ name, namespace, outer: placeOf(name) });
      innermost.set(name, elements.length - 1);
      if (holdsHtml(tag, namespace)) {
        outerLevels.push(level);
        level = { start: elements.length, html: undefined };
      }
    }
    return namespace;
  }

  function close(name: string) {
    const place = placeOf(name);
    if (place >= level.start) {
      closeDownTo(place);
    } else if (level.html?.has(name) === true || name === 'p' || name === 'br') {
      closeDownTo(level.start);
      uncountHtml(level, name);
    } else if (place >= (outerLevels.at(-1)?.start ?? Infinity)) {
      level = outerLevels.pop() ?? level;
      closeDownTo(place);
    }
  }

  function closeDownTo(place: number) {
    while (elements.length > place) {
      const { name, outer } = elements.pop() as Element;
      if (outer === -1) innermost.delete(name);
      else innermost.set(name, outer);
    }
  }

  return { inside: () => parent() !== undefined, open, close };
}

/** Names of elements that a page has at most; one with more makes them up. */
const enough = 1000;

function countHtml(level: Level, name: string) {
  level.html ??= new Map<string, number>();
  const before = level.html.get(name) ?? 0;
  if (before > 0 || level.html.size < enough) level.html.set(name, before + 1);
}

function uncountHtml({ html }: Level, name: string) {
  const left = (html?.get(name) ?? 0) - 1;
  if (left > 0) html?.set(name, left);
  else html?.delete(name);
}

function namespaceOf(name: string, parent: Element | undefined): Namespace {
  if (name === 'svg' && (parent === undefined || parent.name === 'annotation-xml')) return 'svg';
  if (parent !== undefined) return parent.namespace;
  return name === 'math' ? 'other' : 'html';
}

/** The integration points of the standard. */
function holdsHtml(tag: OpeningTag, namespace: Namespace): boolean {
  const { name } = tag;
  if (namespace === 'svg') return /^(?:foreignobject|desc|title)$/.test(name);
  if (name !== 'annotation-xml') return /^m[inos]$|^mtext$/.test(name);
  return /^(?:text\/html|application\/xhtml\+xml)$/.test(wordOf(tag, 'encoding') ?? '');
}

/** Start tags that end all SVG and MathML around them. */
function leavesForeign({ name, attributes }: OpeningTag): boolean {
  if (name === 'font') return ['color', 'face', 'size'].some((one) => attributes.has(one));
  return leaving.has(name);
}

const leaving = new Set(
  (
    'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta ' +
    'nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'
  ).split(' '),
);
