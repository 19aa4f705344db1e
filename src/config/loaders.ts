import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errnoOf } from '../errors.ts';
import { parseJson } from './json.ts';
import { isObject } from './plain.ts';

class BadConfig extends Error {}

export function loadJson(_path: string, text: string): unknown {
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed.value;
  const { line, column, reason } = parsed.error;
  throw new BadConfig(`line ${line}, column ${column}: ${reason}`);
}

// cosmiconfig's own falls back to require() when import() fails, and so runs a failing file twice.
export async function loadModule(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  const { default: outer } = module;
  // What compilers make of `export default` in CommonJS has a second `default` inside.
  const exported = isObject(outer) && Object.hasOwn(outer, 'default') ? outer['default'] : outer;
  if (exported === undefined) throw new BadConfig('it has no default export');
  if (typeof exported === 'function') {
    throw new BadConfig('it exports a function; export the object itself');
  }
  if (exported instanceof Promise) {
    throw new BadConfig('it exports a promise; await it in the file');
  }
  return exported;
}

/** One line without a stack. Parsers' own messages quote the file, which may hold what must not be shown. */
export function reasonOf(error: unknown, path: string): string {
  if (error instanceof BadConfig) return error.message;
  if (errnoOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'this version of Node cannot import TypeScript (22.18 and later can); write collect.config.mjs or .json';
  }
  if (!(error instanceof Error)) return `it threw ${typeof error}`;
  if (error.name === 'YAMLException') return yamlReason(error);
  const [first = ''] = error.message.split('\n');
  return `${placeOf(error, path)}${error.name}: ${first}`;
}

function yamlReason(error: Error): string {
  const { mark, reason } = error as Error & {
    readonly reason?: string;
    readonly mark?: { readonly line: number; readonly column: number };
  };
  const where = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `;
  return `${where}${reason ?? 'it is no YAML'}`;
}

/** The first place in the file that the stack names. Node names none for a syntax error in an ES module. */
function placeOf(error: Error, path: string): string {
  const mark = `${basename(path)}:`;
  const [, after = ''] = error.stack?.split(mark) ?? [];
  const [, line, column] = /^(\d+)(?::(\d+))?/.exec(after) ?? [];
  if (line === undefined) return '';
  return column === undefined ? `line ${line}: ` : `line ${line}, column ${column}: `;
}
