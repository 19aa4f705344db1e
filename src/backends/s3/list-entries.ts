import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';

// The SDK's XML parser takes a tenth of a second for a page of a thousand keys, which is most of a deploy that changes
// nothing (bench/README.md). So the entries of a listing are read here, and what is left of the page by the SDK. A page that
// is not written as S3 writes it is left to the SDK as it is.

type Entry = NonNullable<ListObjectsV2CommandOutput['Contents']>[number];

interface Request {
  readonly method: string;
  readonly query: Readonly<Record<string, unknown>>;
}

interface Response {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/** Makes the client read listings fast. Answers, checks and errors are the same. */
export function readEntriesFast(client: S3Client): void {
  const taken = new WeakMap<object, Entry[]>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      taken.delete(context);
      const result = await next(args);
      const entries = taken.get(context);
      if (entries !== undefined) (result.output as ListObjectsV2CommandOutput).Contents = entries;
      return result;
    },
    // Outside of the SDK's logging, which copies every answer also where nothing is logged.
    { step: 'initialize', priority: 'high', name: 'putEntriesBack' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      if (!isListing(args.request as Request) || response.statusCode !== 200) return result;
      const page = await bytesOf(response.body);
      const { rest, entries } = takeEntries(page.toString('utf8')) ?? {};
      response.body = rest === undefined ? page : Buffer.from(rest, 'utf8');
      if (entries !== undefined) taken.set(context, entries);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'takeEntries' },
  );
}

function isListing({ method, query }: Request): boolean {
  return method === 'GET' && query['list-type'] === '2';
}

async function bytesOf(body: Response['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const begin = '<Contents>';
const end = '</Contents>';
/** A field of an entry; or one that has fields itself, such as its owner, of which nothing is needed. */
const field = /\s*<(\w+)>(?:([^<]*)|(?:\s*<(\w+)>[^<]*<\/\3>)*\s*)<\/\1>/y;

/** The entries of a page, and the page without them; undefined where there are none, or where it is written otherwise. */
export function takeEntries(
  page: string,
): { readonly entries: Entry[]; readonly rest: string } | undefined {
  // Comments and CDATA can hold what looks like an entry; ends of lines are not always what they seem.
  if (page.includes('<!') || page.includes('\r')) return undefined;
  const entries: Entry[] = [];
  let rest = '';
  let at = 0;
  for (;;) {
    const from = page.indexOf(begin, at);
    if (from === -1) break;
    const to = page.indexOf(end, from);
    const entry = to === -1 ? undefined : entryOf(page, from + begin.length, to);
    if (entry === undefined) return undefined;
    entries.push(entry);
    rest += page.slice(at, from);
    at = to + end.length;
  }
  if (entries.length === 0) return undefined;
  rest += page.slice(at);
  return rest.includes('Contents') ? undefined : { entries, rest };
}

function entryOf(page: string, from: number, to: number): Entry | undefined {
  const texts = new Map<string, string>();
  let at = from;
  while (at < to) {
    field.lastIndex = at;
    const [all = '', name = '', text = ''] = field.exec(page) ?? [];
    if (all === '') break;
    if (texts.has(name)) return undefined;
    texts.set(name, text);
    at += all.length;
  }
  if (page.slice(at, to).trim() !== '') return undefined;
  const [Key, ETag] = [unescape(texts.get('Key')), unescape(texts.get('ETag'))];
  const [size = '', time = ''] = [texts.get('Size'), texts.get('LastModified')];
  if (Key === undefined || ETag === undefined || !/^\d{1,15}$/.test(size)) return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time)) return undefined;
  return { Key, ETag, Size: Number(size), LastModified: new Date(time) };
}

const characters: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Undefined where something is no reference that XML knows by itself. */
function unescape(text: string | undefined): string | undefined {
  if (text?.includes('&') !== true) return text;
  let unknown = 0;
  const plain = text.replace(/&(?:(\w+)|#(\d{1,6})|#x([\da-fA-F]{1,5}))?(;?)/g, (...found) => {
    const [, name, decimal, hex, semicolon] = found as (string | undefined)[];
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    const character = name === undefined ? characterOf(code) : characters[name];
    if (character === undefined || semicolon !== ';') unknown += 1;
    return character ?? '';
  });
  return unknown === 0 ? plain : undefined;
}

function characterOf(code: number): string | undefined {
  return code > 0 && code <= 0xffff ? String.fromCharCode(code) : undefined;
}
