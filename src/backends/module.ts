import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readContent } from '../content.ts';
import { CollectError, exitCodes } from '../errors.ts';
import type { Config, PutResult } from '../types.ts';
import { backendApiVersion, type Backend, type PutOptions, type PutRequest } from './backend.ts';

/** What a backend module's `put` receives: the request, and a way to its bytes. */
export interface ModulePutRequest extends PutRequest {
  /** All bytes, checked to be those that were planned. */
  read(): Promise<Buffer>;
}

export type ModuleBackend = Omit<Backend, 'put'> & {
  put(object: ModulePutRequest, options?: PutOptions): Promise<PutResult>;
};

/** What a backend module exports as default. It sees no credentials and no other backend's settings. */
export type CreateModuleBackend = (context: {
  readonly apiVersion: number;
  /** "static", "media", … */
  readonly target: string;
  /** The config file's folder. */
  readonly root: string;
}) => ModuleBackend | Promise<ModuleBackend>;

const optional = ['list', 'head', 'delete', 'url', 'checkPublic', 'begin', 'close'] as const;

/** Loads and checks a backend of one's own. @throws CollectError exit 3 */
export async function loadBackendModule({ backend: id, root, target }: Config): Promise<Backend> {
  const invalid = (why: string, cause?: unknown) =>
    new CollectError('BACKEND_INVALID', `the backend module ${id} ${why}`, {
      exitCode: exitCodes.config,
      hint: 'its default export is a function that returns { label, put, … }; see "A backend of one\'s own" in the README',
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
  const backend = made as ModuleBackend;
  return Object.assign(Object.create(backend) as Backend, {
    put: async (object: PutRequest, options?: PutOptions) => {
      const read = () => readContent(object.content);
      const result: unknown = await backend.put({ ...object, read }, options);
      return checkResult(result, id, object.key);
    },
  });
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

/** A put that returns nothing has proved nothing. */
function checkResult(result: unknown, id: string, key: string): PutResult {
  const proof =
    typeof result === 'object' && result !== null && 'proof' in result ? result.proof : undefined;
  if (typeof proof === 'string') return result as PutResult;
  throw new CollectError(
    'PUT_UNPROVED',
    `the backend module ${id} did not say how ${key} was proved`,
    {
      exitCode: exitCodes.partial,
      hint: 'return { proof: "checksum" | "etag" | "digest" } from put, after comparing what was stored with object.digests',
    },
  );
}
