import { malformedXml } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document: its children are made by `element`. */
export function makeDocument(root: string, ...children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${children.join('')}</${root}>`;
}

/** Error documents carry no namespace on S3. */
export function makeErrorDocument(fields: Readonly<Record<string, string>>): string {
  const children = Object.entries(fields).map(([name, value]) => element(name, value));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${children.join('')}</Error>`;
}

/** One element with text; `undefined` makes none. */
export function element(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? '' : `<${name}>${escapeText(String(text))}</${name}>`;
}

export function parent(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

export interface Node {
  readonly name: string;
  readonly children: readonly Node[];
  readonly text: string;
}

export function childrenOf(node: Node, name: string): readonly Node[] {
  return node.children.filter((child) => child.name === name);
}

export function textOf(node: Node, name: string): string | undefined {
  return node.children.find((child) => child.name === name)?.text;
}

/** The root of a document; attributes are skipped, anything but elements and text is refused. */
export function parseXml(source: string): Node {
  const body = source.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*/, '');
  // A text that XML 1.0 cannot carry is refused, as S3 does: such a key can only be deleted one by one.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(body)) throw malformedXml();
  const tokens = body.match(/<[^>]*>|[^<]+/g) ?? [];
  if (tokens.join('').length !== body.length) throw malformedXml();
  const top = { name: '', children: [] as Node[], text: '' };
  const open = [top];
  for (const token of tokens) {
    const current = open.at(-1) ?? top;
    if (!token.startsWith('<')) {
      current.text += unescapeText(token);
    } else if (token.startsWith('</')) {
      if (open.length === 1 || token.slice(2, -1).trim() !== current.name) throw malformedXml();
      open.pop();
    } else {
      const [, name, closed] = /^<([\w:.-]+)(?:\s[^>]*?)?(\/?)>$/.exec(token) ?? [];
      if (name === undefined) throw malformedXml();
      const node = { name, children: [] as Node[], text: '' };
      current.children.push(node);
      if (closed !== '/') open.push(node);
    }
  }
  const [root] = top.children;
  if (root === undefined || open.length !== 1 || top.children.length > 1) throw malformedXml();
  return root;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (_, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? '';
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (!(code <= 0x10ffff) || (code < 0x20 && ![9, 10, 13].includes(code))) throw malformedXml();
    return String.fromCodePoint(code);
  });
}

function escapeText(text: string): string {
  // Control characters go out as references, as S3 sends them, although XML 1.0 forbids that too:
  // who lists such keys asks for encoding-type=url.
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u0008\u000a-\u001f]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return `&#x${code.toString(16).toUpperCase()};`;
    return character === '&'
      ? '&amp;'
      : character === '<'
        ? '&lt;'
        : character === '>'
          ? '&gt;'
          : '&quot;';
  });
}
