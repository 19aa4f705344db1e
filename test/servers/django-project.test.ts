import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { djangoMissing, installDjango } from '../support/django/install.ts';
import { createProject, type DjangoProject } from '../support/django/project.ts';
import { missingPart } from '../support/servers.ts';

/** What the page asks for by {% static %}. */
const names = [
  'css/site.css',
  'css/parts/a.css',
  'img/logo.svg',
  'vendor/lib.js',
  'blog/post.js',
  'common/theme.css',
  'shop/a b+ü.css',
  'admin/css/base.css',
  'admin/css/responsive.css',
  'admin/js/core.js',
  'admin/js/vendor/jquery/jquery.min.js',
  'admin/js/vendor/select2/select2.full.js',
  'admin/css/vendor/select2/select2.css',
  'admin/img/icon-yes.svg',
];

const engine = 'django-5.2';
const missing = missingPart(engine, await djangoMissing(engine));

describe.skipIf(missing !== undefined)('a Django project', () => {
  let project: DjangoProject;
  let printed: Record<string, unknown>;
  beforeAll(async () => {
    project = await createProject(await installDjango(engine), names);
    printed = await project.printConfig();
    await project.site.write({ 'collect.config.json': JSON.stringify(printed) });
  });
  afterAll(() => project.site.remove());

  const run = async (...args: string[]) => {
    const result = await runCli(args, { cwd: project.site.dir });
    expect(`${result.stderr}exit ${result.code}`).toMatch(/exit 0$/);
    return result.stdout.trim().split('\n');
  };

  it('gives its config by print_config.py: the names and files of collectstatic --dry-run', async () => {
    const django = await project.wouldCopy();
    const lines = await run('--no-hash', '--dry-run', '--json');
    const ours = lines
      .map((line) => JSON.parse(line) as { type: string; name?: string })
      .flatMap(({ type, name = '' }) => (type === 'action' ? [name] : []));
    expect(ours.sort()).toEqual(Object.keys(django).sort());
    expect(ours).toEqual(expect.arrayContaining(names));
    for (const line of await run('find', '--json', ...ours)) {
      const { name, paths } = JSON.parse(line) as { name: string; paths: [string] };
      expect(paths[0]).toBe(await realpath(django[name] ?? ''));
    }
  });

  it.each(['django-5.2', 'modern'])(
    'serves what a template names, collected by the engine %s',
    async (one) => {
      const hash = { ...(printed['hash'] as object), engine: one };
      expect(hash).toMatchObject({ jsModules: false });
      await project.site.write({ 'collect.config.json': JSON.stringify({ ...printed, hash }) });
      await run('--clear', '--yes');
      const visits = await project.visit();
      expect(visits).toHaveLength(names.length);
      for (const [i, { url, status, sha256 }] of visits.entries()) {
        const [, stem = '', extension = ''] = /^(.*)(\.[^.]*)$/.exec(names[i] ?? '') ?? [];
        const key = decodeURIComponent(url.replace(/^\/static\//, ''));
        expect(key.startsWith(`${stem}.`) && key.endsWith(extension), url).toBe(true);
        expect(key.slice(stem.length, -extension.length), url).toMatch(/^\.[0-9a-f]{12}$/);
        const bytes = await readFile(project.site.path('collected', ...key.split('/')));
        const stored = createHash('sha256').update(bytes).digest('hex');
        expect({ url, status, sha256 }).toEqual({ url, status: 200, sha256: stored });
      }
    },
  );
});
