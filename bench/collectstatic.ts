// Wall time of `collect-static --hash` against Django's collectstatic: the same files, into a directory, side by side.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createSite, type Site } from '../test/support/create-site.ts';
import { installDjango } from '../test/support/django/install.ts';
import { root } from '../test/support/npm.ts';
import {
  acceptedByDjango,
  installPackages,
  nameOf,
  namesIn,
  packageDir,
} from '../test/support/packages.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    files: { type: 'string', default: '5000' },
  },
});
const rounds = Number(values.rounds);
const execute = promisify(execFile);

/** The last one fills up. */
const packages = [...acceptedByDjango, 'lodash@4.17.21', 'moment@2.30.1', 'bootstrap-icons@1.13.1'];

const settings = `from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "bench"
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
`;

const manage = `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

interface Candidate {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const site = await createSite({
  'package.json': '{}',
  'manage.py': manage,
  'settings.py': settings,
  // What is said of references that lead nowhere is no part of the work.
  'django-5.2.json': JSON.stringify({ hash: { engine: 'django-5.2' } }),
  'modern.json': JSON.stringify({ hash: { engine: 'modern', onMissing: 'ignore' } }),
});
try {
  const { count, bytes } = await fill(site, Number(values.files));
  const python = await installDjango('django-5.2');
  const bin = join(root, 'bin', 'collect-static.js');
  const ours = (engine: string): Candidate => ({
    name: `collect-static, ${engine}`,
    command: [process.execPath, bin, '--hash', '--config', `${engine}.json`],
  });
  const candidates: readonly Candidate[] = [
    { name: 'Django', command: [python, 'manage.py', 'collectstatic', '--noinput'] },
    ours('django-5.2'),
    ours('modern'),
  ];
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, command } of candidates) {
      const ms = await time(command);
      // The first round only warms the file system's cache.
      if (round > 0) times.get(name)?.push(ms);
      process.stderr.write(`round ${round}: ${name} ${Math.round(ms)} ms\n`);
    }
  }
  const results = describe(times);
  const { stdout: version } = await execute(python, ['-m', 'django', '--version']);
  const about = { files: count, bytes, rounds, django: version.trim(), node: process.version };
  const record = { ...about, cpus: cpus().length, packages, results };
  const path = fileURLToPath(new URL('results/django.json', import.meta.url));
  await writeFile(path, `${JSON.stringify(record, undefined, 2)}\n`);
  process.stdout.write(tableOf(results, `${count} files, ${Math.round(bytes / 1e6)} MB`));
} finally {
  await site.remove();
}

/** Puts so many files of the packages into `static`. */
async function fill(at: Site, most: number): Promise<{ count: number; bytes: number }> {
  const installed = await installPackages(packages);
  try {
    let count = 0;
    let bytes = 0;
    for (const specifier of packages) {
      const dir = packageDir(installed, specifier);
      const names = await namesIn(dir);
      for (const name of names.slice(0, most - count)) {
        const target = at.path('static', nameOf(specifier), name);
        await mkdir(dirname(target), { recursive: true });
        await copyFile(join(dir, name), target);
        count += 1;
        bytes += (await stat(target)).size;
      }
    }
    return { count, bytes };
  } finally {
    await installed.remove();
  }
}

/** From an empty destination, start of the program included. Rejects where it fails. */
async function time([program, ...args]: Candidate['command']): Promise<number> {
  await rm(site.path('staticfiles'), { recursive: true, force: true });
  const start = performance.now();
  const env = { PATH: process.env['PATH'] ?? '', HOME: site.dir };
  await execute(program, args, { cwd: site.dir, env, maxBuffer: 2 ** 28 });
  return performance.now() - start;
}

interface Result {
  readonly name: string;
  readonly medianMs: number;
  /** Median of the rounds' own ratios to Django. */
  readonly ratio: number;
  readonly ms: readonly number[];
}

function describe(all: ReadonlyMap<string, readonly number[]>): Result[] {
  const django = all.get('Django') ?? [];
  return [...all].map(([name, ms]) => ({
    name,
    medianMs: Math.round(median(ms)),
    ratio: Number(median(ms.map((one, i) => one / (django[i] ?? 0))).toFixed(3)),
    ms: ms.map((one) => Math.round(one)),
  }));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function tableOf(results: readonly Result[], what: string): string {
  const rows = results.map(
    ({ name, medianMs, ratio, ms }) =>
      `| ${name} | ${medianMs} ms | ${ratio.toFixed(2)} | ${Math.min(...ms)}–${Math.max(...ms)} ms |`,
  );
  return [
    `${what}, ${rounds} rounds`,
    '',
    '| command | median | ratio to Django | range |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
