import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, Condition, PutOptions } from './backends/backend.ts';
import { digestContent } from './digest.ts';
import { CollectError } from './errors.ts';
import { detailsOf, explanations } from './explanations/index.ts';
import { currentOwner, isAlive, type Owner } from './owner.ts';
import { isDenied } from './record.ts';
import type { Warning } from './types.ts';

/** The object that says that a deploy is under way. */
export const lockKey = '.collect-static/lock.json';

const format = 'collect-static lock';
const version = 1;
/** Milliseconds. */
const longestRemoval = 3_000;

/** Spans of time, in milliseconds; in one place so that tests can run minutes in seconds. */
export interface LockTiming {
  /** How long a lock holds that nobody renews. */
  readonly lease: number;
  readonly renewEvery: number;
  readonly askEvery: number;
  readonly tellEvery: number;
}

export const realLockTiming: LockTiming = {
  lease: 60_000,
  renewEvery: 20_000,
  askEvery: 1_000,
  tellEvery: 10_000,
};

export interface Lock {
  /** Throws when somebody else has taken the lock: nothing more may be written. @throws CollectError exit 10 */
  readonly check: () => Promise<void>;
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** Milliseconds to wait for another deploy. */
  readonly timeout: number;
  readonly pass: PutOptions;
  /** Called every ten seconds while another one is waited for. */
  readonly tell: (text: string) => void;
  readonly timing?: LockTiming;
}

/** Or why there is none: the deploy goes on as it would without. */
export type Locking = { readonly lock: Lock } | { readonly warning: Warning };

/** What the lock object says. It may be public: a process is named, and no machine or user. */
interface Held {
  readonly id: string;
  readonly owner: Pick<Owner, 'pid' | 'start' | 'space'>;
  readonly since: string;
  readonly etag: string;
  readonly modifiedMs: number | undefined;
}

/** Takes a destination for this run alone. @throws CollectError exit 10 when another deploy keeps it */
export async function takeLock(backend: Backend, options: LockOptions): Promise<Locking> {
  const { timeout, pass, tell, timing = realLockTiming } = options;
  const self = await currentOwner();
  const mine = createClaim(backend, self, pass);
  const seen = new Map<string, number>();
  const began = performance.now();
  let told = began - timing.tellEvery;
  for (;;) {
    const taken = await mine.put('absent').catch(lockProblem);
    if (typeof taken === 'string') return keep(mine, taken, timing);
    if (taken !== undefined) return { warning: taken };
    const held = await readLock(backend, pass);
    if (held === undefined) continue;
    // The answer was lost that said so.
    if (held.id === mine.id) return keep(mine, held.etag, timing);
    const now = performance.now();
    if (!seen.has(held.etag)) seen.set(held.etag, now);
    // Nobody renewed it while we looked on, or by the store's own clock for long.
    const unrenewed = now - (seen.get(held.etag) ?? now) > timing.lease;
    const dead = unrenewed || isExpired(held, backend, timing) || (await isDead(held, self));
    if (dead) {
      const over = await mine.put({ etag: held.etag });
      if (over !== undefined) return keep(mine, over, timing);
      continue;
    }
    if (now - began >= timeout) throw lockHeld(backend, held, timing);
    if (now - told >= timing.tellEvery) {
      told = now;
      tell(`waiting for another deploy to end: ${describe(held, backend, timing)}`);
    }
    const wait = Math.min(timing.askEvery, timeout - (now - began));
    await sleep(wait, undefined, pass.signal && { signal: pass.signal });
  }
}

async function isDead({ owner }: Held, self: Owner): Promise<boolean> {
  return (await isAlive({ host: '', ...owner }, self)) === false;
}

/** Removes a lock, whoever holds it; resolves to what it said. */
export async function removeLock(backend: Backend, pass: PutOptions): Promise<string | undefined> {
  const held = await readLock(backend, pass);
  if (held === undefined) return undefined;
  await deleteLock(backend, pass);
  return describe(held, backend, realLockTiming);
}

/** For whoever takes no lock of its own. @throws CollectError exit 10 while another deploy holds it */
export async function refuseIfLocked(backend: Backend, pass: PutOptions): Promise<void> {
  const held = await readLock(backend, pass);
  if (held === undefined || isExpired(held, backend, realLockTiming)) return;
  if (!(await isDead(held, await currentOwner()))) throw lockHeld(backend, held, realLockTiming);
}

interface Claim {
  readonly id: string;
  /** Resolves to the ETag; undefined when the condition did not hold. */
  put(condition: Condition): Promise<string | undefined>;
  /** Whether the store keeps to conditions: a wrong one must be refused. Resolves to the ETag of what is there. */
  probe(etag: string): Promise<{ readonly etag: string; readonly keeps: boolean }>;
  /** The ETag of the lock, if it is still ours. */
  find(): Promise<string | undefined>;
  /** Deletes it, if it is still ours; a run that was stopped does that too. */
  remove(): Promise<void>;
}

function createClaim(backend: Backend, self: Owner, pass: PutOptions): Claim {
  const id = randomBytes(8).toString('hex');
  const since = new Date().toISOString();
  const owner = { pid: self.pid, start: self.start, space: self.space };
  let count = 0;
  const put = async (condition: Condition, probe = false) => {
    // Each state of it is another: what has not changed was not renewed.
    const document = { format, version, id, owner, since, renewed: (count += 1) };
    const content = { kind: 'bytes', bytes: Buffer.from(`${JSON.stringify(document)}\n`) } as const;
    const headers = { contentType: 'application/json', cacheControl: 'no-store' };
    const digests = await digestContent(content);
    const object = { key: lockKey, content, headers, digests, visibility: 'private' } as const;
    try {
      const { etag } = await backend.put(object, { ...pass, if: condition, probe });
      return etag ?? digests.etag;
    } catch (error) {
      if (error instanceof CollectError && error.code === 'PRECONDITION_FAILED') return undefined;
      throw error;
    }
  };
  return {
    id,
    put,
    async probe(etag) {
      const wrong = await put({ etag: '0'.repeat(32) }, true);
      return wrong === undefined ? { etag, keeps: true } : { etag: wrong, keeps: false };
    },
    async find() {
      const held = await readLock(backend, pass);
      return held?.id === id ? held.etag : undefined;
    },
    async remove() {
      const brief = { signal: AbortSignal.timeout(longestRemoval) };
      // A delete is not conditional everywhere, so it is asked first whose it is.
      if ((await readLock(backend, brief))?.id === id) await deleteLock(backend, brief);
    },
  };
}

/** Keeps the lock alive until it is released. */
async function keep(claim: Claim, first: string, timing: LockTiming): Promise<Locking> {
  const { etag, keeps } = await claim.probe(first);
  if (!keeps) {
    await claim.remove();
    return { warning: warn('LOCK_UNSUPPORTED') };
  }
  let current: string | undefined = etag;
  const renew = async () => {
    // An answer that was lost may have been that it is renewed.
    if (current !== undefined)
      current = (await claim.put({ etag: current })) ?? (await claim.find());
  };
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // One that fails is tried again with the next; a lease has three of them.
    renewing = renewing.then(renew).catch(() => undefined);
  }, timing.renewEvery);
  timer.unref();
  return {
    lock: {
      async check() {
        await renewing;
        if (current !== undefined) current = await claim.find();
        if (current === undefined) {
          throw new CollectError('LOCK_LOST', explanations.LOCK_LOST.what, detailsOf('LOCK_LOST'));
        }
      },
      async release() {
        clearInterval(timer);
        await renewing;
        // What stays of it ends by itself.
        await claim.remove().catch(() => undefined);
      },
    },
  };
}

/** What keeps a lock from being written at all keeps no deploy from going on. */
function lockProblem(error: unknown): Warning {
  if (isDenied(error))
    return { ...warn('LOCK_DENIED'), message: `no lock is taken: ${error.message}` };
  if (error instanceof CollectError && error.code === 'CONDITION_UNSUPPORTED') {
    return warn('LOCK_UNSUPPORTED');
  }
  throw error;
}

function warn(code: 'LOCK_DENIED' | 'LOCK_UNSUPPORTED'): Warning {
  return { code, message: explanations[code].what, hint: explanations[code].fix };
}

async function readLock(backend: Backend, pass: PutOptions): Promise<Held | undefined> {
  const held = await backend.read?.(lockKey, { ...pass, atMost: 65_536 });
  if (held === undefined) return undefined;
  const { etag = '', modifiedMs } = held;
  const { id, owner, since } = parse(Buffer.from(held.bytes).toString());
  return { id, owner, since, etag, modifiedMs };
}

/** Of a lock in a format we do not know, only its age counts. */
function parse(text: string): Pick<Held, 'id' | 'owner' | 'since'> {
  const unknown = { id: '', owner: { pid: 0, start: '', space: '' }, since: '' };
  try {
    const value = JSON.parse(text) as Partial<Held> & { format?: unknown; version?: unknown };
    return value.format === format && value.version === version
      ? { ...unknown, ...value }
      : unknown;
  } catch {
    return unknown;
  }
}

function isExpired({ modifiedMs }: Held, { now }: Backend, { lease }: LockTiming): boolean {
  const storesTime = now?.();
  if (storesTime === undefined || modifiedMs === undefined) return false;
  // Times of objects are told in whole seconds.
  return storesTime - modifiedMs > lease + 1_000;
}

function describe(
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

function lockHeld(backend: Backend, held: Held, timing: LockTiming): CollectError {
  return new CollectError(
    'LOCK_HELD',
    `another deploy writes to ${backend.label}: ${describe(held, backend, timing)}`,
    detailsOf('LOCK_HELD'),
  );
}

async function deleteLock(backend: Backend, pass: PutOptions): Promise<void> {
  const [failed] = (await backend.delete?.([lockKey], pass)) ?? [];
  if (failed !== undefined) throw failed.error;
}
