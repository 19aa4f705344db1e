import {
  type AnyNode,
  type CallExpression,
  type Comment,
  type NewExpression,
  type Options,
  type Program,
} from 'acorn';
import { SafeParser } from './js-depth.ts';
import type { Callee, InCode, Lexed } from './js-lexer.ts';
import { SyntaxProblem } from './reference.ts';
import type { MapComment } from './source-map.ts';

/** As lexJs, but slowly and surely. @throws SyntaxProblem */
export function parseJs(text: string, comment: MapComment | undefined): Lexed {
  const comments: Comment[] = [];
  const program = parseEither(text, comments);
  const found: InCode[] = [];
  const nodes: AnyNode[] = [program];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const one = inCode(node);
    if (one !== undefined) found.push(one);
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) nodes.push(child);
      }
    }
  }
  if (comments.some(({ start }) => start === comment?.at)) found.push({ is: 'map comment' });
  return { found, mayHaveHtmlComments: false };
}

/** As a module or as a script: few texts are both, and those mean the same. */
function parseEither(text: string, comments: Comment[]): Program {
  let furthest = new SyntaxProblem('not JavaScript', 0);
  for (const sourceType of ['module', 'script'] as const) {
    comments.length = 0;
    const options: Options = {
      ecmaVersion: 'latest',
      sourceType,
      allowReturnOutsideFunction: true,
      onComment: comments,
    };
    try {
      return SafeParser.parse(text, options);
    } catch (error) {
      if (!isParseError(error)) throw error;
      const reason = error.message.replace(/ \(\d+:\d+\)$/, '');
      if (error.pos >= furthest.offset) {
        furthest = new SyntaxProblem(`not JavaScript: ${reason}`, error.pos);
      }
    }
  }
  throw furthest;
}

function isParseError(error: unknown): error is SyntaxError & { pos: number } {
  return error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number';
}

function inCode(node: AnyNode): InCode | undefined {
  if (node.type === 'ImportExpression') return call('import', node.source);
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = calleeOf(node);
    return callee && call(callee, node.arguments[0]);
  }
  if (node.type === 'MetaProperty') {
    return node.meta.name === 'import' ? { is: 'import.meta', end: node.end } : undefined;
  }
  const source = 'source' in node ? node.source : undefined;
  return source ? { is: 'specifier', start: source.start + 1, end: source.end - 1 } : undefined;
}

function call(callee: Callee, first: AnyNode | undefined): InCode | undefined {
  return first && { is: 'call', callee, argumentsAt: first.start };
}

function calleeOf({ type, callee }: NewExpression | CallExpression): Callee | undefined {
  const name = globalName(callee);
  if (type === 'CallExpression') return name === 'importScripts' ? name : undefined;
  if (name === 'Worker' || name === 'SharedWorker') return 'new Worker';
  return name === 'URL' ? 'new URL' : undefined;
}

/** `URL`, whether it is called that or `self.URL`. */
function globalName(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined;
  const isGlobal = ['globalThis', 'self', 'window'].includes(node.object.name);
  return isGlobal && node.property.type === 'Identifier' ? node.property.name : undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
