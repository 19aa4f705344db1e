import { CollectError } from '../errors.ts';
import { allExplanations } from '../explanations/index.ts';
import type {
  CollectEvent,
  CompressedContent,
  Compression,
  Invalidation,
  Warning,
} from '../types.ts';

/** "1.2 MB": decimal units, three digits at most. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** "850 ms", "2.1 s", "3 min 20 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Bytes of a compressed content before it was. */
export function sizeBefore({ of }: CompressedContent): number {
  return of.kind === 'bytes' ? of.bytes.byteLength : of.size;
}

/** "compressed: 12 files with br, 4.1 MB to 1.0 MB; 12 files with gzip, 4.1 MB to 1.2 MB (all from the cache)" */
export function compressionText({ encodings, made, cached }: Compression): string {
  const parts = Object.entries(encodings).map(
    ([encoding, { files, before, after }]) =>
      `${plural(files, 'file')} with ${encoding}, ${formatBytes(before)} to ${formatBytes(after)}`,
  );
  const kept = cached === 0 ? '' : made === 0 ? ' (all from the cache)' : ` (${made} made anew)`;
  return `compressed: ${parts.join('; ')}${kept}`;
}

type Compressing = Extract<CollectEvent, { type: 'compressing' }>;

/** "compressing: 12 of 133 files, 5.1 MB of 24 MB, 12 s so far" */
export function compressingText({ files, ofFiles, bytes, ofBytes, forMs }: Compressing): string {
  const sizes = `${formatBytes(bytes)} of ${formatBytes(ofBytes)}`;
  return `compressing: ${files} of ${plural(ofFiles, 'file')}, ${sizes}, ${formatSeconds(forMs)} so far`;
}

/** "CloudFront E1A2B3C4D5E6F7: 3 paths to invalidate, free or at most $0.015" */
export function invalidationText({ cdn, paths, mostDollars, status }: Invalidation): string {
  const did = {
    planned: 'to invalidate',
    accepted: 'being invalidated',
    completed: 'invalidated',
    failed: 'not invalidated',
  }[status];
  const price = `$${mostDollars.toFixed(3).replace(/(\.\d\d)0$/, '$1')}`;
  const cost = status === 'failed' ? '' : `, free or at most ${price}`;
  return `${cdn}: ${plural(paths.length, 'path')} ${did}${cost}`;
}

type Waiting = Extract<CollectEvent, { type: 'waiting' }>;

/** "S3 asks to slow down: 34 requests waiting, 12 s so far" */
export function waitingText({ why, requests, forMs }: Waiting, destination: string): string {
  const who = destination.startsWith('s3://') ? 'S3' : printable(destination);
  const said = {
    throttled: `${who} asks to slow down`,
    'server error': `${who} fails to do what it is asked`,
    connection: `${who} is not reached`,
    'unproved answer': `what answers for ${who} proves nothing`,
  }[why];
  return `${said}: ${plural(requests, 'request')} waiting, ${formatSeconds(forMs)} so far`;
}

function formatSeconds(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : formatDuration(ms);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first few of a list, and how many more there are. */
export function shorten(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).map(printable).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** File names may hold anything; a terminal obeys some of it. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function warningText(warning: Warning): string {
  const subjects =
    warning.subjects && warning.subjects.length > 0 ? `: ${shorten(warning.subjects)}` : '';
  return `${warning.message}${subjects}${warning.hint === undefined ? '' : `\n  ${indent(warning.hint)}`}`;
}

/** "error[SOURCE_INVALID]": with the code that can be asked for. */
export function tagged(word: string, error: unknown): string {
  return error instanceof CollectError ? `${word}[${error.code}]` : word;
}

/** Where there is more to read about the codes of a failure; undefined where nothing is known of them. */
export function moreAbout(codes: Iterable<string>): string | undefined {
  const [first, ...others] = [...codes].filter((code) => allExplanations.has(code));
  if (first === undefined) return undefined;
  const also = others.length === 0 ? '' : ` (also: ${others.join(', ')})`;
  return `collect-static explain ${first} tells more${also}`;
}

/** What, why and what to do; a bug keeps its stack. */
export function errorText(error: unknown): string {
  if (!(error instanceof CollectError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `this is a bug in collect-static, please report it\n${stack}`;
  }
  const lines = [indent(error.message), ...error.problems.map((one) => `  - ${indent(one)}`)];
  if (error.hint !== undefined) lines.push(`  ${indent(error.hint)}`);
  return lines.join('\n');
}

function indent(text: string): string {
  return text.split('\n').map(printable).join('\n  ');
}
