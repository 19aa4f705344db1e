// How fast it is beside others: npm run bench. See README.md.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cache } from './install.ts';
import { drawChart } from './speed/chart.ts';
import { hold, type RowResult } from './speed/contest.ts';
import { describe } from './speed/describe.ts';
import { rowMakers, ways } from './speed/rows.ts';
import { startServer } from './speed/server.ts';
import { judge } from './speed/targets.ts';
import type { Workshop } from './speed/workshop.ts';

const { values } = parseArgs({
  options: {
    /** Names, separated by semicolons. */
    rows: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    /** Seconds after which a run is ended. */
    deadline: { type: 'string', default: '120' },
    /** Where the files are. */
    tmp: { type: 'string', default: tmpdir() },
    /** Where the results go. */
    out: { type: 'string', default: fileURLToPath(new URL('results/', import.meta.url)) },
    /** Fewer files, peers and rounds, for a first impression: under two minutes. */
    quick: { type: 'boolean', default: false },
  },
});
const quickRows = ['typical', 'first-0', 'first-30', 'nothing-few', 'copy-first', 'start'];
const quickPeers = ['collect-static', 'rclone', 's5cmd', 'aws s3 sync', 'cp', 'rsync', 'node'];

const ids = values.rows?.split(';') ?? (values.quick ? quickRows : Object.keys(rowMakers));
const tools = values.peers?.split(';') ?? (values.quick ? quickPeers : undefined);
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const sizes = values.quick
  ? { few: 1_000, many: 10_000, largeBytes: 2 ** 28 }
  : { few: 10_000, many: 100_000, largeBytes: 2 ** 31 };

await mkdir(cache, { recursive: true });
const tmp = await mkdtemp(join(values.tmp, 'collect-static-bench-'));
// Also where somebody loses patience.
process.once('exit', () => {
  rmSync(tmp, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const server = await startServer(join(tmp, 'server'), ways);
const shop: Workshop = {
  server,
  tmp,
  // We are measured in every row.
  tools: tools && ['collect-static', ...tools],
  deadlineMs: Number(values.deadline) * 1000,
  absent: new Map(),
  say: (text) => process.stderr.write(`${text}\n`),
};
const rows: RowResult[] = [];
try {
  for (const id of ids) {
    const make = rowMakers[id];
    if (make === undefined)
      throw new Error(`no row ${id}; there are ${Object.keys(rowMakers).join(', ')}`);
    rows.push(await hold(await make(shop, sizes), rounds, shop));
    await write();
  }
} finally {
  await server.close();
}
process.stdout.write(await write());

/** What is known so far: hours of work do not go with the last row. */
async function write(): Promise<string> {
  const model = cpus()[0]?.model ?? 'unknown';
  const about = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version.slice(1),
    rounds,
    absent: [...shop.absent],
  };
  const judged = judge(rows);
  const text = describe(rows, judged, about);
  const charted = rows.filter(({ id }) => id === 'typical' || id === 'first-30');
  await mkdir(values.out, { recursive: true });
  await writeFile(
    join(values.out, 'speed.json'),
    `${JSON.stringify({ about, judged, rows }, undefined, 1)}\n`,
  );
  await writeFile(join(values.out, 'speed.md'), text);
  await writeFile(join(values.out, 'speed.svg'), drawChart(charted));
  return text;
}
