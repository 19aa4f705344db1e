import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { mapAtOnce } from './at-once.ts';
import { byCodePoint } from './keys.ts';
import type { Release, ReleaseEntry } from './release.ts';
import { sendOnce, type Answer } from './send-once.ts';
import type { Problem } from './verify.ts';

const atOnce = 16;
const mostRedirects = 3;
const attempts = 3;
const waitAtMost = 60_000;

export interface PublicOptions {
  readonly release: Release;
  readonly urlOf: (key: string) => Promise<string>;
  /** Of the pages that load the files; undefined: any. */
  readonly origin: string | undefined;
  readonly signal: AbortSignal;
}

/** Fetches every file of a release as a browser would, and compares what comes with what was deployed. */
export async function verifyPublic(options: PublicOptions): Promise<Problem[]> {
  const entries = [...options.release.entries].sort(([a], [b]) => byCodePoint(a, b));
  const found = await mapAtOnce(entries, atOnce, async ([key, entry]) => {
    const url = await options.urlOf(key);
    const why = await problemsOf(url, key, entry, options);
    return why.map((one): Problem => ({ key, why: `${url}: ${one}` }));
  });
  return found.flat();
}

async function problemsOf(
  url: string,
  key: string,
  entry: ReleaseEntry,
  { origin, signal }: PublicOptions,
): Promise<string[]> {
  const asking = origin ?? 'https://collect-static.invalid';
  let answer: Answer;
  try {
    answer = await fetchPatiently(url, { origin: asking, signal });
  } catch (error) {
    signal.throwIfAborted();
    return [`no answer (${error instanceof Error ? error.message : String(error)})`];
  }
  if (answer.status !== 200) return [`HTTP ${answer.status}`];
  return [
    ...bytesProblems(answer, entry),
    ...headerProblems(answer, entry),
    ...(isFont(key, entry) ? corsProblems(answer, asking, origin) : []),
  ];
}

async function fetchPatiently(
  url: string,
  { origin, signal }: { origin: string; signal: AbortSignal },
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await follow(url, { origin, signal });
      if (answer.status < 500 || attempt === attempts) return answer;
    } catch (error) {
      if (signal.aborted || attempt === attempts) throw error;
    }
  }
}

async function follow(
  url: string,
  { origin, signal }: { origin: string; signal: AbortSignal },
): Promise<Answer> {
  let answer = await fetchOnce(url, { origin, signal });
  for (let hops = 0; hops < mostRedirects; hops += 1) {
    const to = answer.headers['location'];
    if (answer.status < 300 || answer.status > 399 || to === undefined) break;
    answer = await fetchOnce(new URL(to, url).href, { origin, signal });
  }
  return answer;
}

/** One request as a browser sends it for a file of a page. */
function fetchOnce(
  url: string,
  { origin, signal }: { origin: string; signal: AbortSignal },
): Promise<Answer> {
  const headers = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', origin };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(waitAtMost)]);
  return sendOnce(url, { method: 'GET', headers }, { signal: limit });
}

/** What was stored compressed comes so; what a CDN compressed on the way has to come to the same. */
function bytesProblems({ body, headers }: Answer, { sha256, headers: sent }: ReleaseEntry) {
  const encoding = headers['content-encoding'];
  const stored = sent?.contentEncoding;
  if (digest(body) === sha256) {
    return encoding === stored
      ? []
      : [`content-encoding is ${shown(encoding)} instead of ${shown(stored)}`];
  }
  if (stored === undefined && encoding !== undefined) {
    const decoded = decode(body, encoding);
    if (decoded !== undefined && digest(decoded) === sha256) return [];
  }
  return ['it has other bytes'];
}

function headerProblems({ headers }: Answer, { headers: sent }: ReleaseEntry): string[] {
  if (sent === undefined) return [];
  const type = headers['content-type'];
  return [
    ...(same(type, sent.contentType)
      ? []
      : [`content-type is ${shown(type)} instead of ${shown(sent.contentType)}`]),
    ...(sent.cacheControl === undefined || same(headers['cache-control'], sent.cacheControl)
      ? []
      : [
          `cache-control is ${shown(headers['cache-control'])} instead of ${shown(sent.cacheControl)}`,
        ]),
  ];
}

/** Browsers load fonts of another host only where that allows it. */
function corsProblems({ headers }: Answer, asked: string, origin: string | undefined): string[] {
  const allowed = headers['access-control-allow-origin'];
  if (allowed === '*' || allowed === asked) return [];
  const hint = origin === undefined ? '; name the site with --origin if it is one of them' : '';
  const pages = origin === undefined ? 'pages of other hosts' : `pages of ${origin}`;
  return [
    `${pages} may not load this font: access-control-allow-origin is ${shown(allowed)}${hint}`,
  ];
}

function isFont(key: string, { headers }: ReleaseEntry): boolean {
  return headers?.contentType.startsWith('font/') === true || /\.(?:woff2?|ttf|otf)$/i.test(key);
}

function decode(body: Buffer, encoding: string): Buffer | undefined {
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync, deflate: inflateSync };
  try {
    return decoders[encoding as keyof typeof decoders](body);
  } catch {
    return undefined;
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Case and blanks mean nothing in these. */
function same(one: string | undefined, other: string): boolean {
  return one?.toLowerCase().replace(/\s/g, '') === other.toLowerCase().replace(/\s/g, '');
}

function shown(value: string | undefined): string {
  return value === undefined ? 'none' : `"${value}"`;
}
