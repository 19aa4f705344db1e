import { describe, expect, it } from 'vitest';
import { contentRules } from '../../../src/guard/contents.ts';
import { fingerprintOf } from '../../../src/guard/fingerprint.ts';

const salt = Buffer.alloc(16, 1);
const one = [{ value: 'first-secret' }];
const two = [...one, { value: 'second-secret' }];
const hex = async (...args: Parameters<typeof fingerprintOf>) =>
  (await fingerprintOf(...args)).toString('hex');

describe("the guard's fingerprint", () => {
  it('is the same for the same secrets in any order', async () => {
    expect(await hex(two, salt)).toBe(await hex([...two].reverse(), salt));
  });

  it('is another for other secrets, rules or salt', async () => {
    const [first, ...rest] = contentRules;
    if (first === undefined) throw new TypeError('no rules');
    const changed = [
      rest,
      [{ ...first, words: ['other'] }, ...rest],
      [{ ...first, pattern: /other/y }, ...rest],
      [{ ...first, also: () => false }, ...rest],
    ];
    const prints = await Promise.all([
      hex([], salt),
      hex(one, salt),
      hex(two, salt),
      hex(two, Buffer.alloc(16, 2)),
      ...changed.map((rules) => hex(two, salt, rules)),
    ]);
    expect(new Set(prints).size).toBe(prints.length);
  });
});
