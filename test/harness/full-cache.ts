import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { createSite } from '../support/create-site.ts';
import { createRandom } from './random.ts';
import { bin, inNamespace } from './sandbox.ts';

/** What two deploys said, with the same cache on a disk of its own. */
export interface Said {
  /** Codes of warnings of the first. */
  readonly warnings: readonly string[];
  /** Results that the second made again, because the first could not keep them. */
  readonly again: number;
}

interface Line {
  readonly type: string;
  readonly code?: string;
  readonly made?: number;
  readonly counts?: { readonly uploaded: number };
}

/** Deploys files with a compression cache on a disk of so many KiB: all of them must be there, and decode. */
export async function deployWithCacheOn(
  kib: number,
  files: ReadonlyMap<string, string>,
  env = '',
): Promise<Said> {
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify({
      compress: { mode: 'sidecar', encodings: ['gzip'], quality: { gzip: 1 } },
    }),
    'cache/.keep': '',
    ...Object.fromEntries([...files].map(([name, text]) => [`static/${name}`, text])),
  });
  try {
    const deploy = '"$3" "$4" --json; echo "exit $?"';
    const script = `
      cd "$2" && mount -t tmpfs -o size="$1"k none cache || exit 99
      export XDG_CACHE_HOME="$2/cache" ${env}
      ${deploy}; ${deploy}`;
    const { out } = inNamespace(script, [String(kib), site.dir, process.execPath, bin]);
    const runs = out.split(/^exit 0$/m);
    if (runs.length !== 3 || runs[2]?.trim() !== '') throw new Error(`${kib} KiB: ${out}`);
    const [first = [], second = []] = runs.map(linesOf);
    for (const [name, text] of files) {
      const read = (suffix: string) => readFile(site.path('staticfiles', name + suffix));
      const twin = gunzipSync(await read('.gz')).toString();
      if ((await read('')).toString() !== text || twin !== text)
        throw new Error(`${kib} KiB: ${name} is not what it was`);
    }
    const stored = second.find(({ type }) => type === 'report')?.counts?.uploaded;
    if (stored !== 0) throw new Error(`${kib} KiB: the second deploy stored ${stored ?? '?'}`);
    const warnings = first.flatMap(({ type, code }) => (type === 'warning' ? [code ?? ''] : []));
    return { warnings, again: second.find(({ type }) => type === 'compressed')?.made ?? -1 };
  } finally {
    await site.remove();
  }
}

/** So many texts of which little more than half remains. */
export function textsOf(count: number, size: number): Map<string, string> {
  const random = createRandom(count);
  const text = () => Array.from({ length: size }, () => random.below(16).toString(16)).join('');
  return new Map(Array.from({ length: count }, (_, i) => [`f${i}.css`, text()]));
}

function linesOf(output: string): Line[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Line);
}
