import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';
import { createRandom, type Random } from './random.ts';

const nobody = 65534;

/** Permissions, and what a directory with them keeps a stranger from: being listed, or what is in it being looked at. */
const open = 0o755;
const directories = [open, open, open, open, 0o000, 0o444, 0o111] as const;
const files = [0o644, 0o644, 0o644, 0o000] as const;

interface Tree {
  /** What a stranger cannot list or look at: each keeps the run from being planned. */
  readonly unlisted: string[];
  /** Files that are seen and cannot be read. */
  readonly unread: string[];
  readonly collected: string[];
  readonly ignored: string[];
  /** Paths whose permissions have to be taken back before they can be removed. */
  readonly closed: { readonly path: string; readonly mode: number }[];
}

/**
 * A tree of which a stranger may not read everything, collected by a stranger: every entry is collected, left out by a
 * pattern, or named as unreadable. A tree with anything unreadable is refused as a whole.
 */
export async function checkClosedTree(seed: number): Promise<'collected' | 'refused'> {
  const random = createRandom(seed);
  const site = await createSite({ 'package.json': '{}', 's/base.css': 'b' });
  const tree: Tree = { unlisted: [], unread: [], collected: [], ignored: [], closed: [] };
  tree.collected.push(site.path('s', 'base.css'));
  try {
    await fill(random, site.path('s'), tree, { depth: 0, visible: true });
    for (const { path, mode } of tree.closed.toReversed()) await chmod(path, mode);
    await chmod(site.dir, open);
    const { code, stdout } = await runCli(['-s', 's', '--dry-run', '--json'], {
      cwd: site.dir,
      uid: nobody,
    });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const error = lines.find(({ type }) => type === 'error');
    const named = [error?.message ?? '', ...(error?.problems ?? [])].flatMap(
      (text) => /(\/.*) cannot be read/.exec(text)?.[1] ?? [],
    );
    const unreadable = tree.unlisted.length > 0 ? tree.unlisted : tree.unread;
    if (unreadable.length > 0) {
      if (code !== 4) throw new Error(`exit ${String(code)}: ${stdout}`);
      expectSame('named', named, unreadable);
      return 'refused';
    }
    if (code !== 0) throw new Error(`exit ${String(code)}: ${stdout}`);
    const keys = lines.flatMap((line) => (line.type === 'action' ? [line.key ?? ''] : []));
    const ignored = lines.flatMap((line) => (line.type === 'ignored' ? [line.path ?? ''] : []));
    const paths = keys.map((key) => site.path('s', key));
    expectSame('collected', paths, tree.collected);
    expectSame('ignored', ignored, tree.ignored);
    return 'collected';
  } finally {
    for (const { path } of tree.closed) await chmod(path, open);
    await site.remove();
  }
}

interface Line {
  readonly type: string;
  readonly key?: string;
  readonly path?: string;
  readonly message?: string;
  readonly problems?: readonly string[];
}

async function fill(
  random: Random,
  dir: string,
  tree: Tree,
  { depth, visible }: { readonly depth: number; readonly visible: boolean },
): Promise<void> {
  const count = 1 + random.below(4);
  for (let i = 0; i < count; i += 1) {
    const name = random.pick([`a${i}`, `b c${i}`, `é${i}`, `.hidden${i}`, `backup${i}~`]);
    const path = `${dir}/${name}`;
    const left = name.startsWith('.') || name.endsWith('~');
    if (visible && left) tree.ignored.push(path);
    if (depth < 3 && random.below(3) === 0) await addDirectory(path, visible && !left);
    else await addFile(path, visible && !left);
  }

  async function addFile(path: string, seen: boolean): Promise<void> {
    const mode = random.pick(files);
    await writeFile(path, 'x');
    if (mode !== 0o644) tree.closed.push({ path, mode });
    if (seen) (mode === 0 ? tree.unread : tree.collected).push(path);
  }

  async function addDirectory(path: string, seen: boolean): Promise<void> {
    const mode = random.pick(directories);
    await mkdir(path);
    if (mode !== open) tree.closed.push({ path, mode });
    if (seen && (mode === 0o000 || mode === 0o111)) tree.unlisted.push(path);
    if (mode !== 0o444 || !seen) {
      await fill(random, path, tree, { depth: depth + 1, visible: seen && mode === open });
      return;
    }
    // Its names can be read and nothing else of it.
    for (const [name, make] of [
      ['file', () => writeFile(`${path}/file`, 'x')],
      ['directory', () => mkdir(`${path}/directory`)],
    ] as const) {
      if (random.below(2) === 0) continue;
      await make();
      tree.unlisted.push(`${path}/${name}`);
    }
  }
}

function expectSame(what: string, is: readonly string[], wanted: readonly string[]): void {
  const [a, b] = [is, wanted].map((paths) => [...new Set(paths)].sort().join('\n'));
  if (a !== b) throw new Error(`${what}:\n${a ?? ''}\ninstead of\n${b ?? ''}`);
}
