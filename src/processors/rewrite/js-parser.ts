import type { AnyNode, CallExpression, NewExpression, Options } from 'acorn';
import type { Callee, InCode, Lexed } from './js-lexer.ts';
import { NodeParser } from './js-nodes.ts';
import { SyntaxProblem } from './reference.ts';
import type { MapComment } from './source-map.ts';

/** As lexJs, but slowly and surely. @throws SyntaxProblem */
export function parseJs(text: string, comment: MapComment | undefined): Lexed {
  return { found: parseEither(text, comment), mayHaveHtmlComments: false };
}

/** As a module or as a script: few texts are both, and those mean the same. */
function parseEither(text: string, comment: MapComment | undefined): readonly InCode[] {
  let furthest = new SyntaxProblem('not JavaScript', 0);
  for (const sourceType of ['module', 'script'] as const) {
    const found: InCode[] = [];
    const options: Options = {
      ecmaVersion: 'latest',
      sourceType,
      allowReturnOutsideFunction: true,
      onComment: (_isBlock, _text, start) => {
        if (start === comment?.at) found.push({ is: 'map comment' });
      },
    };
    const onNode = (node: AnyNode) => {
      const one = inCode(node);
      if (one !== undefined) found.push(one);
    };
    try {
      NodeParser.read(text, options, onNode);
      return found;
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
