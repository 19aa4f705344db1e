import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * What a name that is no UTF-8 really is. Node shows each bad byte of it as U+FFFD, and opens nothing under what it
 * shows; several such names may show as the same one.
 */
export async function rawPaths(path: string): Promise<Buffer[]> {
  const shown = basename(path);
  if (!shown.includes('\uFFFD')) return [];
  const names = await readdir(dirname(path), { encoding: 'buffer' }).catch((): Buffer[] => []);
  const above = Buffer.from(join(dirname(path), '/'));
  return names
    .filter((name) => name.toString() === shown && !name.equals(Buffer.from(shown)))
    .map((name) => Buffer.concat([above, name]));
}
