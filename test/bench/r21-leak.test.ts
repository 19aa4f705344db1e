import { expect, it } from 'vitest';
import { say } from '../harness/campaign.ts';
import { failOften } from '../harness/leak.ts';

it('R21: 10,000 requests that fail leave less than 5 MB, and no socket or timer', async () => {
  const { failed, heapGrowth, left } = await failOften(10_000);
  say('R21', { failed, heapGrowth, left });
  expect(failed).toBe(10_000);
  expect(heapGrowth).toBeLessThan(5_000_000);
  expect(left).toEqual({});
});
