import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan.ts';
import type { StoredObject, Wanted } from '../../src/types.ts';
import { lines, options } from '../support/planned.ts';
import { stored, wanted } from '../support/wanted.ts';

describe('makePlan', () => {
  it('uploads what is new or changed and skips what is unchanged', () => {
    const plan = makePlan(
      [wanted('new.png'), wanted('changed.png', 'new'), wanted('same.png')],
      options([stored('changed.png', 'old'), stored('same.png')]),
    );
    expect(lines(plan)).toEqual([
      ['upload new.png new', 'upload changed.png changed', 'skip same.png unchanged'],
    ]);
  });

  it('tells apart two versions of equal size', () => {
    const plan = makePlan([wanted('a.css', 'AAAA')], options([stored('a.css', 'BBBB')]));
    expect(lines(plan)).toEqual([['upload a.css changed']]);
  });

  it('believes a sha-256 over an ETag that is no MD5', () => {
    const file = wanted('a.css');
    const { sha256 } = file.digests;
    const held = { key: 'a.css', size: file.size, etag: 'opaque', sha256 };
    expect(lines(makePlan([file], options([held])))).toEqual([['skip a.css unchanged']]);
  });

  it('believes a digest of the stored bytes over an ETag, whatever the ETag is', () => {
    const file = wanted('a.css');
    const { size, digests } = file;
    const sha256 = '0'.repeat(64);
    const md5 = '0'.repeat(32);
    const planned = (held: Omit<StoredObject, 'key'>) =>
      lines(makePlan([file], options([{ key: 'a.css', ...held }])));
    expect(planned({ size, md5: digests.md5, etag: 'opaque' })).toEqual([['skip a.css unchanged']]);
    expect(planned({ size, md5, etag: digests.etag })).toEqual([['upload a.css changed']]);
    expect(planned({ size, sha256, md5: digests.md5 })).toEqual([['upload a.css changed']]);
  });

  it('believes no digest where the size differs', () => {
    const file = wanted('a.css');
    const held = { key: 'a.css', size: file.size + 1, etag: file.digests.etag };
    expect(lines(makePlan([file], options([held])))).toEqual([['upload a.css changed']]);
  });

  const css = (more: Partial<Wanted>, text = 'new') => ({ ...wanted('app.css', text), ...more });

  it('puts files, those that refer to them, what pages ask for, pages, and what lists pages one after another', () => {
    const names = ['sw.js', 'index.html', 'site.webmanifest', 'app.css', 'logo.png'];
    const plan = makePlan(
      names.map((name) => wanted(name)),
      options([]),
    );
    expect(lines(plan)).toEqual([
      ['upload logo.png new'],
      ['upload app.css new'],
      ['upload site.webmanifest new'],
      ['upload index.html new'],
      ['upload sw.js new'],
    ]);
  });

  it('stores what is new before what changes and may begin to refer to it', () => {
    const names = ['app.css', 'new.css', 'index.html', 'news.html'];
    const held = [stored('app.css', 'old'), stored('index.html', 'old')];
    const plan = makePlan(
      names.map((name) => wanted(name)),
      options(held),
    );
    expect(lines(plan)).toEqual([
      ['upload new.css new'],
      ['upload app.css changed'],
      ['upload news.html new'],
      ['upload index.html changed'],
    ]);
  });

  it('takes one step for new files under names that change with their bytes, whatever they refer to', () => {
    const plan = makePlan(
      [css({ immutable: true, refers: true }), wanted('logo.png'), wanted('index.html')],
      options([]),
    );
    expect(lines(plan)).toEqual([
      ['upload app.css new', 'upload logo.png new'],
      ['upload index.html new'],
    ]);
  });

  it('believes the graph over the type', () => {
    const held = [stored('app.css', 'old'), stored('logo.png', 'old')];
    const files = [css({ refers: false }), { ...wanted('logo.png'), refers: true }];
    expect(lines(makePlan(files, options(held)))).toEqual([
      ['upload app.css changed'],
      ['upload logo.png changed'],
    ]);
  });

  it('stores a compressed twin after its original, and before whatever refers to both', () => {
    const twin = { ...wanted('app.css'), key: 'app.css.br', twinOf: 'app.css' };
    const plan = makePlan([twin, wanted('index.html'), wanted('app.css')], options([]));
    expect(lines(plan)).toEqual([
      ['upload app.css new'],
      ['upload app.css.br new'],
      ['upload index.html new'],
    ]);
  });

  it('deletes orphans last, in order, and only when told to clear', () => {
    const held = [stored('z.css'), stored('app.css'), stored('a/b.css')];
    expect(lines(makePlan([wanted('app.css')], options(held)))).toEqual([
      ['skip app.css unchanged'],
    ]);
    expect(lines(makePlan([wanted('app.css')], options(held, { clear: true })))).toEqual([
      ['skip app.css unchanged'],
      ['delete a/b.css orphan', 'delete z.css orphan'],
    ]);
  });

  it('leaves other content alone for media, unless forced', () => {
    const held = [stored('photo.jpg', 'theirs')];
    const files = [wanted('photo.jpg', 'ours')];
    expect(lines(makePlan(files, options(held, { keepExisting: true })))).toEqual([
      ['skip photo.jpg kept'],
    ]);
    expect(lines(makePlan(files, options(held, { keepExisting: true, force: true })))).toEqual([
      ['upload photo.jpg changed'],
    ]);
  });

  it('uploads everything when forced, and tells what was the same', () => {
    const plan = makePlan([wanted('a.css')], options([stored('a.css')], { force: true }));
    expect(lines(plan)).toEqual([['upload a.css forced']]);
  });

  it('says so when the destination was not consulted', () => {
    const plan = makePlan([wanted('a.css')], { ...options([]), stored: undefined });
    expect(lines(plan)).toEqual([['upload a.css not consulted']]);
  });

  it('replaces a copy by a link and a link by a copy', () => {
    const content = { kind: 'file', path: '/src/a.css', size: 5, mtimeMs: 1 } as const;
    const file = { ...wanted('a.css'), content };
    const link = { key: 'a.css', size: 0, linkTarget: '/src/a.css' };
    const elsewhere = { key: 'a.css', size: 0, linkTarget: '/old/a.css' };
    const plan = (held: StoredObject, linked: boolean) =>
      lines(makePlan([file], options([held], { link: linked })));
    expect(plan(link, true)).toEqual([['skip a.css unchanged']]);
    expect(plan(elsewhere, true)).toEqual([['upload a.css changed']]);
    expect(plan(stored('a.css'), true)).toEqual([['upload a.css changed']]);
    expect(plan(link, false)).toEqual([['upload a.css changed']]);
    // Through the link the bytes are the same, today.
    const through = { ...stored('a.css'), linkTarget: '/src/a.css' };
    expect(plan(through, false)).toEqual([['upload a.css changed']]);
  });

  it('copies what is generated, which nothing can link to, if it changed', () => {
    const files = [wanted('a.css'), wanted('b.css', 'new')];
    const held = [stored('a.css'), stored('b.css', 'old')];
    expect(lines(makePlan(files, options(held, { link: true })))).toEqual([
      ['skip a.css unchanged', 'upload b.css changed'],
    ]);
  });
});
