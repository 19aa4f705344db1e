import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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

/** What is stored for a name: under its hashed name, or its own. */
async function stored(site: Site, name: string): Promise<string> {
  const manifest = JSON.parse(
    await readFile(site.path('staticfiles', 'staticfiles.json'), 'utf8'),
  ) as { paths: Record<string, string> };
  return readFile(site.path('staticfiles', manifest.paths[name] ?? name), 'utf8');
}

const hashOf = (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12);
const png = `a.${hashOf('png')}.png`;

describe('a rewritten file', () => {
  it('differs from its source by hashes alone', async () => {
    const css =
      '@import "b.css" screen;\na { background: URL( \'../a.png?v=1#x\' ) }\n/* url(no.png) */';
    const site = await project({ 'css/app.css': css, 'css/b.css': 'b{}', 'a.png': 'png' });
    expect((await run(site)).code).toBe(0);
    expect(await stored(site, 'css/app.css')).toBe(
      css.replace('b.css', `b.${hashOf('b{}')}.css`).replace('a.png', png),
    );
    expect(await readFile(site.path('staticfiles', 'css', 'app.css'), 'utf8')).toBe(css);
  });

  it('keeps every byte around characters that take several', async () => {
    const css =
      '\ufeff/* é 😀 */a{background:url("ü/é 😀.png")}/* ünd */b{background:url(%C3%BC/x.png)}';
    const site = await project({ 'app.css': css, 'ü/é 😀.png': 'png', 'ü/x.png': 'x' });
    await run(site);
    expect(await stored(site, 'app.css')).toBe(
      css.replace('😀.png', `😀.${hashOf('png')}.png`).replace('x.png', `x.${hashOf('x')}.png`),
    );
  });

  it('may begin with a byte order mark, a script too', async () => {
    const site = await project({ 'a.js': '\ufeffimport "./b.js";', 'b.js': 'b()' });
    expect((await run(site)).code).toBe(0);
    expect(await stored(site, 'a.js')).toBe(`\ufeffimport "./b.${hashOf('b()')}.js";`);
  });

  it('may be in another encoding than UTF-8', async () => {
    const css = Buffer.from('/* caf\xe9 */a{background:url(a.png)}', 'latin1');
    const site = await project({ 'app.css': css, 'a.png': 'png' });
    expect((await run(site)).code).toBe(0);
    const name = (await site.list('staticfiles')).find((one) => /^app\.\w+\.css$/.test(one)) ?? '';
    const bytes = await readFile(site.path('staticfiles', name));
    expect(bytes.toString('latin1')).toBe(`/* caf\xe9 */a{background:url(${png})}`);
  });

  it('gets another name when what it refers to changes', async () => {
    const files = { 'a.css': '@import "b.css";', 'b.css': 'x{background:url(a.png)}' };
    const one = await project({ ...files, 'a.png': 'png' });
    const two = await project({ ...files, 'a.png': 'other' });
    for (const site of [one, two]) await run(site);
    const nameOf = async (site: Site) =>
      (await site.list('staticfiles')).find((name) => /^a\.\w{12}\.css$/.test(name));
    expect(await nameOf(one)).not.toBe(await nameOf(two));
  });

  it('is referred to by the integrity of its new bytes', async () => {
    const html =
      '<link rel="stylesheet" integrity="sha384-old" href="a.css"><script src="b.js" integrity="sha256-kept"></script>';
    const site = await project({
      'index.html': html,
      'a.css': 'a{background:url(a.png)}',
      'a.png': 'png',
      'b.js': 'b()',
    });
    await run(site);
    const css = await stored(site, 'a.css');
    const sha384 = createHash('sha384').update(css).digest('base64');
    expect(await stored(site, 'index.html')).toBe(
      html
        .replace('sha384-old', `sha384-${sha384}`)
        .replace('a.css', `a.${hashOf(css)}.css`)
        .replace('b.js', `b.${hashOf('b()')}.js`),
    );
  });
});

describe('files that refer to each other in a circle', () => {
  const files = {
    'a.js': 'import "./b.js"; export let a = 1;',
    'b.js': 'import { a } from "./a.js"; import "./b.js"; import "./c.js";',
    'c.js': 'c()',
  };

  it('get one hash, which changes when one of them does', async () => {
    const site = await project(files);
    expect((await run(site)).code).toBe(0);
    const [, hash] = /b\.(\w{12})\.js/.exec(await stored(site, 'a.js')) ?? [];
    expect(await stored(site, 'b.js')).toBe(
      `import { a } from "./a.${hash ?? ''}.js"; import "./b.${hash ?? ''}.js"; import "./c.${hashOf('c()')}.js";`,
    );
    const other = await project({ ...files, 'a.js': `${files['a.js']} // changed` });
    await run(other);
    expect(await stored(other, 'a.js')).not.toContain(hash);
  });

  it('are named alike wherever they lie among other files', async () => {
    const site = await project({ ...files, '0.css': 'x', 'z.css': 'y' });
    const alone = await project(files);
    for (const one of [site, alone]) await run(one);
    expect(await stored(site, 'a.js')).toBe(await stored(alone, 'a.js'));
  });
});

describe('a reference to a file that is not there', () => {
  const files = {
    'css/a.css': 'a {}\nb { background: url(no.png) }',
    'js/a.js': 'import "./no.js";',
  };

  it('ends the run before anything is written, each with its place', async () => {
    const site = await project(files);
    const { code, err } = await run(site);
    expect(code).toBe(4);
    expect(err).toContain('error[REFERENCE_MISSING]: 2 references lead to no file');
    expect(err).toContain(
      `${site.path('static', 'css', 'a.css')}:2:21: no.png (css/no.png) is not there`,
    );
    expect(err).toContain(
      `${site.path('static', 'js', 'a.js')}:1:9: ./no.js (js/no.js) is not there`,
    );
    expect(await site.list()).not.toContain('staticfiles/css/a.css');
  });

  it('is what hash.onMissing says, by the file that refers or the one that is missing', async () => {
    const site = await project(files, { onMissing: { 'css/**': 'warn', 'js/no.js': 'ignore' } });
    const { code, err } = await run(site);
    expect(code).toBe(0);
    expect(err).toContain('css/no.png');
    expect(err).not.toContain('js/no.js');
    const { out } = await run(site, '--json');
    expect(out).toContain('"REFERENCES_MISSING"');
  });

  it('only warns of a source map', async () => {
    const site = await project({ 'a.js': 'a()\n//# sourceMappingURL=a.js.map\n' });
    const { code, err } = await run(site);
    expect(code).toBe(0);
    expect(err).toContain('a.js.map');
  });

  it('is not looked for in links of pages, in templates, and elsewhere', async () => {
    const site = await project({
      'index.html':
        '<a href="no.html">x</a><img src="{{ url }}"><img src="https://x.example/a.png">',
      'a.js': 'import "lodash"; import(`./${name}.js`);',
    });
    expect((await run(site)).code).toBe(0);
  });
});

it('a text that cannot be understood ends the run, and can be excluded', async () => {
  const files = { 'a.js': 'import { from "./b.js"', 'b.js': '' };
  const site = await project(files);
  const { code, err } = await run(site);
  expect({ code, known: err.includes('error[TEXT_UNREADABLE]') }).toEqual({ code: 4, known: true });
  expect(err).toContain(`${site.path('static', 'a.js')}:1:`);
  expect((await run(await project(files, { exclude: ['a.js'] }))).code).toBe(0);
});

it('a hashed key that S3 would not take is refused', async () => {
  const long = `${'d/'.repeat(400)}${'x'.repeat(210)}`;
  const site = await project({ [long]: 'x' });
  const { code, err } = await run(site, '--to', 's3://bucket/static', '-n', '--offline');
  expect({ code, known: err.includes('error[KEY_TOO_LONG]') }).toEqual({ code: 4, known: true });
});

it('what frozen files refer to by its own name stays under it', async () => {
  const site = await project(
    { 'built/app.4f2a.css': 'a{background:url(../a.png)}', 'a.png': 'png', 'b.png': 'b' },
    { keep: 'hashed', alreadyHashed: ['built/**'] },
  );
  await run(site);
  const names = await site.list('staticfiles');
  expect(names).toEqual(expect.arrayContaining(['a.png', png, 'built/app.4f2a.css']));
  expect(names).not.toContain('b.png');
});
