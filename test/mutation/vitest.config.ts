import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

/** The tests that mutants are sent through: those beside the mutated files, so that each answers for its own. */
const mirrors = 'test/unit/{keys,guard,guard/*,headers,plan,plan-*,pointers}.test.ts';

/** A mutant that does not even load fails no test, and Stryker would call it a survivor: it is an error. */
const loadErrors: Reporter = {
  onTestModuleEnd(module) {
    const [error] = module.errors();
    if (error !== undefined) throw new Error(error.message);
  },
};

export default defineConfig({
  test: {
    include: [mirrors],
    env: { NO_COLOR: '1' },
    restoreMocks: true,
    reporters: [loadErrors],
    setupFiles: 'test/mutation/no-shrinking.ts',
    // The counters that Stryker puts into the code slow its loops down a lot.
    testTimeout: 60_000,
  },
});
