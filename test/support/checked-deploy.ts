import { expect } from 'vitest';
import { runCli, type CliOptions, type CliResult } from './cli.ts';
import { isOwnRecord } from './own-records.ts';
import { runHere } from './run-here.ts';

interface Line {
  readonly type: string;
  readonly action?: string;
  readonly key?: string;
  readonly status?: string;
}

/**
 * Deploys with the built program, and holds what holds of every deploy: a dry run before it sends no write and lists
 * what it uploads, and after a success another run writes nothing. Only the deploy is a process of its own. `writes` tells the keys of a store's writes so far,
 * where it keeps count.
 */
export async function deployChecked(
  args: readonly string[],
  options: CliOptions,
  writes?: () => readonly string[],
): Promise<CliResult> {
  const before = writes?.().length ?? 0;
  const since = (start: number) => [...new Set(writes?.().slice(start))].sort();
  const dry = await runHere([...args, '--dry-run', '--json'], options);
  expect(since(before), 'writes of a dry run').toEqual([]);
  const result = await runCli(args, options);
  if (result.code !== 0) return result;
  const planned = keysOf(
    dry.stdout,
    ({ type, action }) => type === 'action' && action === 'upload',
  );
  const isThere = (key: string) => since(before).some((written) => written.endsWith(`/${key}`));
  if (writes !== undefined) {
    const ofSite = since(before).filter((key) => !isOwnRecord(key));
    expect(ofSite, 'writes, and the plan of the dry run').toHaveLength(planned.length);
    expect(planned.filter((key) => !isThere(key))).toEqual([]);
  }
  // Told to upload what is unchanged, it does.
  if (args.includes('--force')) return result;
  const after = writes?.().length ?? 0;
  const again = await runHere([...args, '--json'], options);
  expect(again, 'the next run').toMatchObject({ code: 0 });
  const repeated = ({ type, action, status }: Line) =>
    type === 'outcome' && status === 'done' && action !== 'skip';
  expect(keysOf(again.stdout, repeated), 'what the next run does').toEqual([]);
  expect(since(after), 'writes of the next run').toEqual([]);
  return result;
}

function keysOf(ndjson: string, isMeant: (line: Line) => boolean): string[] {
  return ndjson
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter(isMeant)
    .map(({ key = '' }) => key)
    .sort();
}
