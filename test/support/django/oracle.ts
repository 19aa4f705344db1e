import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DjangoEngine } from '../../../src/processors/rewrite/django/rewrite-text.ts';
import { installDjango } from './install.ts';

/** One long-lived process of Django; see oracle.py. */
export interface Oracle {
  /** "5.2.19" */
  readonly version: string;
  collect(request: CollectRequest): Promise<Collected>;
  match(request: MatchRequest): Promise<readonly (readonly Span[])[]>;
  url(text: string): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

interface CollectRequest {
  /** Absolute: where the files are, and where they are collected to. */
  readonly source: string;
  readonly root: string;
  /** In the order in which the finder gives them. */
  readonly names: readonly string[];
  readonly jsModules: boolean;
  readonly staticUrl: string;
}
interface MatchRequest {
  readonly text: string;
  readonly extension: '*.css' | '*.js';
  readonly jsModules: boolean;
}
/** Start and end of the match, start and end of its URL; in code points. */
export type Span = readonly [number, number, number, number];

export type Collected =
  | { readonly files: Readonly<Record<string, string>>; readonly manifest: string }
  | { readonly refused: string; readonly stderr: string };

export async function startOracle(engine: DjangoEngine): Promise<Oracle> {
  const python = await installDjango(engine);
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const child = spawn(python, ['-X', 'utf8', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the oracle has ended');
    const value = JSON.parse(line.value) as { error?: string };
    if (value.error !== undefined) throw new Error(`oracle: ${value.error}`);
    return value;
  };
  const { django } = (await answer()) as { django: string };
  // One question at a time: an answer belongs to the question before it.
  let last: Promise<unknown> = Promise.resolve();
  const ask = (command: string, request: object) => {
    const asked = last.then(() => {
      child.stdin.write(`${JSON.stringify({ command, ...request })}\n`);
      return answer();
    });
    last = asked.catch(() => undefined);
    return asked;
  };
  return {
    version: django,
    collect: (request) => ask('collect', request) as Promise<Collected>,
    match: (request) => ask('match', request) as Promise<Span[][]>,
    url: (text) => ask('url', { text }) as Promise<Record<string, unknown>>,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
