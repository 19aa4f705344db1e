import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { main } from '../../src/cli.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { root } from '../support/npm.ts';
import { createRandom, type Random } from './random.ts';

type Decode = (bytes: Buffer) => Buffer;
const zstd = (zlib as unknown as { readonly zstdDecompressSync?: Decode }).zstdDecompressSync;

/** Encoding → how it ends the name of a twin, and its decoder: of all that this Node has. */
export const encodings: Readonly<Record<string, { suffix: string; decode: Decode }>> = {
  br: { suffix: '.br', decode: zlib.brotliDecompressSync },
  gzip: { suffix: '.gz', decode: zlib.gunzipSync },
  ...(zstd && { zstd: { suffix: '.zst', decode: zstd } }),
};

/** What is compressed already, whatever it is called: these may come to no twin. */
const closed = /^(?:1f8b|504b|89504e47|ffd8ff|774f46|474946)/;

/** Name → bytes: of a seed, and real ones of the packages that this checkout has. */
export async function sourceFiles(random: number, real: number): Promise<Map<string, Buffer>> {
  const chance = createRandom(random);
  const files = new Map<string, Buffer>();
  for (let i = 0; i < random; i += 1) {
    const extension = chance.pick(['css', 'js', 'json', 'svg', 'bin', 'gz', 'png', 'xyz', 'html']);
    files.set(`random/d${i % 37}/f${i}.${extension}`, contents(chance));
  }
  const modules = join(root, 'node_modules');
  for (const path of await realPaths(modules, real)) {
    files.set(`real/${path.slice(modules.length + 1)}`, await readFile(path));
  }
  return files;
}

/** Deploys them as `args` say, and returns the site; the caller removes it. */
export async function deploy(
  files: ReadonlyMap<string, Buffer>,
  config: object,
): Promise<{ site: Site; lines: readonly Record<string, unknown>[] }> {
  const allow = ['source-map', 'unbuilt-source', 'dependency-folder'].map((rule) => ({
    rule,
    match: '**',
    reason: 'a test',
  }));
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify({ defaultIgnore: false, allow, ...config }),
  });
  await site.write(
    Object.fromEntries([...files].map(([name, bytes]) => [`static/${name}`, bytes])),
  );
  const io = createFakeIo(['--json', '--no-cache'], { cwd: site.dir });
  const code = await main(io);
  if (code !== 0) throw new Error(`exit ${code}: ${io.out().slice(0, 2000)}`);
  const lines = io.out().trim().split('\n');
  return { site, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** Each twin decodes to the file beside it, pays, and is of a file that was not compressed. How many there are. */
export async function checkTwins(
  files: ReadonlyMap<string, Buffer>,
  { site }: Awaited<ReturnType<typeof deploy>>,
): Promise<number> {
  const stored = new Set(await site.list('staticfiles'));
  const twins = [...stored].filter((name) => !files.has(name));
  for (const [name, bytes] of files) {
    if (!bytes.equals(await readFile(site.path('staticfiles', name)))) throw new Error(name);
  }
  for (const twin of twins) {
    const suffix = /\.[a-z]+$/.exec(twin)?.[0] ?? '';
    const decode = Object.values(encodings).find((one) => one.suffix === suffix)?.decode;
    const source = files.get(twin.slice(0, -suffix.length));
    if (source === undefined || decode === undefined) throw new Error(`${twin} is nobody's`);
    expectDecoded(twin, await readFile(site.path('staticfiles', twin)), decode, source);
  }
  const textWithout = [...files].find(
    ([name, bytes]) =>
      name.endsWith('.css') && isPlainText(bytes) && pays(bytes) && !stored.has(`${name}.gz`),
  );
  if (textWithout !== undefined) throw new Error(`${textWithout[0]} has no twin`);
  return twins.length;
}

/** Each file stored compressed in its own place decodes to the source; every other one is the source. How many were. */
export async function checkReplaced(
  files: ReadonlyMap<string, Buffer>,
  { site, lines }: Awaited<ReturnType<typeof deploy>>,
  decode: Decode,
): Promise<number> {
  const encoded = new Set(
    lines.filter((line) => 'sizeBefore' in line && line['status'] === 'done').map(({ key }) => key),
  );
  for (const [name, bytes] of files) {
    const stored = await readFile(site.path('staticfiles', name));
    if (encoded.has(name)) expectDecoded(name, stored, decode, bytes);
    else if (!stored.equals(bytes)) throw new Error(`${name} is not as it was`);
  }
  return encoded.size;
}

function expectDecoded(name: string, stored: Buffer, decode: Decode, source: Buffer): void {
  if (!decode(stored).equals(source)) throw new Error(`${name} decodes to something else`);
  if (stored.length > source.length * 0.95) throw new Error(`${name} does not pay`);
  if (closed.test(source.subarray(0, 8).toString('hex'))) throw new Error(`${name} is closed`);
}

function pays(bytes: Buffer): boolean {
  // A margin: Node's gzip finds a little less than others.
  return bytes.length > 0 && zlib.gzipSync(bytes, { level: 9 }).length < bytes.length * 0.94;
}

function isPlainText(bytes: Buffer): boolean {
  return !closed.test(bytes.subarray(0, 8).toString('hex'));
}

function contents(random: Random): Buffer {
  const text = () =>
    Array.from({ length: random.below(400) }, () =>
      random.pick(['red ', 'a{}', '\n', 'ü', '世']),
    ).join('');
  const kind = random.below(12);
  if (kind === 0) return Buffer.alloc(random.below(3), 'x');
  if (kind === 1) return zlib.gzipSync(text());
  if (kind === 2) return noise(random, random.below(3000));
  if (kind === 3) return Buffer.from(text(), 'utf16le');
  if (kind === 4) return Buffer.alloc(random.below(5000));
  if (kind === 5) return Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from(text())]);
  if (kind === 6 && random.below(40) === 0) return Buffer.from(text().repeat(4000)); // more than a MiB
  return Buffer.from(text());
}

function noise(random: Random, size: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, () =>
    createHash('sha256')
      .update(String(random.below(1e9)))
      .digest(),
  );
  return Buffer.concat(blocks).subarray(0, size);
}

async function realPaths(dir: string, most: number): Promise<string[]> {
  const paths: string[] = [];
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (paths.length >= most) break;
    const path = join(entry.parentPath, entry.name);
    const dull = /\.(?:node|wasm)$|\/(?:\.|esbuild|typescript\/lib\/[a-z]{2})/.test(path);
    if (entry.isFile() && !dull && (await stat(path)).size < 2_000_000) paths.push(path);
  }
  return paths;
}
