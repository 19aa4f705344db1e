import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { say } from './campaign.ts';
import { chance } from './chance.ts';
import { startServerProcess, type ServerProcess, type ServerState } from './server-process.ts';

const MiB = 1024 * 1024;

/** What no deploy may exceed, whatever it deploys. */
const most = { rss: 256 * MiB, files: 64, sockets: 320 };
/** Where names are hashed, there are a manifest and a second name for each of the files. */
const mostHashing = 384 * MiB;

interface Place {
  readonly site: Site;
  readonly server: ServerProcess;
  readonly args?: readonly string[];
  readonly mostRss?: number;
}

/** Deploys, and what is wrong about how: too much memory or too many handles, or another end than all well. */
async function deploy(
  goal: string,
  { site, server, args = [], mostRss = most.rss }: Place,
  env: Record<string, string> = {},
): Promise<{ problems: string[]; uploaded: number; requests: number }> {
  const before = requestsIn(await server.state());
  const start = performance.now();
  const { code, stdout, stderr, maxRssBytes, maxHandles } = await runCli(
    ['--backend', 's3', '--json', ...args],
    {
      cwd: site.dir,
      env: {
        AWS_STORAGE_BUCKET_NAME: 'assets',
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
        AWS_S3_ENDPOINT_URL: server.endpoint,
        ...env,
      },
      timeoutMs: 2 * 3_600_000,
    },
  );
  const seconds = Math.round((performance.now() - start) / 1000);
  const { files = 0, sockets = 0 } = maxHandles ?? {};
  const rss = maxRssBytes ?? 0;
  const requests = requestsIn(await server.state()) - before;
  say(goal, { code, seconds, rssMiB: Math.round(rss / MiB), files, sockets, requests });
  return {
    problems: [
      ...(code === 0 ? [] : [`exit ${String(code)}: ${stderr.slice(-500)}`]),
      ...(rss > mostRss ? [`${rss} bytes resident`] : []),
      ...(files > most.files ? [`${files} files open at once`] : []),
      ...(sockets > most.sockets ? [`${sockets} sockets open at once`] : []),
    ],
    uploaded: code === 0 ? (lastReport(stdout).counts['uploaded'] ?? 0) : 0,
    requests,
  };
}

function requestsIn({ counts }: ServerState): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** R14: so many files of 0 to 20 KB, then twice nothing to do: as listed, and as recorded. What is wrong about it. */
export async function deployMany(count: number, seed = 1): Promise<string[]> {
  const server = await startServerProcess();
  const site = await createSite({ 'package.json': '{}' });
  try {
    const nameOf = (i: number) => `d${i % 100}/f${i}.js`;
    const filler = 'abcdefghijklmnopqrstuvwxyz0123456789\n'.repeat(600);
    for (let start = 0; start < count; start += 1_000) {
      const files = Array.from({ length: Math.min(1_000, count - start) }, (_, j) => {
        const i = start + j;
        const text = `${i} ${filler}`.slice(0, Math.floor(chance(seed, 'size', i) * 20_000));
        return [`static/${nameOf(i)}`, text];
      });
      await site.write(Object.fromEntries(files) as Record<string, string>);
    }
    const first = await deploy(`R14 ${count} files`, { site, server });
    const stored = await server.state();
    const second = await deploy(`R14 ${count} files again`, { site, server });
    const after = await server.state();
    const trusting = { site, server, args: ['--trust-record'] };
    const third = await deploy(`R14 ${count} files, as recorded`, trusting);
    const problems = [first, second, third].flatMap((run) => run.problems);
    problems.push(...tooMany(second.requests, Math.ceil(count / 1_000) + 5));
    problems.push(...tooMany(third.requests, 10));
    if ((stored.record ?? Infinity) > 60 * count)
      problems.push(`a record of ${stored.record} bytes`);
    if (stored.objects !== count) problems.push(`${stored.objects} of ${count} are stored`);
    if (first.uploaded !== count) problems.push(`it claims ${first.uploaded} uploads`);
    if (after.counts['PutObject'] !== stored.counts['PutObject'])
      problems.push('the second run put');
    for (let i = 0; i < count; i += Math.floor(count / 50)) {
      const { parts } = await server.state(`static/${nameOf(i)}`);
      const bytes = await readFile(site.path('static', nameOf(i)));
      if (parts?.[0]?.sha256 !== sha256(bytes)) problems.push(`${nameOf(i)} has other bytes`);
    }
    return problems;
  } finally {
    await site.remove();
    await server.close();
  }
}

/** What a deploy of 1,000 changed files among so many takes, under hashed names: a put for each, and a few requests more. */
export async function deployChanges(count: number): Promise<string[]> {
  const server = await startServerProcess();
  const config = JSON.stringify({ hash: { keep: 'hashed' } });
  const site = await createSite({ 'package.json': '{}', 'collect.config.json': config });
  const write = (from: number, to: number, text: string) =>
    site.write(
      Object.fromEntries(
        Array.from({ length: to - from }, (_, i) => [
          `static/d${i % 100}/f${from + i}.txt`,
          `${from + i} ${text}`,
        ]),
      ),
    );
  try {
    for (let from = 0; from < count; from += 10_000) {
      await write(from, Math.min(count, from + 10_000), 'one');
    }
    const place = { site, server, mostRss: mostHashing };
    const first = await deploy(`1,000 of ${count}: the first deploy`, place);
    await write(0, 1_000, 'two');
    const second = await deploy(`1,000 of ${count}: the changes`, place);
    // Beside the files, the two manifests are uploads.
    const problems = [...first.problems, ...second.problems];
    if (second.uploaded !== 1_002) problems.push(`it claims ${second.uploaded} uploads`);
    problems.push(...tooMany(second.requests, 1_000 + Math.ceil(count / 1_000) + 25));
    return problems;
  } finally {
    await site.remove();
    await server.close();
  }
}

function tooMany(requests: number, most: number): string[] {
  return requests > most ? [`${requests} requests, and ${most} are enough`] : [];
}

/** R15: one file of so many bytes and 1,000 small ones, in a heap of 128 MB. What is wrong about it. */
export async function deployLarge(size: number): Promise<string[]> {
  const server = await startServerProcess();
  const small = Array.from({ length: 1_000 }, (_, i) => [`static/s/${i}.css`, `${i}`] as const);
  const site = await createSite({
    'package.json': '{}',
    ...Object.fromEntries(small),
    'static/film.mp4': '',
  });
  try {
    await makeFile(site.path('static', 'film.mp4'), size);
    const env = { NODE_OPTIONS: '--max-old-space-size=128' };
    const { problems } = await deploy(`R15 ${size} bytes`, { site, server }, env);
    const { parts = [], objects, uploads } = await server.state('static/film.mp4');
    if (objects !== 1_001) problems.push(`${objects} of 1001 are stored`);
    if (uploads !== 0) problems.push('an upload is left');
    if (parts.reduce((sum, part) => sum + part.size, 0) !== size) problems.push('it is cut short');
    const file = await open(site.path('static', 'film.mp4'));
    let position = 0;
    for (const part of parts) {
      const { buffer } = await file.read(Buffer.alloc(part.size), 0, part.size, position);
      if (sha256(buffer) !== part.sha256) problems.push(`other bytes from ${position} on`);
      position += part.size;
    }
    await file.close();
    return problems;
  } finally {
    await site.remove();
    await server.close();
  }
}

/** No two MiB of it are alike, although nearly all of it is a hole on the disk. */
async function makeFile(path: string, size: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.truncate(size);
  for (let start = 0; start < size - 16; start += MiB) {
    await file.write(`${start}`.padStart(16), start);
  }
  await file.close();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
