import { chmod } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite, type SiteFiles } from '../support/create-site.ts';

const nobody = 65534;

/** Runs without root's right to read everything. */
async function run(files: SiteFiles, closed: string) {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(async () => {
    await chmod(site.path(closed), 0o755);
    await site.remove();
  });
  await chmod(site.dir, 0o755);
  await chmod(site.path(closed), 0);
  const uid = process.getuid?.() === 0 ? { uid: nobody } : {};
  return runCli(['--dry-run'], { cwd: site.dir, ...uid });
}

describe.skipIf(process.platform === 'win32')('what may not be read (POSIX permissions)', () => {
  it('is named: a directory of a source', async () => {
    const { code, stderr } = await run(
      { 'static/a.css': '', 'static/closed/b.css': '' },
      'static/closed',
    );
    expect({ code, stderr }).toMatchObject({ code: 4 });
    expect(stderr).toMatch(/closed cannot be read \(EACCES\)/);
  });

  it('is named: a file of a source', async () => {
    const { code, stderr } = await run({ 'static/a.css': '', 'static/b.css': '' }, 'static/b.css');
    expect({ code, stderr }).toMatchObject({ code: 4 });
    expect(stderr).toMatch(/^error\[SOURCE_UNREADABLE\]: .*b\.css cannot be read \(EACCES\)/m);
  });

  it('is judged by its name: what only the default ignores left out', async () => {
    const files = { 'static/a.css': '', 'static/.x/server.pem': 'a certificate?' };
    const { code, stderr } = await run(files, 'static/.x/server.pem');
    expect({ code, stderr }).toMatchObject({ code: 5 });
    expect(stderr).toMatch(/server\.pem \[key-file\]/);
  });

  it('is named: a config file, which is not passed over', async () => {
    const files = { 'static/a.css': '', 'collect.config.json': '{}' };
    const { code, stderr } = await run(files, 'collect.config.json');
    expect({ code, stderr }).toMatchObject({ code: 3 });
    expect(stderr).toMatch(/collect\.config\.json.*(EACCES|permission)/i);
  });
});
