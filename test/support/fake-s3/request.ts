import type { Payload } from './body.ts';
import { invalidArgument } from './errors.ts';

/** A request as the operations see it. */
export interface S3Request {
  readonly method: string;
  readonly op: string;
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  readonly payload: Payload;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export function replyXml(document: string, headers: Record<string, string> = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: document,
  };
}

/** A number in the query, such as `max-keys`. */
export function numberIn(
  { query }: S3Request,
  name: string,
  range: { readonly min: number; readonly max: number; readonly default: number },
): number {
  const text = query[name];
  if (text === undefined || text === '') return range.default;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= range.min)) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
  return Math.min(value, range.max);
}
