import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import type { Connection } from './client.ts';
import { toCollectError } from './errors.ts';
import { objectUrl } from './url.ts';

/** What the SDK's signer can do besides what its published type says; its own presigner uses it the same way. */
interface Presigner {
  presign(
    request: object,
    options: { expiresIn: number },
  ): Promise<{ query: Record<string, string> }>;
}

/** Seconds; SigV4's limit. */
const longest = 7 * 24 * 60 * 60;

/** An address that anyone may read the object at for `expiresIn` seconds. */
export async function signedUrl(
  { s3, client }: Connection,
  key: string,
  expiresIn: number,
): Promise<string> {
  if (expiresIn > longest) throw tooLong(expiresIn);
  const url = new URL(objectUrl(s3, s3.region, key));
  const signer: unknown = await client.config.signer();
  if (!isPresigner(signer)) throw new Error('the signer of this SDK version cannot sign URLs');
  const request = {
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    // The hash of a body that is not there yet; without the header the signer would take an empty one's.
    headers: { host: url.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  };
  const signed = await signer.presign(request, { expiresIn }).catch((error: unknown) => {
    throw toCollectError(error, { ...s3, operation: 'credentials' });
  });
  const query = Object.entries(signed.query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return `${url.origin}${url.pathname}?${query}`;
}

function tooLong(expiresIn: number): CollectError {
  const message = `a signed URL cannot be valid for ${expiresIn} seconds: a week (${longest}) is the most`;
  return new CollectError('URL_EXPIRES_TOO_LATE', message, detailsOf('URL_EXPIRES_TOO_LATE'));
}

function isPresigner(signer: unknown): signer is Presigner {
  return typeof signer === 'object' && signer !== null && 'presign' in signer;
}
