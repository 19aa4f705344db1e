import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan.ts';
import type { StoredObject, Wanted } from '../../src/types.ts';
import { lines, options } from '../support/planned.ts';
import { stored, wanted } from '../support/wanted.ts';

const { headers, ...file } = wanted('app.css', 'a{}', { cacheControl: 'no-cache' });
const cold = { ...headers, storageClass: 'GLACIER_IR' };
const reordered = { cacheControl: 'no-cache', contentType: headers.contentType };
const held: StoredObject = { ...stored('app.css', 'a{}'), headers, acl: 'public-read' };

/** The plan for a file whose bytes are there, under other headers perhaps. */
const plan = (more: Partial<StoredObject>, asked: Partial<Wanted> = {}, copies = true) =>
  makePlan(
    [{ ...file, headers, ...asked }],
    options([{ ...held, ...more }], { copies, acl: 'public-read' }),
  );

describe('a file whose bytes are there', () => {
  it('gets other headers by a copy onto itself, if nobody has replaced it meanwhile', () => {
    expect(plan({ headers: { contentType: 'text/html' } }).steps).toEqual([
      [
        {
          type: 'update',
          key: 'app.css',
          from: 'app.css',
          file: { ...file, headers },
          reason: 'headers',
          etag: file.digests.etag,
        },
      ],
    ]);
  });

  it.each<[string, Partial<StoredObject>, Partial<Wanted>?]>([
    ['Cache-Control', { headers: { ...headers, cacheControl: 'max-age=60' } }],
    ['headers, which are too many', { headers: { ...headers, contentLanguage: 'de' } }],
    ['headers, which are too few', { headers: { contentType: headers.contentType } }],
    ['metadata', { headers: { ...headers, metadata: { team: 'web' } } }],
    ['ACL', { acl: 'private' }],
    ['ACL, and nobody knows the headers', { acl: 'private', headers: undefined }],
    ['storage class than was recorded', { recorded: true }, { headers: cold }],
  ])('is not skipped where it has another %s', (_, more, asked) => {
    expect(lines(plan(more, asked))).toEqual([['update app.css headers']]);
  });

  it.each<[string, Partial<StoredObject>, Partial<Wanted>?]>([
    ['it has them already', {}],
    ['they were recorded in another order', { recorded: true, headers: reordered }],
    ['nobody knows them', { headers: undefined }],
    ['nobody knows the ACL', { acl: undefined }],
    ['they differ in what a look at it does not show', {}, { headers: cold }],
  ])('keeps its headers where %s', (_, more, asked) => {
    expect(lines(plan(more, asked))).toEqual([['skip app.css unchanged']]);
  });

  it('keeps other headers where the backend would need the bytes again', () => {
    const other = { headers: { contentType: 'text/html' }, acl: 'private' };
    expect(lines(plan(other, {}, false))).toEqual([['skip app.css unchanged']]);
  });
});
