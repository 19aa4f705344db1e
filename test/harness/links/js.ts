import { type AnyNode, type Comment, parse, type Program } from 'acorn';
import { simple } from 'acorn-walk';
import { type Link, loaded } from './link.ts';

/** What a script or module names. The names of packages are nobody's files. */
export function linksInJs(js: string): Link[] {
  const links: Link[] = [];
  const add = (node: AnyNode | null | undefined) => {
    const url = textOf(node);
    if (url !== undefined && /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(url)) links.push(loaded(url));
  };
  const comments: Comment[] = [];
  simple(parseJs(js, comments), {
    ImportDeclaration: ({ source }) => {
      add(source);
    },
    ExportAllDeclaration: ({ source }) => {
      add(source);
    },
    ExportNamedDeclaration: ({ source }) => {
      add(source);
    },
    ImportExpression: ({ source }) => {
      add(source);
    },
    NewExpression({ callee, arguments: [first, second] }) {
      if (callee.type !== 'Identifier') return;
      if (callee.name === 'URL' && isOwnUrl(second)) links.push(...texts(first).map(loaded));
      // A relative URL counts from the page, whichever that is.
      if (/^(?:Shared)?Worker$/.test(callee.name) && textOf(first)?.startsWith('/')) add(first);
    },
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type !== 'MemberExpression' || !isMeta(callee.object)) return;
      if (callee.property.type === 'Identifier' && callee.property.name === 'resolve') add(first);
    },
  });
  return [...links, ...sourceMap(comments)];
}

function parseJs(js: string, onComment: Comment[]): Program {
  const options = { ecmaVersion: 'latest', allowHashBang: true, onComment } as const;
  try {
    return parse(js, { ...options, sourceType: 'module' });
  } catch {
    onComment.length = 0;
    return parse(js, { ...options, sourceType: 'script', allowReturnOutsideFunction: true });
  }
}

function textOf(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

function texts(node: AnyNode | undefined): string[] {
  const text = textOf(node);
  return text === undefined ? [] : [text];
}

/** `import.meta` */
function isMeta(node: AnyNode): boolean {
  return node.type === 'MetaProperty' && node.meta.name === 'import';
}

/** `import.meta.url` */
function isOwnUrl(node: AnyNode | undefined): boolean {
  return (
    node?.type === 'MemberExpression' &&
    isMeta(node.object) &&
    node.property.type === 'Identifier' &&
    node.property.name === 'url'
  );
}

/** Tools take the last of such comments. */
function sourceMap(comments: readonly Comment[]): Link[] {
  const maps = comments.flatMap(
    ({ value }) => /^[#@]\s*sourceMappingURL=(\S+)\s*$/.exec(value)?.[1] ?? [],
  );
  return maps.slice(-1).map((url) => ({ url, use: 'source-map' }));
}
