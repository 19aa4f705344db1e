import { expect, it } from 'vitest';
import { contentRules, reach } from '../../../src/guard/contents.ts';

it('is a short list', () => {
  expect(contentRules.length).toBeLessThanOrEqual(12);
});

it.each(contentRules)(
  '$rule looks at a bounded piece of text: nothing repeats without a limit',
  (rule) => {
    const { source, sticky } = rule.pattern;
    expect(sticky).toBe(true);
    const bare = source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
    expect(bare).not.toMatch(/[*+]|\{\d+,\}/);
    expect(rule.words.filter((word) => word.length < 3)).toEqual([]);
    // Longest repetition times how often it is repeated stays far below what the scanner has at hand.
    const counts = [...bare.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) => Number(most));
    expect(counts.reduce((sum, most) => sum + most, 0)).toBeLessThan(reach.behind);
  },
);
