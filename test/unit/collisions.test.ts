import { describe, expect, it } from 'vitest';
import { caseCollisions, filesInPlaceOfDirectories } from '../../src/collisions.ts';

describe('names that not every disk keeps apart', () => {
  it('are those that differ in case alone, at any depth', () => {
    expect(caseCollisions(['a/B.js', 'a/b.js', 'A/b.js', 'c.js'])).toEqual([
      ['a/B.js', 'a/b.js', 'A/b.js'],
    ]);
    expect(caseCollisions(['straße.css', 'STRASSE.css', 'ΣΑΣ', 'σας'])).toHaveLength(2);
  });

  it('are no directories that become one', () => {
    expect(caseCollisions(['Img/a.png', 'img/b.png'])).toEqual([]);
  });

  it('are a file and a directory of another spelling', () => {
    expect(caseCollisions(['Img', 'img/b.png'])).toEqual([['Img', 'img']]);
    expect(filesInPlaceOfDirectories(['img', 'img/b.png', 'img.png'])).toEqual(['img']);
  });
});
