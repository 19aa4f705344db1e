import { readContent } from '../../content.ts';
import { createHandleLimit } from '../../handles.ts';
import type { Content, S3Options, UrlOptions } from '../../types.ts';
import { backendApiVersion, type Backend } from '../backend.ts';
import { createAclChoice } from './acl.ts';
import { createBudget } from './budget.ts';
import { connect, telling } from './client.ts';
import { copyObject } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { createFastPut } from './fast-put.ts';
import { headObject } from './head.ts';
import { createLeftovers } from './leftovers.ts';
import { listObjects } from './list.ts';
import { signedUrl } from './presign.ts';
import { checkPublic } from './public.ts';
import { putObject } from './put.ts';
import { putIf } from './put-if.ts';
import { readAcl } from './read-acl.ts';
import { readObject } from './read.ts';
import type { Timing } from './timing.ts';
import { objectUrl } from './url.ts';

export interface S3BackendOptions {
  readonly s3: S3Options;
  readonly url: UrlOptions;
  readonly concurrency: number | 'auto';
  /** Whether many puts may be sent without the SDK's work for each. */
  readonly fastPath?: boolean;
  /** Puts before that pays; a good number where not given. */
  readonly fastAfter?: number;
  /** How long to wait and to go on trying; real time where not given. */
  readonly timing?: Timing;
}

/** Bytes of files and parts in memory at once. */
const inFlight = 64 * 1024 * 1024;
/** Files read at once, however many requests are under way. */
const readAtOnce = 32;

/** Objects in an S3 bucket, or in a store that speaks S3. Importing this module loads the AWS SDK. */
export async function createS3Backend({
  s3,
  url,
  concurrency,
  fastPath = true,
  fastAfter,
  timing,
}: S3BackendOptions): Promise<Backend> {
  const connection = await connect(s3, concurrency, timing);
  const fast = fastPath ? createFastPut({ ...connection, after: fastAfter }) : undefined;
  const limit = createHandleLimit(readAtOnce);
  const putting = {
    ...connection,
    acl: createAclChoice(s3.acl),
    budget: createBudget(inFlight),
    rooms: [],
    leftovers: createLeftovers(connection),
    read: (content: Content, signal: AbortSignal | undefined) =>
      limit(() => readContent(content, signal)),
    fast,
  };
  return {
    apiVersion: backendApiVersion,
    label: `s3://${s3.bucket}/${s3.location === '' ? '' : `${s3.location}/`}`,
    put: (object, options) => {
      const { if: condition, ...rest } = options ?? {};
      const told = telling(putting, options);
      return condition === undefined
        ? putObject(told, object, { signal: rest.signal })
        : putIf(told, object, { ...rest, if: condition });
    },
    list: (options) => listObjects(telling(connection, options), options ?? {}),
    copy: (object, options) => copyObject(telling(putting, options), object, options?.signal),
    head: (key, options) => headObject(telling(connection, options), key, options?.signal),
    read: (key, options) => readObject(telling(connection, options), key, options),
    delete: (keys, options) => deleteObjects(telling(connection, options), keys, options?.signal),
    url: (key) =>
      url.signed
        ? signedUrl(connection, key, url.expiresIn)
        : objectUrl(connection.s3, connection.s3.region, key),
    acl: (key, options) => readAcl(telling(connection, options), key, options?.signal),
    checkPublic: (key, options) => checkPublic(connection, url, key, options?.signal),
    expect: (requests) => {
      connection.agents.ahead?.open(Math.min(requests, connection.atFirst));
      fast?.expect(requests);
    },
    now: connection.now,
    close: () => {
      fast?.close();
      connection.close();
    },
  };
}
