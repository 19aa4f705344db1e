import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from './exam.ts';
import { cache } from './install.ts';
import type { Kills } from './kills.ts';

/** One result, noted as soon as it is known: an exam that was broken off goes on with the next. */
export type Note = { readonly peer: string; readonly version: string } & (
  | { readonly seed: number; readonly deadlineMs: number; readonly run: Run }
  | { readonly kills: Kills }
);

const file = join(cache, 'notes.ndjson');

export async function readNotes(): Promise<readonly Note[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // A line that was cut off is a run that did not end.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Note);
}

export async function addNote(note: Note): Promise<void> {
  await appendFile(file, `${JSON.stringify(note)}\n`);
}
