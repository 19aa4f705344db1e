import { mkdir, utimes, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFiles, trialOf } from '../test/harness/runs.ts';
import { createSite, type Site } from '../test/support/create-site.ts';
import { sit, type Candidate } from './exam.ts';
import { cache, install } from './install.ts';
import { killCopies } from './kills.ts';
import { addNote, readNotes, type Note } from './notes.ts';
import type { Peer } from './peer.ts';
import { peers } from './peers.ts';
import { runJobs, type Job } from './queue.ts';
import { rehearse, type Rehearsed, type Sites } from './rehearsal.ts';
import { describe, type Row } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Names, separated by semicolons. */
    peers: { type: 'string', default: peers.map(({ name }) => name).join(';') },
    schedules: { type: 'string', default: '100' },
    kills: { type: 'string', default: '40' },
    /** Seconds after which a run that has not ended is killed. */
    deadline: { type: 'string', default: '600' },
    /** Runs side by side, and how many of them may be busy: the others wait for answers that do not come. */
    'at-once': { type: 'string', default: '80' },
    'at-work': { type: 'string', default: '4' },
  },
});
const deadlineMs = Number(values.deadline) * 1000;
const seeds = Array.from({ length: Number(values.schedules) }, (_, i) => i + 1);

/** A row of the tables to be, and what its runs need. */
interface Entry {
  readonly row: Omit<Row, 'runs' | 'kills'>;
  readonly candidate?: Candidate;
  readonly rehearsed?: Exclude<Rehearsed, { reason: string }>;
}

await mkdir(cache, { recursive: true });
const [now, before] = await Promise.all([createSite(createFiles(200)), createOldSite()]);
try {
  const entries: Entry[] = [];
  const sites = { now: now.path('static'), before: before.path('static') };
  for (const peer of peers.filter(({ name }) => values.peers.split(';').includes(name))) {
    entries.push(await admit(peer, sites));
  }
  const notes = await readNotes();
  const limits = { atOnce: Number(values['at-once']), atWork: Number(values['at-work']) };
  await runJobs([...killJobs(entries, notes), ...runsJobs(entries, notes, sites.now)], limits);
  await write(entries);
} finally {
  await Promise.all([now.remove(), before.remove()]);
}

/** The same names and sizes, two days old. */
async function createOldSite(): Promise<Site> {
  const files = Object.entries(createFiles(200)).map(([name, text]): [string, string] => [
    name,
    'old'.repeat(text.length).slice(0, text.length),
  ]);
  const site = await createSite(Object.fromEntries(files));
  const then = Date.now() / 1000 - 2 * 24 * 3600;
  for (const name of await site.list()) await utimes(site.path(name), then, then);
  return site;
}

/** Installs a peer, and tries it in good weather. */
async function admit(peer: Peer, sites: Sites): Promise<Entry> {
  const { name, deploys, copies, note } = peer;
  const row = {
    name,
    deploys: show(deploys('BUCKET')),
    ...(copies && { copies: show(copies) }),
    ...(note !== undefined && { note }),
  };
  const installed = await install(peer);
  if ('reason' in installed) {
    say(`${name}: ${installed.reason}`);
    return { row: { ...row, ...installed } };
  }
  const { env, version } = installed;
  const candidate = { peer, env, deadlineMs };
  const known = { ...row, version };
  const rehearsed = await rehearse(candidate, sites);
  say(`${name} ${version}: ${'reason' in rehearsed ? rehearsed.reason : 'well in good weather'}`);
  if ('reason' in rehearsed) return { row: { ...known, reason: rehearsed.reason }, candidate };
  return { row: { ...known, refused: rehearsed.refused }, candidate, rehearsed };
}

function killJobs(entries: readonly Entry[], notes: readonly Note[]): Job[] {
  return entries.flatMap(({ row, candidate }) => {
    const { name: peer, version = '' } = row;
    const copies = candidate?.peer.copies;
    if (candidate === undefined || copies === undefined) return [];
    if (notesOf(row, notes).some((note) => 'kills' in note)) return [];
    return async (alive: () => void) => {
      const kills = await killCopies(candidate, copies, { wanted: Number(values.kills), alive });
      await addNote({ peer, version, kills });
      say(`${peer}: ${JSON.stringify(kills)}`);
    };
  });
}

/** One seed after the other, each with all peers: an exam that is broken off is one of fewer schedules. */
function runsJobs(entries: readonly Entry[], notes: readonly Note[], site: string): Job[] {
  const known = new Map(
    entries.map(({ row }) => [row, runsOf(row, notes).map(({ seed }) => seed)]),
  );
  return seeds.flatMap((seed) =>
    entries.flatMap(({ row, candidate, rehearsed }) => {
      if (candidate === undefined || rehearsed === undefined) return [];
      if (known.get(row)?.includes(seed)) return [];
      const { name: peer, version = '' } = row;
      return async (alive: () => void) => {
        const trial = trialOf(seed);
        const bucket = rehearsed.refused.includes(trial.bucket) ? {} : trial.bucket;
        const run = await sit(candidate, site, rehearsed.reference, { ...trial, bucket }, alive);
        await addNote({ peer, version, seed, deadlineMs, run });
        say(`${peer} seed ${seed}: ${run.outcome} after ${run.seconds} s`);
      };
    }),
  );
}

function notesOf({ name, version }: Entry['row'], notes: readonly Note[]): readonly Note[] {
  return notes.filter((note) => note.peer === name && note.version === version);
}

function runsOf(row: Entry['row'], notes: readonly Note[]): Row['runs'] {
  return notesOf(row, notes)
    .flatMap((note) => ('seed' in note && note.deadlineMs === deadlineMs ? [note] : []))
    .filter(({ seed }) => seeds.includes(seed))
    .map(({ seed, run }) => ({ seed, ...run }))
    .sort((a, b) => a.seed - b.seed);
}

async function write(entries: readonly Entry[]): Promise<void> {
  const notes = await readNotes();
  const rows = entries.map(({ row }) => {
    const kills = notesOf(row, notes).flatMap((note) => ('kills' in note ? [note.kills] : []));
    return { ...row, runs: runsOf(row, notes), ...(kills[0] && { kills: kills[0] }) };
  });
  const results = fileURLToPath(new URL('results/', import.meta.url));
  await mkdir(results, { recursive: true });
  await writeFile(`${results}faults.md`, describe(rows, deadlineMs));
  await writeFile(`${results}faults.json`, toJson(rows));
  say(describe(rows, deadlineMs));
}

/** A line for each run, so that two exams can be compared; without what the tools said, which names this machine. */
function toJson(rows: readonly Row[]): string {
  const peers = rows.map(({ runs, ...row }) => {
    const lines = runs.map((run) => {
      const [wrong, missing] = [run.wrong.length, run.missing.length];
      return JSON.stringify({ ...run, wrong, missing, said: undefined });
    });
    return `{"peer":${JSON.stringify(row)},"runs":[\n${lines.join(',\n')}\n]}`;
  });
  return `[\n${peers.join(',\n')}\n]\n`;
}

function show(words: readonly string[]): string {
  return words.map((word) => (/[ *$]/.test(word) ? `'${word}'` : word)).join(' ');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
