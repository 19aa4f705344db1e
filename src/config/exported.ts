import { basename, extname } from 'node:path';
import { BadConfig } from './loaders.ts';
import { isObject } from './plain.ts';

/** How the evaluation of a module ended: with its default export as bin/evaluate-config.js packs it, or without. */
export type Ending =
  | { readonly value: Packed }
  | { readonly thrown: Thrown }
  | { readonly ended: 'time' | 'size'; readonly limit: number }
  | { readonly ended: 'memory' }
  /** By itself: "exit code 0", "SIGABRT"; or before it began: "EAGAIN". */
  | { readonly ended: 'exit' | 'start'; readonly how: string };

type Packed =
  | null
  | string
  | number
  | boolean
  | readonly Packed[]
  | { readonly entries: readonly (readonly [string, Packed])[] }
  /** What JSON cannot carry, by its kind. */
  | { readonly is: string };

/** An error's texts, or the type of what was thrown instead of one. */
type Thrown =
  | {
      readonly name: string;
      readonly code: string;
      readonly message: string;
      readonly stack: string;
    }
  | { readonly type: string };

/** The config that a module exports. @throws BadConfig */
export function readExport(ending: Ending, path: string): unknown {
  if ('thrown' in ending) throw new BadConfig(reasonOf(ending.thrown, path));
  if ('ended' in ending) throw unfinished(ending);
  const outer = unpack(ending.value);
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

/** A thing of each kind that is no plain data, for `copyPlain` to find. */
const things: Readonly<Record<string, unknown>> = {
  undefined,
  NaN,
  Infinity,
  '-Infinity': -Infinity,
  function: () => undefined,
  symbol: Symbol('exported'),
  bigint: 0n,
  date: new Date(0),
  promise: Promise.resolve(),
  object: new Map(),
};

function unpack(packed: Packed): unknown {
  if (packed === null || typeof packed !== 'object') return packed;
  if (isList(packed)) return packed.map(unpack);
  if ('is' in packed) return things[packed.is];
  const to = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of packed.entries) to[key] = unpack(value);
  return to;
}

function isList(packed: object): packed is readonly Packed[] {
  return Array.isArray(packed);
}

const instead = 'or write what it exports into a collect.config.json';

function unfinished(ending: Extract<Ending, { ended: string }>): BadConfig {
  switch (ending.ended) {
    case 'time':
      return new BadConfig(
        `it has not ended after ${ending.limit / 1000} s, and was stopped`,
        `look for an endless loop or something it waits for, ${instead}`,
      );
    case 'memory':
      return new BadConfig(
        'it takes up more and more memory, and was stopped',
        `look for an endless loop, ${instead}`,
      );
    case 'size':
      return new BadConfig(`it exports more than ${ending.limit / 1024 / 1024} MiB`);
    case 'start':
      return new BadConfig(
        `no process could be started for it (${ending.how})`,
        `see what limits processes and open files here, ${instead}`,
      );
    case 'exit':
      if (ending.how === 'exit code 13')
        return new BadConfig(
          'it awaits something that never comes',
          `look at its "await", ${instead}`,
        );
      return new BadConfig(
        `it ended its own process (${ending.how}) instead of exporting a config`,
        `remove process.exit and the like, ${instead}`,
      );
  }
}

/** One line without a stack. */
function reasonOf(thrown: Thrown, path: string): string {
  if ('type' in thrown) return `it threw ${thrown.type}`;
  if (thrown.code === 'ERR_UNKNOWN_FILE_EXTENSION' && extname(path) === '.ts') {
    return 'this version of Node cannot import TypeScript (22.18 and later can); write collect.config.mjs or .json';
  }
  const [first = ''] = thrown.message.split('\n');
  return `${placeOf(thrown.stack, path)}${thrown.name}: ${first}`;
}

/** The first place in the file that the stack names. Node names none for a syntax error in an ES module. */
function placeOf(stack: string, path: string): string {
  const [, after = ''] = stack.split(`${basename(path)}:`);
  const [, line, column] = /^(\d+)(?::(\d+))?/.exec(after) ?? [];
  if (line === undefined) return '';
  return column === undefined ? `line ${line}: ` : `line ${line}, column ${column}: `;
}
