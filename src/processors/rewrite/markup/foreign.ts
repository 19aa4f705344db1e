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
  readonly html: Map<string, number>;
  readonly foreign: { readonly name: string; readonly namespace: Namespace }[];
  readonly foreignNames: Map<string, number>;
}

/**
 * The part of the HTML standard's tree construction on which tokens depend. It counts open elements instead
 * of building the tree; so where a page closes elements in the wrong order inside `foreignObject` and the
 * like, a browser may see HTML for longer than this does.
 */
export function createForeign(): Foreign {
  const levels: [Level, ...Level[]] = [createLevel()];
  const top = () => levels.at(-1) ?? levels[0];

  function open(tag: OpeningTag): Namespace {
    const { name } = tag;
    const level = top();
    const parent = level.foreign.at(-1);
    if (parent !== undefined && leavesForeign(tag)) leave(level);
    const namespace = namespaceOf(name, level.foreign.at(-1));
    if (namespace === 'html') {
      if (level.html.size < enough || level.html.has(name)) count(level.html, name, 1);
    } else if (!tag.selfClosing) {
      level.foreign.push({ name, namespace });
      count(level.foreignNames, name, 1);
      if (holdsHtml(tag, namespace)) levels.push(createLevel());
    }
    return namespace;
  }

  function close(name: string) {
    const level = top();
    if (level.foreignNames.has(name)) {
      closeForeign(level, name);
    } else if (level.html.has(name) || name === 'p' || name === 'br') {
      leave(level);
      count(level.html, name, -1);
    } else if (levels.at(-2)?.foreignNames.has(name) === true) {
      levels.pop();
      closeForeign(top(), name);
    }
  }

  return { inside: () => top().foreign.length > 0, open, close };
}

/** Names of elements that a page has at most; one with more makes them up. */
const enough = 1000;

function createLevel(): Level {
  return { html: new Map(), foreign: [], foreignNames: new Map() };
}

function leave(level: Level) {
  level.foreign.length = 0;
  level.foreignNames.clear();
}

function closeForeign({ foreign, foreignNames }: Level, name: string) {
  for (;;) {
    const closed = foreign.pop();
    if (closed === undefined) return;
    count(foreignNames, closed.name, -1);
    if (closed.name === name) return;
  }
}

function count(names: Map<string, number>, name: string, change: number) {
  const left = (names.get(name) ?? 0) + change;
  if (left > 0) names.set(name, left);
  else names.delete(name);
}

function namespaceOf(name: string, parent: Level['foreign'][number] | undefined): Namespace {
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
