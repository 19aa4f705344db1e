import { randomBytes } from 'node:crypto';
import type { Backend, Condition, PutOptions, WriteOptions } from './backends/backend.ts';
import { digestContent } from './digest.ts';
import { CollectError } from './errors.ts';
import type { LockTiming } from './lock-timing.ts';
import type { Owner } from './owner.ts';
import { isDenied } from './record.ts';

/** The object that says that a deploy is under way. */
export const lockKey = '.collect-static/lock.json';

const format = 'collect-static lock';
const version = 1;

/** What the lock object says. It may be public: a process is named, and no machine or user. */
export interface Held {
  readonly id: string;
  readonly owner: Pick<Owner, 'pid' | 'start' | 'space'>;
  readonly since: string;
  /** Given back by a run that may not delete. */
  readonly released: boolean;
  readonly etag: string;
  readonly modifiedMs: number | undefined;
}

/** A run's own lock object, which it may or may not get stored. */
export interface Claim {
  readonly id: string;
  /** Resolves to the ETag; undefined when the condition did not hold. `alone`: only the store is asked whether it holds. */
  put(condition: Condition, options?: ClaimOptions): Promise<string | undefined>;
  /** Whether the store keeps to conditions: a wrong one must be refused. Resolves to the ETag of what is there. */
  probe(etag: string): Promise<{ readonly etag: string; readonly keeps: boolean }>;
  /** The ETag of the lock, if it is still ours. */
  find(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Deletes it, if it is still ours, or says in it that it is given back; a run that was stopped does that too.
   * `ours`: its ETag, where that was found out a moment ago.
   */
  remove(ours?: string): Promise<void>;
}

interface ClaimOptions {
  readonly signal?: AbortSignal;
  readonly alone?: boolean;
}

export function createClaim(
  backend: Backend,
  self: Owner,
  { pass, timing }: { readonly pass: PutOptions; readonly timing: LockTiming },
): Claim {
  const id = randomBytes(8).toString('hex');
  const since = new Date().toISOString();
  const owner = { pid: self.pid, start: self.start, space: self.space };
  let count = 0;
  const under = (signal: AbortSignal | undefined): PutOptions =>
    signal === undefined
      ? pass
      : { ...pass, signal: AbortSignal.any([signal, ...(pass.signal ? [pass.signal] : [])]) };
  const store = async (options: WriteOptions, released = false) => {
    // Each state of it is another: what has not changed was not renewed.
    const document = { format, version, id, owner, since, renewed: (count += 1), released };
    const content = { kind: 'bytes', bytes: Buffer.from(`${JSON.stringify(document)}\n`) } as const;
    const headers = { contentType: 'application/json', cacheControl: 'no-store' };
    const digests = await digestContent(content);
    const object = { key: lockKey, content, headers, digests, visibility: 'private' } as const;
    try {
      const { etag } = await backend.put(object, options);
      return etag ?? digests.etag;
    } catch (error) {
      if (error instanceof CollectError && error.code === 'PRECONDITION_FAILED') return undefined;
      throw error;
    }
  };
  return {
    id,
    put: (condition, { signal, alone = false } = {}) =>
      store({ ...under(signal), if: condition, probe: alone }),
    async probe(etag) {
      const wrong = await store({ ...pass, if: { etag: '0'.repeat(32) }, probe: true });
      return wrong === undefined ? { etag, keeps: true } : { etag: wrong, keeps: false };
    },
    async find(signal) {
      const held = await readLock(backend, under(signal));
      return held?.id === id ? held.etag : undefined;
    },
    async remove(ours) {
      const brief = { signal: AbortSignal.timeout(timing.longestRemoval) };
      // A delete is not conditional everywhere, so it is asked first whose it is.
      const held = ours === undefined ? await readLock(backend, brief) : { id, etag: ours };
      if (held?.id !== id) return;
      await deleteLock(backend, brief).catch(async (error: unknown) => {
        if (!isDenied(error)) throw error;
        await store({ ...brief, if: { etag: held.etag } }, true);
      });
    },
  };
}

export async function readLock(backend: Backend, pass: PutOptions): Promise<Held | undefined> {
  const held = await backend.read?.(lockKey, { ...pass, atMost: 65_536 });
  if (held === undefined) return undefined;
  const { etag = '', modifiedMs } = held;
  return { ...parse(Buffer.from(held.bytes).toString()), etag, modifiedMs };
}

/** Of a lock in a format we do not know, only its age counts. */
function parse(text: string): Omit<Held, 'etag' | 'modifiedMs'> {
  const unknown = { id: '', owner: { pid: 0, start: '', space: '' }, since: '', released: false };
  try {
    const value = JSON.parse(text) as Partial<Held> & { format?: unknown; version?: unknown };
    if (value.format !== format || value.version !== version) return unknown;
    const { id, owner, since, released } = { ...unknown, ...value };
    return { id, owner, since, released };
  } catch {
    return unknown;
  }
}

export function isExpired({ modifiedMs }: Held, { now }: Backend, { lease }: LockTiming): boolean {
  const storesTime = now?.();
  if (storesTime === undefined || modifiedMs === undefined) return false;
  // Times of objects are told in whole seconds.
  return storesTime - modifiedMs > lease + 1_000;
}

/** For people: whose lock it is, and when it ends by itself. */
export function describeLock(
  { owner, since, modifiedMs }: Held,
  { now }: Backend,
  timing: LockTiming,
): string {
  const who = owner.pid === 0 ? 'somebody' : `process ${owner.pid} of machine ${owner.space}`;
  const storesTime = now?.();
  const left =
    storesTime === undefined || modifiedMs === undefined
      ? ''
      : `; if it has died, its lock ends in ${Math.max(0, Math.ceil((modifiedMs + timing.lease - storesTime) / 1000))} s`;
  return `${who}${since === '' ? '' : `, since ${since}`}${left}`;
}

export async function deleteLock(backend: Backend, pass: PutOptions): Promise<void> {
  const [failed] = (await backend.delete?.([lockKey], pass)) ?? [];
  if (failed !== undefined) throw failed.error;
}
