import { CollectError, exitCodes } from '../../errors.ts';
import type { PutOptions } from '../backend.ts';
import { decide, kindOf, parseRetryAfter, reasonOf, type Failed } from './decision.ts';
import { failureOf } from './failure.ts';
import type { Gate, Permit } from './gate.ts';
import { deadlineOf, type Timing } from './timing.ts';
import { sleep, within, type Stop } from './waiting.ts';

/** One request, which may take several attempts. */
export interface Request<Answer> {
  /** Sends it once. Whoever has to wait for the bytes of an answer tells how many there are. */
  readonly attempt: (stop: Stop, expect: (bytes: number) => void) => Promise<Answer>;
  /** Throws where the answer proves nothing: the attempt has failed then. */
  readonly accept?: ((answer: Answer) => unknown) | undefined;
  readonly explain: (error: unknown) => CollectError;
  /** Gets other credentials than those of the last attempt; undefined where there are no others. */
  readonly refresh: (() => Promise<void>) | undefined;
  /** The store may have changed even if no answer came. */
  readonly writes: boolean;
  /** Of its body. */
  readonly bytes: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that an attempt under way may go on after the signal: what it begins must not be lost sight of. */
  readonly linger?: number | undefined;
  /** Told of each attempt that may have been carried out although it failed. */
  readonly onLost?: (() => void) | undefined;
  readonly onWait?: PutOptions['onWait'] | undefined;
}

export interface Surroundings {
  readonly timing: Timing;
  /** The configured one, in milliseconds. */
  readonly requestTimeout: number;
  readonly gate: Gate;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** From [0, 1). */
  readonly random?: () => number;
}

export type Attempts = <Answer>(request: Request<Answer>) => Promise<Answer>;

type Result<Answer> = { readonly answer: Answer } | Failure;
interface Failure extends Failed {
  readonly error: CollectError;
  readonly answered: boolean;
  /** The store may have done all the same what it was asked. */
  readonly doubtful: boolean;
}

/** Runs every request to one store: what one of them learns about the store, the others know. */
export function createAttempts({
  timing,
  requestTimeout,
  gate,
  now = () => performance.now(),
  random = Math.random,
}: Surroundings): Attempts {
  let answered = false;
  /** Since when nobody got what they asked for. */
  let failingSince: number | undefined;

  const once = async <Answer>(
    request: Request<Answer>,
    timeouts: number,
  ): Promise<Result<Answer>> => {
    const { bytes, signal, linger } = request;
    let permit: Permit | undefined;
    let replied = false;
    let outcome: Parameters<Permit['leave']>[0] = 'failed';
    try {
      permit = await gate.enter(signal);
      const timeFor = (size: number) =>
        deadlineOf(timing, requestTimeout, { timeouts, bytes: size });
      const answer = await within(timeFor(bytes), { signal, linger }, (stop, extend) =>
        request.attempt(stop, (size) => {
          extend(timeFor(size));
        }),
      );
      replied = true;
      request.accept?.(answer);
      outcome = 'ok';
      return { answer };
    } catch (thrown) {
      const failure = describe(request.explain(thrown), thrown, replied);
      if (failure.kind === 'throttled') outcome = 'throttled';
      const { exitCode } = failure.error;
      const unknown = exitCode === exitCodes.partial || exitCode === exitCodes.interrupted;
      return { ...failure, doubtful: request.writes && permit !== undefined && unknown };
    } finally {
      permit?.leave(outcome);
    }
  };

  const persist = async <Answer>(request: Request<Answer>, wait: Telling): Promise<Answer> => {
    const start = now();
    let firstFailure: number | undefined;
    let doubtful = false;
    let refreshed = false;
    let skewed = false;
    let timeouts = 0;
    for (let attempts = 1; ; attempts += 1) {
      const result = await once(request, timeouts);
      if ('answer' in result || (result.answered && result.kind === 'fatal')) {
        answered = true;
        failingSince = undefined;
        if ('answer' in result) return result.answer;
      }
      answered ||= result.answered;
      const { error, kind } = result;
      if (kind !== 'fatal') {
        firstFailure ??= now();
        failingSince ??= firstFailure;
      }
      if (result.doubtful) request.onLost?.();
      const failingFor = now() - Math.min(firstFailure ?? now(), failingSince ?? now());
      const refreshable = request.refresh !== undefined;
      const standing = { attempts, failingFor, answered, refreshable, refreshed, skewed };
      const { next } = decide(result, standing, timing, random());
      if (next === 'give up' || request.signal?.aborted === true) {
        throw summarize(error, { attempts, ms: now() - start, doubtful });
      }
      doubtful ||= result.doubtful;
      skewed ||= kind === 'skewed';
      if (error.code === 'S3_TIMEOUT') timeouts += 1;
      if (next !== 'refresh' && next > 0) wait.tell(error.code, now() - (firstFailure ?? now()));
      if (next === 'refresh') {
        refreshed = true;
        // If it fails, the next attempt says so better than this does.
        await request.refresh?.().catch(() => undefined);
      } else if (next > 0) {
        await sleep(next, request.signal).catch((stop: unknown) => {
          throw request.explain(stop);
        });
      }
    }
  };

  return async (request) => {
    const wait = createTelling(request.onWait);
    try {
      return await persist(request, wait);
    } finally {
      wait.over();
    }
  };
}

interface Telling {
  tell(code: string, forMs: number): void;
  over(): void;
}

/** One wait after the other, without a moment between them that looks as if all were well. */
function createTelling(onWait: PutOptions['onWait']): Telling {
  let over: (() => void) | undefined;
  return {
    tell: (code, forMs) => {
      const last = over;
      over = onWait?.({ why: reasonOf(code), forMs });
      last?.();
    },
    over: () => over?.(),
  };
}

function describe(
  error: CollectError,
  thrown: unknown,
  replied: boolean,
): Omit<Failure, 'doubtful'> {
  const { status, header } = failureOf(thrown);
  return {
    error,
    kind: kindOf(error.code, status),
    retryAfter: parseRetryAfter(header('retry-after'), header('date')),
    answered: replied || status !== undefined,
  };
}

/** The last error, with what came before it. */
function summarize(
  error: CollectError,
  { attempts, ms, doubtful }: { attempts: number; ms: number; doubtful: boolean },
): CollectError {
  if (attempts === 1) return error;
  const untouched = error.exitCode >= exitCodes.usage && error.exitCode <= exitCodes.unreachable;
  const seconds = Math.round(ms / 1000);
  return new CollectError(
    error.code,
    `${error.message}, after ${attempts} attempts in ${seconds} s`,
    {
      // An earlier attempt, whose answer was lost, may have been carried out: nobody can promise an untouched destination.
      exitCode: doubtful && untouched ? exitCodes.partial : error.exitCode,
      ...(error.hint !== undefined && { hint: error.hint }),
      problems: error.problems,
      cause: error.cause,
    },
  );
}
