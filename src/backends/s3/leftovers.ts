import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListMultipartUploadsCommandOutput,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { joinKey } from '../../keys.ts';
import type { Connection } from './client.ts';
import { unproved } from './proof.ts';

/** From the sending of a request to begin an upload until it was given up without an answer. Monotonic milliseconds. */
export interface Lost {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Leftovers {
  /** Aborts uploads of exactly this key that nobody works on any more. Never fails: it is a courtesy. */
  clear(key: string, lost: readonly Lost[]): Promise<void>;
}

interface Found {
  readonly id: string;
  readonly begunMs: number;
}

const day = 24 * 3_600_000;
/** The server's dates are whole seconds. */
const second = 1_000;

/**
 * S3 does not tell whose an upload is. Taken for ours, or for nobody's, are only those of a key that this run stored:
 * what is older than a day; and what began while a request of ours was left without an answer and has no part yet,
 * for without an answer there is no id to send parts to. Where the store does not let us look, they stay.
 */
export function createLeftovers({ s3, send, timing }: Connection): Leftovers {
  const place = { Bucket: s3.bucket, ExpectedBucketOwner: s3.expectedBucketOwner };
  let able = true;

  const list = async (Key: string, signal: AbortSignal) => {
    const command = new ListMultipartUploadsCommand({ ...place, Prefix: Key });
    let date: string | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = (result.response as { headers?: Record<string, string> }).headers?.['date'];
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'dateOfAnswer' },
    );
    const accept = ({ Bucket, IsTruncated }: ListMultipartUploadsCommandOutput) => {
      if (Bucket !== s3.bucket || IsTruncated === undefined)
        throw unproved('this lists no uploads');
    };
    const { Uploads = [] } = await send(command, { operation: 'list', signal, accept });
    const found = Uploads.flatMap(({ UploadId: id, Initiated, ...upload }): Found[] =>
      upload.Key === Key && id !== undefined && Initiated !== undefined
        ? [{ id, begunMs: Initiated.getTime() }]
        : [],
    );
    return { found, nowMs: Date.parse(date ?? '') };
  };

  const isEmpty = async (Key: string, UploadId: string, signal: AbortSignal) => {
    const accept = (answer: ListPartsCommandOutput) => {
      if (answer.UploadId !== UploadId) throw unproved('this lists no parts');
    };
    const command = new ListPartsCommand({ ...place, Key, UploadId });
    const { Parts = [] } = await send(command, { operation: 'list', signal, accept });
    return Parts.length === 0;
  };

  const clear = async (Key: string, lost: readonly Lost[]) => {
    const signal = AbortSignal.timeout(timing.clearAway);
    // The server's date was taken between these two.
    const asked = performance.now();
    const { found, nowMs } = await list(Key, signal);
    const told = performance.now();
    const isOld = ({ begunMs }: Found) => nowMs - begunMs > day;
    const isLost = ({ begunMs }: Found) =>
      lost.some(
        ({ fromMs, untilMs }) =>
          begunMs > nowMs - (told - fromMs) - 2 * second &&
          begunMs < nowMs - (asked - untilMs) + 2 * second,
      );
    for (const upload of found) {
      const ours = isOld(upload) || (isLost(upload) && (await isEmpty(Key, upload.id, signal)));
      if (!ours) continue;
      const command = new AbortMultipartUploadCommand({ ...place, Key, UploadId: upload.id });
      await send(command, { operation: 'put', signal, linger: 0 });
    }
  };

  return {
    async clear(key, lost) {
      if (!able) return;
      await clear(joinKey(s3.location, key), lost).catch(() => {
        // A store that forbids it, does not know it or is too busy for it is not asked again.
        able = false;
      });
    },
  };
}
