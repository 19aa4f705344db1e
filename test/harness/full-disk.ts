import { createSite } from '../support/create-site.ts';
import { bin, inNamespace } from './sandbox.ts';

const files = Array.from({ length: 40 }, (_, i) => ({
  name: `d${i % 5}/f${i}.js`,
  old: 600 + i * 20,
}));

/** Deploys a larger build over a smaller one onto a disk of so many KiB: each key must be old or new, and whole. */
export async function deployOntoDisk(kib: number): Promise<'fits' | 'full'> {
  const build = (top: string, letter: string, factor: number) =>
    Object.fromEntries(
      files.map(({ name, old }) => [`${top}/${name}`, letter.repeat(old * factor)]),
    );
  const site = await createSite({
    'package.json': '{}',
    ...build('old', 'a', 1),
    ...build('new', 'b', 6),
    'mnt/.keep': '',
  });
  try {
    const script = `
      cd "$3" && mount -t tmpfs -o size="$1"k none mnt && mkdir mnt/out || exit 99
      "$4" "$2" -s old --to mnt/out --quiet; echo "first $?"
      "$4" "$2" -s new --to mnt/out --quiet 2>errors; echo "second $?"
      cat errors | head -3
      cd mnt/out && for f in $(find . -type f); do echo "file $f $(wc -c <$f) $(head -c1 $f)"; done`;
    const { out } = inNamespace(script, [String(kib), bin, site.dir, process.execPath]);
    if (!out.includes('first 0\n'))
      throw new Error(`${kib} KiB: the old build did not fit: ${out}`);
    const code = Number(/^second (\d+)$/m.exec(out)?.[1]);
    const held = new Map(
      [...out.matchAll(/^file \.\/(\S+) (\d+) (\w)$/gm)].map(([, name = '', size, letter]) => [
        name,
        `${size ?? ''}${letter ?? ''}`,
      ]),
    );
    for (const { name, old } of files) {
      const is = held.get(name);
      if (is !== `${old}a` && is !== `${old * 6}b`)
        throw new Error(`${kib} KiB: ${name} is ${is ?? 'lost'}`);
    }
    if (held.size !== files.length)
      throw new Error(`${kib} KiB: left over ${[...held.keys()].join()}`);
    if (code !== 0 && code !== 8) throw new Error(`${kib} KiB: exit ${code}: ${out.slice(0, 900)}`);
    const allNew = files.every(({ name, old }) => held.get(name) === `${old * 6}b`);
    if ((code === 0) !== allNew)
      throw new Error(`${kib} KiB: exit ${code}, all new: ${String(allNew)}`);
    return code === 0 ? 'fits' : 'full';
  } finally {
    await site.remove();
  }
}
