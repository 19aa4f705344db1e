import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errors.ts';

/**
 * Makes a directory, and those above it that are missing. Not mkdir's `recursive`: that never ends where the system says of a
 * directory that it is not there, as below /proc (Node 20). Rejects as mkdir.
 */
export async function makeDirectory(dir: string, mode?: number): Promise<void> {
  const make = () => mkdir(dir, { mode });
  await make().catch(async (error: unknown) => {
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT' || dirname(dir) === dir) throw error;
    await makeDirectory(dirname(dir), mode);
    await make().catch(ignoreExisting);
  });
}

function ignoreExisting(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error;
}
