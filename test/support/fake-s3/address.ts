import { S3Error } from './errors.ts';

export interface Address {
  readonly bucket: string;
  readonly key: string;
  /** The path as sent, decoded; what is signed is made from it. */
  readonly path: string;
  readonly query: Record<string, string>;
}

/**
 * What a raw request target names. No URL parser: those fold `..` and `//`, and S3 keys are not folded.
 */
export function parseAddress(target: string, host: string): Address {
  const relative = target.replace(/^http:\/\/[^/?]*/, ''); // absolute form: a client that takes us for a proxy
  const question = relative.indexOf('?');
  const rawPath = question === -1 ? relative : relative.slice(0, question);
  const query = question === -1 ? {} : parseQuery(relative.slice(question + 1));
  const path = decode(rawPath);
  const bucket = bucketOfHost(host);
  if (bucket !== undefined) return { bucket, key: path.slice(1), path, query };
  const slash = path.indexOf('/', 1);
  if (slash === -1) return { bucket: path.slice(1), key: '', path, query };
  return { bucket: path.slice(1, slash), key: path.slice(slash + 1), path, query };
}

/** RFC 3986 with everything but unreserved characters escaped: the encoding of SigV4. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `bucket.localhost` and `bucket.s3.eu-west-1.amazonaws.com` are virtual-hosted; everything else is path style. */
function bucketOfHost(host: string): string | undefined {
  return /^(.+)\.(?:localhost|s3(?:[.-][\w.-]+)?\.amazonaws\.com)(?::\d+)?$/.exec(host)?.[1];
}

function parseQuery(raw: string): Record<string, string> {
  const pairs = raw.split('&').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals === -1) return [decode(pair), ''];
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    }),
  );
}

/** `+` is a space in paths too: S3 has always read it so, and a URL that does not escape it finds nothing there. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.", { URI: text });
  }
}
