import { createHash } from 'node:crypto';
import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface CorpusFile {
  readonly size: number;
  readonly md5: string;
}

/** Name → what the file holds. */
export type Corpus = ReadonlyMap<string, CorpusFile>;

const texts = ['js', 'css', 'html', 'svg', 'json', 'txt'];
const binaries = ['png', 'woff2', 'jpg', 'webp'];
const vocabulary = 400;

/** As old as a site that nobody touched since its last deploy: tools that go by times see nothing new. */
const age = 2 * 24 * 3600;

/** The same numbers for the same seed, everywhere. */
export function createChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** So many files of text and of noise, as a site has them, in directories of a hundred. */
export async function createCorpus(
  dir: string,
  { count, sizeOf }: { readonly count: number; readonly sizeOf: (chance: number) => number },
): Promise<Corpus> {
  const chance = createChance(count);
  const corpus = new Map<string, CorpusFile>();
  for (let index = 0; index < count; index += 1) {
    const isText = index % 10 < 6;
    const extension = (isText ? texts[index % 6] : binaries[index % 4]) ?? '';
    const name = `d${Math.floor(index / 1000)}/s${Math.floor(index / 100) % 10}/f${index}.${extension}`;
    const bytes = createBytes(index, sizeOf(chance()), isText);
    corpus.set(name, await writeOld(join(dir, name), bytes));
  }
  return corpus;
}

/** The same files after a day's work: so many of them changed, every fourth one without a change of its size. */
export async function changeFiles(
  dir: string,
  corpus: Corpus,
  count: number,
): Promise<Map<string, CorpusFile>> {
  const names = [...corpus.keys()];
  const changed = new Map<string, CorpusFile>();
  for (let index = 0; index < count; index += 1) {
    const name = names[Math.floor((index * names.length) / count)] ?? '';
    const { size = 0 } = corpus.get(name) ?? {};
    const bytes = createBytes(1e6 + index, index % 4 === 0 ? size : size + 100 + index, true);
    changed.set(name, await writeOld(join(dir, name), bytes));
  }
  return new Map([...corpus, ...changed]);
}

/** One file of so many bytes. */
export async function createLargeFile(path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  for (let at = 0; at < size; at += 2 ** 20) {
    await file.write(createBytes(at, Math.min(2 ** 20, size - at), false));
  }
  await file.close();
}

function createBytes(seed: number, size: number, isText: boolean): Buffer {
  const chance = createChance(seed + 1);
  const bytes = Buffer.allocUnsafe(size);
  if (!isText) {
    for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(chance() * 2 ** 32, at);
    bytes.fill(seed & 0xff, size & ~3);
    return bytes;
  }
  let at = bytes.write(`/*${seed}*/`);
  while (at < size) {
    const word = Math.floor(chance() * vocabulary).toString(36);
    at += bytes.write(`w${word}${chance() < 0.1 ? '\n' : ' '}`, at);
  }
  return bytes;
}

async function writeOld(path: string, bytes: Buffer): Promise<CorpusFile> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const then = Date.now() / 1000 - age;
  await utimes(path, then, then);
  return { size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
}
