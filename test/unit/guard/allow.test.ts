import { expect, it } from 'vitest';
import { createAllow } from '../../../src/guard/allow.ts';

const allow = createAllow([
  { rule: 'aws-key', match: ['docs/**', 'a.js'], reason: 'an example' },
  { rule: 'npm-token', match: ['*.md'], reason: 'revoked' },
  { env: 'SEARCH_TOKEN' },
]);

it('lets a rule pass where the name matches, and nowhere else', () => {
  expect(allow.rule('aws-key', 'docs/a.md')).toBe(true);
  expect(allow.rule('aws-key', 'sub/a.js')).toBe(true);
  expect(allow.rule('aws-key', 'b.js')).toBe(false);
  expect(allow.rule('npm-token', 'docs/a.md')).toBe(true);
  expect(allow.rule('npm-token', 'docs/a.js')).toBe(false);
  expect(allow.rule('stripe-key', 'docs/a.md')).toBe(false);
});

it('lets the variables pass that it names', () => {
  expect(allow.env('SEARCH_TOKEN')).toBe(true);
  expect(allow.env('OTHER_TOKEN')).toBe(false);
});

it('lets nothing pass by itself', () => {
  const none = createAllow([]);
  expect([none.rule('vcs', '.git'), none.env('')]).toEqual([false, false]);
});
