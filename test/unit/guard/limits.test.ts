import { describe, expect, it } from 'vitest';
import { judgeLimits } from '../../../src/guard/limits.ts';
import type { Limits, StaticFile } from '../../../src/types.ts';

const file = (name: string, size: number): StaticFile => ({
  name,
  key: name,
  prefix: '',
  content: { kind: 'file', path: `/site/${name}`, size, mtimeMs: 1 },
  immutable: false,
});

const made: StaticFile = {
  ...file('made.json', 0),
  content: { kind: 'bytes', bytes: new Uint8Array(30) },
};

const files = [file('a.css', 10), file('b.css', 20), made];
const none: Limits = { files: undefined, bytes: undefined, fileSize: undefined };

describe('limits', () => {
  it('are off unless they are set', () => {
    expect(judgeLimits(files, none)).toEqual([]);
  });

  it('are no longer kept by one file or one byte more', () => {
    expect(judgeLimits(files, { files: 3, bytes: 60, fileSize: 30 })).toEqual([]);
    const refused = judgeLimits(files, { files: 2, bytes: 59, fileSize: 19 });
    expect(refused.map(({ rule, path, why }) => [rule, path, why])).toEqual([
      ['limits.files', 'all sources', '3 files, and limits.files is 2'],
      ['limits.bytes', 'all sources', '60 bytes, and limits.bytes is 59'],
      ['limits.fileSize', '/site/b.css', '20 bytes, and limits.fileSize is 19'],
      ['limits.fileSize', 'made.json', '30 bytes, and limits.fileSize is 19'],
    ]);
  });

  it('say what to do', () => {
    expect(judgeLimits(files, { ...none, files: 0 })[0]?.past).toBe(
      'leave out what is not meant to be published, or raise limits.files',
    );
  });
});
