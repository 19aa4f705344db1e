// Whatever holds for puts by the SDK holds for those of the fast path, from the first one on.
import { vi } from 'vitest';

vi.mock(import('../../src/backends/s3/fast-put.ts'), async (original) => {
  const { createFastPut } = await original();
  return { createFastPut: (options) => createFastPut({ ...options, after: 0 }) };
});

await import('./s3-faults.test.ts');
await import('../unit/backends/s3/proxy.test.ts');
await import('../unit/backends/s3/client.test.ts');
