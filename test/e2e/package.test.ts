import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
  it('is at most 45 packages', () => {
    expect(production.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    expect(production.length).toBeLessThanOrEqual(45);
    expect(read('SECURITY.md')).toContain(`An install brings ${production.length} packages`);
    expect(read('CONTRIBUTING.md')).toContain(`Today it is ${production.length}.`);
  });

  it('runs no install script', () => {
    const scripted = production.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted).toEqual([]);
  });

  // Users do not have the lockfile, and the SDK's releases of 2027 need Node 22.
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
        'bin/evaluate-config.js',
        'collect.config.example.json',
        'dist/THIRD_PARTY_NOTICES.md',
        'dist/cli.js',
        'dist/config.schema.json',
        'dist/index.d.ts',
        'dist/index.js',
        'package.json',
      ]),
    );
  });

  it('holds nothing of what only a checkout needs', () => {
    expect(
      files.filter((path) => !/^(bin|dist)\/|^[^/]+\.(md|json)$|^LICENSE$/.test(path)),
    ).toEqual([]);
    expect(files).not.toContain('package-lock.json');
    expect(files).not.toContain('CONTRIBUTING.md');
  });

  it('holds the licence of every package that is bundled', () => {
    const notices = read('dist/THIRD_PARTY_NOTICES.md');
    const bundled = [
      'cosmiconfig',
      'fast-glob',
      'http-proxy-agent',
      'https-proxy-agent',
      'picomatch',
    ];
    expect(bundled.filter((name) => !notices.includes(`\n## ${name} `))).toEqual([]);
  });

  // The SDK is loaded by require (rolldown.config.ts).
  const imports =
    /^(?:import|export|\} from|const .* = createRequire\(import\.meta\.url\)\() ?.*?["']([^.][^"']*)["']\)?;$/gm;

  it('imports what it depends on, and nothing else', () => {
    const modules = files.filter((path) => path.endsWith('.js'));
    const imported = modules.flatMap((path) =>
      [...read(path).matchAll(imports)].map(([, name]) => name),
    );
    const foreign = imported.filter((name) => name?.startsWith('node:') === false);
    const allowed = Object.keys(manifest.dependencies);
    expect([...new Set(foreign)].sort()).toEqual(allowed.sort());
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
