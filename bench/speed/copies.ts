import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { install } from '../install.ts';
import { django } from '../django.ts';
import { peers } from '../peers.ts';
import { bin } from './commands.ts';
import type { Corpus } from './corpus.ts';
import type { Entrant } from './measure.ts';
import { corpusOf, type Row, type Sizes } from './rows.ts';
import { compareFiles, runOnce, type Workshop } from './workshop.ts';

interface Copying {
  readonly tool: string;
  readonly version?: readonly string[];
  /** From `static/` to `out/`, which is there already when it copies again. */
  readonly words: readonly string[];
  readonly again?: readonly string[];
}

const copying: readonly Copying[] = [
  { tool: 'cp', words: ['cp', '-a', 'static', 'out'], again: ['cp', '-au', 'static/.', 'out/'] },
  { tool: 'rsync', words: ['rsync', '-a', 'static/', 'out/'] },
];

export async function copiesRow(shop: Workshop, { few }: Sizes): Promise<Row> {
  const { dir, corpus } = corpusOf(shop, few);
  // Moved away, and deleted with everything else at the end: where copies were deleted between the runs, cp itself took 0.8 s
  // in the first round and 4.2 s in the fourth (ext4).
  let copies = 0;
  const clear = async () => {
    if (!existsSync(join(dir, 'out'))) return;
    copies += 1;
    await rename(join(dir, 'out'), join(dir, `out-${copies}`));
  };
  return {
    id: 'copy-first',
    title: 'First copy into a local directory',
    about: `${few.toLocaleString('en')} files of 1–20 KB`,
    entrants: await createCopying(shop, { dir, corpus: await corpus, prepare: clear }, false),
  };
}

export async function copyAgainRow(shop: Workshop, { few }: Sizes): Promise<Row> {
  const { dir, corpus } = corpusOf(shop, few);
  const all = { dir, corpus: await corpus };
  let last = '';
  const first = await createCopying(shop, { ...all, prepare: () => Promise.resolve() }, false);
  // Each one finds what it copied itself, long ago: what was written a moment ago has to be read again.
  const out = join(dir, 'out');
  const kept = new Set<string>();
  const prepare = async (tool: string) => {
    if (last === tool) return;
    if (last !== '') await rename(out, `${out}-${last}`);
    last = '';
    await rm(out, { recursive: true, force: true });
    const filler = first.find((one) => one.tool === tool);
    if (kept.has(tool)) await rename(`${out}-${tool}`, out);
    else if (filler !== undefined) await runOnce(filler);
    kept.add(tool);
    last = tool;
  };
  return {
    id: 'copy-nothing',
    title: 'Nothing changed in a local directory',
    about: `${few.toLocaleString('en')} files of 1–20 KB; home directories are kept between runs`,
    entrants: await createCopying(shop, { ...all, prepare }, true),
    warmUp: true,
  };
}

async function createCopying(
  shop: Workshop,
  about: {
    readonly dir: string;
    readonly corpus: Corpus;
    readonly prepare: (tool: string) => Promise<void>;
  },
  again: boolean,
): Promise<Entrant[]> {
  const { dir, corpus, prepare } = about;
  const home = join(shop.tmp, 'homes', 'copies');
  await mkdir(home, { recursive: true });
  const common = {
    variant: '',
    checks: 'fixed' as const,
    dir,
    env: { HOME: home },
    check: () => compareFiles(join(dir, 'out'), corpus),
  };
  const entrants: Entrant[] = [
    {
      ...common,
      tool: 'collect-static',
      version: '',
      command: [process.execPath, bin, '--to', 'out'],
      shown: 'collect-static --to out',
      prepare: () => prepare('collect-static'),
    },
  ];
  for (const { tool, words, again: other } of copying) {
    const command = again ? (other ?? words) : words;
    const shown = command.join(' ');
    entrants.push({ ...common, tool, version: '', command, shown, prepare: () => prepare(tool) });
  }
  for (const peer of [...peers.filter(({ name }) => name === 'rclone'), django]) {
    const installed = await install(peer);
    if ('reason' in installed || peer.copies === undefined) continue;
    for (const [name, text] of Object.entries(peer.files?.({ bucket: '', endpoint: '' }) ?? {})) {
      await writeFile(join(dir, name), text);
    }
    entrants.push({
      ...common,
      tool: peer.name.replace(/ \+ .*/, ''),
      version: installed.version.replace(/ \+ .*/, ''),
      command: peer.copies,
      shown: peer.copies.join(' '),
      env: { ...installed.env, HOME: home },
      prepare: () => prepare(peer.name.replace(/ \+ .*/, '')),
    });
  }
  return entrants.filter(({ tool }) => shop.tools?.includes(tool) !== false);
}
