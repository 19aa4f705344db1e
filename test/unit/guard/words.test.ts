import { describe, expect, it } from 'vitest';
import { createAllow } from '../../../src/guard/allow.ts';
import { pastFound, pastLeftOut, pastSecret, refusalError } from '../../../src/guard/words.ts';
import { createMatcher } from '../../../src/globs.ts';
import type { Allowance } from '../../../src/types.ts';

/** What stands behind a key in a hint, as a configuration file would have it. */
function parsed(hint: string, key: 'ignore' | 'allow'): unknown {
  const [, json = 'null'] = new RegExp(`"${key}": (\\[.*\\])`).exec(hint) ?? [];
  return JSON.parse(json);
}

describe('the way past a finding', () => {
  it.each([
    'a.js',
    'deep/er/b.js',
    '[id]/{x}.js',
    'a*?(b)!.js',
    'quo"te.js',
    '!a.js',
    'back\\slash',
  ])('can be pasted into the configuration, and means %s alone', (name) => {
    const hint = pastFound('npm-token', name, name);
    const [ignore] = parsed(hint.replace(/;.*/, ''), 'ignore') as string[];
    expect(createMatcher([ignore ?? ''])(name)).toBeDefined();
    expect(createMatcher([ignore ?? ''])('x/other.js')).toBeUndefined();
    const written = parsed(hint, 'allow') as { rule: string; match: string; reason: string }[];
    const allow = createAllow(written.map((one) => ({ ...one, match: [one.match] })));
    expect(allow.rule('npm-token', name)).toBe(true);
    expect(allow.rule('npm-token', 'x/other.js')).toBe(false);
  });

  it('leaves out what is meant, and allows the file', () => {
    expect(pastFound('vcs', 'a/.git', 'a/.git/HEAD')).toBe(
      'take it out, or "ignore": ["a/.git"]; if it is meant to be public: "allow": [{ "rule": "vcs", "match": "a/.git/HEAD", "reason": "…" }]',
    );
  });

  it('is to change a secret, or to say that the variable holds none', () => {
    const hint = pastSecret('SEARCH_TOKEN');
    expect(hint).toMatch(/^take it out and change the secret/);
    const allow = createAllow(parsed(hint, 'allow') as Allowance[]);
    expect(allow.env('SEARCH_TOKEN')).toBe(true);
  });

  it('asks whether it is the right directory where a default ignore has left something out', () => {
    const hint = pastLeftOut('.git');
    expect(hint).toMatch(/it would not be published.*is this the right directory\?/);
    expect(parsed(hint, 'ignore')).toEqual(['.git']);
  });
});

describe('refusalError', () => {
  const refusal = { path: '/site/a.js', rule: 'npm-token', why: 'an npm token' };

  it('tells all of them at once, each with its place and the way past', () => {
    const place = { line: 3, column: 7, excerpt: 'TOKEN = npm_…', past: 'take it out' };
    const error = refusalError([
      { ...refusal, ...place },
      { path: '/site/.env', rule: 'env-file', why: 'variables', past: 'ignore it' },
    ]);
    expect(error).toMatchObject({
      code: 'GUARD_REFUSED',
      exitCode: 5,
      message: '2 things must not be published; nothing was written',
      problems: [
        '/site/a.js:3:7 [npm-token] an npm token: TOKEN = npm_…\ntake it out',
        '/site/.env [env-file] variables\nignore it',
      ],
    });
    expect(error.hint).toMatch(/published before.*change it/);
  });

  it('does not speak of secrets where only limits were exceeded', () => {
    const many = { path: 'all sources', rule: 'limits.files', why: '3 files' };
    expect(refusalError([many]).hint).toBeUndefined();
    expect(refusalError([many, refusal]).hint).toMatch(/change it/);
  });

  it('counts one', () => {
    expect(refusalError([refusal]).message).toMatch(/^1 thing must not be published/);
  });

  it('shows no place that is half known, and no way past that is not', () => {
    const only = (more: object) => refusalError([{ ...refusal, ...more }]).problems;
    expect(only({ line: 3 })).toEqual(['/site/a.js [npm-token] an npm token\n']);
    expect(only({ column: 3 })).toEqual(['/site/a.js [npm-token] an npm token\n']);
  });
});
