import type { Backend, PutOptions } from './backends/backend.ts';
import type { DigestCache } from './digest-cache.ts';
import { CollectError, exitCodes, withExitCode } from './errors.ts';
import { lockKey } from './lock-object.ts';
import { identify, readRecord, type Recorded } from './record.ts';
import { readStored } from './stored.ts';
import type { Config, StoredObject, Wanted, Warning } from './types.ts';

/** What is at a destination before a deploy. */
export interface Destination {
  /** Undefined when it was not consulted. */
  readonly stored: ReadonlyMap<string, StoredObject> | undefined;
  /** Whether `stored` is all there is, and not only what was asked for. */
  readonly listed: boolean;
  /** What the tool keeps there for itself, by key; of a destination that was not listed nothing is known. */
  readonly own: ReadonlyMap<string, StoredObject>;
  readonly recorded: Recorded | undefined;
  /** Whether a release record may be written. */
  readonly records: boolean;
  /** Whether a lock can be taken. */
  readonly locks: boolean;
  /** Whether it was seen that nobody holds the lock. */
  readonly unlocked: boolean;
  /** Of the record that was read. */
  readonly recordEtag: string | undefined;
  readonly warnings: readonly Warning[];
}

export interface DestinationOptions {
  readonly config: Config;
  readonly wanted: readonly Wanted[];
  /** Where the release record is. */
  readonly state: Backend;
  readonly cache?: DigestCache | undefined;
  readonly pass: PutOptions;
  /** Set where an earlier release is put back, of whose bytes only the digests are known. */
  readonly restores?: number | undefined;
}

export const unknownDestination: Destination = {
  stored: undefined,
  listed: false,
  own: new Map(),
  recorded: undefined,
  records: false,
  locks: false,
  unlocked: false,
  recordEtag: undefined,
  warnings: [],
};

/** Reads the record of the last deploy and what the destination holds. @throws CollectError exit 6 or 7 */
export async function readDestination(
  backend: Backend,
  { config, wanted, state, cache, pass, restores }: DestinationOptions,
): Promise<Destination> {
  const { force, clear, trustRecord } = config;
  const listing = clear || config.s3.preloadMetadata || config.backend !== 's3';
  try {
    const record = await readStateOf(config, state, pass);
    const { writable: records } = record;
    const recorded =
      restores === undefined || record.recorded === undefined
        ? record.recorded
        : identify(record.recorded);
    const headers = records && config.backend === 's3' && backend.copy !== undefined;
    const own = new Map<string, StoredObject>();
    const onOwn = (held: StoredObject) => void own.set(held.key, held);
    const options = { listing, recorded, headers, trustRecord, onOwn, cache, pass };
    const stored = await readStored(backend, wanted, options);
    const looked = listing && !(trustRecord && recorded !== undefined);
    return {
      stored,
      listed: listing && backend.list !== undefined,
      own,
      recorded,
      records,
      locks: record.readable,
      unlocked: looked && state === backend && !own.has(lockKey),
      recordEtag: record.etag,
      warnings: [...record.warnings, ...trusting(config, recorded)],
    };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    // Whoever forces everything needs no right to look.
    if (force && !clear && error.exitCode === exitCodes.permission) {
      const message = `the destination could not be read, so everything is uploaded: ${error.message}`;
      return { ...unknownDestination, warnings: [{ code: 'NOT_CONSULTED', message }] };
    }
    return beforeWriting(error);
  }
}

/** Nothing was written yet: what ends here has left the destination untouched. */
export function beforeWriting(error: unknown): never {
  const partial = error instanceof CollectError && error.exitCode === exitCodes.partial;
  throw partial ? withExitCode(error, exitCodes.unreachable) : error;
}

async function readStateOf(config: Config, state: Backend, pass: PutOptions) {
  if (config.state.enabled) return readRecord(state, pass);
  return { recorded: undefined, writable: false, readable: false, etag: undefined, warnings: [] };
}

function trusting({ trustRecord }: Config, recorded: Recorded | undefined): Warning[] {
  if (!trustRecord) return [];
  const message =
    recorded === undefined
      ? 'there is no release record to trust, so the destination was listed'
      : `what is at the destination is taken as recorded on ${new Date(recorded.release.deployedMs).toISOString()}, not checked`;
  return [{ code: 'RECORD_TRUSTED', message }];
}

/** The ACL that every object is to have; undefined where there is no such thing. */
export function aclOf({ backend, s3 }: Config): string | undefined {
  if (backend !== 's3') return undefined;
  return s3.acl === 'auto' ? 'public-read' : s3.acl;
}
