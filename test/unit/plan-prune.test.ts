import { describe, expect, it } from 'vitest';
import { makePlan, type PlanOptions } from '../../src/plan.ts';
import type { Config, StoredObject, Wanted } from '../../src/types.ts';
import { lines, options, released } from '../support/planned.ts';
import { stored, wanted } from '../support/wanted.ts';

const config = {
  retain: { releases: 5, days: 30, maxDeletes: 1000, maxDeletePercent: 50 },
  acceptDeletes: undefined,
  acceptShrink: false,
} as Config;

// The tenth release is the last: the five that are kept begin with the sixth, and after one more with the seventh.
const former = new Map([
  ['fifth.css', { sequence: 5, since: 0 }],
  ['sixth.css', { sequence: 6, since: 0 }],
]);
const recorded = released([wanted('app.css')], former);
const left = [stored('fifth.css'), stored('sixth.css'), stored('theirs.css')];

const plan = (
  files: readonly Wanted[],
  held: readonly StoredObject[],
  more: Partial<PlanOptions> = {},
) => {
  const prune = { config, nowMs: Date.UTC(2026, 0, 1) };
  return lines(makePlan(files, options([...held, ...left], { recorded, prune, ...more })));
};

describe('pruning', () => {
  it('deletes, at last, what no release has that is kept, and nothing of anybody else', () => {
    expect(plan([wanted('app.css')], [stored('app.css')])).toEqual([
      ['skip app.css unchanged'],
      ['delete fifth.css orphan'],
    ]);
  });

  it.each([
    ['other bytes', wanted('app.css', 'new'), undefined, 'upload app.css changed'],
    ['another ACL', wanted('app.css'), 'private', 'skip app.css unchanged'],
  ])('counts a deploy with %s as one release more', (_, file, acl, line) => {
    expect(plan([file], [stored('app.css')], { acl })).toEqual([
      [line],
      ['delete fifth.css orphan', 'delete sixth.css orphan'],
    ]);
  });

  it('does not count a deploy that only left other files alone', () => {
    const files = [wanted('app.css'), wanted('photo.jpg', 'ours')];
    const held = [stored('app.css'), stored('photo.jpg', 'theirs')];
    expect(plan(files, held, { keepExisting: true }).flat()).toEqual([
      'skip photo.jpg kept',
      'skip app.css unchanged',
      'delete fifth.css orphan',
    ]);
  });

  it('leaves what is wanted again', () => {
    const files = [wanted('app.css'), wanted('fifth.css')];
    expect(plan(files, [stored('app.css')])).toEqual([
      ['skip app.css unchanged', 'skip fifth.css unchanged'],
      ['delete sixth.css orphan'],
    ]);
  });

  it('deletes nothing at the first deploy, since nothing is known to be ours', () => {
    expect(plan([wanted('app.css')], [], { recorded: undefined })).toEqual([
      ['upload app.css new'],
    ]);
  });

  it('is done only where it is asked for', () => {
    const held = [stored('app.css')];
    expect(plan([wanted('app.css')], held, { prune: undefined })).toEqual([
      ['skip app.css unchanged'],
    ]);
  });

  it('is refused where most sources are gone, as after a build that failed', () => {
    const many = released(['a.css', 'b.css', 'c.css'].map((key) => wanted(key)));
    expect(() => plan([wanted('a.css')], [stored('a.css')], { recorded: many })).toThrow(
      expect.objectContaining({ code: 'SOURCE_SHRANK', exitCode: 5 }),
    );
  });
});
