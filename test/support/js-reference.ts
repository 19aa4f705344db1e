import {
  type AnyNode,
  type CallExpression,
  type Comment,
  type NewExpression,
  type Options,
  parse,
  type Program,
} from 'acorn';

/** What a script refers to, read a second way: by a parser. */
export interface Expected {
  readonly url: string;
  /** Offset of the quote, or of the comment. */
  readonly at: number;
}

/** Undefined where the parser does not take the text for JavaScript. */
export function readReferences(text: string): readonly Expected[] | undefined {
  const comments: Comment[] = [];
  const program = parseAny(text, comments);
  if (program === undefined) return undefined;
  const found: Expected[] = [];
  walk(program, (node) => {
    found.push(...referencesOf(node));
  });
  found.push(...mapOf(program, comments));
  return found
    .filter(({ url }) => !/^(?:$|[#?]|data:)/i.test(url.trim()) && !/\{\{|\{%|<%/.test(url))
    .sort((a, b) => a.at - b.at);
}

function parseAny(text: string, comments: Comment[]): Program | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    comments.length = 0;
    const options: Options = {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: true,
      allowReturnOutsideFunction: true,
      onComment: comments,
    };
    try {
      return parse(text, options);
    } catch {
      // the other way, or none
    }
  }
  return undefined;
}

function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  const queue: AnyNode[] = [node];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    visit(one);
    for (const value of Object.values(one) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) queue.push(child);
      }
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function referencesOf(node: AnyNode): Expected[] {
  if (node.type === 'NewExpression') return ofConstructor(node);
  if (node.type === 'CallExpression') return ofCall(node);
  const source = 'source' in node ? node.source : undefined;
  return literal(source ?? undefined);
}

function ofConstructor({ callee, arguments: [first, second] }: NewExpression): Expected[] {
  const name = nameOf(callee);
  if (name === 'URL') return isMetaUrl(second) ? literal(first) : [];
  return name === 'Worker' || name === 'SharedWorker' ? rooted(literal(first)) : [];
}

function ofCall({ callee, arguments: args }: CallExpression): Expected[] {
  if (isMetaMember(callee, 'resolve')) return literal(args[0]);
  const isOfSelf =
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'self';
  const isPlain = callee.type === 'Identifier';
  if (nameOf(callee) !== 'importScripts' || !(isPlain || isOfSelf)) return [];
  const other = args.findIndex((one) => literal(one).length === 0);
  return args.slice(0, other === -1 ? args.length : other).flatMap((one) => rooted(literal(one)));
}

const rooted = (all: Expected[]) => all.filter(({ url }) => url.startsWith('/'));

function literal(node: AnyNode | undefined): Expected[] {
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    return [{ url: node.value, at: node.start }];
  }
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return [];
  return [{ url: node.quasis[0]?.value.cooked ?? '', at: node.start }];
}

/** `URL`, or the same of `globalThis`, `self` or `window`. */
function nameOf(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  const { object, property } = node;
  const isGlobal =
    object.type === 'Identifier' && ['globalThis', 'self', 'window'].includes(object.name);
  return isGlobal && property.type === 'Identifier' ? property.name : undefined;
}

function isMetaUrl(node: AnyNode | undefined): boolean {
  return node !== undefined && isMetaMember(node, 'url');
}

function isMetaMember(node: AnyNode, name: string): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'MetaProperty' &&
    node.object.meta.name === 'import' &&
    node.property.type === 'Identifier' &&
    node.property.name === name
  );
}

/** In the last comment that says so, of those that no code follows. */
function mapOf(program: Program, comments: readonly Comment[]): Expected[] {
  const codeEnds = program.body.at(-1)?.end ?? 0;
  const own = comments.filter(({ start }) => start >= codeEnds);
  for (const { value, start } of own.reverse()) {
    const url = /^[@#]\s*sourceMappingURL=(\S*?)\s*$/.exec(value)?.[1];
    if (url !== undefined) return [{ url, at: start }];
  }
  return [];
}
