import { rm } from 'node:fs/promises';
import { vi } from 'vitest';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import type { Backend } from '../../src/backends/backend.ts';
import { carryOut, collect } from '../../src/collect.ts';
import { loadConfig } from '../../src/config/index.ts';
import { CollectError } from '../../src/errors.ts';
import { prepareRollback } from '../../src/rollback.ts';
import { readRecord } from '../../src/record.ts';
import { releasesOf } from '../../src/history.ts';
import type { Config } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { patient } from './deploy.ts';
import { createRandom, type Random } from './random.ts';
import {
  before,
  canRestore,
  createModel,
  isNeeded,
  isSame,
  keptName,
  known,
  prune,
  publish,
  type Files,
  type Model,
  type Served,
} from './release-model.ts';

const bucket = 'assets';
const own = 'static/.collect-static/';

/** A site as a bundler makes it: assets whose names have a hash, others that keep theirs, and pages that name both. */
export function createBuild(random: Random): Files {
  const cache = `max-age=${1 + random.below(2)}`;
  const files = new Map<string, Served>();
  const put = (key: string, text: string) => files.set(key, { text, cache });
  for (const name of ['app', 'shop', 'map']) {
    const version = random.below(6) - 1;
    if (version === -1) continue;
    put(`assets/${name}.${keptName(`${name}${version}`).slice(0, 8)}.js`, textOf(name, version));
  }
  for (const name of ['site.css', 'logo.svg']) {
    const version = random.below(5) - 1;
    if (version >= 0) put(name, textOf(name, version));
  }
  const links = [...files.keys()].map((name) => `<a href="${name}">`).join('');
  put('index.html', `${links}<p>${random.below(9)}`);
  if (random.below(3) > 0) put('about.html', `${links}<b>${random.below(9)}`);
  return files;
}

function textOf(name: string, version: number): string {
  return `${name} ${'v'.repeat(version + 1)}`;
}

function letTimePass(): void {
  vi.setSystemTime(Date.now() + 1_100);
}

/** Everything that a history has. */
interface World {
  readonly fake: FakeS3;
  readonly site: Site;
  readonly config: Config;
  readonly backend: Backend;
  readonly random: Random;
  readonly model: Model;
  readonly keep: number;
  readonly foreign: Map<string, string>;
  /** Texts of which somebody deleted an object. */
  readonly damaged: Set<string>;
  readonly told: string[];
}

/** One random history of a destination. @throws Error where it is not as the model says */
export async function runHistory(seed: number, steps = 7): Promise<void> {
  const random = createRandom(seed);
  const [fake, site] = await Promise.all([startFakeS3(), createSite({ 'package.json': '{}' })]);
  fake.createBucket(bucket, random.below(4) === 0 ? { kms: true } : {});
  const keep = 2 + random.below(3);
  const config = await loadConfig({
    cwd: site.dir,
    env: {
      COLLECT_STATIC_RELEASES: 'true',
      COLLECT_STATIC_RETAIN: JSON.stringify({ releases: keep, days: 0 }),
      AWS_STORAGE_BUCKET_NAME: bucket,
      AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: fake.endpoint,
    },
    flags: { backend: 's3', sources: ['static'] },
    needsSources: false,
  });
  const backend = await createS3Backend({ ...config, concurrency: 4, timing: patient });
  const model = createModel();
  const foreign = new Map<string, string>();
  const damaged = new Set<string>();
  const told: string[] = [];
  const world = { fake, site, config, backend, random, model, keep, foreign, damaged, told };
  try {
    for (let step = 0; step < steps; step += 1) {
      // Times are told in seconds, and a whole history is over in one.
      letTimePass();
      await takeStep(world, step);
      compare(world);
    }
    await goEverywhere(world);
  } catch (error) {
    const { message } = error as Error;
    throw new Error([message, ...told].join('\n  '), { cause: error });
  } finally {
    await backend.close?.();
    await fake.close();
    await site.remove();
  }
}

async function takeStep(world: World, step: number): Promise<void> {
  const { random, model } = world;
  const dice = step === 0 ? 0 : random.below(20);
  if (dice < 7) await deploy(world, createBuild(random), { pruning: dice > 3 });
  else if (dice < 9)
    await deploy(world, model.history.at(-1)?.files ?? new Map(), { pruning: true });
  else if (dice < 12) await rollBack(world, undefined);
  else if (dice < 14) await rollBack(world, random.below(known(model, world.keep).length));
  else if (dice < 16) deleteSomething(world);
  else if (dice < 17) plantForeign(world);
  else if (dice < 19) {
    const files = createBuild(random);
    const pruning = random.below(2) === 0;
    await crash(world, { files, pruning }, (backend) => runDeploy(world, backend, files, pruning));
  } else {
    const at = before(model, world.keep);
    const { files = new Map(), origin } = model.history[at ?? -1] ?? {};
    await crash(world, { files, pruning: false, origin }, (backend) =>
      runRollback(world, backend, undefined),
    );
  }
}

async function deploy(
  world: World,
  files: Files,
  { pruning }: { pruning: boolean },
): Promise<void> {
  world.told.push(`deploy${pruning ? ' and prune' : ''}: ${describe(files)}`);
  const code = await runDeploy(world, world.backend, files, pruning);
  if (code !== 0) throw new Error(`a deploy ends with ${code}`);
  const seen = new Set(world.model.kept);
  publish(world.model, files, world.keep);
  if (!pruning) return;
  prune(world.model, world.keep);
  sweep(world, seen);
}

async function runDeploy(
  { site, config }: World,
  backend: Backend,
  files: Files,
  pruning: boolean,
): Promise<number> {
  await rm(site.path('static'), { recursive: true, force: true });
  const texts = [...files].map(([key, { text }]) => [`static/${key}`, text] as const);
  await site.write(Object.fromEntries(texts));
  const [one] = files.values();
  const rules = [
    { match: ['**'], headers: { 'cache-control': one?.cache ?? '' }, immutable: false },
  ];
  const settings = { prune: pruning, acceptDeletes: 1_000_000, acceptShrink: true };
  const report = await collect({ ...config, rules, ...settings }, backend);
  return report.exitCode;
}

/** `index`: among the known releases, the oldest first; undefined: without an id. */
async function rollBack(world: World, index: number | undefined): Promise<void> {
  const { model, keep, told } = world;
  const first = Math.max(0, model.history.length - keep);
  const asked = index === undefined ? undefined : model.history[first + index]?.files;
  // Of releases that are the same, the last is meant.
  const at =
    asked === undefined
      ? before(model, keep)
      : model.history.findLastIndex(({ files }) => isSame(files, asked));
  const goal = at === undefined ? undefined : model.history[at];
  told.push(`rollback ${index ?? ''} to ${at ?? 'nothing'}`);
  const writesBefore = world.fake.writes().length;
  const code = await runRollback(world, world.backend, index);
  if (goal === undefined || !canRestore(model, goal.files)) {
    if (code !== 5) throw new Error(`a rollback to what is not there ends with ${code}`);
    if (world.fake.writes().length !== writesBefore) throw new Error('a refused rollback writes');
    return;
  }
  if (code !== 0) throw new Error(`a rollback ends with ${code}`);
  publish(model, goal.files, keep, goal.origin);
}

async function runRollback(
  { config }: World,
  backend: Backend,
  index: number | undefined,
): Promise<number> {
  const options = {
    dryRun: false,
    state: undefined,
    on: () => {},
    signal: new AbortController().signal,
  };
  try {
    const { recorded } = await readRecord(backend, {});
    const all = recorded === undefined ? [] : releasesOf(recorded.release).toReversed();
    const id = index === undefined ? undefined : all[index]?.id;
    const prepared = await prepareRollback(config, backend, id, options);
    return (await carryOut(prepared, backend, options)).exitCode;
  } catch (error) {
    if (error instanceof CollectError) return error.exitCode;
    throw error;
  }
}

/** An object of ours, or something that is kept for a rollback. */
function deleteSomething({ fake, model, random, told, damaged }: World): void {
  const keys = [...fake.objects(bucket).keys()].filter(
    (key) => !key.startsWith(own) || key.startsWith(`${own}objects/`),
  );
  const key = random.pick(keys);
  if (key.startsWith('static/theirs/')) return;
  told.push(`somebody deletes ${key}`);
  damaged.add(fake.objects(bucket).get(key)?.bytes.toString() ?? '');
  fake.remove(bucket, key);
  model.bucket.delete(key.slice('static/'.length));
  for (const text of model.kept)
    if (key === `${own}objects/${keptName(text)}`) model.kept.delete(text);
}

function plantForeign({ fake, foreign, random, told }: World): void {
  const key = `static/theirs/${random.below(3)}.txt`;
  const text = `theirs ${random.below(100)}`;
  told.push(`somebody writes ${key}`);
  fake.put(bucket, key, text, { 'cache-control': 'theirs' });
  foreign.set(key, text);
}

interface Run {
  readonly files: Files;
  readonly pruning: boolean;
  readonly origin?: number | undefined;
}

/** A run of which nothing more is heard from some request on. What it left is taken over, if it is whole. */
async function crash(
  world: World,
  what: Run,
  run: (backend: Backend) => Promise<number>,
): Promise<void> {
  const { fake, model, random, told, keep } = world;
  const record = recordOf(fake);
  const wanted = new Set([...neededTexts(model, keep), ...model.kept]);
  const calls = 3 + random.below(24);
  const lost = random.below(2) === 0;
  told.push(
    `a run dies after ${calls} calls${lost ? ', the last of them done' : ''}: ${describe(what.files)}`,
  );
  await run(breakAfter(world.backend, calls, lost)).catch(() => undefined);
  // As if its machine were gone.
  fake.remove(bucket, `${own}lock.json`);
  if (recordOf(fake) === record) adoptHalf(world, what.files, wanted);
  else adoptWhole(world, what);
}

/** What the bucket has of known releases: nobody can go back to what older ones left. */
function neededTexts(model: Model, keep: number): string[] {
  return [...model.ours]
    .filter(([key, left]) => model.bucket.get(key)?.text === left.text)
    .filter(([, left]) => isNeeded(model, left, keep))
    .map(([, { text }]) => text);
}

/** Each key is old or new, and whatever gave way is kept. */
function adoptHalf(
  { fake, model, foreign }: World,
  files: Files,
  wanted: ReadonlySet<string>,
): void {
  const actual = served(fake, foreign);
  for (const [key, { text }] of model.bucket) {
    const is = actual.get(key)?.text;
    if (is !== text && is !== files.get(key)?.text)
      throw new Error(`after a crash ${key} is ${String(is)}`);
  }
  for (const [key, { leaving }] of model.ours) {
    const [was, is] = [model.bucket.get(key), actual.get(key)];
    const isOther = was?.text !== is?.text || was?.cache !== is?.cache;
    // What no release left where one was to delete is as if somebody else had written it.
    if (leaving === true && isOther) model.ours.delete(key);
  }
  const live = new Set([...actual.values()].map(({ text }) => text));
  for (const text of wanted) {
    if (!live.has(text) && !isKept(fake, text)) throw new Error(`a crash loses ${text}`);
    if (isKept(fake, text)) model.kept.add(text);
  }
  model.bucket.clear();
  for (const [key, file] of actual) model.bucket.set(key, file);
}

/** It became a release; of what it was to delete, some may be left. */
function adoptWhole(world: World, { files, pruning, origin }: Run): void {
  const { fake, model, keep, foreign } = world;
  publish(model, files, keep, origin);
  const unpruned = new Map(model.bucket);
  const actual = served(fake, foreign);
  const pruned = { ...model, bucket: new Map(model.bucket), ours: new Map(model.ours) };
  prune(pruned, keep);
  for (const key of unpruned.keys()) {
    const left = model.ours.get(key);
    if (left === undefined || pruned.bucket.has(key)) continue;
    if (pruning && actual.has(key)) model.ours.set(key, { ...left, leaving: true });
    if (actual.has(key)) continue;
    model.bucket.delete(key);
    model.ours.delete(key);
  }
  model.kept.clear();
  for (const text of allTexts(model)) if (isKept(fake, text)) model.kept.add(text);
}

/** Calls of the backend, until it answers no more; the last one may have been heard. */
function breakAfter(backend: Backend, calls: number, lost: boolean): Backend {
  let left = calls;
  const dead = new Error('the network is gone');
  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left >= 0) return run();
    if (left === -1 && lost) await run();
    throw dead;
  };
  return {
    ...backend,
    put: (...args) => call(() => backend.put(...args)),
    head: (...args) => call(async () => backend.head?.(...args)),
    read: (...args) => call(async () => backend.read?.(...args)),
    copy: (...args) => call(() => must(backend.copy?.(...args))),
    delete: (...args) => call(() => must(backend.delete?.(...args))),
  };
}

function must<T>(made: T | undefined): T {
  if (made === undefined) throw new Error('the backend cannot do that');
  return made;
}

/** Prune leaves of what is kept everything that a known release needs, and of what was there before nothing that none has. */
function sweep({ fake, model, keep, told }: World, seen: ReadonlySet<string>): void {
  const releases = known(model, keep);
  const current = releases.at(-1);
  const earlier = new Set(releases.flatMap((one) => (one === current ? [] : texts(one.files))));
  for (const text of model.kept) {
    const isThere = isKept(fake, text);
    if (earlier.has(text) && !isThere) throw new Error(`prune deletes "${text}", which is needed`);
    const needless = !earlier.has(text) && !texts(current?.files ?? new Map()).includes(text);
    if (needless && isThere && seen.has(text))
      throw new Error(`prune leaves "${text}", which nobody needs`);
    if (!isThere) model.kept.delete(text);
  }
  const distinct = releases.filter(
    (one, i) => !releases.slice(0, i).some((other) => isSame(one.files, other.files)),
  );
  const files = [...fake.objects(bucket).keys()].filter((key) => key.startsWith(`${own}releases/`));
  if (files.length > distinct.length) {
    throw new Error(`prune leaves ${files.length} records for ${distinct.length} releases`);
  }
  told.push(`${releases.length} releases known, ${model.kept.size} texts kept`);
}

/** The bucket is as the model says, and every page of a known release finds what it names. */
function compare(world: World): void {
  const { fake, model, foreign, keep, damaged } = world;
  const actual = served(fake, foreign);
  if (!isSame(actual, model.bucket)) {
    throw new Error(`the bucket has ${describe(actual)}\n  the model ${describe(model.bucket)}`);
  }
  for (const [key, text] of foreign) {
    const held = fake.objects(bucket).get(key);
    if (held?.bytes.toString() !== text || held.headers['cache-control'] !== 'theirs') {
      throw new Error(`${key} was somebody else's`);
    }
  }
  for (const text of model.kept) if (!isKept(fake, text)) throw new Error(`"${text}" is not kept`);
  for (const { files } of known(model, keep)) {
    for (const [page, { text }] of files) {
      const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
      for (const key of [page, ...links]) {
        const wanted = files.get(key)?.text ?? '';
        const live = model.bucket.get(key)?.text === wanted;
        const found = live || (!key.startsWith('assets/') && isKept(fake, wanted));
        if (!found && !damaged.has(wanted)) throw new Error(`${key} of a known release is lost`);
      }
    }
  }
}

/** At the end, back and forth between what is known. */
async function goEverywhere(world: World): Promise<void> {
  for (const at of [0, 1]) {
    if (known(world.model, world.keep).length <= at) return;
    letTimePass();
    await rollBack(world, at);
    compare(world);
  }
}

function served(fake: FakeS3, foreign: ReadonlyMap<string, string>): Map<string, Served> {
  const objects = [...fake.objects(bucket)].filter(
    ([key]) => !key.startsWith(own) && !foreign.has(key),
  );
  return new Map(
    objects.map(([key, { bytes, headers }]) => [
      key.slice('static/'.length),
      { text: bytes.toString(), cache: headers['cache-control'] ?? '' },
    ]),
  );
}

function isKept(fake: FakeS3, text: string): boolean {
  const held = fake.objects(bucket).get(`${own}objects/${keptName(text)}`);
  return held?.bytes.toString() === text && held.acl === 'private';
}

function recordOf(fake: FakeS3): string | undefined {
  return fake.objects(bucket).get(`${own}release.json.gz`)?.sha256;
}

function texts(files: Files): string[] {
  return [...files.values()].map(({ text }) => text);
}

function allTexts({ history, bucket: held }: Model): Set<string> {
  return new Set([...history.flatMap(({ files }) => texts(files)), ...texts(held)]);
}

function describe(files: Files): string {
  return [...files].map(([key, { text, cache }]) => `${key} ${text.length} ${cache}`).join(', ');
}
