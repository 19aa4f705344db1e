import { describe, expect, it } from 'vitest';
import { makePlan, planWarnings } from '../../src/plan.ts';
import { byKey, options } from '../support/planned.ts';
import { stored, wanted } from '../support/wanted.ts';

describe('planWarnings', () => {
  const year = { cacheControl: 'public, max-age=31556926' };

  it('names the files that browsers may keep for a year in their old version', () => {
    const plan = makePlan(
      [
        wanted('app.css', 'new', year),
        wanted('fresh.css', 'x', year),
        wanted('index.html', 'new', { cacheControl: 'no-cache' }),
      ],
      options([stored('app.css', 'old'), stored('index.html', 'old')]),
    );
    expect(planWarnings(plan)).toEqual([
      {
        code: 'STALE_CACHE',
        message: expect.stringMatching(/^1 file is replaced under the same name/) as string,
        hint: expect.stringMatching(/no-cache.*names that change/) as string,
        subjects: ['app.css'],
      },
    ]);
  });

  it('counts them', () => {
    const plan = makePlan(
      [wanted('a.css', 'new', year), wanted('b.css', 'new', year)],
      options([stored('a.css', 'old'), stored('b.css', 'old')]),
    );
    expect(planWarnings(plan)[0]?.message).toMatch(/^2 files are replaced under the same name/);
  });

  it('says nothing about a forced upload of the same bytes', () => {
    const files = [wanted('app.css', 'same', year)];
    const plan = makePlan(files, options([stored('app.css', 'same')], { force: true }));
    expect(planWarnings(plan)).toEqual([]);
  });

  it('warns of the same at a rollback, where it replaces something', () => {
    const files = ['app.css', 'gone.css'].map((name) => wanted(name, name, year));
    const restore = new Map(
      files.map(({ digests, size }) => [digests.sha256, { key: digests.sha256, size }]),
    );
    const held = [stored('app.css', 'after'), stored('app.css.br')];
    const plan = makePlan(files, options(held, { restore }));
    expect(planWarnings(plan, byKey(held)).map(({ code, subjects }) => [code, subjects])).toEqual([
      ['STALE_CACHE', ['app.css']],
      ['TWINS_OUTDATED', ['app.css.br']],
    ]);
  });

  it('names what media kept', () => {
    const planned = (names: string[]) =>
      makePlan(
        [...names.map((name) => wanted(name, 'ours')), wanted('same.jpg')],
        options([...names.map((name) => stored(name, 'theirs')), stored('same.jpg')], {
          keepExisting: true,
        }),
      );
    expect(planWarnings(planned(['a.jpg']))).toEqual([
      {
        code: 'KEPT_EXISTING',
        message: '1 object has other content at the destination and was left alone',
        hint: '--force overwrites them',
        subjects: ['a.jpg'],
      },
    ]);
    expect(planWarnings(planned(['a.jpg', 'b.jpg']))[0]?.message).toBe(
      '2 objects have other content at the destination and were left alone',
    );
  });

  describe('of compressed twins', () => {
    const warned = (held: string[], files: string[]) => {
      const there = [...held.map((key) => stored(key)), stored('app.css', 'old')];
      const planned = files.map((name) => wanted(name));
      return planWarnings(makePlan(planned, options(there)), byKey(there));
    };

    it('names those that would be served in the place of files that changed', () => {
      const twins = ['app.css.br', 'app.css.gz', 'app.css.zst'];
      expect(warned([...twins, 'same.css', 'same.css.br'], ['app.css', 'same.css'])).toEqual([
        {
          code: 'TWINS_OUTDATED',
          message:
            '3 compressed twins of new or changed files are not of this run, and servers would send them instead',
          hint: expect.stringMatching(/^delete them/) as string,
          subjects: twins,
        },
      ]);
      expect(warned(['app.css.gz'], ['app.css'])[0]?.message).toBe(
        '1 compressed twin of new or changed files is not of this run, and servers would send it instead',
      );
    });

    it('names those that lie beside files that were not there', () => {
      expect(warned(['new.css.gz'], ['new.css', 'app.css'])[0]?.subjects).toEqual(['new.css.gz']);
    });

    it('says nothing where they are made anew with the file', () => {
      expect(warned(['app.css.br'], ['app.css', 'app.css.br'])).toEqual([]);
    });
  });
});
