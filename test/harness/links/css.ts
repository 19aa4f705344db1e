import postcss from 'postcss';
import parseValue, { type Node } from 'postcss-value-parser';
import { type Link, loaded } from './link.ts';

/** What a stylesheet, or the declarations of a `style` attribute, name. */
export function linksInCss(css: string): Link[] {
  const urls: string[] = [];
  const maps: string[] = [];
  const root = postcss.parse(css, { map: false });
  root.walkDecls((declaration) => {
    urls.push(...urlsIn(declaration.raws.value?.raw ?? declaration.value));
  });
  root.walkAtRules((rule) => {
    const params = rule.raws.params?.raw ?? rule.params;
    if (rule.name.toLowerCase() === 'import') urls.push(...importedBy(params));
    // The URLs of other rules are names (@namespace) or conditions (@document).
  });
  root.walkComments(({ text }) => {
    maps.push(...(/^[#@]\s*sourceMappingURL=(\S+)$/.exec(text)?.slice(1) ?? []));
  });
  return [
    ...urls.map(loaded),
    ...maps.slice(-1).map((url) => ({ url, use: 'source-map' }) as const),
  ];
}

function urlsIn(value: string): string[] {
  const urls: string[] = [];
  parse(value).walk((node) => {
    if (node.type !== 'function') return;
    const name = node.value.toLowerCase();
    if (name === 'url' || name === 'src') urls.push(...argument(node.nodes));
    if (/^(?:-webkit-)?image-set$/.test(name)) {
      urls.push(
        ...node.nodes.flatMap((choice) => (choice.type === 'string' ? argument([choice]) : [])),
      );
    }
  });
  return urls;
}

/** The parser knows what needs no quotes by this spelling alone. */
function parse(value: string): parseValue.ParsedValue {
  return parseValue(value.replace(/url\(/gi, 'url('));
}

function importedBy(params: string): string[] {
  const { nodes } = parse(params);
  const node = nodes.find(({ type }) => type !== 'space' && type !== 'comment');
  if (node?.type === 'function')
    return node.value.toLowerCase() === 'url' ? argument(node.nodes) : [];
  return node?.type === 'string' ? argument([node]) : [];
}

function argument(nodes: readonly Node[]): string[] {
  const node = nodes.find(({ type }) => type === 'string' || type === 'word');
  return node === undefined ? [] : [unescapeCss(node.value)];
}

function unescapeCss(written: string): string {
  return written.replace(
    /\\(?:([\da-f]{1,6})(?:\r\n|[\t\n\f\r ])?|\r\n|([^]))/gi,
    (_, hex: string | undefined, char = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return String(char).replace(/[\n\f\r]/, '');
    },
  );
}
