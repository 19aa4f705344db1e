import { it } from 'vitest';
import { measureConfigs } from '../harness/config-campaign.ts';

const count = Number(process.env['SOAK_CONFIGS'] ?? 50_000);
/** Minutes for all of them; without a limit, they run to their end. */
const minutes = Number(process.env['SOAK_MINUTES'] ?? Infinity);
const longest = 24 * 3_600_000;

it(`R9: ${count} bad configurations`, { timeout: longest }, async () => {
  await measureConfigs(count, performance.now() + minutes * 60_000);
});
