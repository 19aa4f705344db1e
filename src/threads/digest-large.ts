import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { compositeEtag } from '../md5.ts';
import { changed, unreadable, type OpenContent } from '../open-file.ts';
import { partSizeOf } from '../parts.ts';
import { makeDigests, type DigestChoice } from '../running-digests.ts';
import type { Digests } from '../types.ts';

// Digesting is most of what a large file costs, and one core does no more than some hundred megabytes of it in a second:
// here all cores do it, each stretch of the file a job.

/** Parts in one job: few enough that all threads end at nearly the same time. */
const partsInJob = 4;

/** Stays open until it is digested. */
export type LargeFile = Required<Pick<OpenContent, 'size' | 'file'>>;

export interface LargeOptions extends DigestChoice {
  readonly signal?: AbortSignal | undefined;
}

/** Each file has all threads for itself. */
const oneAtOnce = pLimit(1);

/** Digests of a large file and of its parts. @throws CollectError SOURCE_CHANGED, SOURCE_UNREADABLE */
export function digestLarge(file: LargeFile, options: LargeOptions): Promise<Digests> {
  return oneAtOnce(() => digest(file, options));
}

async function digest(
  { file, size }: LargeFile,
  { hashing = false, wholeMd5 = true, signal }: LargeOptions,
) {
  const whole = ['sha256', ...(wholeMd5 ? ['md5'] : []), ...(hashing ? ['sha384'] : [])];
  const step = partSizeOf(size);
  const stretch = step * partsInJob;
  const jobs = whole.map((algorithm): Job => ({ start: 0, end: size, step: size, algorithm }));
  for (let start = 0; start < size; start += stretch) {
    const end = Math.min(start + stretch, size);
    jobs.push({ start, end, step, algorithm: 'md5' });
  }
  const done = await runAll(jobs, { file, signal });
  const {
    sha256 = '',
    md5,
    sha384,
  } = Object.fromEntries(whole.map((algorithm, i) => [algorithm, done[i]?.[0]]));
  const parts = done.slice(whole.length).flat();
  return makeDigests({
    md5,
    sha256,
    etag: compositeEtag(parts.map((part) => Buffer.from(part, 'hex'))),
    sha384: sha384 && Buffer.from(sha384, 'hex').toString('base64'),
    parts,
  });
}

/** The digest of each piece of `step` bytes between two places. */
interface Job {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly algorithm: string;
}

/** What bin/digest-thread.js says. */
type Reply =
  { /** In hex. */ readonly digests: readonly string[] } | { readonly errno: string } | 'cut short';

/** Digests in the order of the jobs. No thread is left when this ends. */
async function runAll(
  jobs: readonly Job[],
  { file, signal }: Pick<LargeFile, 'file'> & Pick<LargeOptions, 'signal'>,
): Promise<(readonly string[])[]> {
  const { fd, path } = file;
  const waiting = [...jobs.entries()];
  const done: (readonly string[])[] = [];
  const threads: Worker[] = [];
  const work = async (thread: Worker) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, job] = next;
      const answer = once(thread, 'message', { signal });
      thread.postMessage({ fd, ...job });
      const [reply] = (await answer) as [Reply];
      if (reply === 'cut short') throw changed(path);
      if ('errno' in reply)
        throw unreadable(path, Object.assign(new Error(), { code: reply.errno }));
      done[index] = reply.digests;
    }
  };
  try {
    for (let i = 0; i < availableParallelism(); i += 1) {
      // Flags that this process was started with are not for it.
      threads.push(new Worker(entry, { execArgv: [] }));
    }
    await Promise.all(threads.map(work));
    return done;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const entry = new URL('../../bin/digest-thread.js', import.meta.url);
