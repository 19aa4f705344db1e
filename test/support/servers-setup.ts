// Runs once before the `servers` project: one radosgw for all its files. Start it with
// `globalSetup: 'test/support/servers-setup.ts'`, read it with `inject('radosgw')`.
import type { TestProject } from 'vitest/node';
import { radosgwAvailable, startRadosgw } from './radosgw.ts';
import type { RadosgwAddress } from './radosgw.ts';
import { missingPart } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The running server, or why there is none. */
    readonly radosgw: RadosgwAddress | { readonly missing: string };
  }
}

export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const missing = missingPart('radosgw', radosgwAvailable());
  if (missing !== undefined) {
    project.provide('radosgw', { missing });
    return undefined;
  }
  const { endpoint, credentials, conf, stop } = await startRadosgw();
  project.provide('radosgw', { endpoint, credentials, conf });
  return stop;
}
