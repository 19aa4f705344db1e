import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { rewriteDjango } from '../../src/processors/rewrite/django/index.ts';
import type { DjangoEngine } from '../../src/processors/rewrite/django/rewrite-text.ts';

const megabyte = 2 ** 20;

/** What would keep a backtracking pattern busy: beginnings without ends, ends without beginnings, both side by side. */
const css = [
  'url(',
  'url("',
  "url('\\",
  'url(  ',
  'url("a"',
  'url(a.css)',
  'url(a.css',
  '@import "',
  '@import ',
  '@import\t"\'',
  '@import "a.css',
  '/*# sourceMappingURL=',
  '\n/*# sourceMappingURL=',
  '\n/*# sourceMappingURL=a */ ',
  '/*',
  '*/',
  '"',
  '\'"',
  '"\\',
  '\\',
  ' ',
  '\n',
  '")',
  "')",
];
const js = [
  'import {',
  'import ',
  'import',
  'import*',
  'import*as ',
  'import*as a',
  'import*as from',
  'import{}from',
  'import{}from "./',
  'import{}from"./a.js"',
  'import{}from"./a.js" ',
  'import "./a.js" ',
  'import"./',
  'import("',
  'import("./',
  'import("./a.js"',
  'export {',
  'export{}from \'./a.js"',
  'from',
  'from "./a" ',
  '"',
  '"  ',
  "';",
  '`',
  '`\\',
  '//',
  '/*',
  '//# sourceMappingURL=',
  '\n//# sourceMappingURL=',
  '\n//# sourceMappingURL= ',
  ' ',
  '\n',
];
const units = [
  ...css.map((unit) => ({ name: 'a.css', unit })),
  ...js.map((unit) => ({ name: 'a.js', unit })),
];

async function millisecondsFor(engine: DjangoEngine, name: string, unit: string, size: number) {
  const bytes = Buffer.from(unit.repeat(Math.ceil(size / unit.length)));
  const md5 = createHash('md5').update(bytes).digest('hex');
  const read = () => Promise.resolve(bytes);
  const options = { engine, jsModules: true, staticUrl: '/static/' };
  const start = process.cpuUsage();
  await rewriteDjango([{ name, size: bytes.length, md5, read }], options).catch(() => undefined);
  return process.cpuUsage(start).user / 1000;
}

// Eight times the text may take eight times as long; a square would take 64 times. No clock decides more.
it.each(['django-5.2', 'django-6'] as const)(
  '%s reads adversarial text in linear time',
  async (engine) => {
    const slow: string[] = [];
    let worst = 0;
    for (const { name, unit } of units) {
      await millisecondsFor(engine, name, unit, megabyte);
      const one = await millisecondsFor(engine, name, unit, megabyte);
      const five = await millisecondsFor(engine, name, unit, 5 * megabyte);
      const eight = await millisecondsFor(engine, name, unit, 8 * megabyte);
      worst = Math.max(worst, five);
      if (five > 300)
        process.stdout.write(`${engine} ${JSON.stringify(unit)}: 5 MB ${Math.round(five)} ms\n`);
      if (eight / Math.max(one, 20) > 30)
        slow.push(`${unit}: ${Math.round(one)} ms, ${Math.round(eight)} ms`);
    }
    process.stdout.write(
      `${engine}: 5 MB of each of ${units.length} in at most ${Math.round(worst)} ms\n`,
    );
    expect(slow).toEqual([]);
  },
);
