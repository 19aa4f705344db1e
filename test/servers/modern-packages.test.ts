import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLinks, readHashedTree } from '../harness/link-checker.ts';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { djangoMissing } from '../support/django/install.ts';
import { startOracle } from '../support/django/oracle.ts';
import {
  acceptedByDjango,
  installPackages,
  namesIn,
  packageDir,
  refusedByDjango,
} from '../support/packages.ts';
import { missingPart } from '../support/servers.ts';

/**
 * Where a package refers to what it does not hold: sources that import each other without the extension, which only a
 * bundler understands, and pages of its makers' tests and demonstrations.
 */
const incomplete: Readonly<Record<string, readonly string[]>> = {
  '@tabler/core': ['dist/libs/star-rating.js/img/star-*.svg'],
  alpinejs: ['src/**'],
  flatpickr: ['dist/esm/**'],
  'jquery-timepicker': ['test/*.html'],
  'jstree-bootstrap-theme': ['demo/assets/images/{find,logo}.png'],
  leaflet: ['src/**'],
};

/** Not whole scripts: what a build puts before and after one. Nobody can parse them, and they name nothing. */
const fragments: Readonly<Record<string, readonly string[]>> = {
  select2: [
    'src/js/banner.end.js',
    'src/js/banner.start.js',
    'src/js/wrapper.end.js',
    'src/js/wrapper.start.js',
  ],
};

const refused = refusedByDjango.map(({ specifier }) => specifier);
let site: Site;

beforeAll(async () => {
  site = await installPackages([...acceptedByDjango, ...refused]);
});

afterAll(async () => {
  await site.remove();
});

const missingDjango = missingPart('django-5.2', await djangoMissing('django-5.2'));

describe.skipIf(missingDjango !== undefined)('Django 5.2', () => {
  it.each(refusedByDjango)('refuses $specifier', async ({ specifier, jsModules, because }) => {
    const oracle = await startOracle('django-5.2');
    const root = await createSite();
    try {
      const source = packageDir(site, specifier);
      const request = { source, root: root.dir, names: await namesIn(source) };
      const outcome = await oracle.collect({ ...request, jsModules, staticUrl: '/static/' });
      expect('refused' in outcome && outcome.refused).toContain(because);
    } finally {
      await oracle.stop();
      await root.remove();
    }
  });
});

describe('the modern engine', () => {
  // Nothing is there but under a hashed name or a fixed one, so a reference that was forgotten leads nowhere.
  it.each([...acceptedByDjango, ...refused])('collects %s', async (specifier) => {
    const name = specifier.replace(/@[^@]*$/, '');
    const dir = packageDir(site, specifier);
    const { stored, warned } = await collect(dir, incomplete[name] ?? []);
    const { broken, unreadable, resolved } = checkLinks(stored.tree, '/static/');

    const missing = broken.filter(({ use }) => use !== 'linked');
    expect(warned.map(({ from, url }) => `${from}: ${url}`).sort()).toEqual(
      missing.map(({ file, url }) => `${stored.nameOf(file)}: ${url}`).sort(),
    );
    for (const { path, url, line, column } of warned) {
      const text = readFileSync(path, 'utf8').split('\n')[line - 1] ?? '';
      expect(
        Array.from(text)
          .slice(column - 1)
          .join(''),
      ).toMatch(startsWith(url));
    }
    const errors = warned.filter(({ isMap }) => !isMap);
    expect(errors.length > 0).toBe(name in incomplete);
    expect(unreadable.map(({ file }) => stored.nameOf(file)).sort()).toEqual(fragments[name] ?? []);
    process.stdout.write(`${specifier}: ${resolved} references, ${warned.length} to nothing\n`);
  });

  it('follows thousands of references', async () => {
    const { stored } = await collect(packageDir(site, 'lodash-es@'), []);
    expect(checkLinks(stored.tree, '/static/').resolved).toBeGreaterThan(2000);
  });
});

async function collect(dir: string, missing: readonly string[]) {
  const config = {
    sources: [{ dir, ignore: ['node_modules/**'] }],
    hash: { keep: 'hashed', onMissing: Object.fromEntries(missing.map((glob) => [glob, 'warn'])) },
  };
  const project = await createSite({ 'collect.config.json': JSON.stringify(config) });
  try {
    const { code, stdout, stderr } = await runCli(['--hash', '--json'], { cwd: project.dir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const manifest = JSON.parse(
      await readFile(project.path('staticfiles', 'staticfiles.json'), 'utf8'),
    ) as { paths: Readonly<Record<string, string>> };
    const names = new Map(Object.entries(manifest.paths).map(([name, key]) => [key, name]));
    return {
      warned: warnings(stdout).map((place) => ({
        ...place,
        from: place.path.slice(dir.length + 1),
      })),
      stored: {
        tree: readHashedTree(project.path('staticfiles')),
        nameOf: (key: string) => names.get(key) ?? key,
      },
    };
  } finally {
    await project.remove();
  }
}

/** What the run says of references that lead nowhere. */
function warnings(ndjson: string) {
  const lines = ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { code?: string; subjects?: readonly string[] });
  const subjects = lines.find(({ code }) => code === 'REFERENCES_MISSING')?.subjects ?? [];
  return subjects.map((subject) => {
    const match = /^(.+):(\d+):(\d+): (\S+)(?: \(.+\))? is not there$/.exec(subject);
    const [, path = subject, line, column, url = ''] = match ?? [];
    const isMap = url.endsWith('.map');
    return { path, line: Number(line), column: Number(column), url, isMap };
  });
}

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`);
}
