import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readContent } from '../content.ts';
import { CollectError, exitCodes, type ExitCode } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import { md5Of } from '../md5.ts';
import type { Config, Digests, PutResult } from '../types.ts';
import {
  backendApiVersion,
  readLimit,
  type Backend,
  type PutOptions,
  type PutRequest,
  type ReadOptions,
  type ReadResult,
  type WriteOptions,
} from './backend.ts';
import { conditionUnsupported, requireCondition, tooLarge } from './conditions.ts';

/** What a backend module's `put` receives: the request, and a way to its bytes. */
export interface ModulePutRequest extends PutRequest {
  readonly digests: Digests & { readonly md5: string };
  /** All bytes, checked to be those that were planned. */
  read(): Promise<Uint8Array>;
}

export type ModuleBackend = Omit<Backend, 'put' | 'expect'> & {
  put(object: ModulePutRequest, options?: WriteOptions): Promise<PutResult>;
};

/** What a backend module exports as default. It sees no credentials and no other backend's settings. */
export type CreateModuleBackend = (context: {
  readonly apiVersion: number;
  /** "static", "media", … */
  readonly target: string;
  /** The config file's folder. */
  readonly root: string;
}) => ModuleBackend | Promise<ModuleBackend>;

const optional = [
  'list',
  'head',
  'read',
  'delete',
  'url',
  'checkPublic',
  'begin',
  'close',
] as const;

/** Loads and checks a backend of one's own. @throws CollectError exit 3 */
export async function loadBackendModule({ backend: id, root, target }: Config): Promise<Backend> {
  const invalid = (why: string, cause?: unknown) =>
    new CollectError('BACKEND_INVALID', `the backend module ${id} ${why}`, {
      ...detailsOf('BACKEND_INVALID'),
      cause,
    });
  const create = await importDefault(id, root).catch((error: unknown) => {
    throw invalid(
      `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  });
  if (typeof create !== 'function') throw invalid('has no function as its default export');
  let made: unknown;
  try {
    made = await (create as CreateModuleBackend)({ apiVersion: backendApiVersion, target, root });
  } catch (error) {
    throw invalid(
      `failed to start: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  const problem = shapeProblem(made);
  if (problem !== undefined) throw invalid(problem);
  return guardBackend(made as ModuleBackend, id);
}

/** The module's methods, called on its own object; what they throw is told as the module's failure, not as ours. */
function guardBackend(backend: ModuleBackend, id: string): Backend {
  const failure = (error: unknown, what: string, exitCode: ExitCode) => {
    if (error instanceof CollectError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new CollectError(
      'BACKEND_FAILED',
      `the backend module ${id} could not ${what}: ${message}`,
      { ...detailsOf('BACKEND_FAILED'), exitCode, cause: error },
    );
  };
  const attempt = async <T>(what: string, exitCode: ExitCode, run: () => T | Promise<T>) => {
    try {
      return await run();
    } catch (error) {
      throw failure(error, what, exitCode);
    }
  };
  async function* listed(options?: PutOptions) {
    try {
      yield* backend.list?.(options) ?? [];
    } catch (error) {
      throw failure(error, 'list what it holds', exitCodes.unreachable);
    }
  }
  const { partial, unreachable } = exitCodes;
  const head = (key: string, options?: PutOptions) =>
    attempt(`look up ${key}`, unreachable, () => backend.head?.(key, options));
  /** A module that does not heed `if` would store over what is there: only in a race it still can. */
  const checkCondition = async (key: string, { if: condition, ...options }: WriteOptions) => {
    if (condition === undefined) return;
    if (backend.head === undefined) throw conditionUnsupported(key);
    requireCondition(condition, await head(key, options), key);
  };
  const read = async (key: string, options: ReadOptions = {}) => {
    const found = await attempt<unknown>(`read ${key}`, unreachable, () =>
      backend.read?.(key, options),
    );
    return found === undefined ? undefined : checkRead(found, { id, key, ...options });
  };
  return {
    label: backend.label,
    put: async (object, options) => {
      const read = () => readContent(object.content, options?.signal);
      const digests = { ...object.digests, md5: md5Of(object.digests) };
      if (options?.if !== undefined) await checkCondition(object.key, options);
      const result = await attempt<unknown>(`store ${object.key}`, partial, () =>
        backend.put({ ...object, digests, read }, options),
      );
      return checkResult(result, id, object.key);
    },
    ...(backend.list && { list: listed }),
    ...(backend.head && { head }),
    ...(backend.read && { read }),
    ...(backend.delete && {
      delete: async (keys, options) =>
        (await attempt('delete', partial, () => backend.delete?.(keys, options))) ?? [],
    }),
    ...(backend.url && {
      url: async (key) =>
        (await attempt(`give the URL of ${key}`, partial, () => backend.url?.(key))) ?? '',
    }),
    ...(backend.checkPublic && {
      checkPublic: (key, options) =>
        attempt(`check ${key}`, partial, () => backend.checkPublic?.(key, options)),
    }),
    ...(backend.begin && {
      begin: async (options) =>
        (await attempt('begin', partial, () => backend.begin?.(options))) ?? (async () => {}),
    }),
    ...(backend.close && { close: () => attempt('close', partial, () => backend.close?.()) }),
  };
}

async function importDefault(id: string, root: string): Promise<unknown> {
  const path = isAbsolute(id) ? id : createRequire(join(root, 'package.json')).resolve(id);
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  return module.default;
}

function shapeProblem(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return 'did not return an object';
  const backend = made as Record<string, unknown>;
  if (backend['apiVersion'] !== undefined && backend['apiVersion'] !== backendApiVersion) {
    return `was made for apiVersion ${JSON.stringify(backend['apiVersion'])}; this is ${backendApiVersion}`;
  }
  if (typeof backend['label'] !== 'string') return 'has no "label" (a string for people)';
  if (typeof backend['put'] !== 'function') return 'has no "put" function';
  const wrong = optional.find(
    (name) => backend[name] !== undefined && typeof backend[name] !== 'function',
  );
  return wrong === undefined ? undefined : `has a "${wrong}" that is not a function`;
}

function checkRead(
  result: unknown,
  { id, key, atMost = readLimit }: ReadOptions & { readonly id: string; readonly key: string },
): ReadResult {
  const bytes =
    typeof result === 'object' && result !== null && 'bytes' in result ? result.bytes : undefined;
  if (!(bytes instanceof Uint8Array)) {
    const message = `the backend module ${id} gave no bytes for ${key}`;
    const { unreachable } = exitCodes;
    throw new CollectError('BACKEND_FAILED', message, {
      ...detailsOf('BACKEND_FAILED'),
      exitCode: unreachable,
    });
  }
  if (bytes.byteLength > atMost) throw tooLarge(key, atMost);
  return result as ReadResult;
}

/** A put that returns nothing has proved nothing. */
function checkResult(result: unknown, id: string, key: string): PutResult {
  const proof =
    typeof result === 'object' && result !== null && 'proof' in result ? result.proof : undefined;
  if (typeof proof === 'string') return result as PutResult;
  throw new CollectError(
    'PUT_UNPROVED',
    `the backend module ${id} did not say how ${key} was proved`,
    detailsOf('PUT_UNPROVED'),
  );
}
