import { expect, it } from 'vitest';
import { findAskedNames } from '../../src/templates.ts';

const megabyte = 1_000_000;
const openers = ['{#', '{{', '{{!--', '{{~!-- ', '{{-- ', '{{!', '{% ', '<%', '<%--', '<%#'];
const blocks = [
  '{% comment %}',
  '{% comment',
  '{% endcomment',
  '{% raw',
  '{% verbatim %}',
  '{% load x',
];
const calls = [
  '(asset x ',
  '{{asset "',
  '{{asset x',
  'asset("',
  '{% static "a',
  'static_url(',
  "url_for('static', filename='",
];
const units = [...openers, ...blocks, ...calls].flatMap((unit) =>
  ['', '\n', '"', ' ', '{% load x %}'].map((between) => unit + between),
);

function millisecondsFor(unit: string, size: number): number {
  const text = unit.repeat(Math.ceil(size / unit.length));
  const start = process.cpuUsage();
  findAskedNames(text);
  return process.cpuUsage(start).user / 1000;
}

// Eight times the text may take eight times as long; a square would take 64 times.
it('templates made to be slow are read in linear time', { timeout: 300_000 }, () => {
  const slow: string[] = [];
  let worst = 0;
  for (const unit of units) {
    millisecondsFor(unit, megabyte);
    const one = millisecondsFor(unit, megabyte);
    const eight = millisecondsFor(unit, 8 * megabyte);
    worst = Math.max(worst, eight);
    if (eight / Math.max(one, 20) > 30) {
      slow.push(`${unit}: ${Math.round(one)} ms, ${Math.round(eight)} ms`);
    }
  }
  process.stdout.write(`templates: 8 MB in at most ${Math.round(worst)} ms\n`);
  expect(slow).toEqual([]);
});
