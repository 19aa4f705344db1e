import { mapAtOnce } from './at-once.ts';
import type { Backend, PutOptions } from './backends/backend.ts';
import { CollectError, exitCodes } from './errors.ts';
import { isReleaseKey } from './preserve.ts';
import type {
  Action,
  Delete,
  Listener,
  Outcome,
  Plan,
  Preserve,
  PutResult,
  RecordRelease,
  UpdateHeaders,
  Upload,
} from './types.ts';

export interface ApplyOptions {
  /** Where records of earlier releases are, if not at the destination itself. */
  readonly state?: Backend;
  /** Actions of a step that may run at once. */
  readonly concurrency: number;
  readonly on: Listener;
  /** For every call of the backend; its signal stops the run. */
  readonly pass?: PutOptions;
  /** Asked before each step that writes: throws when another run writes there too. */
  readonly check?: () => Promise<void>;
  /** Called when the last files before a `check` are on their way. */
  readonly ask?: (() => void) | undefined;
  /** Writes the release record, when everything before it is done. */
  readonly record?: (outcomes: ReadonlyMap<Action, Outcome>) => Promise<void>;
}

/** What puts a file in place. */
type Write = Upload | UpdateHeaders;

/**
 * Does what the plan says, step by step; a failure blocks the steps after its own.
 * The smallest upload goes alone, so that a wrong ACL, permission or region fails once and nothing else is tried.
 */
export async function applyPlan(
  plan: Plan,
  backend: Backend,
  options: ApplyOptions,
): Promise<Outcome[]> {
  const outcomes = new Map<Action, Outcome>();
  const settle = (outcome: Outcome) => {
    outcomes.set(outcome.action, outcome);
    options.on({ type: 'finished', outcome });
  };
  const begun = new Set<Action>();
  const isStopped = () => options.pass?.signal?.aborted === true;
  let full = false;
  const attempt = async (action: Write | Preserve | RecordRelease) => {
    if (isStopped() || full) return;
    options.on({ type: 'started', action });
    const run = () =>
      action.type === 'record'
        ? options.record?.(outcomes)
        : action.type === 'preserve'
          ? preserve(action, backend, options.pass)
          : write(action, backend, options.pass);
    const outcome = await outcomeOf(action, run, options.pass);
    if (outcome === undefined) {
      begun.add(action);
      return;
    }
    settle(outcome);
    // Every further write would only fail too, and take room from what must go on at the destination.
    full ||= outcome.status === 'failed' && isFull(outcome.error);
  };

  // Before anything else, and also before the file that goes alone.
  const kept = await preserveAll(plan, attempt, options);
  if (kept !== undefined && !isStopped()) settle(kept);
  const preserved = plan.steps.flat().filter(isPreserve);
  const mayGoOn =
    preserved.every((action) => outcomes.get(action)?.status === 'done') &&
    (await probe(plan, attempt, { outcomes, ask: options.ask }));
  for (const [index, step] of (mayGoOn ? plan.steps : []).entries()) {
    const waiting = step.filter((action) => !outcomes.has(action));
    for (const action of waiting) if (action.type === 'skip') settle({ status: 'done', action });
    const [first] = waiting.filter(({ type }) => type !== 'skip');
    const stop = first && (await options.check?.().catch(toError));
    if (first !== undefined && stop !== undefined) {
      // A signal broke off only the asking: no file has failed.
      if (!isStopped()) settle({ status: 'failed', action: first, error: stop });
      break;
    }
    const writes = waiting.filter(isWrite);
    const goesOn = plan.steps
      .slice(index + 1)
      .some((one) => one.some(({ type }) => type !== 'skip'));
    await mapAtOnce(writes, options.concurrency, (action) => {
      if (goesOn && action === writes.at(-1)) options.ask?.();
      return attempt(action);
    });
    await mapAtOnce(waiting.filter(isRecord), 1, attempt);
    for (const outcome of await remove(waiting.filter(isDelete), backend, options)) settle(outcome);
    if (step.some((action) => outcomes.get(action)?.status !== 'done')) break;
  }
  const notRun = (action: Action): Outcome => ({
    status: 'not-run',
    action,
    ...(begun.has(action) && { begun: true }),
  });
  return plan.steps.flat().map((action) => outcomes.get(action) ?? notRun(action));
}

/** Keeps what is about to be replaced. Resolves to a failure where another run writes there too. */
async function preserveAll(
  plan: Plan,
  attempt: (action: Preserve) => Promise<void>,
  { check, concurrency }: ApplyOptions,
): Promise<Outcome | undefined> {
  const actions = plan.steps.flat().filter(isPreserve);
  const [first] = actions;
  if (first === undefined) return undefined;
  const error = await check?.().catch(toError);
  if (error !== undefined) return { status: 'failed', action: first, error };
  await mapAtOnce(actions, concurrency, attempt);
  return undefined;
}

/** Puts the smallest file alone; when that file itself cannot be read, the next. Whether the rest may follow. */
async function probe(
  plan: Plan,
  attempt: (action: Write) => Promise<void>,
  { outcomes, ask }: { outcomes: ReadonlyMap<Action, Outcome> } & Pick<ApplyOptions, 'ask'>,
): Promise<boolean> {
  const step = plan.steps.find((actions) => actions.some(isWrite)) ?? [];
  const smallestFirst = step.filter(isWrite).sort((a, b) => a.file.size - b.file.size);
  if (smallestFirst.length > 1) ask?.();
  for (const action of smallestFirst) {
    await attempt(action);
    const outcome = outcomes.get(action);
    if (outcome?.status === 'done') return true;
    if (outcome === undefined || !isSourceFailure(outcome)) return false;
  }
  return true;
}

function isSourceFailure(outcome: Outcome): boolean {
  return (
    outcome.status === 'failed' &&
    outcome.error instanceof CollectError &&
    outcome.error.exitCode === exitCodes.source
  );
}

function isFull(error: Error): boolean {
  return error instanceof CollectError && error.code === 'DESTINATION_FULL';
}

function isWrite(action: Action): action is Write {
  return action.type === 'upload' || action.type === 'update';
}

function isPreserve(action: Action): action is Preserve {
  return action.type === 'preserve';
}

function isRecord(action: Action): action is RecordRelease {
  return action.type === 'record';
}

function isDelete(action: Action): action is Delete {
  return action.type === 'delete';
}

/** Never throws. Undefined when the run was stopped before the write was proved. */
async function outcomeOf(
  action: Action,
  run: () => Promise<PutResult | undefined> | Promise<void> | undefined,
  pass: PutOptions | undefined,
): Promise<Outcome | undefined> {
  try {
    const result = await run();
    return { status: 'done', action, ...(result && { result }) };
  } catch (error) {
    if (pass?.signal?.aborted === true) return undefined;
    return { status: 'failed', action, error: toError(error) };
  }
}

function write(action: Write, backend: Backend, pass: PutOptions | undefined): Promise<PutResult> {
  const { key, content, headers, digests, size, twinOf } = action.file;
  if (action.type === 'upload') {
    const object = { key, content, headers, digests, ...(twinOf !== undefined && { twinOf }) };
    return backend.put(object, pass);
  }
  if (backend.copy === undefined) throw new Error(`${backend.label} cannot copy`);
  const { from, etag } = action;
  return backend.copy({ from, to: key, headers, digests, size, etag }, pass);
}

function preserve(
  { key, from, headers, sha256, size, etag }: Preserve,
  backend: Backend,
  pass: PutOptions | undefined,
): Promise<PutResult> {
  if (backend.copy === undefined) throw new Error(`${backend.label} cannot copy`);
  const visibility = 'private';
  return backend.copy(
    { from, to: key, headers, digests: { sha256 }, size, etag, visibility },
    pass,
  );
}

async function remove(
  actions: readonly Delete[],
  backend: Backend,
  options: ApplyOptions,
): Promise<Outcome[]> {
  const { state = backend } = options;
  const records = actions.filter(({ key }) => isReleaseKey(key));
  const others = actions.filter(({ key }) => !isReleaseKey(key));
  return [
    ...(await removeFrom(backend, others, options)),
    ...(await removeFrom(state, records, options)),
  ];
}

async function removeFrom(
  backend: Backend,
  actions: readonly Delete[],
  { pass }: ApplyOptions,
): Promise<Outcome[]> {
  if (actions.length === 0 || pass?.signal?.aborted === true) return [];
  if (backend.delete === undefined) throw new Error(`${backend.label} cannot delete`);
  const keys = actions.map(({ key }) => key);
  let failures: readonly { key: string; error: Error }[];
  try {
    failures = await backend.delete(keys, pass);
  } catch (error) {
    failures = keys.map((key) => ({ key, error: toError(error) }));
  }
  const failed = new Map(failures.map(({ key, error }) => [key, error]));
  return actions.map((action) => {
    const error = failed.get(action.key);
    return error === undefined ? { status: 'done', action } : { status: 'failed', action, error };
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
