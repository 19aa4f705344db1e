import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { allExplanations } from '../../src/explanations/index.ts';
import { createSite, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function run(args: readonly string[], files: SiteFiles = {}) {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  const io = createFakeIo(args, { cwd: site.dir });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

describe('explain', () => {
  it('tells what a code means, why, what to do, and the state of the destination', async () => {
    const { code, out, err } = await run(['explain', 'S3_EXPIRED_TOKEN']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^S3_EXPIRED_TOKEN: the session has expired\n\nwhy {3}\S.*\n[^]*\nfix {3}get new credentials/,
    );
    expect(out).toMatch(/\nexit {2}6, destination: untouched\nexit {2}8 once .*old or new/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each(['s3_clock_skew', 's3-clock-skew', 'S3_CLOCK_SKEW'])('knows %s', async (word) => {
    expect((await run(['explain', word])).out).toMatch(/^S3_CLOCK_SKEW: /);
  });

  it('knows warnings, and the rules of the guard', async () => {
    expect((await run(['explain', 'STALE_CACHE'])).out).toMatch(/exit {2}0: this is a warning/);
    expect((await run(['explain', 'github-token'])).out).toMatch(/^github-token: [^]*"allow"/);
  });

  it('has a line for every code when none is given', async () => {
    const { code, out } = await run(['explain']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([...allExplanations.keys()]);
    expect(lines).toContainEqual(expect.stringMatching(/^SOURCE_ESCAPE +exit 5 +a symbolic link/));
    expect(lines).toContainEqual(expect.stringMatching(/^STALE_CACHE +warning +files are/));
  });

  it('is one JSON value with --json', async () => {
    const { out } = await run(['explain', 'SOURCE_CHANGED', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      code: 'SOURCE_CHANGED',
      what: 'a file changed while it was being collected',
      exits: [{ code: 4, destination: 'untouched' }, { code: 8 }],
    });
  });

  it('is every text as it was written: nothing in it looks like a secret', async () => {
    const { out } = await run(['explain', '--json']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(
      [...allExplanations].map(([code, { what, why, fix }]) => ({ code, what, why, fix })),
    );
  });

  it('ends with exit 2 and the nearest code for one that does not exist', async () => {
    const { code, out, err } = await run(['explain', 's3_throtled']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^error\[USAGE\]: there is no code s3_throtled; did you mean S3_THROTTLED\?\n/,
    );
  });

  it('reads no configuration', async () => {
    const broken = { 'collect.config.json': '{' };
    expect(await run(['explain', 'CONFIG_UNREADABLE'], broken)).toMatchObject({ code: 0 });
  });
});

describe('a failure', () => {
  it('says which code to ask for', async () => {
    const { err } = await run(['--source', 'dist']);
    expect(err).toMatch(/^error\[SOURCE_INVALID\]: dist does not exist/m);
    expect(err).toMatch(/^ {2}collect-static explain SOURCE_INVALID tells more$/m);
  });

  it('of files says it once for all of them', async () => {
    const files = { 'static/a.css': '', 'static/b.css': '', 'out/a.css/x': '', 'out/b.css/x': '' };
    const { err } = await run(['--to', 'out'], files);
    expect(err).toMatch(/^failed\[DESTINATION_CONFLICT\] a\.css: /m);
    expect(err.match(/explain DESTINATION_CONFLICT tells more/g)).toHaveLength(1);
  });

  it('of a command line does not: there is no more to say', async () => {
    expect((await run(['--offline'])).err).not.toMatch(/explain/);
    expect((await run(['--nope'])).err).toMatch(/^error\[USAGE\]: unknown option '--nope'/);
  });
});
