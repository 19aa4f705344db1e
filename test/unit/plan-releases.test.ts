import { describe, expect, it } from 'vitest';
import { makePlan, type PlanOptions } from '../../src/plan.ts';
import { createRecorded } from '../../src/record.ts';
import type { Config, StoredObject, Wanted } from '../../src/types.ts';
import { lines, options, released } from '../support/planned.ts';
import { stored, wanted } from '../support/wanted.ts';

const preserving = (release = released([])) => ({
  recorded: createRecorded(release, undefined),
  own: new Map<string, StoredObject>(),
  keepPast: 4,
});

describe('a deploy with releases', () => {
  it('keeps what it replaces, stores files, says what is there now, and deletes: in this order', () => {
    const before = [wanted('app.css', 'old'), wanted('gone.css')];
    const recorded = released(before);
    const plan = makePlan(
      [wanted('app.css', 'new'), wanted('index.html')],
      options([stored('app.css', 'old'), stored('gone.css')], {
        records: true,
        recorded,
        preserve: preserving(recorded),
        clear: true,
      }),
    );
    expect(lines(plan)).toEqual([
      [`preserve .collect-static/objects/${before[0]?.digests.sha256 ?? ''} replaced`],
      ['upload app.css changed'],
      ['upload index.html new'],
      ['record .collect-static/release.json.gz release'],
      ['delete gone.css orphan'],
    ]);
  });

  it('keeps nothing of what it replaces where releases are off', () => {
    const recorded = released([wanted('app.css', 'old')]);
    const held = [stored('app.css', 'old')];
    expect(lines(makePlan([wanted('app.css', 'new')], options(held, { recorded })))).toEqual([
      ['upload app.css changed'],
    ]);
  });

  it('keeps and deletes nothing at a destination that it has not looked at', () => {
    const recorded = released([], new Map([['old.css', { sequence: 1, since: 0 }]]));
    const retain = { releases: 1, days: 0, maxDeletes: 1000, maxDeletePercent: 100 };
    const plan = makePlan([wanted('app.css')], {
      ...options([]),
      stored: undefined,
      recorded,
      preserve: preserving(recorded),
      prune: { config: { retain } as Config, nowMs: Date.UTC(2026, 0, 1) },
    });
    expect(lines(plan)).toEqual([['upload app.css not consulted']]);
  });
});

describe('the release record', () => {
  const files = [wanted('a.css'), wanted('b.css')];
  const held = [stored('a.css'), stored('b.css')];
  const recorded = released(files);
  const headers = { contentType: 'text/plain; charset=utf-8' };
  const isWritten = (
    some: readonly Wanted[],
    there: readonly StoredObject[],
    more: Partial<PlanOptions> = {},
  ) =>
    makePlan(some, options(there, { records: true, recorded, ...more }))
      .steps.flat()
      .some(({ type }) => type === 'record');

  it.each<[string, readonly Wanted[], readonly StoredObject[], Partial<PlanOptions>?]>([
    ['everything was there before the first one', files, held, { recorded: undefined }],
    ['one file of several changed', [wanted('a.css', 'new'), wanted('b.css')], held],
    ['there is one file less', [wanted('a.css')], held],
    ['a file has another name', [wanted('a.css'), wanted('c.css')], [...held, stored('c.css')]],
    ['something is deleted, and no more', files, [...held, stored('c.css')], { clear: true }],
    ['headers were looked up', files, [{ ...stored('a.css'), headers }, stored('b.css')]],
  ])('is written where %s', (_, some, there, more) => {
    expect(isWritten(some, there, more)).toBe(true);
  });

  it.each<[string, readonly Wanted[], readonly StoredObject[], Partial<PlanOptions>?]>([
    ['it says all this already', files, held],
    ['it told the headers itself', files, held.map((one) => ({ ...one, headers, recorded: true }))],
    ['there is no file and never was one', [], [], { recorded: undefined }],
    ['none is asked for', [wanted('new.css')], held, { records: false }],
    [
      'all that is new was left to somebody else',
      [...files, wanted('photo.jpg', 'ours')],
      [...held, stored('photo.jpg', 'theirs')],
      { keepExisting: true },
    ],
    [
      'everything was left to somebody else, the first time',
      [wanted('photo.jpg', 'ours')],
      [stored('photo.jpg', 'theirs')],
      { keepExisting: true, recorded: undefined },
    ],
  ])('is not written where %s', (_, some, there, more) => {
    expect(isWritten(some, there, more)).toBe(false);
  });
});

describe('a rollback', () => {
  const file = wanted('app.css', 'before');
  const { size, digests } = file;
  const kept = { key: `.collect-static/objects/${digests.sha256}`, size, etag: 'kept' };
  const plan = (held: StoredObject[], source: StoredObject = kept, more?: Partial<PlanOptions>) =>
    makePlan([file], options(held, { restore: new Map([[digests.sha256, source]]), ...more }));

  it.each([
    ['was replaced', [stored('app.css', 'after')]],
    ['was deleted', []],
  ])('puts back what %s by a copy of what was kept, if that is still the same', (_, held) => {
    expect(plan(held).steps).toEqual([
      [{ type: 'update', key: 'app.css', from: kept.key, file, reason: 'restored', etag: 'kept' }],
    ]);
  });

  it('leaves what is still in place', () => {
    expect(lines(plan([stored('app.css', 'before')]))).toEqual([['skip app.css unchanged']]);
  });

  it('replaces of media what a release left, and nothing that somebody else stored', () => {
    const preserve = preserving(released([wanted('app.css', 'after')]));
    const media = { keepExisting: true, preserve };
    const ours = {
      ...stored('app.css', 'after'),
      sha256: wanted('app.css', 'after').digests.sha256,
    };
    const theirs = stored('app.css', "somebody else's");
    expect(lines(plan([ours], kept, media)).at(-1)).toEqual(['update app.css restored']);
    expect(lines(plan([theirs], kept, media))).toEqual([['skip app.css kept']]);
  });

  it('takes nothing for what was kept that has another size', () => {
    expect(lines(plan([], { ...kept, size: size + 1 }))).toEqual([['upload app.css new']]);
  });
});
