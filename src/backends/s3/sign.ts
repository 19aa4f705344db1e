import { createHmac, hash } from 'node:crypto';
import type { Credentials } from '../../types.ts';

/** A request as Signature Version 4 sees it. */
export interface Signable {
  readonly method: string;
  /** As it is sent: encoded once, which is what S3 signs. Other services sign a path encoded twice: the same where nothing in it needs that. */
  readonly path: string;
  /** Without "?", sorted and encoded. */
  readonly query: string;
  /** The signed headers, each as `canonicalHeader` makes it, sorted by name. */
  readonly headers: string;
  /** Their names, separated by ";". */
  readonly names: string;
  /** Hex sha-256 of the body, or "UNSIGNED-PAYLOAD". */
  readonly payload: string;
  /** "20261125T155543Z" */
  readonly date: string;
}

export type Sign = (
  request: Signable,
  credentials: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>,
) => string;

/**
 * Makes Authorization headers for a service in a region (AWS Signature Version 4, "Authenticating Requests: Using the Authorization
 * Header"). The key is derived once for each day and secret.
 */
export function createSign(region: string, service = 's3'): Sign {
  let day = '';
  let secret = '';
  let key = Buffer.alloc(0);
  const keyFor = (wantedDay: string, wantedSecret: string) => {
    if (day !== wantedDay || secret !== wantedSecret) {
      const steps = [wantedDay, region, service, 'aws4_request'];
      key = steps.reduce(hmac, Buffer.from(`AWS4${wantedSecret}`));
      day = wantedDay;
      secret = wantedSecret;
    }
    return key;
  };
  return ({ method, path, query, headers, names, payload, date }, credentials) => {
    const canonical = `${method}\n${path}\n${query}\n${headers}\n${names}\n${payload}`;
    const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`;
    const signingKey = keyFor(date.slice(0, 8), credentials.secretAccessKey);
    const signature = createHmac('sha256', signingKey).update(toSign).digest('hex');
    return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  };
}

/** `name`: in lower case. */
export function canonicalHeader(name: string, value = ''): string {
  return `${name}:${value.trim().replace(/ +/g, ' ')}\n`;
}

function hmac(key: Buffer<ArrayBuffer>, text: string): Buffer<ArrayBuffer> {
  return createHmac('sha256', key).update(text).digest();
}

/** A key as it stands in a path: RFC 3986's unreserved characters and slashes as they are, all others escaped. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
