import type { Backend, PutOptions } from './backends/backend.ts';
import { takeLock } from './lock.ts';
import { recordKey } from './release.ts';
import type { Config, Plan, Warning } from './types.ts';

/** A destination that no other run writes to, as far as the backend can see to that. */
export interface Entered {
  /** Throws when another run came in all the same. @throws CollectError exit 10 */
  readonly check: () => Promise<void>;
  /** Called a moment before `check`, so that this has its answer sooner. */
  readonly ask?: () => void;
  readonly leave: () => Promise<void>;
  /** Whether another deploy ended since the plan was made. */
  readonly moved: boolean;
  readonly warnings: readonly Warning[];
}

export interface EnterOptions {
  readonly config: Config;
  readonly plan: Plan;
  readonly recordEtag: string | undefined;
  readonly locks: boolean;
  readonly unlocked: boolean;
  /** Where lock and release record are. */
  readonly state: Backend;
  readonly pass: PutOptions;
  /** Called now and then while another deploy is waited for. */
  readonly tell: (text: string) => void;
}

/** @throws CollectError exit 10 when another deploy writes there */
export async function enterDestination(
  backend: Backend,
  { config, plan, recordEtag, locks, unlocked, state, pass, tell }: EnterOptions,
): Promise<Entered> {
  const open = { check: async () => {}, leave: async () => {}, moved: false, warnings: [] };
  if (pass.signal?.aborted === true) return open;
  const writes = plan.steps.flat().some(({ type }) => type !== 'skip');
  if (backend.begin !== undefined) return { ...open, leave: await backend.begin({ writes }) };
  if (!writes || !locks) return open;
  const timeout = config.lockTimeout * 1000;
  let moved: Promise<boolean> | undefined;
  const onTaken = () => {
    moved = hasMoved(state, recordEtag, pass);
    moved.catch(() => undefined); // thrown below, if it still matters then
  };
  const taken = await takeLock(state, { timeout, pass, tell, unseen: unlocked, onTaken });
  if ('warning' in taken) return { ...open, warnings: [taken.warning] };
  const { lock } = taken;
  try {
    return {
      ...open,
      check: lock.check,
      ask: lock.ask,
      leave: lock.release,
      moved: (await moved) === true,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function hasMoved(
  state: Backend,
  before: string | undefined,
  pass: PutOptions,
): Promise<boolean> {
  const held = await state.head?.(recordKey, pass);
  return held?.etag !== before;
}
