import { availableParallelism } from 'node:os';
import { mapFiles } from '../../map-files.ts';
import { openContent, sizeOf } from '../../content.ts';
import { inMemory } from '../../compressed.ts';
import type { Digester } from '../../digest.ts';
import { createHeadersFor } from '../../headers.ts';
import { joinKey, longestObjectKey, twinSuffixes } from '../../keys.ts';
import { isManifest } from '../../pointers.ts';
import type {
  Compressed,
  CompressedContent,
  Compression,
  Config,
  Encoding,
  Listener,
  PlainContent,
  StaticFile,
  Warning,
} from '../../types.ts';
import { createJudge, isCompressed, isText, tellingBytes, type Judgement } from './compressible.ts';
import { createMaker, type Found } from './make.ts';
import { createTelling } from './telling.ts';

/** Files compressed at once: the threads that Node has for it never wait, and little is in memory. */
const atOnce = 2 * Math.max(4, Math.min(8, availableParallelism()));

export interface Compressing {
  /** The files as they will be stored: compressed, or with compressed twins beside them, where it pays. */
  readonly compress: (files: readonly StaticFile[]) => Promise<readonly StaticFile[]>;
  /** To be called once, when all are compressed. */
  end(): Promise<{ compression: Compression; warnings: readonly Warning[] }>;
}

export interface CompressDependencies {
  readonly digester: Digester;
  readonly on: Listener;
  readonly signal?: AbortSignal | undefined;
}

/** Files with the same bytes: one under its own name, and its copy under a hashed one. */
interface Job {
  readonly content: PlainContent;
  readonly judgement: Judgement;
  readonly files: StaticFile[];
}

export function createCompressing(
  config: Config,
  { digester, on, signal }: CompressDependencies,
): Compressing {
  const { compress: options } = config;
  const headersFor = createHeadersFor(config);
  const judge = createJudge(options, config.rules);
  const maker = createMaker(config, signal);
  const taken = new Set<string>();
  const sums = new Map<Encoding, Compressed>();

  const judgementOf = (file: StaticFile): Judgement => {
    // Django reads the manifest where it is stored: from S3 through gzip, from a directory as it is.
    const forDjango = options.mode === 'replace' && isManifest(file.name);
    const readable = config.backend === 's3' && options.encodings.includes('gzip');
    return forDjango && !readable ? 'no' : judge(file, headersFor(file).headers);
  };

  const jobsFor = (files: readonly StaticFile[]): Job[] => {
    const jobs = new Map<PlainContent, Job>();
    for (const file of files) {
      const content = file.content as PlainContent;
      const known = jobs.get(content);
      if (known !== undefined) known.files.push(file);
      else jobs.set(content, { content, judgement: judgementOf(file), files: [file] });
    }
    // The largest first: the last one to end is a small one.
    return [...jobs.values()]
      .filter(({ judgement }) => judgement !== 'no')
      .sort((one, two) => sizeOf(two.content) - sizeOf(one.content));
  };

  /** Each file of the job with what it is stored as. */
  const run = async (job: Job): Promise<readonly (readonly [StaticFile, StaticFile[]])[]> => {
    signal?.throwIfAborted();
    const found = await look(job, digester);
    if (found === undefined) return [];
    const made: CompressedContent[] = [];
    for (const encoding of options.encodings) {
      signal?.throwIfAborted();
      const content = await maker.make(found, { encoding, quality: options.quality[encoding] });
      if (content !== undefined) made.push(content);
    }
    return job.files.map((file) => [file, publish({ ...file, content: found.content }, made)]);
  };

  const publish = (file: StaticFile, made: readonly CompressedContent[]): StaticFile[] => {
    if (options.mode === 'sidecar') {
      const kept = made.filter(({ recipe }) => hasRoom(file.key + twinSuffixes[recipe.encoding]));
      for (const content of kept) count(file, content);
      return [file, ...kept.map((content) => twinOf(file, content))];
    }
    const [content] = made;
    if (content === undefined) return [file];
    count(file, content);
    return [{ ...file, content, encoding: content.recipe.encoding }];
  };

  const count = ({ content }: StaticFile, { recipe, size }: CompressedContent) => {
    const one = { files: 1, before: sizeOf(content), after: size };
    sums.set(recipe.encoding, add(sums.get(recipe.encoding) ?? none, one));
  };

  /** A name that a file of the sources has is that file's; and one that cannot be stored is nobody's. */
  const hasRoom = (key: string): boolean => {
    if (taken.has(key)) return false;
    return config.backend === 's3'
      ? Buffer.byteLength(joinKey(config.s3.location, key)) <= longestObjectKey
      : Buffer.byteLength(key.slice(key.lastIndexOf('/') + 1)) <= longestName;
  };

  return {
    compress: async (files) => {
      for (const { key } of files) taken.add(key);
      const jobs = jobsFor(files);
      const telling = createTelling(
        jobs.map(({ content }) => sizeOf(content)),
        on,
      );
      try {
        const results = await mapFiles(jobs, atOnce, async (job) => {
          const published = await run(job);
          telling.done(sizeOf(job.content));
          return published;
        });
        const stored = new Map(results.flat());
        return files.flatMap((file) => stored.get(file) ?? [file]);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        telling.end();
      }
    },
    end: async () => {
      const { warnings, ...counts } = await maker.end();
      // In the order of the options, whichever ended first.
      const entries = options.encodings.map((one) => [one, sums.get(one)] as const);
      const encodings = Object.fromEntries(entries.filter(([, sum]) => sum !== undefined));
      const all = [...sums.values()].reduce(add, none);
      return { compression: { ...counts, ...all, encodings }, warnings };
    },
  };
}

const none: Compressed = { files: 0, before: 0, after: 0 };

function add(one: Compressed, two: Compressed): Compressed {
  return {
    files: one.files + two.files,
    before: one.before + two.before,
    after: one.after + two.after,
  };
}

/** What is to be compressed, in the state it is in; undefined where its bytes say that it does not pay. */
async function look({ content, judgement }: Job, digester: Digester): Promise<Found | undefined> {
  const large = sizeOf(content) > inMemory;
  const pays = (start: Uint8Array) =>
    !isCompressed(start) && (judgement === 'yes' || isText(start));
  if (large || judgement === 'if text') {
    if (sizeOf(content) === 0 || !pays(await startOf(content))) return undefined;
  }
  if (large) {
    const digested = await digester.digest(content);
    return { content: digested.content as PlainContent, sha256: digested.digests.sha256 };
  }
  const { bytes, ...digested } = await digester.read(content);
  if (bytes.length === 0 || !pays(bytes.subarray(0, tellingBytes))) return undefined;
  return { content: digested.content as PlainContent, sha256: digested.digests.sha256, bytes };
}

/** What file systems take for a name. */
const longestName = 255;

function twinOf(file: StaticFile, content: CompressedContent): StaticFile {
  const { encoding } = content.recipe;
  return { ...file, key: file.key + twinSuffixes[encoding], content, encoding, twinOf: file.key };
}

async function startOf(content: PlainContent): Promise<Buffer> {
  const file = await openContent(content);
  try {
    return await file.read(0, Math.min(file.size, tellingBytes));
  } finally {
    await file.close();
  }
}
