import { describe, expect, it, onTestFinished } from 'vitest';
import { measureConfigs } from '../harness/config-campaign.ts';
import { say } from '../harness/campaign.ts';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

it('R9: 2,000 bad configurations end in exit 0 or 3, say why, and print no secret', async () => {
  const { runs, exits } = await measureConfigs(2_000);
  // Neither all good nor all beyond reading: the generator reaches both sides of the door.
  expect(exits['0']).toBeGreaterThan(runs / 20);
  expect(exits['3']).toBeGreaterThan(runs / 4);
});

async function show(name: string, text: string) {
  const site = await createSite({ 'package.json': '{}', [name]: text });
  onTestFinished(() => site.remove());
  const began = performance.now();
  const { code, stderr, maxRssBytes = 0 } = await runCli(['config'], { cwd: site.dir });
  const seconds = (performance.now() - began) / 1000;
  return { code, stderr, megabytes: Math.round(maxRssBytes / 1e6), seconds };
}

const lists = (levels: number) =>
  Array.from({ length: levels }, (_, i) => {
    const items = Array<string>(10).fill(i === 0 ? 'x' : `*a${i - 1}`);
    return `a${i}: &a${i} [${items.join(', ')}]\n`;
  }).join('');

describe('R9: what is small and means a lot, through the built program', () => {
  it.each([
    ['aliases of aliases', 'collect.config.yaml', lists(9)],
    ['more of them', 'collect.config.yaml', lists(100)],
    [
      'a hundred aliases as keys',
      'collect.config.yaml',
      `a: &a [${'x,'.repeat(125_000)}]\nb: [${'{*a : 1},'.repeat(100)}]`,
    ],
    ['a list of a hundred thousand', 'collect.config.yaml', `[${'a,'.repeat(130_000)}]`],
    ['an ordered map', 'collect.config.yaml', `!!omap [${'a: ,'.repeat(60_000)}]`],
    ['half a million lists', 'collect.config.json', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['half a million values', 'collect.config.json', `[${'1,'.repeat(500_000)}1]`],
  ])('%s: less than 150 MB', async (name, file, text) => {
    const { code, megabytes, seconds } = await show(file, text);
    say('R9', { bomb: name, code, megabytes, seconds: Number(seconds.toFixed(2)) });
    expect(code).toBe(3);
    expect(megabytes).toBeLessThan(150);
  });

  it('a config that hangs is stopped when its time is up', async () => {
    const { code, stderr, seconds } = await show('collect.config.mjs', 'for (;;);');
    say('R9', { hang: 'for (;;);', code, seconds: Number(seconds.toFixed(2)) });
    expect(code).toBe(3);
    expect(stderr).toContain('collect.config.mjs cannot be read: it has not ended after 10 s');
  });
});
