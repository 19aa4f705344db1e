// On a machine whose disk is slow now and then, or that is busy, calls that wait are given up for a while: what those
// do is tested here wherever it runs. See cold.mocked.test.ts for the others.
import { vi } from 'vitest';

vi.mock(import('../../src/hot.ts'), async (original) => ({
  ...(await original()),
  isHot: () => true,
}));

await import('./reading.test.ts');
await import('./local.test.ts');
await import('./local-lock.test.ts');
