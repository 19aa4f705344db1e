import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

const size = 50_000_000;
const hash = createHash('md5').update('bytes').digest('hex').slice(0, 12);
/** A file of 50 MB read, rewritten and written may take this. */
const mostMemory = 600_000_000;

/** One line of minified text; `«»` stand around what is a reference. */
function fill(piece: (i: number) => string): { source: string; wanted: string } {
  const pieces: string[] = [];
  for (let length = 0, i = 0; length < size; i += 1) {
    const next = piece(i);
    pieces.push(next);
    length += next.length;
  }
  const marked = pieces.join('');
  return {
    source: marked.replace(/[«»]/g, ''),
    wanted: marked.replace(/«\.\/b(\.\w+)»/g, `./b.${hash}$1`),
  };
}

it.each([
  [
    'a.css',
    (i: number) =>
      `.c${i}{background:url(«./b.png»?${i});content:"url(./b.png)"}/*é url(./b.png)*/`,
  ],
  [
    'a.js',
    (i: number) =>
      `function f${i}(a){return a/2+"import('./b.js') https://x.example/é"+\`\${a}/\`}${i % 100 === 0 ? 'import("«./b.js»?é");' : ';'}`,
  ],
])('%s of 50 MB is rewritten in bounded memory', { timeout: 300_000 }, async (name, piece) => {
  const { source, wanted } = fill(piece);
  const site = await createSite({
    'collect.config.json': '{ "hash": { "keep": "hashed" } }',
    [`static/${name}`]: source,
    'static/b.png': 'bytes',
    'static/b.js': 'bytes',
  });
  onTestFinished(() => site.remove());
  const run = await runCli([], { cwd: site.dir, timeoutMs: 250_000 });
  expect(run.code, run.stderr).toBe(0);
  const stored = (await site.list('staticfiles')).find((key) => /^a\.\w{12}\./.test(key)) ?? '';
  const bytes = await readFile(site.path('staticfiles', stored));
  expect(bytes.equals(Buffer.from(wanted))).toBe(true);
  process.stdout.write(`${name}: ${Math.round((run.maxRssBytes ?? 0) / 1e6)} MB at most\n`);
  expect(run.maxRssBytes).toBeLessThan(mostMemory);
});

it.each(['modern', 'django-5.2'])(
  'every reference to nothing in a line of 5 MB is told with its column (%s)',
  { timeout: 120_000 },
  async (engine) => {
    const piece = (i: number) => `.c{background:url(b${i}.png)}`;
    const pieces = Array.from({ length: 170_000 }, (_, i) => piece(i));
    const site = await createSite({
      'collect.config.json': JSON.stringify({ hash: { engine } }),
      'static/a.css': pieces.join(''),
    });
    onTestFinished(() => site.remove());
    const run = await runCli([], { cwd: site.dir, timeoutMs: 100_000 });
    expect(run.code).toBe(4);
    const places = [...run.stderr.matchAll(/a\.css:1:(\d+): .*b(\d+)\.png/g)];
    let column = '.c{background:url('.length + 1;
    const wanted = pieces.map((text, i) => {
      const place = [String(column), String(i)];
      column += text.length;
      return place;
    });
    expect(places.map(([, ...place]) => place)).toEqual(wanted);
  },
);
