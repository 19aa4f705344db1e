import { describe, expect, it } from 'vitest';
import type { GuardRule } from '../../../src/guard/rules.ts';
import { describeWarnings, isUnbuilt } from '../../../src/guard/warnings.ts';

const suspects = (rule: GuardRule, ...subjects: string[]) =>
  subjects.map((subject) => ({ rule, name: subject, subject }));

describe('warnings', () => {
  it.each([
    ['own-key', 'KEY_PUBLISHED', '1 place holds the value of a *_KEY variable'],
    ['source-map', 'SOURCE_MAPS', '1 file is a source map, which may show the sources'],
    ['unbuilt-source', 'UNBUILT_SOURCES', '1 file looks like sources that no build has touched'],
    ['dependency-folder', 'DEPENDENCY_FOLDERS', '1 file lies in node_modules or bower_components'],
    ['private-file', 'PRIVATE_FILES', '1 file is private on disk and will be public'],
  ] as const)('of %s: %s', (rule, code, message) => {
    const [warning, ...more] = describeWarnings(suspects(rule, 'a.js'));
    expect(warning).toMatchObject({ code, message, subjects: ['a.js'] });
    expect(warning?.hint).toContain(
      `"allow": [{ "rule": "${rule}", "match": "**", "reason": "…" }]`,
    );
    expect(more).toEqual([]);
  });

  it.each([
    ['own-key', '2 places hold the value of a *_KEY variable'],
    ['source-map', '2 files are source maps, which may show the sources'],
    ['unbuilt-source', '2 files look like sources that no build has touched'],
    ['dependency-folder', '2 files lie in node_modules or bower_components'],
    ['private-file', '2 files are private on disk and will be public'],
  ] as const)('of %s count', (rule, message) => {
    expect(describeWarnings(suspects(rule, 'a.js', 'b.js'))).toMatchObject([
      { message, subjects: ['a.js', 'b.js'] },
    ]);
  });

  it('are one for each rule, and none for what is refused', () => {
    const all = [
      ...suspects('source-map', 'a.map'),
      ...suspects('unbuilt-source', 'a.ts'),
      ...suspects('npm-token', 'a.js'),
    ];
    expect(describeWarnings(all).map(({ code }) => code)).toEqual([
      'SOURCE_MAPS',
      'UNBUILT_SOURCES',
    ]);
    expect(describeWarnings([])).toEqual([]);
  });
});

describe('isUnbuilt', () => {
  it.each(['a.ts', 'a.d.x.ts', 'b/a.tsx', 'a.SCSS', 'a.vue', 'a.php', 'a.php7', 'a.asp', 'a.aspx'])(
    'takes %s for a source',
    (name) => {
      expect(isUnbuilt(name)).toBe(true);
    },
  );

  // What types a package publishes is meant for others.
  it.each(['a.js', 'a.d.ts', 'ats', 'a.ts.js', 'a.css', 'a.phpx', 'a.sass.map'])(
    'takes %s for what is meant to be published',
    (name) => {
      expect(isUnbuilt(name)).toBe(false);
    },
  );
});
