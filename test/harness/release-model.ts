import { createHash } from 'node:crypto';

// What deploys, rollbacks and prunes must come to, thought out again from the README: nothing of `src/` is used here.

/** One file as visitors get it. */
export interface Served {
  readonly text: string;
  readonly cache: string;
}
export type Files = ReadonlyMap<string, Served>;

interface ModelRelease {
  readonly files: Files;
  /** Place in the history of the release that a rollback put back, and that of what that one put back, and so on. */
  readonly origin: number;
}

export interface Model {
  /** Every object that is not the tool's own. */
  readonly bucket: Map<string, Served>;
  /** Texts that are kept. */
  readonly kept: Set<string>;
  /** Every release, the first first; the last is the current one. */
  readonly history: ModelRelease[];
  /** Keys that were ours, and not gone at a later deploy. */
  readonly ours: Map<string, Left>;
}

/** What a release left under a key. */
interface Left {
  readonly text: string;
  /** Place in the history of the last release that had it. */
  readonly last: number;
  /** Whether a run died that was about to delete it. */
  readonly leaving?: boolean;
}

export function createModel(): Model {
  return { bucket: new Map(), kept: new Set(), history: [], ours: new Map() };
}

export function keptName(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function isSame(one: Files, other: Files): boolean {
  return (
    one.size === other.size &&
    [...one].every(([key, { text, cache }]) => {
      const held = other.get(key);
      return held?.text === text && held.cache === cache;
    })
  );
}

/** The releases that can be gone back to, the current one last. */
export function known({ history }: Model, keep: number): readonly ModelRelease[] {
  return history.slice(-keep);
}

/** What a rollback without an id leads to: its place in the history. */
export function before(model: Model, keep: number): number | undefined {
  const { history } = model;
  const first = Math.max(0, history.length - keep);
  const current = history.at(-1);
  if (current === undefined || current.origin < first) return undefined;
  for (let at = current.origin - 1; at >= first; at -= 1) {
    const one = history[at];
    if (one !== undefined && !isSame(one.files, current.files)) return at;
  }
  return undefined;
}

/** Whether that is kept when it gives way: a release that is known until the next one is there left it. */
export function isNeeded({ history }: Model, { last }: Left, keep: number): boolean {
  return last > history.length - 1 - keep;
}

/** Whether everything of a release is stored somewhere. */
export function canRestore({ bucket, kept }: Model, files: Files): boolean {
  return [...files].every(([key, { text }]) => bucket.get(key)?.text === text || kept.has(text));
}

/** What a deploy or a rollback changes; `origin`: of a rollback, the place of what it put back. */
export function publish(model: Model, files: Files, keep: number, origin?: number): void {
  const { bucket, kept, history, ours } = model;
  for (const [key, { text }] of files) {
    const held = bucket.get(key);
    const left = ours.get(key);
    if (held === undefined || held.text === text || left?.text !== held.text) continue;
    if (isNeeded(model, left, keep)) kept.add(held.text);
  }
  for (const key of ours.keys()) if (!bucket.has(key) && !files.has(key)) ours.delete(key);
  for (const [key, file] of files) bucket.set(key, file);
  const current = history.at(-1);
  if (current === undefined || !isSame(current.files, files)) {
    history.push({ files, origin: origin ?? history.length });
  }
  const last = history.length - 1;
  for (const [key, { text }] of files) ours.set(key, { text, last });
}

/** What --prune deletes of the site's objects. */
export function prune(model: Model, keep: number): void {
  const { bucket, history, ours } = model;
  const current = history.at(-1)?.files;
  for (const [key, left] of ours) {
    if (current?.has(key) === true || isNeeded(model, left, keep)) continue;
    bucket.delete(key);
    ours.delete(key);
  }
}
