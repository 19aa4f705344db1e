import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, ...args: string[]) {
  const io = createFakeIo(args, { cwd: site.dir });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

/** As Django names it. */
const hashOf = (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12);

const read = (site: Site, ...parts: string[]) =>
  readFile(site.path('staticfiles', ...parts), 'utf8');

async function paths(site: Site): Promise<Record<string, string>> {
  const manifest = JSON.parse(await read(site, 'staticfiles.json')) as {
    paths: Record<string, string>;
  };
  return manifest.paths;
}

function config(hash: unknown, more: object = {}): SiteFiles {
  return { 'collect.config.json': JSON.stringify({ hash, ...more }) };
}

describe('--hash', () => {
  it('stores each file under a name with the hash of its bytes too, and says so in the manifest', async () => {
    const site = await project({ 'static/img/a.png': 'png', 'static/LICENSE': 'MIT' });
    expect((await run(site, '--hash')).code).toBe(0);
    const [image, licence] = [`img/a.${hashOf('png')}.png`, `LICENSE.${hashOf('MIT')}`];
    expect(await site.list('staticfiles')).toEqual(
      ['LICENSE', licence, 'assets.json', 'img/a.png', image, 'staticfiles.json'].sort(),
    );
    expect(await paths(site)).toEqual({ LICENSE: licence, 'img/a.png': image });
  });

  it('stores nothing the second time', async () => {
    const site = await project({
      'static/css/a.css': 'a{background:url(b.png)}',
      'static/css/b.png': 'b',
    });
    await run(site, '--hash');
    const { out } = await run(site, '--hash', '--json');
    expect(out).toContain('"uploaded":0');
  });

  it('shows the hashed names in a dry run', async () => {
    const site = await project({ 'static/a.png': 'png' });
    const { code, out } = await run(site, '--hash', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain(`a.${hashOf('png')}.png`);
    expect(await site.list()).not.toContain('staticfiles/a.png');
  });

  it('is switched off by --no-hash, whatever the config says', async () => {
    const site = await project({ 'static/a.png': 'png', ...config(true) });
    for (const flag of ['--no-hash', '--no-post-process']) {
      expect((await run(site, flag)).code).toBe(0);
      expect(await site.list('staticfiles')).toEqual(['a.png']);
    }
  });

  it('does not rename uploads', async () => {
    const site = await project({ 'media/a.png': 'png', ...config(true) });
    expect((await run(site, '--target', 'media')).code).toBe(0);
    expect(await site.list('mediafiles')).toEqual(['a.png']);
  });
});

describe('hash.keep', () => {
  it('"hashed" stores only hashed names, but pages and fixed addresses under their own', async () => {
    const files = { 'a.png': 'png', 'index.html': '<p>', 'robots.txt': 'x', 'favicon.ico': 'ico' };
    const site = await project({
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
      'static/.well-known/security.txt': 'y',
      ...config({ keep: 'hashed' }),
    });
    await run(site);
    expect(await site.list('staticfiles')).toEqual(
      [
        '.well-known/security.txt',
        `a.${hashOf('png')}.png`,
        'assets.json',
        'favicon.ico',
        'index.html',
        'robots.txt',
        'staticfiles.json',
      ].sort(),
    );
  });
});

describe('hash.keep "hashed" keeps what is still asked for by its own name', () => {
  const kept = async (files: SiteFiles, hash: object = {}) => {
    const site = await project({
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
      ...config({ keep: 'hashed', ...hash }),
    });
    expect((await run(site)).code).toBe(0);
    const stored = await site.list('staticfiles');
    return Object.keys(files).filter((name) => stored.includes(name));
  };

  it('by a script, whose page decides what a name counts from', async () => {
    const script =
      'new Worker("w.js"); importScripts("./lib/a.js"); fetch("/static/data/a.json?v=1")';
    expect(
      await kept({
        'js/app.js': script,
        'js/w.js': '',
        'pages/w.js': '',
        'js/lib/a.js': '',
        'js/other/a.js': '',
        'data/a.json': '{}',
        'data/b.json': '{}',
      }),
    ).toEqual(['js/w.js', 'pages/w.js', 'js/lib/a.js', 'data/a.json']);
  });

  it('by what is kept, which has its own bytes: a worker and the modules that it imports', async () => {
    expect(
      await kept({
        'app.js':
          'import "./b.js"; new Worker("w.js"); const data = new URL("data.js", import.meta.url);',
        'w.js': 'import "./lib/a.js"',
        'data.js': '',
        'lib/a.js': 'import "./c.js"',
        'lib/c.js': 'export { default } from "../d.js"',
        'd.js': 'export default import.meta.resolve("./e.css")',
        'e.css': 'a { background: url(f.png) }',
        'f.png': 'f',
        'b.js': 'import "./lib/c.js"',
      }),
    ).toEqual(['w.js', 'lib/a.js', 'lib/c.js', 'd.js', 'e.css', 'f.png']);
  });

  it('by what registers a service worker, whatever its name is', async () => {
    expect(
      await kept({
        'app.js':
          'import "./lib.js"; navigator.serviceWorker.register(new URL("off.js", import.meta.url), { type: "module" })',
        'off.js': 'import "./lib.js"',
        'lib.js': '',
        'other.js': '',
      }),
    ).toEqual(['off.js', 'lib.js']);
  });

  it('by a bare specifier, where an import map says which directory its prefix stands for', async () => {
    const map =
      '{ "imports": { "app/": "./js/", "#own/": "/static/lib/", "far/": "https://a.b/" } }';
    expect(
      await kept({
        'index.html': `<script type="importmap">${map}</script>`,
        'main.js': 'import "app/a.js"; import "#own/deep/b.js"; import "far/c.js"',
        'js/a.js': '',
        'lib/deep/b.js': '',
        'lib/a.js': '',
        'js/c.js': '',
      }),
    ).toEqual(['index.html', 'js/a.js', 'lib/deep/b.js']);
  });

  it('by data, with its escapes, and by a full address', async () => {
    const json = String.raw`{ "a": "img\/a.png", "b": "https://cdn.example.com/static/img/b.png", "c": "c%2Dd.png" }`;
    expect(
      await kept({
        'data.json': json,
        'img/a.png': 'a',
        'img/b.png': 'b',
        'c-d.png': 'c',
        'd.png': 'd',
      }),
    ).toEqual(['img/a.png', 'img/b.png', 'c-d.png']);
  });

  it('by a script in a page that a template language has the last word on', async () => {
    const page = '<img src="b.png"><script>const logo = "{{ root }}/a.png"</script>';
    expect(await kept({ 'index.html': page, 'a.png': 'a', 'b.png': 'b' })).toEqual([
      'index.html',
      'a.png',
    ]);
  });

  it('by modules, where they are not rewritten', async () => {
    const files = {
      'a.js': 'import "./b.js"; import "./c.js"',
      'b.js': '',
      'c.js': '',
      'd.js': '',
    };
    expect(await kept(files)).toEqual([]);
    expect(await kept(files, { jsModules: false })).toEqual(['b.js', 'c.js']);
    expect(await kept(files, { engine: 'django-5.2' })).toEqual(['b.js', 'c.js']);
  });

  it('by nothing but its own comment, or its source map: not', async () => {
    const files = {
      'app.js': '/*! app.js 1.0 */\nx()\n//# sourceMappingURL=app.js.map',
      'app.js.map': '{"version":3,"file":"app.js","sources":["app.ts"],"names":[],"mappings":""}',
      'a b.css': 'a{}',
    };
    // A name with a blank may be written in so many ways that it is kept.
    expect(await kept(files)).toEqual(['a b.css']);
  });
});

describe('a web app manifest that is named manifest.json', () => {
  it('is rewritten under its own name, and must name pictures that are there', async () => {
    const icons = (src: string) => JSON.stringify({ name: 'A', icons: [{ src }] });
    const site = await project({
      'static/manifest.json': icons('img/a.png'),
      'static/img/a.png': 'png',
      ...config(true),
    });
    expect((await run(site)).code).toBe(0);
    expect(await read(site, 'manifest.json')).toBe(icons(`img/a.${hashOf('png')}.png`));
    await writeFile(site.path('static', 'manifest.json'), icons('img/b.png'));
    const { code, err } = await run(site);
    expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining('img/b.png') as string });
  });

  it('is left alone where it is something else', async () => {
    const site = await project({
      'static/manifest.json': '// of a browser extension\n{}',
      ...config(true),
    });
    expect((await run(site)).code).toBe(0);
    expect(await read(site, 'manifest.json')).toContain('extension');
  });
});

describe('which files are hashed', () => {
  it('leaves to pages that they name what is: include says only who gets a hashed name', async () => {
    const site = await project({
      'static/index.html': '<link rel="stylesheet" href="a.css"><img src="b.png">',
      'static/a.css': 'a{}',
      'static/b.png': 'png',
      ...config({ include: ['*.css'] }),
    });
    expect((await run(site)).code).toBe(0);
    expect(await read(site, 'index.html')).toBe(
      `<link rel="stylesheet" href="a.${hashOf('a{}')}.css"><img src="b.png">`,
    );
  });

  it('is said by include and exclude; the others are stored as they are', async () => {
    const site = await project({
      'static/a.png': 'a',
      'static/b.png': 'b',
      'static/c.txt': 'c',
      ...config({ include: ['*.png'], exclude: ['b.*'] }),
    });
    await run(site);
    expect(await paths(site)).toEqual({
      'a.png': `a.${hashOf('a')}.png`,
      'b.png': 'b.png',
      'c.txt': 'c.txt',
    });
  });

  it('not those that alreadyHashed names: they are immutable as they are', async () => {
    const site = await project({
      'static/build/main.4f2a.js': 'x()',
      ...config({ alreadyHashed: ['build/**'] }),
    });
    const { out } = await run(site, '--dry-run', '--json');
    const planned = out.split('\n').filter((line) => line.includes('main.4f2a'));
    expect(planned.join('\n')).not.toContain(hashOf('x()'));
    await run(site);
    expect(await paths(site)).toEqual({ 'build/main.4f2a.js': 'build/main.4f2a.js' });
  });

  it.each([
    [
      'Vite',
      {
        'static/.vite/manifest.json': JSON.stringify({
          'src/main.ts': {
            file: 'assets/main-B1x_-kQz.js',
            src: 'src/main.ts',
            css: ['assets/main-DiwrgTda.css', 'assets/style.css'],
          },
          'src/plain.ts': { file: 'assets/plain.js', src: 'src/plain.ts' },
          'src/entry.ts': { file: 'assets/app.js', src: 'src/entry.ts' },
          '_shared.js': { file: 'assets/shared.js' },
        }),
      },
      { 'assets/main-B1x_-kQz.js': '1', 'assets/main-DiwrgTda.css': '2' },
      {
        'assets/plain.js': '3',
        'assets/app.js': '4',
        'assets/shared.js': '5',
        'assets/style.css': '6',
      },
    ],
    [
      'webpack',
      {
        'static/manifest.json': JSON.stringify({
          'main.js': '/static/main.3f2a9c1b.js',
          'lazy.js': 'auto/453.3a0d1e8f.chunk.js',
          'logo.png': '8a1b7c6d5e4f30219a8b.png',
          'plain.js': 'auto/plain.js',
          'other.js': 'auto/other.bundle.js',
          'style.css': 'polyfills-es2015.css',
        }),
      },
      { 'main.3f2a9c1b.js': '1', '453.3a0d1e8f.chunk.js': '2', '8a1b7c6d5e4f30219a8b.png': '3' },
      { 'plain.js': '4', 'other.bundle.js': '5', 'polyfills-es2015.css': '6' },
    ],
    [
      'Create React App',
      {
        'static/asset-manifest.json': JSON.stringify({
          files: { 'main.js': '/static/js/main.3f2a9c1b.js', 'index.html': '/static/index.html' },
          entrypoints: ['js/main.3f2a9c1b.js'],
        }),
      },
      { 'js/main.3f2a9c1b.js': '1' },
      { 'js/other.js': '2' },
    ],
    [
      'Sprockets',
      {
        'static/.sprockets-manifest-0a1b.json': JSON.stringify({
          files: { 'app-99b1c8d2.js': { logical_path: 'app.js' } },
          assets: { 'app.js': 'app-99b1c8d2.js' },
        }),
      },
      { 'app-99b1c8d2.js': '1' },
      { 'app.js': '2' },
    ],
    [
      'Propshaft',
      {
        'static/.manifest.json': JSON.stringify({ 'app.js': { digested_path: 'app-1f00c2de.js' } }),
      },
      { 'app-1f00c2de.js': '1' },
      { 'other.js': '2' },
    ],
  ])('nor those that %s says to have hashed', async (_, manifest, bundled, plain) => {
    const site = await project({
      ...manifest,
      ...Object.fromEntries(
        Object.entries({ ...bundled, ...plain }).map(([name, text]) => [`static/${name}`, text]),
      ),
      ...config(true),
    });
    expect((await run(site)).code).toBe(0);
    const stored = await paths(site);
    for (const name of Object.keys(bundled)) expect(stored[name]).toBe(name);
    for (const name of Object.keys(plain)) expect(stored[name]).not.toBe(name);
  });
});

describe("a bundler's manifest", () => {
  const name = 'assets/main-B1x_-kQz.js';
  const manifest = JSON.stringify({ 'src/main.ts': { file: name } });

  it.each([
    ['.vite', { ignore: ['.vite'] }],
    ['.vite', { ignore: ['.vite/**'], defaultIgnore: false }],
    ['.vite', { sources: [{ dir: 'static', ignore: ['.vite'], prefix: 'app' }] }],
    ['.vite', { sources: [{ dir: 'static', include: ['assets/**'] }], defaultIgnore: false }],
    ['', { ignore: ['manifest.json'] }],
    ['.vite', { sources: ['static'], defaultIgnore: false }],
    ['.vite', { sources: [{ dir: 'static', prefix: 'app' }], defaultIgnore: false }],
  ])('is read whether it is published or not: in "%s", with %j', async (folder, left) => {
    const site = await project({
      [`static/${folder}/manifest.json`]: manifest,
      [`static/${name}`]: '1',
      ...config(true, left),
    });
    const { code, err } = await run(site);
    expect(`${err}exit ${code}`).toMatch(/exit 0$/);
    const made = Object.entries(await paths(site)).filter(([asked]) => asked.endsWith('.js'));
    expect(made.map(([, key]) => key)).toEqual([expect.stringMatching(/main-B1x_-kQz\.js$/)]);
  });
});

it('a web app manifest is none of a bundler: the page that it starts with is rewritten, and never frozen', async () => {
  const site = await project({
    'static/manifest.json': JSON.stringify({ short_name: 'l.png', start_url: '/index.html' }),
    'static/index.html': '<img src=l.png>',
    'static/l.png': 'png',
    ...config(true),
  });
  const { out } = await run(site, '--dry-run', '--json');
  expect(out).not.toMatch(/"key":"(?:index\.html|l\.png)"[^\n]*immutable/);
  expect((await run(site)).code).toBe(0);
  expect(await read(site, 'index.html')).toBe(`<img src=l.${hashOf('png')}.png>`);
});

it.each([
  ['a domain', { url: { domain: 'cdn.example.org' } }],
  [
    'a domain and a longer location',
    { url: { domain: 'cdn.example.org' }, s3: { location: 'a/b' } },
  ],
  ['an absolute base', { url: { base: 'https://cdn.example.org/x/' } }],
])('files find each other below %s', async (_, more) => {
  const css = 'a{b:url(x.png);c:url(../y.png)}';
  const site = await project({
    'static/css/a.css': css,
    'static/css/x.png': 'x',
    'static/y.png': 'y',
    'static/index.html': '<link rel=stylesheet href=css/a.css><img src=/static/y.png>',
    ...config(true, more),
  });
  expect((await run(site)).code).toBe(0);
  const [x, y] = [hashOf('x'), hashOf('y')];
  const rewritten = `a{b:url(x.${x}.png);c:url(../y.${y}.png)}`;
  const name = `a.${hashOf(rewritten)}.css`;
  expect(await read(site, 'css', name)).toBe(rewritten);
  expect(await read(site, 'index.html')).toContain(`href=css/${name}`);
  await site.write({ 'static/gone.html': '<img src=css/gone.png>' });
  const { code, err } = await run(site);
  expect(code).toBe(4);
  expect(err).toContain('gone.html:1:10: css/gone.png is not there');
});

it('a reference without an end is told in a line', async () => {
  const site = await project({ 'static/a.css': `a{b:url(${'x'.repeat(100_000)}`, ...config(true) });
  for (const args of [[], ['check']]) {
    const { out, err } = await run(site, ...args);
    expect(out + err).toContain('a.css:1:9');
    expect((out + err).length).toBeLessThan(2_000);
  }
});

describe('manifest.local', () => {
  it('is a copy of the manifests for the server, made when everything is stored', async () => {
    const site = await project({
      'static/a.png': 'a',
      ...config(true, { manifest: { local: 'build/manifest.json' } }),
    });
    await run(site, '--dry-run');
    expect(await site.list()).not.toContain('build/manifest.json');
    expect((await run(site)).code).toBe(0);
    expect(await readFile(site.path('build', 'manifest.json'), 'utf8')).toBe(
      await read(site, 'staticfiles.json'),
    );
    expect(await readFile(site.path('build', 'manifest.assets.json'), 'utf8')).toBe(
      await read(site, 'assets.json'),
    );
  });

  it('is told when it cannot be written, after everything was stored', async () => {
    const site = await project({
      'static/a.png': 'a',
      'build/manifest.json/file': 'in the way',
      ...config(true, { manifest: { local: 'build/manifest.json' } }),
    });
    const { code, err } = await run(site);
    expect(code).toBe(8);
    expect(err).toContain('error[MANIFEST_NOT_WRITTEN]');
    expect(err).toContain(site.path('build', 'manifest.json'));
    expect(await site.list('staticfiles')).toContain('staticfiles.json');
    expect(await site.list('build')).toEqual(['manifest.assets.json', 'manifest.json/file']);
  });

  it('is told where no directory can be made', async () => {
    const site = await project({ 'static/a.png': 'a', 'build/file': 'in the way' });
    for (const local of [site.path('build', 'file', 'dir', 'm.json'), '/proc/none/dir/m.json']) {
      await writeFile(
        site.path('collect.config.json'),
        JSON.stringify({ hash: true, manifest: { local } }),
      );
      const { code, err } = await run(site);
      expect(code).toBe(8);
      expect(err).toContain('error[MANIFEST_NOT_WRITTEN]');
    }
  });
});

describe('refusals before anything is written', () => {
  it('a source that holds a name of the manifests', async () => {
    const site = await project({ 'static/staticfiles.json': '{}', 'static/a.png': 'a' });
    const { code, err } = await run(site, '--hash');
    expect(code).toBe(4);
    expect(err).toContain('error[MANIFEST_NAME_TAKEN]');
    expect(err).toContain(site.path('static', 'staticfiles.json'));
    expect(await site.list()).not.toContain('staticfiles/a.png');
  });

  it('a file under the very name that hashing gives another, with other bytes', async () => {
    const site = await project({
      'static/a.txt': 'text',
      [`static/a.${hashOf('text')}.txt`]: 'other',
    });
    const { code, err } = await run(site, '--hash');
    expect(code).toBe(4);
    expect(err).toContain('error[HASHED_NAME_TAKEN]');
    expect(err).toContain(`a.${hashOf('text')}.txt`);
  });
});

it('a tree that was hashed in one step is published by another: same keys, same bytes', async () => {
  const site = await project({
    'static/css/a.css': 'a{background:url(b.png)}',
    'static/css/b.png': 'b',
  });
  await run(site, '--hash');
  expect((await run(site, '-s', 'staticfiles', '--to', 'second', '--no-hash')).code).toBe(0);
  const names = await site.list('staticfiles');
  expect(await site.list('second')).toEqual(names);
  for (const name of names) {
    expect(await readFile(site.path('second', name), 'utf8')).toBe(await read(site, name));
  }
  // Its manifest tells what may be cached for ever.
  const { out } = await run(site, '-s', 'staticfiles', '--to', 'third', '--dry-run', '--json');
  const immutable = out.split('\n').filter((line) => line.includes('immutable'));
  expect(immutable).toHaveLength(2);
});

describe('a tree that was hashed in one step, of names with a hash of their own', () => {
  const vite = { 'static/.vite/manifest.json': '{"a":{"file":"assets/main-B1x_-kQz.js"}}' };
  const files = { ...vite, 'static/assets/main-B1x_-kQz.js': '1', 'static/b/x.4f2a.js': '2' };
  const ofAll = config({ alreadyHashed: ['b/**'] });
  const immutableIn = async (site: Site, ...args: string[]) => {
    const { code, out } = await run(site, '--dry-run', '--json', ...args);
    expect(code).toBe(0);
    const actions = out.split('\n').filter((line) => line.includes('immutable'));
    return actions.map((line) => (JSON.parse(line) as { key: string }).key).sort();
  };
  const second = ['-s', 'staticfiles', '--to', 'second', '--no-hash'];

  it('is published by another with the same headers, without its settings', async () => {
    const site = await project({ ...files, 'static/p.css': 'p{}', ...ofAll });
    const inOne = await immutableIn(site);
    expect(inOne).toHaveLength(3);
    await run(site);
    await site.write({ 'collect.config.json': '{}' });
    expect(await immutableIn(site, ...second)).toEqual(inOne);
  });

  it.each(['', 'null', '{"assets":null}', '{"assets":{"b/x.4f2a.js":null}}', '[{"assets":1}]'])(
    'is published with a foreign assets.json as well: %j',
    async (text) => {
      const site = await project({ ...files, ...ofAll });
      await run(site);
      await site.write({ 'staticfiles/assets.json': text });
      expect(await immutableIn(site, ...second)).toEqual([]);
    },
  );

  it('is known by what both manifests say alone', async () => {
    const site = await project({ ...files, ...ofAll });
    await run(site);
    const assets = { 'b/x.4f2a.js': { key: 'b/other.js', immutable: true } };
    await site.write({ 'staticfiles/assets.json': JSON.stringify({ version: 1, assets }) });
    expect(await immutableIn(site, ...second)).toEqual([]);
  });
});
