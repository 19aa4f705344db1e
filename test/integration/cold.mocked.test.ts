// Whoever waits for a cold disk does so in other calls than those for files that are in memory: everything holds in
// both ways.
import { vi } from 'vitest';

vi.mock(import('../../src/hot.ts'), async (original) => ({
  ...(await original()),
  isHot: () => false,
}));

await import('./reading.test.ts');
await import('./find.test.ts');
await import('./local.test.ts');
await import('./local-lock.test.ts');
