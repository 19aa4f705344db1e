import type { Config } from '../types.ts';
import type { Backend } from './backend.ts';

/** Whether it is one of ours. */
export function isBuiltIn(backend: string): boolean {
  return backend === 'local' || backend === 's3';
}

/** Loads the backend that the config names, and only that one: the AWS SDK alone takes 100 ms to load. */
export async function createBackend(config: Config): Promise<Backend> {
  if (config.backend === 'local') {
    const { createLocalBackend } = await import('./local/index.ts');
    return createLocalBackend(config.local);
  }
  if (config.backend === 's3') {
    const { createS3Backend } = await import('./s3/index.ts');
    return createS3Backend(config);
  }
  const { loadBackendModule } = await import('./module.ts');
  return loadBackendModule(config);
}

/** Where the release record is kept, if that is not the destination itself. */
export async function createStateBackend(config: Config): Promise<Backend | undefined> {
  const { bucket, location } = config.state;
  if (config.backend !== 's3' || (bucket === undefined && location === undefined)) return undefined;
  const s3 = {
    ...config.s3,
    bucket: bucket ?? config.s3.bucket,
    location: location ?? config.s3.location,
  };
  return createBackend({ ...config, s3 });
}
