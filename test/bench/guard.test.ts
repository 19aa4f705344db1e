import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { openContent } from '../../src/content.ts';
import { guardFiles } from '../../src/guard.ts';
import { contentRules } from '../../src/guard/contents.ts';
import { createScanner } from '../../src/guard/scan.ts';
import { buildEnv } from '../support/build-env.ts';
import { createSite } from '../support/create-site.ts';
import { random } from '../support/honey.ts';
import { ordinaryFiles, ordinaryNames } from '../support/ordinary.ts';

const megabyte = 1_000_000;

async function secondsFor(text: string, scan: ReturnType<typeof createScanner>): Promise<number> {
  const path = join(tmpdir(), `collect-static-bench-${process.pid}.js`);
  await writeFile(path, text);
  try {
    const { size, mtimeMs } = await stat(path);
    const before = performance.now();
    const file = await openContent({ kind: 'file', path, size, mtimeMs });
    await scan(file, 'a.js').finally(() => file.close());
    return (performance.now() - before) / 1000;
  } finally {
    await rm(path, { force: true });
  }
}

/** What keeps a rule busiest: its words side by side, and the longest beginnings of matches. */
const adversarial = contentRules.flatMap(({ rule, words, pattern }) => [
  { rule, unit: words.join('') },
  { rule, unit: words.map((word) => `"${word}${'A1a+/='.repeat(20)}`).join('\n') },
  ...(pattern.source.includes('BEGIN')
    ? [
        { rule, unit: `-----BEGIN ${'A '.repeat(20)}PRIVATE KEY` },
        { rule, unit: `-----BEGIN PRIVATE KEY-----${'\n'.repeat(40)}${'a: a\n'.repeat(40)}` },
      ]
    : []),
  ...(rule === 'aws-key' ? [{ rule, unit: `${words[0] ?? ''}${'A'.repeat(16)} ` }] : []),
]);

// Ten times the text may take ten times as long; a square would take a hundred times. No clock decides more.
it.each(adversarial)('$rule reads adversarial text in linear time', async ({ rule, unit }) => {
  const scan = createScanner(
    contentRules.filter((one) => one.rule === rule),
    [],
  );
  const text = (size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  await secondsFor(text(megabyte), scan);
  const one = await secondsFor(text(megabyte), scan);
  const ten = await secondsFor(text(10 * megabyte), scan);
  process.stdout.write(`${rule}: 1 MB ${one.toFixed(3)} s, 10 MB ${ten.toFixed(3)} s\n`);
  expect(ten / Math.max(one, 0.005)).toBeLessThan(40);
});

it('reads 100 MB for all rules and 200 secrets', async () => {
  const secrets = Array.from({ length: 200 }, (_, i) => ({
    name: `S${i}`,
    value: random(40),
    weight: 'refuse' as const,
  }));
  const line = 'function a(b){return b.npm_c?"sk_"+b:document.getElementById("AKIA").gh_}/* ü */\n';
  const seconds = await secondsFor(
    line.repeat(100 * (megabyte / line.length)),
    createScanner(contentRules, secrets),
  );
  process.stdout.write(`100 MB: ${seconds.toFixed(2)} s\n`);
  expect(seconds).toBeGreaterThan(0);
});

it('refuses nothing of all packages installed here', async () => {
  const packages = ['bootstrap', 'alpinejs', 'font-awesome', 'playwright-core', 'prettier', 'zod'];
  const more = ['yaml', 'sinon', '@vue', '@aws-sdk', '@smithy', '@babel', 'typescript', 'vite'];
  const names = [...new Set(ordinaryNames([...packages, ...more, 'eslint', 'rolldown'], 20_000))];
  const site = await createSite({ 'static/a.css': '' });
  const config = await loadConfig({ cwd: site.dir, env: buildEnv }).finally(() => site.remove());
  const { refusals } = await guardFiles({ files: await ordinaryFiles(names), leftOut: [] }, config);
  process.stdout.write(`${names.length} files of packages: ${refusals.length} refused\n`);
  expect(refusals).toEqual([]);
});
