import { randomUUID } from 'node:crypto';
import type { Backend } from '../backends/backend.ts';
import { createBackend, createStateBackend } from '../backends/index.ts';
import { CollectError, exitCodeOfSignal, exitCodes } from '../errors.ts';
import { beforeWriting } from '../destination.ts';
import { detailsOf } from '../explanations/index.ts';
import { invalidate, planInvalidation } from '../invalidate.ts';
import { readRecord } from '../record.ts';
import { recordKey } from '../release.ts';
import { mutableKeys } from '../stale.ts';
import type { Config } from '../types.ts';
import type { CommandContext } from './context.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';

/** `invalidate`: has the CDN forget everything of the current release that is not immutable. */
export async function runInvalidate(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags, { needsSources: false })).configs;
  if (config.backend !== 's3' || config.cdn.distribution === undefined) {
    throw new CollectError('NO_CDN', 'no CDN is configured', detailsOf('NO_CDN'));
  }
  const reporter = reporterFor(context, flags);
  const backend = await createBackend(config);
  const state = await createStateBackend(config);
  try {
    const { keys, occasion } = await lookUp(config, state ?? backend, io.signal);
    const planned = await planInvalidation(config, () => keys);
    if (planned === undefined) {
      reporter.end(exitCodes.ok);
      return exitCodes.ok;
    }
    const options = { occasion, wait: flags.wait === true, signal: io.signal };
    const invalidation = await invalidate(planned, options);
    reporter.on({ type: 'invalidation', invalidation });
    const failed = io.signal.aborted ? exitCodeOfSignal(io.signal.reason) : exitCodes.cdn;
    const exitCode = invalidation.status === 'failed' ? failed : exitCodes.ok;
    reporter.end(exitCode);
    return exitCode;
  } finally {
    await backend.close?.();
    await state?.close?.();
  }
}

/** Without a record, everything. With one, asking twice about the same deploy is one invalidation, and paid for once. */
async function lookUp(
  { state: { enabled } }: Config,
  state: Backend,
  signal: AbortSignal,
): Promise<{ readonly keys: readonly string[]; readonly occasion: string }> {
  const everything = { keys: ['*'], occasion: randomUUID() };
  if (!enabled) return everything;
  const { recorded } = await readRecord(state, { signal }).catch(beforeWriting);
  if (recorded === undefined) return everything;
  // The bytes of a record may be those of the one before: its time tells them apart.
  const held = await state.head?.(recordKey, { signal }).catch(beforeWriting);
  const keys = mutableKeys(recorded.release);
  const { modifiedMs } = held ?? {};
  return {
    keys,
    occasion: modifiedMs === undefined ? everything.occasion : `record of ${modifiedMs}`,
  };
}
