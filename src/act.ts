import { applyPlan } from './apply.ts';
import type { Backend, PutOptions } from './backends/backend.ts';
import { decide, type Decision } from './decide.ts';
import { enterDestination } from './enter.ts';
import { collectGarbage } from './memory.ts';
import { makeRelease } from './next-release.ts';
import { denied, isDenied, writeRecord } from './record.ts';
import { isKept, keepRelease } from './release-files.ts';
import type { Release } from './release.ts';
import type { Action, Config, Listener, Outcome, Warning } from './types.ts';
import { checkPublic, watchAcl } from './visible.ts';

export interface Doing {
  readonly backend: Backend;
  /** Where lock and release record are. */
  readonly state: Backend;
  readonly on: Listener;
  readonly warn: (warning: Warning) => void;
  /** Throws where a plan that was made anew is not to be carried out. */
  readonly accept?: ((decision: Decision) => void) | undefined;
  readonly pass: PutOptions;
}

/** What became of it, and for the next deploy. */
export interface Done extends Pick<Decision, 'next'> {
  readonly outcomes: readonly Outcome[];
  /** What is wrong with how the public sees it. */
  readonly unseen: Promise<Warning | undefined>;
}

/** Does what was decided, alone at the destination; what another deploy changed there in the meantime is decided anew. @throws CollectError exit 10 */
export async function act(
  decision: Decision & { readonly config: Config },
  { backend, state, on, warn, accept, pass }: Doing,
): Promise<Done> {
  const { config } = decision;
  const { target } = config;
  on({ type: 'applying', target, plan: decision.plan });
  const tell = (text: string) => {
    on({ type: 'locked', text });
  };
  backend.expect?.(decision.plan.steps.flat().filter(({ type }) => type === 'upload').length);
  const entered = await enterDestination(backend, { ...decision, state, pass, tell });
  try {
    const atFirst = afterFirstWrite(on, () => {
      for (const warning of entered.warnings) warn(warning);
    });
    const { restores } = decision.next;
    const decided = entered.moved
      ? await decide(decision.next.wanted, { config, backend, state, pass, restores })
      : decision;
    const { plan, next } = decided;
    if (entered.moved) {
      accept?.(decided);
      on({ type: 'applying', target, plan });
    }
    const record = async (outcomes: ReadonlyMap<Action, Outcome>) => {
      collectGarbage(outcomes.size); // what the requests left, before the record takes more
      const release = makeRelease({ ...next, outcomes, nowMs: Date.now() });
      await writeAll(state, { release, previous: next.previous, config }, pass).catch(
        (error: unknown) => {
          if (!isDenied(error)) throw error;
          warn(denied(error));
        },
      );
    };
    const outcomes = await applyPlan(plan, backend, {
      state,
      concurrency: atOnce(config),
      on: watchAcl(atFirst, warn),
      pass,
      check: entered.check,
      ask: entered.ask,
      record,
    });
    // It only looks, and so beside the lock's being given back.
    const unseen = checkPublic(config, outcomes, backend, pass);
    unseen.catch(() => undefined); // for whoever awaits it
    return { outcomes, next, unseen };
  } finally {
    await entered.leave();
  }
}

/** What keeps a lock from being taken may keep everything from being stored, and of that the run's error tells: once is enough. */
function afterFirstWrite(on: Listener, tell: () => void): Listener {
  let told = false;
  return (event) => {
    if (!told && event.type === 'finished' && event.outcome.status === 'done') {
      told = true;
      tell();
    }
    on(event);
  };
}

/** What it takes to go back to the release, and to the one before where nobody kept that; then the record, which makes it the current one. */
async function writeAll(
  state: Backend,
  {
    release,
    previous,
    config,
  }: { release: Release; previous: Release | undefined; config: Config },
  pass: PutOptions,
): Promise<void> {
  if (config.releases) {
    const lacks = previous !== undefined && !(await isKept(state, previous.id, pass));
    if (lacks) await keepRelease(state, previous, pass);
    await keepRelease(state, release, pass);
  }
  await writeRecord(state, release, pass);
}

/** S3 has a gate of its own, which lets in as many as are worth it. */
function atOnce({ backend, concurrency }: Config): number {
  if (concurrency !== 'auto') return concurrency;
  return backend === 's3' ? 256 : 64;
}
