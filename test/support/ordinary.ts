import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { StaticFile } from '../../src/types.ts';

const root = fileURLToPath(new URL('../../node_modules', import.meta.url));
const published = /\.(?:css|js|mjs|html|svg|json|md|map|txt|woff2?|ttf|eot|png)$/;

/** Names below node_modules of what packages publish and a site might, `count` of them from all over the list. */
export function ordinaryNames(packages: readonly string[], count: number): readonly string[] {
  const all = packages
    .flatMap((name) =>
      readdirSync(`${root}/${name}`, { recursive: true, encoding: 'utf8' }).map(
        (file) => `${name}/${file.replaceAll('\\', '/')}`,
      ),
    )
    .filter((name) => published.test(name) && !name.includes('/node_modules/'))
    .sort();
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] ?? '');
}

/** They, as findFiles would tell them. */
export async function ordinaryFiles(names: readonly string[]): Promise<StaticFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const path = `${root}/${name}`;
      const { size, mtimeMs } = await stat(path);
      const content = { kind: 'file', path, size, mtimeMs } as const;
      return { name, prefix: '', key: name, content, immutable: false };
    }),
  );
}
