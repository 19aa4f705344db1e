import { defineConfig } from 'vitest/config';

const env = { NO_COLOR: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
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
    projects: [
      project('unit', 20_000),
      project('integration', 20_000),
      project('e2e', 60_000),
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
