import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeCached, staleAfterMs, temporaryPrefix } from './cache-files.ts';

/** Bytes of disk that the cache may take. */
export const mostCached = 512 * 1024 * 1024;
/** A disk gives its room in blocks of so many bytes. */
const block = 4096;

interface Kept {
  readonly path: string;
  readonly room: number;
  readonly usedMs: number;
}

/** Removes entries until the rest fits, those first that were not used for longest. Never rejects: it is a cache. */
export async function trimCache(dir: string, most = mostCached): Promise<void> {
  const kept: Kept[] = [];
  for (const path of await pathsIn(dir)) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    const unfinished = path.startsWith(join(dir, temporaryPrefix));
    if (unfinished && Date.now() - stats.mtimeMs > staleAfterMs) await removeCached(path);
    else if (!unfinished) {
      kept.push({ path, room: Math.ceil(stats.size / block) * block, usedMs: stats.mtimeMs });
    }
  }
  let room = kept.reduce((sum, one) => sum + one.room, 0);
  // A tenth more than it must, so that the next run need not begin with this again.
  const goal = room > most ? most * 0.9 : most;
  for (const { path, room: own } of kept.sort((a, b) => a.usedMs - b.usedMs)) {
    if (room <= goal) return;
    await removeCached(path);
    room -= own;
  }
}

async function pathsIn(dir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const path = join(dir, entry.name);
    // Only what this program makes: unfinished entries; two hex digits, and below them whole ones.
    if (entry.isFile() && entry.name.startsWith(temporaryPrefix)) paths.push(path);
    else if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) {
      const names = await readdir(path).catch((): string[] => []);
      paths.push(
        ...names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((one) => join(path, one)),
      );
    }
  }
  return paths;
}
