import { createHash } from 'node:crypto';
import { appendFile, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { main } from '../../src/cli.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { createRandom, type Random } from './random.ts';

const names = Array.from({ length: 24 }, (_, i) => `f${i}.txt`);

/** Writers change a source while it is deployed over and over; everything stored must have existed whole. */
export async function raceWriters(durationMs: number, seed: number): Promise<{ runs: number }> {
  const random = createRandom(seed);
  const site = await createSite({
    'package.json': '{}',
    'outside.txt': 'SECRET',
    'static/.keep': '',
  });
  const race: Race = { site, random, versions: new Map(), texts: new Map(), over: false };
  try {
    for (const name of names) await put(race, name, text(random), (path, t) => writeFile(path, t));
    const writers = [0, 1, 2].map((part) => keepWriting(race, part));
    const until = performance.now() + durationMs;
    let runs = 0;
    while (performance.now() < until) {
      const code = await main(createFakeIo(['--quiet'], { cwd: site.dir }));
      if (![0, 4, 5, 8].includes(code)) throw new Error(`exit ${code}`);
      await check(race);
      runs += 1;
    }
    race.over = true;
    await Promise.all(writers);
    return { runs };
  } finally {
    race.over = true;
    await site.remove();
  }
}

interface Race {
  readonly site: Site;
  readonly random: Random;
  /** Digests of every state a file ever had, noted before it got it. */
  readonly versions: Map<string, Set<string>>;
  readonly texts: Map<string, string>;
  over: boolean;
}

const digest = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const text = (random: Random) =>
  String.fromCharCode(97 + random.below(26)).repeat(1 + random.below(random.pick([50, 2_500_000])));

function note({ versions, texts }: Race, name: string, ...states: string[]): void {
  const known = versions.get(name) ?? new Set();
  for (const state of states) known.add(digest(state));
  versions.set(name, known);
  texts.set(name, states.at(-1) ?? '');
}

async function put(race: Race, name: string, next: string, write: Write): Promise<void> {
  note(race, name, next);
  await write(race.site.path('static', name), next);
}

type Write = (path: string, next: string) => Promise<void>;

async function keepWriting(race: Race, part: number): Promise<void> {
  const own = names.filter((_, i) => i % 3 === part);
  const { random, site } = race;
  await writeFile(site.path(`next${part}`), '').catch(() => undefined);
  while (!race.over) {
    await mutate(race, random.pick(own), site.path(`next${part}`)).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, random.below(30)));
  }
}

async function mutate(race: Race, name: string, spare: string): Promise<void> {
  const { random, site } = race;
  const path = site.path('static', name);
  const now = race.texts.get(name) ?? '';
  const byRename: Write = async (to, next) => {
    await writeFile(spare, next);
    await rename(spare, to);
  };
  switch (random.below(6)) {
    case 0: {
      const more = text(random).slice(0, 4_000);
      return put(race, name, now + more, (to) => appendFile(to, more));
    }
    case 1: {
      const length = random.below(now.length + 1);
      return put(race, name, now.slice(0, length), (to) => truncate(to, length));
    }
    case 2:
      return put(race, name, text(random), byRename);
    case 3: // in place, of equal length: old and new bytes could mix unseen
      return put(race, name, 'z'.repeat(now.length), async (to, next) => {
        await writeFile(to, next, { flag: 'r+' });
      });
    case 4:
      await rm(path);
      return put(race, name, text(random), byRename);
    default:
      await rm(path);
      await symlink('../outside.txt', path);
      await rm(path);
      return put(race, name, text(random), byRename);
  }
}

async function check({ site, versions }: Race): Promise<void> {
  for (const stored of await site.list('staticfiles').catch((): string[] => [])) {
    const bytes = await readFile(site.path('staticfiles', stored));
    if (versions.get(stored)?.has(digest(bytes)) === true) continue;
    throw new Error(`${stored} never existed like that: ${bytes.length} bytes`);
  }
}
