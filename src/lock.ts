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

/** Takes a destination for this run alone. @throws CollectError exit 10 when another deploy keeps it */
export async function takeLock(backend: Backend, options: LockOptions): Promise<Locking> {
  const { timeout, pass, tell, timing = realLockTiming } = options;
  const self = await currentOwner();
  const mine = createClaim(backend, self, { pass, timing });
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
      tell(`waiting for another deploy to end: ${describeLock(held, backend, timing)}`);
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
  return describeLock(held, backend, realLockTiming);
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

function lockHeld(backend: Backend, held: Held, timing: LockTiming): CollectError {
  return new CollectError(
    'LOCK_HELD',
    `another deploy writes to ${backend.label}: ${describeLock(held, backend, timing)}`,
    detailsOf('LOCK_HELD'),
  );
}
