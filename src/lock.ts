import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, PutOptions } from './backends/backend.ts';
import { CollectError } from './errors.ts';
import { detailsOf, explanations } from './explanations/index.ts';
import {
  createClaim,
  deleteLock,
  describeLock,
  isExpired,
  readLock,
  type Claim,
  type Held,
} from './lock-object.ts';
import { realLockTiming, type LockTiming } from './lock-timing.ts';
import { currentOwner, isAlive, type Owner } from './owner.ts';
import { isDenied } from './record.ts';
import type { Warning } from './types.ts';

/** How often in a row a lock may be in the way and not be there. */
const mostMissed = 10;

export interface Lock {
  /** Throws when somebody else has taken the lock: nothing more may be written. @throws CollectError exit 10 */
  readonly check: () => Promise<void>;
  /** Asks what `check` will want to know: for a moment, and for one of them, the answer counts. */
  readonly ask: () => void;
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** Milliseconds to wait for another deploy. */
  readonly timeout: number;
  readonly pass: PutOptions;
  /** Called every ten seconds while another one is waited for. */
  readonly tell: (text: string) => void;
  /** Called when it is taken, before it is proved that the store keeps to that. */
  readonly onTaken?: () => void;
  /** A moment ago there was none: the store is not asked before it is taken. */
  readonly unseen?: boolean;
  readonly timing?: LockTiming;
}

/** Or why there is none: the deploy goes on as it would without. */
export type Locking = { readonly lock: Lock } | { readonly warning: Warning };

/** Takes a destination for this run alone. @throws CollectError exit 10 when another deploy keeps it */
export async function takeLock(backend: Backend, options: LockOptions): Promise<Locking> {
  const { pass, timing = realLockTiming } = options;
  const self = await currentOwner();
  const claim = createClaim(backend, self, { pass, timing });
  try {
    const taken = await waitFor(claim, { ...options, backend, self, timing });
    if (typeof taken !== 'string') return { warning: taken };
    options.onTaken?.();
    return await keep(claim, taken, timing);
  } catch (error) {
    // It may be there although its put failed, or was stopped.
    await claim.remove().catch(() => undefined);
    throw error;
  }
}

interface Waiting extends LockOptions {
  readonly backend: Backend;
  readonly self: Owner;
  readonly timing: LockTiming;
}

/** Resolves to the ETag of the lock, once it is ours; or to why there is none. */
async function waitFor(mine: Claim, waiting: Waiting): Promise<string | Warning> {
  const { backend, self, timeout, timing, pass, tell, unseen = false } = waiting;
  let alone = unseen;
  const pause = (ms: number) => sleep(ms, undefined, pass.signal && { signal: pass.signal });
  const seen = new Map<string, number>();
  const began = performance.now();
  let told = began - timing.tellEvery;
  for (let missed = 0; missed < mostMissed;) {
    const taken = await mine.put('absent', { alone }).catch(lockProblem);
    alone = false;
    if (taken !== undefined) return taken;
    const held = await readLock(backend, pass);
    const now = performance.now();
    if (held === undefined) {
      // Given back in between; a store of which that is always true tells something wrong.
      missed += 1;
      await pause(missed === 1 ? 0 : timing.askEvery);
      continue;
    }
    missed = 0;
    // The answer was lost that said so.
    if (held.id === mine.id) return held.etag;
    if (!seen.has(held.etag)) seen.set(held.etag, now);
    // Nobody renewed it while we looked on, or by the store's own clock for long.
    const unrenewed = now - (seen.get(held.etag) ?? now) > timing.lease;
    const ended = held.released || unrenewed || isExpired(held, backend, timing);
    if (ended || (await isDead(held, self))) {
      const over = await mine.put({ etag: held.etag });
      if (over !== undefined) return over;
      continue;
    }
    if (now - began >= timeout) throw lockHeld(backend, held, timing);
    if (now - told >= timing.tellEvery) {
      told = now;
      tell(`waiting for another deploy to end: ${describeLock(held, backend, timing)}`);
    }
    await pause(Math.min(timing.askEvery, timeout - (now - began)));
  }
  return warn('LOCK_UNSUPPORTED');
}

async function isDead({ owner }: Held, self: Owner): Promise<boolean> {
  return (await isAlive({ host: '', ...owner }, self)) === false;
}

/** Removes a lock, whoever holds it; resolves to what it said. */
export async function removeLock(backend: Backend, pass: PutOptions): Promise<string | undefined> {
  const held = await readLock(backend, pass);
  if (held === undefined) return undefined;
  await deleteLock(backend, pass);
  return describeLock(held, backend, realLockTiming);
}

/** For whoever takes no lock of its own. @throws CollectError exit 10 while another deploy holds it */
export async function refuseIfLocked(backend: Backend, pass: PutOptions): Promise<void> {
  const held = await readLock(backend, pass);
  if (held === undefined || held.released || isExpired(held, backend, realLockTiming)) return;
  if (!(await isDead(held, await currentOwner()))) throw lockHeld(backend, held, realLockTiming);
}

/** Keeps the lock alive until it is released. */
async function keep(claim: Claim, taken: string, timing: LockTiming): Promise<Locking> {
  let known = -Infinity;
  const { etag, keeps } = await claim.probe(taken);
  if (!keeps) {
    await claim.remove();
    return { warning: warn('LOCK_UNSUPPORTED') };
  }
  const over = new AbortController();
  let current: string | undefined = etag;
  let renewing: Promise<void> | undefined;
  const renew = async () => {
    if (current === undefined) return;
    // An answer that was lost may have been that it is renewed.
    current =
      (await claim.put({ etag: current }, { signal: over.signal })) ??
      (await claim.find(over.signal));
  };
  const timer = setInterval(() => {
    // One that fails is tried again with the next; a lease has three of them.
    renewing ??= renew()
      .catch(() => undefined)
      .finally(() => {
        renewing = undefined;
      });
  }, timing.renewEvery);
  timer.unref();
  const find = () => ({ asked: performance.now(), found: claim.find() });
  let ahead: ReturnType<typeof find> | undefined;
  return {
    lock: {
      ask() {
        ahead = find();
        ahead.found.catch(() => undefined); // thrown by check
      },
      async check() {
        await renewing;
        if (current !== undefined) {
          const isFresh = ahead !== undefined && performance.now() - ahead.asked < timing.fresh;
          const { asked, found } = ahead !== undefined && isFresh ? ahead : find();
          ahead = undefined;
          current = await found;
          known = asked;
        }
        if (current === undefined) {
          throw new CollectError('LOCK_LOST', explanations.LOCK_LOST.what, detailsOf('LOCK_LOST'));
        }
      },
      async release() {
        clearInterval(timer);
        over.abort();
        await renewing;
        // What stays of it ends by itself.
        const isFresh = performance.now() - known < timing.fresh;
        await claim.remove(isFresh ? current : undefined).catch(() => undefined);
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

function lockHeld(backend: Backend, held: Held, timing: LockTiming): CollectError {
  return new CollectError(
    'LOCK_HELD',
    `another deploy writes to ${backend.label}: ${describeLock(held, backend, timing)}`,
    detailsOf('LOCK_HELD'),
  );
}
