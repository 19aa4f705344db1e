import { mapAtOnce } from './at-once.ts';
import type { Backend, PutOptions } from './backends/backend.ts';
import { isReleaseKey, isOld, releaseKey } from './preserve.ts';
import { putRelease } from './record.ts';
import { decodeRelease, type Release } from './release.ts';
import type { StoredObject } from './types.ts';

/** The record of one release, to go back to it: what it says of others would soon be wrong. @throws CollectError */
export async function keepRelease(state: Backend, release: Release, pass: PutOptions) {
  const alone = { ...release, former: new Map(), past: [] };
  await putRelease(state, releaseKey(release.id), alone, pass);
}

/** Whether a release can be read back. */
export async function isKept(state: Backend, id: string, pass: PutOptions): Promise<boolean> {
  return (await state.head?.(releaseKey(id), pass)) !== undefined;
}

/** Undefined where none is kept under this id, or nobody can read it. */
export async function readRelease(
  state: Backend,
  id: string,
  pass: PutOptions,
): Promise<Release | undefined> {
  const held = await state.read?.(releaseKey(id), pass);
  if (held === undefined) return undefined;
  const reading = decodeRelease(held.bytes);
  return reading.is === 'release' ? reading.release : undefined;
}

export interface KeptOptions {
  /** What is kept where the release record is. */
  readonly own: ReadonlyMap<string, StoredObject>;
  /** Releases that can be gone back to by the number of them that are to be kept. */
  readonly ids: readonly string[];
  readonly days: number;
  readonly nowMs: number;
  readonly pass: PutOptions;
}

/** Every release that is to be kept; undefined where one is there and cannot be read, so that nothing is known of what it needs. */
export async function readKept(
  state: Backend,
  { own, ids, days, nowMs, pass }: KeptOptions,
): Promise<Release[] | undefined> {
  const wanted = new Set(ids.map(releaseKey));
  const files = [...own.values()].filter(
    ({ key, modifiedMs }) =>
      isReleaseKey(key) && (wanted.has(key) || !isOld(modifiedMs, days, nowMs)),
  );
  const releases = await mapAtOnce(files, 16, async ({ key }) => {
    const held = await state.read?.(key, pass);
    const reading = held && decodeRelease(held.bytes);
    return reading?.is === 'release' ? reading.release : undefined;
  });
  const read = releases.filter((release) => release !== undefined);
  return read.length === files.length ? read : undefined;
}
