import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';
import { pack, root } from '../support/npm.ts';

interface LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const production = locked.filter(
  ([, { dev, devOptional, peer }]) => dev !== true && devOptional !== true && peer !== true,
);

describe('what an install brings', () => {
  it('is at most 5 packages', () => {
    expect(production.length).toBeGreaterThanOrEqual(Object.keys(manifest.dependencies).length);
    expect(production.length).toBeLessThanOrEqual(5);
    expect(read('SECURITY.md')).toContain(`An install brings ${production.length} package beside`);
    expect(read('CONTRIBUTING.md')).toContain(`Today it is ${production.length}.`);
  });

  it('runs no install script', () => {
    const scripted = production.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted).toEqual([]);
  });

  // The SDK's releases of 2027 need Node 22.
  it('takes patches of the AWS SDK only', () => {
    const { dependencies, devDependencies } = manifest;
    const sdk = Object.entries({ ...devDependencies, ...dependencies }).filter(([name]) =>
      name.startsWith('@aws-sdk/'),
    );
    expect(sdk.map(([name]) => name)).toContain('@aws-sdk/client-s3');
    expect(sdk.filter(([, range]) => range !== '~3.1169.0')).toEqual([]);
  });
});

it('has a lockfile that names no download address', () => {
  expect(
    locked.filter(([, { resolved }]) => resolved !== undefined && /^https?:/.test(resolved)),
  ).toEqual([]);
});

describe('the packed package', async () => {
  const packed = await pack(['--dry-run']);
  const files = packed.files.map(({ path }) => path);

  it('holds the program, the library with its types, the schema and the terms', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bin/collect-static.js',
        'bin/digest-thread.js',
        'bin/evaluate-config.js',
        'collect.config.example.json',
        'dist/THIRD_PARTY_NOTICES.md',
        'dist/cli.js',
        'dist/config.schema.json',
        'dist/index.d.ts',
        'dist/index.js',
        'examples/django/print_config.py',
        'package.json',
      ]),
    );
  });

  it('holds nothing of what only a checkout needs', () => {
    expect(
      files.filter((path) => !/^(bin|dist|examples)\/|^[^/]+\.(md|json)$|^LICENSE$/.test(path)),
    ).toEqual([]);
    expect(files).not.toContain('package-lock.json');
    expect(files).not.toContain('CONTRIBUTING.md');
  });

  it('holds the licence of every package that is bundled', () => {
    const notices = read('dist/THIRD_PARTY_NOTICES.md');
    const bundled = [
      '@aws-sdk/client-s3',
      'cosmiconfig',
      'fast-glob',
      'http-proxy-agent',
      'https-proxy-agent',
      'picomatch',
    ];
    expect(bundled.filter((name) => !notices.includes(`\n## ${name} `))).toEqual([]);
  });

  it('needs nothing beside itself to run', async () => {
    // Outside the checkout, whose node_modules would be found from anywhere in it.
    const dir = await mkdtemp(join(tmpdir(), 'collect-static-package-'));
    const store = await startFakeS3();
    onTestFinished(async () => {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    });
    for (const path of files) await cp(join(root, path), join(dir, 'package', path));
    await mkdir(join(dir, 'static'));
    // More files than the SDK sends before the fast path takes over.
    const names = Array.from({ length: 40 }, (_, i) => `static/${i}.css`);
    for (const name of names) await writeFile(join(dir, name), `/* ${name} */`);
    store.createBucket('assets');
    const bin = join(dir, 'package', 'bin', 'collect-static.js');
    const args = ['--to', 's3://assets', '--endpoint-url', store.endpoint, '--hash'];
    const { accessKeyId, secretAccessKey } = store.credentials;
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { code, stdout } = await runCli(args, { cwd: dir, env, bin });
    expect(stdout).toContain('complete, 82 uploaded');
    expect(code).toBe(0);
  });

  it('needs what it depends on for its types, and nothing else', () => {
    const reached = new Set<string>();
    const foreign = new Set<string>();
    const follow = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const [, name = ''] of read(path).matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
        if (name.startsWith('.')) follow(join(dirname(path), name.replace(/\.ts$/, '.d.ts')));
        else foreign.add(name);
      }
    };
    follow('dist/index.d.ts');
    follow('dist/manifest-runtime.d.ts');
    expect(reached.size).toBeGreaterThan(10);
    expect([...foreign].filter((name) => !name.startsWith('node:'))).toEqual(
      Object.keys(manifest.dependencies),
    );
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
