import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function project(files: SiteFiles, hash: unknown = true): Promise<Site> {
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify({ hash }),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
  });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, ...args: string[]) {
  const io = createFakeIo(args, { cwd: site.dir });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

describe('check', () => {
  const files = {
    'a.css': 'a{background:url(a.pgn)}',
    'a.png': 'png',
    'index.html': '<link rel=stylesheet href=a.css>',
  };

  it('tells broken references with the nearest name, and files that nobody refers to', async () => {
    const site = await project(files);
    expect(await run(site, 'check')).toEqual({
      code: 9,
      out: 'static/a.css:1:18: a.pgn is not there; did you mean a.png?\na.png: nobody refers to it\n',
      err: '1 broken reference, 1 file nobody refers to\n',
    });
  });

  it('tells no file that a text names in its own way, such as a worker or data', async () => {
    const site = await project({
      'index.html': '<script src=js/app.js></script>',
      'js/app.js': 'new Worker("w.js"); fetch("/static/data.json")',
      'js/w.js': '',
      'data.json': '{ "logo": "img/a.png" }',
      'img/a.png': 'a',
      'img/b.png': 'b',
    });
    expect(await run(site, 'check')).toMatchObject({
      code: 0,
      out: 'img/b.png: nobody refers to it\n',
    });
  });

  it('looks at what templates ask for', async () => {
    const site = await project({ ...files, 'a.css': 'a{}' });
    await site.write({
      'templates/x.html': '{% static "a.png" %}\n{% static "b.png" %}{% static name %}',
    });
    expect(await run(site, 'check', '--templates', 'templates/**/*.html')).toEqual({
      code: 9,
      out: 'templates/x.html:2:11: b.png is not there; did you mean a.png?\n',
      err: '1 broken reference, 1 call that cannot be judged without running\n',
    });
    const { out } = await run(site, 'check', '--json', '--templates', 'templates/*.html');
    expect(JSON.parse(out)).toMatchObject({ type: 'check', dynamic: 1, broken: [{ line: 2 }] });
  });

  it('takes a name with a slash in front for none, as Django and createManifest do', async () => {
    const site = await project({ 'css/app.css': 'a{}', 'css/b.css': 'b{}' });
    await site.write({
      'x.html': '{% static "/css/app.css" %}{{asset "/css/c.css"}}{{asset "css/b.css"}}',
    });
    expect(await run(site, 'check', '--templates', 'x.html')).toEqual({
      code: 9,
      out: [
        'x.html:1:11: /css/app.css is not there; did you mean css/app.css?\n',
        'x.html:1:36: /css/c.css is not there; did you mean css/b.css?\n',
      ].join(''),
      err: '2 broken references\n',
    });
  });

  it('says when there is no template, and nothing when all is well', async () => {
    const site = await project({ ...files, 'a.css': 'a{background:url(a.png)}' });
    const { code, err } = await run(site, 'check', '--templates', 'no/*.html');
    expect({ code, known: err.includes('error[TEMPLATES_MISSING]') }).toEqual({
      code: 4,
      known: true,
    });
    expect(await run(site, 'check')).toEqual({ code: 0, out: '', err: 'no broken reference\n' });
  });
});

describe('check judges references as a run with the same configuration', () => {
  const vite = { '.vite/manifest.json': '{"m.js":{"file":"assets/m-B1a2C3d4.js"}}' };
  const cases: readonly (readonly [string, unknown, SiteFiles, readonly string[]])[] = [
    [
      'Django reads comments, and neither pages nor imports',
      { engine: 'django-5.2' },
      {
        'a.css': '/* url(no.png) */',
        'a.js': 'import "./no.js";',
        'index.html': '<img src=no.png>',
      },
      ['a.css:1:8'],
    ],
    [
      'Django told to read imports',
      { engine: 'django-5.2', jsModules: true },
      { 'a.js': 'import "./no.js";' },
      ['a.js:1:9'],
    ],
    ['Django 6 skips comments', { engine: 'django-6' }, { 'a.css': '/* url(no.png) */' }, []],
    [
      'in the Django engines, what is not hashed is not there',
      { engine: 'django-5.2', exclude: ['*.png'] },
      { 'a.css': 'a{b:url(a.png)}', 'a.png': 'a' },
      ['a.css:1:9'],
    ],
    [
      'everything that Django refuses, at once',
      { engine: 'django-5.2' },
      {
        'a.css': '@import "b.css";',
        'b.css': '@import "a.css";',
        'c.css': 'a{b:url(no.png)}\na{b:url(../../out.png)}',
        'd.css': Buffer.from('\xe9', 'latin1'),
        'e%f.css': '',
      },
      ['a.css:1:1', 'c.css:1:9', 'c.css:2:9', 'd.css:1:1', 'e%f.css:1:1'],
    ],
    ['a file left out', { exclude: ['a.css'] }, { 'a.css': 'a{b:url(no.png)}' }, []],
    ['a file not chosen', { include: ['b.css'] }, { 'a.css': 'a{b:url(no.png)}', 'b.css': '' }, []],
    ['a name with a hash', { alreadyHashed: ['a.*'] }, { 'a.1f.css': 'a{b:url(no.png)}' }, []],
    ["a bundler's name", true, { ...vite, 'assets/m-B1a2C3d4.js': 'import "./no.js"' }, []],
    ['what is only warned about', { onMissing: 'warn' }, { 'a.css': 'a{b:url(no.png)}' }, []],
    [
      'scripts whose imports stay',
      { jsModules: false },
      { 'a.js': 'import "./no.js"', 'a.css': 'a{b:url(no.png)}' },
      ['a.css:1:9'],
    ],
  ];

  it.each(cases)('%s', async (_, hash, files, expected) => {
    const site = await project(files, hash);
    const { code, out } = await run(site, 'check', '--json');
    const { broken } = JSON.parse(out) as {
      broken: { path: string; line: number; column: number }[];
    };
    const places = broken.map(
      ({ path, line, column }) => `${path.replace(/^.*\/static\//, '')}:${line}:${column}`,
    );
    expect({ code, places: places.sort() }).toEqual({
      code: expected.length === 0 ? 0 : 9,
      places: expected,
    });
    // The names are in the message of the run, with or without a place.
    const real = await run(site, '--dry-run');
    expect(real.code).toBe(expected.length === 0 ? 0 : 4);
    for (const place of expected) expect(real.err).toContain(place.replace(/:1:1$/, ''));
  });

  it('says what Django says, why, and the nearest name', async () => {
    const site = await project(
      { 'a.css': 'a{b:url(a.pgn)}', 'a.png': 'a', 'b.css': '@import "b.css";' },
      { engine: 'django-5.2' },
    );
    const { out } = await run(site, 'check');
    expect(out).toContain(
      "static/a.css:1:9: The file 'a.pgn' could not be found; did you mean a.png?\n",
    );
    expect(out).toContain(
      "static/b.css:1:1: Post-processing 'b.css' failed: Max post-process passes exceeded. (these files refer to each other in a circle",
    );
  });

  it('without hash, as the engine modern, whatever engine there would be', async () => {
    const files = { 'a.css': '/* url(no.png) */', 'a.js': 'import "./no.js";' };
    const site = await project(files, { engine: 'django-5.2' });
    const { out } = await run(site, 'check', '--no-hash');
    expect(out).toMatch(/^static\/a\.js:1:9: .*is not there/);
    expect(out).not.toContain('a.css:1');
  });
});

it('what files refer to that a run does not look at is not told as nobody’s', async () => {
  const site = await project(
    {
      'a.js': 'import "./b.js";',
      'b.js': '',
      'vendor/c.css': 'a{b:url(d.png)}',
      'vendor/d.png': '',
      'index.html': '<script src=a.js></script><link rel=stylesheet href=vendor/c.css>',
    },
    { engine: 'django-5.2', exclude: ['vendor/**'] },
  );
  expect(await run(site, 'check')).toEqual({ code: 0, out: '', err: 'no broken reference\n' });
});
