import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { openSync } = fs;
const { open } = fs.promises;

/** Paths that this process opens while something runs, each once, in order. */
export async function openedDuring(run: () => Promise<unknown>): Promise<string[]> {
  const opened = new Set<string>();
  fs.openSync = (path, ...rest) => {
    opened.add(String(path));
    return openSync(path, ...rest);
  };
  fs.promises.open = (path, ...rest) => {
    opened.add(String(path));
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    fs.openSync = openSync;
    fs.promises.open = open;
    syncBuiltinESMExports();
  }
  return [...opened].sort();
}
