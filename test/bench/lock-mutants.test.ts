import { describe, expect, it } from 'vitest';
import { isCaught, type Mutant } from '../harness/mutants.ts';

/** The lock alone, and with a store and all that is around it. */
const alone = 'test/unit/lock.test.ts';
const whole = 'test/integration/releases.test.ts';

const mutant = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file: `src/${file}`,
  edits: [[from, to]],
});

const mutants: readonly Mutant[] = [
  mutant(
    'does not look before a step whether the lock is still its own',
    'enter.ts',
    'check: lock.check,',
    'check: async () => {},',
  ),
  mutant('is never renewed', 'lock.ts', 'timing.renewEvery);', '2 ** 31 - 1);'),
  mutant('takes it that the store keeps to conditions', 'lock.ts', 'if (!keeps) {', 'if (!etag) {'),
  mutant(
    'removes the lock of another',
    'lock-object.ts',
    'if (held?.id !== id) return;',
    'if (held === undefined) return;',
  ),
  mutant('plans on what it saw before the lock', 'act.ts', '= entered.moved', '= !entered.leave'),
];

describe('R22: a lock broken on purpose', () => {
  it.each(mutants)('$name: caught', { timeout: 120_000 }, async (one) => {
    const tests = one.file.startsWith('src/lock') ? [alone] : [whole, '-t', 'two deploys'];
    expect(await isCaught(one, tests)).toBe(true);
  });
});
