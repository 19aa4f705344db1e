import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** Contents by POSIX path: `{ 'static/css/app.css': 'body {}' }`. */
export type SiteFiles = Readonly<Record<string, string | Uint8Array>>;

export interface Site {
  /** Absolute, links resolved. */
  readonly dir: string;
  path(...parts: string[]): string;
  write(files: SiteFiles): Promise<void>;
  /** POSIX paths of all files below a directory of it, sorted. */
  list(...parts: string[]): Promise<string[]>;
  remove(): Promise<void>;
}

/** A temporary directory with these files in it. */
export async function createSite(files: SiteFiles = {}): Promise<Site> {
  // macOS: /var is a link to /private/var, and paths that a program prints have it resolved.
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'collect-static-site-')));
  const site: Site = {
    dir,
    path: (...parts) => join(dir, ...parts),
    async write(more) {
      for (const [name, contents] of Object.entries(more)) {
        const path = join(dir, ...name.split('/'));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, contents);
      }
    },
    async list(...parts) {
      const top = join(dir, ...parts);
      const entries = await readdir(top, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map(({ parentPath, name }) => relative(top, join(parentPath, name)).split(sep).join('/'))
        .sort();
    },
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
  await site.write(files);
  return site;
}
