import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function collect(files: SiteFiles) {
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify({ hash: { engine: 'django-5.2' } }),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
  });
  onTestFinished(() => site.remove());
  const io = createFakeIo([], { cwd: site.dir });
  return { site, code: await main(io), err: io.err() };
}

describe('with the engine django-5.2', () => {
  it('names, contents and manifest are those of Django', async () => {
    const { site, code } = await collect({
      'css/a.css': '/* url(b.css) */ @import "b.css"; a{background:url(\'../x.png\')}',
      'css/b.css': '',
      'x.png': 'x',
    });
    expect(code).toBe(0);
    // Django 5.2: 12 digits of `printf x | md5sum`; of nothing: d41d8cd98f00. Comments are rewritten too.
    const css =
      '/* url("b.d41d8cd98f00.css") */ @import url("b.d41d8cd98f00.css"); a{background:url("../x.9dd4e461268c.png")}';
    const manifest = JSON.parse(
      await readFile(site.path('staticfiles', 'staticfiles.json'), 'utf8'),
    ) as { paths: Record<string, string> };
    const name = manifest.paths['css/a.css'] ?? '';
    expect(await readFile(site.path('staticfiles', name), 'utf8')).toBe(css);
  });

  it.each([
    [
      'a missing file',
      { 'a.css': 'a{}\na{background:url(no.png)}' },
      'REFERENCE_MISSING',
      'a.css:2:',
    ],
    [
      'a circle',
      { 'a.css': '@import "b.css";', 'b.css': '@import "a.css";' },
      'REFERENCE_CYCLE',
      'a.css, b.css',
    ],
    [
      'a reference that leads out',
      { 'a.css': 'a{background:url(../x.png)}' },
      'REFERENCE_OUTSIDE',
      'a.css:1:',
    ],
    [
      'what is no URL',
      { 'a.css': 'a{background:url(A://[x)}' },
      'REFERENCE_INVALID',
      'a.css:1:18: ',
    ],
    [
      'another encoding',
      { 'a.css': Buffer.from('/* \xe9 */', 'latin1') },
      'TEXT_NOT_UTF8',
      'a.css:1:4',
    ],
    ['a name that is no plain URL', { 'a%b.css': '' }, 'HASH_NAME_UNSAFE', 'a%b.css'],
    [
      'several of these',
      { 'a.css': 'a{background:url(no.png)}', 'b.css': Buffer.from('\xe9', 'latin1') },
      'REWRITE_REFUSED',
      'b.css:1:1',
    ],
  ])('%s is refused, as Django does', async (_, files, known, told) => {
    const { site, code, err } = await collect(files);
    expect({ code, known: err.includes(`error[${known}]`) }).toEqual({ code: 4, known: true });
    // A path on disk, which an editor opens; a circle is told in Django's own words.
    const path = site.path('static', told);
    expect(err).toContain(known === 'REFERENCE_CYCLE' ? told : path);
    expect((await site.list()).filter((path) => path.startsWith('staticfiles/'))).toEqual([]);
  });
});
