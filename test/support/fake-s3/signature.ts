import { createHash, createHmac } from 'node:crypto';
import { encode } from './address.ts';

export interface Signable {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Scope {
  /** `20261123T101500Z` */
  readonly timestamp: string;
  readonly date: string;
  readonly region: string;
  /** S3, unless another one. */
  readonly service?: string;
}

export interface Signed {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

/** Signature Version 4 as documented for S3: the path is neither folded nor escaped twice. */
export function sign(
  request: Signable,
  signedHeaders: readonly string[],
  payloadHash: string,
  scope: Scope,
  secret: string,
): Signed {
  const canonicalRequest = [
    request.method,
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name] ?? '')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    scope.timestamp,
    `${scope.date}/${scope.region}/${scope.service ?? 's3'}/aws4_request`,
    // Node hands header bytes over as latin1; S3 signs the bytes. A client that signed other bytes than it sent is refused.
    createHash('sha256').update(Buffer.from(canonicalRequest, 'latin1')).digest('hex'),
  ].join('\n');
  const signature = createHmac('sha256', signingKey(scope, secret))
    .update(stringToSign)
    .digest('hex');
  return { canonicalRequest, stringToSign, signature };
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

const canonicalValue = (value: string) => value.trim().replace(/ +/g, ' ');

const signingKeys = new Map<string, Buffer>();

function signingKey({ date, region, service = 's3' }: Scope, secret: string): Buffer {
  const id = `${date}/${region}/${service}/${secret}`;
  const known = signingKeys.get(id);
  if (known !== undefined) return known;
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secret}`,
  );
  signingKeys.set(id, key as Buffer);
  return key as Buffer;
}
