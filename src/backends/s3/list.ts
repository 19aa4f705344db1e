import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { mapAtOnce } from '../../at-once.ts';
import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import { byCodePoint, joinKey, stripPrefix } from '../../keys.ts';
import type { StoredObject } from '../../types.ts';
import type { ListOptions } from '../backend.ts';
import type { Connection } from './client.ts';
import { unquote } from './proof.ts';

const stretchesAtOnce = 8;

/**
 * Every object below the location. An answer that is not plainly a whole listing is an error, never "nothing there".
 * With cuts, the stretches between them are listed at once, if the store lists in order, as S3 does.
 */
export async function* listObjects(
  connection: Connection,
  { cuts = [], signal }: ListOptions,
): AsyncGenerator<StoredObject, void, undefined> {
  if (cuts.length === 0) {
    yield* listStretch(connection, {}, signal);
    return;
  }
  try {
    const ends = [undefined, ...cuts, undefined];
    const bounds = ends.slice(1).map((to, i): Stretch => ({ after: ends[i], to }));
    const stretches = await mapAtOnce(bounds, stretchesAtOnce, async (stretch) => {
      const objects: StoredObject[] = [];
      for await (const object of listStretch(connection, stretch, signal)) objects.push(object);
      return objects;
    });
    // One after the other is gone when it was told: of many objects, that is much memory.
    for (let one = stretches.shift(); one !== undefined; one = stretches.shift()) yield* one;
  } catch (error) {
    if (!(error instanceof Unordered)) throw error;
    yield* listStretch(connection, {}, signal);
  }
}

/** Some stores list in no order (R2, S3 Express): where a stretch ends cannot be seen there. */
class Unordered extends Error {}

/** From behind one key up to another, that one included. */
interface Stretch {
  readonly after?: string | undefined;
  readonly to?: string | undefined;
}

async function* listStretch(
  { s3, send }: Connection,
  { after, to }: Stretch,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredObject, void, undefined> {
  const seen = new Set<string>();
  let last = after;
  let token: string | undefined;
  do {
    const page = await send(
      new ListObjectsV2Command({
        Bucket: s3.bucket,
        // Keys may hold characters that XML cannot.
        EncodingType: 'url',
        ...(s3.location !== '' && { Prefix: `${s3.location}/` }),
        ...(after !== undefined && { StartAfter: joinKey(s3.location, after) }),
        ...(token !== undefined && { ContinuationToken: token }),
        ...(s3.expectedBucketOwner !== undefined && {
          ExpectedBucketOwner: s3.expectedBucketOwner,
        }),
      }),
      { operation: 'list', signal, accept: requirePage(s3.bucket) },
    );
    const problem = problemOf(page, seen);
    if (problem !== undefined) throw badListing(s3.bucket, problem);
    const objects = (page.Contents ?? []).map((object) =>
      describe(keyOf(page, object.Key, s3), object),
    );
    if (after !== undefined || to !== undefined) last = checkOrder(objects, last);
    for (const object of objects) {
      if (to !== undefined && byCodePoint(object.key, to) > 0) return;
      // The marker that consoles make for a "folder".
      if (object.key !== '') yield object;
    }
    if (last !== undefined && last === to) return;
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}

function checkOrder(
  objects: readonly StoredObject[],
  before: string | undefined,
): string | undefined {
  let last = before;
  for (const { key } of objects) {
    if (last !== undefined && byCodePoint(last, key) >= 0) throw new Unordered();
    last = key;
  }
  return last;
}

/** Junk comes from something in between, and may be gone the next time. */
function requirePage(bucket: string) {
  return ({ IsTruncated, Name }: ListObjectsV2CommandOutput): void => {
    if (IsTruncated !== undefined && Name !== undefined) return;
    throw badListing(bucket, 'it does not say whether it is complete, or not whose it is');
  };
}

/** What a store says that lists in another way than S3 will be the same the next time. */
function problemOf(
  page: ListObjectsV2CommandOutput,
  seen: ReadonlySet<string>,
): string | undefined {
  if (page.KeyCount === undefined) return 'its key count is missing';
  if (page.KeyCount !== (page.Contents ?? []).length)
    return 'it holds another number of keys than it says';
  if (!page.IsTruncated) return undefined;
  if (page.NextContinuationToken === undefined)
    return 'it is cut off without a token to go on with';
  return seen.has(page.NextContinuationToken) ? 'its pages repeat' : undefined;
}

function keyOf(
  page: ListObjectsV2CommandOutput,
  listed: string | undefined,
  { bucket, location }: Connection['s3'],
): string {
  const objectKey = page.EncodingType === 'url' ? decode(listed) : listed;
  if (objectKey === undefined) throw badListing(bucket, 'a key is missing or cannot be decoded');
  const key = stripPrefix(objectKey, location);
  if (key === undefined) throw badListing(bucket, `it names keys that are not below ${location}/`);
  return key;
}

/** S3 encodes as forms are: a space is "+". */
function decode(listed: string | undefined): string | undefined {
  try {
    return listed === undefined ? undefined : decodeURIComponent(listed.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function describe(
  key: string,
  object: NonNullable<ListObjectsV2CommandOutput['Contents']>[number],
): StoredObject {
  const { Size: size = 0, ETag, LastModified } = object;
  return { key, size, etag: unquote(ETag), modifiedMs: LastModified?.getTime() };
}

function badListing(bucket: string, problem: string): CollectError {
  return new CollectError(
    'S3_BAD_LISTING',
    `the listing of bucket ${bucket} cannot be trusted: ${problem}`,
    detailsOf('S3_BAD_LISTING'),
  );
}
