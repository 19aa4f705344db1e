// What compressing costs, beside WhiteNoise's compressor at the same quality (gzip, level 9), on files of the packages
// that this checkout has: npm run build && npm run bench:compress [-- FILES [ROUNDS]]. In each round, in turn: a dry
// run without compression, one with it and no cache, one with a warm cache, and WhiteNoise's command.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installPython } from '../test/support/pip.ts';

const [most = 5_000, rounds = 3] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'collect-static-bench-'));
const project = join(dir, 'project');
const config = {
  defaultIgnore: false,
  compress: { encodings: ['gzip'] },
  allow: ['source-map', 'private-key', 'database'].map((rule) => ({
    rule,
    match: '**',
    reason: 'a bench',
  })),
};

function copyFiles(): string {
  let [files, bytes] = [0, 0];
  const modules = join(root, 'node_modules');
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (files === most) break;
    if (!entry.isFile() || /\.node$|\/\.cache\//.test(path)) continue;
    const { size } = statSync(path);
    if (size > 2_000_000) continue;
    const to = join(project, 'static', relative(modules, path));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to);
    files += 1;
    bytes += size;
  }
  return `${files} files, ${(bytes / 1e6).toFixed(1)} MB`;
}

function timed(program: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') },
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: exit ${String(status)} ${stderr}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const python = await installPython('whitenoise', ['whitenoise[brotli]==6.*']);
const bin = join(root, 'bin', 'collect-static.js');
const dryRun = ['--dry-run', '--quiet'];
const times = { without: [], anew: [], warm: [], theirs: [] } as Record<string, number[]>;
try {
  mkdirSync(project);
  writeFileSync(join(project, 'collect.config.json'), JSON.stringify(config));
  process.stdout.write(`${copyFiles()}, ${rounds} rounds\n`);
  timed(process.execPath, [bin, ...dryRun]); // fills the cache
  for (let round = 0; round < rounds; round += 1) {
    const theirs = join(dir, 'theirs');
    cpSync(join(project, 'static'), theirs, { recursive: true });
    times['without']?.push(timed(process.execPath, [bin, ...dryRun, '--no-compress']));
    times['anew']?.push(timed(process.execPath, [bin, ...dryRun, '--no-cache']));
    times['warm']?.push(timed(process.execPath, [bin, ...dryRun]));
    const args = ['-m', 'whitenoise.compress', '--quiet', '--no-brotli', theirs];
    times['theirs']?.push(timed(python, args));
    rmSync(theirs, { recursive: true });
  }
  const of = (name: string) => median(times[name] ?? []);
  for (const name of Object.keys(times))
    process.stdout.write(`${name}: ${Math.round(of(name))} ms\n`);
  const added = of('anew') - of('without');
  process.stdout.write(`added by compressing / WhiteNoise: ${(added / of('theirs')).toFixed(2)}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
