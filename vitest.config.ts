import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const env = { NO_COLOR: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const mocked = 'test/integration/**/*.mocked.test.ts';
const project = (name: string, testTimeout: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    env,
    testTimeout,
    hookTimeout: testTimeout,
    restoreMocks: true,
    ...more,
  },
});

export default defineConfig({
  test: {
    // One core fewer than there are would be one at a time on two, and many tests wait more than they work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // Nothing here replaces a module, so that files may share a process, and what it has loaded.
      project('unit', 20_000, { isolate: false }),
      project('integration', 20_000, { isolate: false, exclude: [mocked] }),
      // `vi.mock`: each file is a process of its own.
      project('mocked', 20_000, { include: [mocked] }),
      project('e2e', 60_000, { isolate: false }),
      project('servers', 300_000, {
        globalSetup: 'test/support/servers-setup.ts',
        fileParallelism: false,
      }),
      project('live', 120_000),
      project('bench', 600_000, { fileParallelism: false }),
      project('soak', 24 * 3_600_000, { fileParallelism: false }),
    ],
    coverage: { include: ['src/**'] },
  },
});
