import type { Verdict } from '../digest-records.ts';
import { type OpenContent, roomFor } from '../open-file.ts';
import type { Secret } from '../types.ts';
import { createAutomaton, start } from './automaton.ts';
import { type ContentRule, isBroken, reach } from './contents.ts';
import { isText } from './names.ts';

/** Something in a text that must not be published, or a secret of this run that stands there. */
export interface ContentFinding {
  readonly found: ContentRule | Secret;
  /** From 1; the column counts characters. */
  readonly line: number;
  readonly column: number;
  /** The name it is assigned to there, which is no secret, and how it begins where that says what it is. */
  readonly excerpt: string;
}

export interface Scanned {
  readonly text: boolean;
  /** For the next run, where there are no findings. */
  readonly verdict: Verdict;
  readonly findings: readonly ContentFinding[];
  /** The first bytes. */
  readonly head: Buffer;
}

/** Reads a file once; `each`, where there is one, is given all its bytes, in order, whatever they are. */
export type Scanner = (
  file: OpenContent,
  name: string,
  each?: (bytes: Buffer) => void,
) => Promise<Scanned>;

/** Longer words would only make the automaton larger: what begins so is compared. */
const wordLength = 32;
/** Whatever such files begin with. */
const textNames = /\.(?:html?|css|m?js|cjs|json|webmanifest|map|svg|xml|txt|md|csv|ya?ml)$/i;

/** Whether a file of that name is taken for a text whatever it begins with. */
export function isTextName(name: string): boolean {
  return textNames.test(name);
}

/** What a word of the automaton stands for. */
interface Needle {
  readonly found: ContentRule | Secret;
  readonly bytes: Buffer;
  /** Whether it is the whole of it that begins with the word. */
  readonly isAt: (text: string, at: number) => boolean;
}

/** Reads texts of any size once, in pieces, and tells each rule's and each secret's first place in them. */
export function createScanner(
  rules: readonly ContentRule[],
  secrets: readonly Secret[],
  pieceSize = 1024 * 1024,
): Scanner {
  const needles = [...rules.flatMap(needlesOfRule), ...secrets.map(needleOfSecret)];
  const automaton = createAutomaton(needles.map(({ bytes }) => bytes));

  return async (file, name, each) => {
    const head = await file.read(0, Math.min(file.size, 8192));
    const plain = isText(head) || isUtf16(head);
    const text = plain || isTextName(name);
    const looking = text ? createLooking() : undefined;
    const all = looking !== undefined || each !== undefined;
    for await (const { bytes, last } of all ? pieces(file, pieceSize) : []) {
      each?.(bytes);
      looking?.update(asciiOf(bytes, head), last);
    }
    await file.verify();
    const findings: ContentFinding[] = [];
    for (const match of looking?.matches() ?? []) {
      findings.push(await locate(file, head, { match, pieceSize }));
    }
    const verdict = plain ? 'text' : text ? 'named' : 'other';
    return { text, verdict, findings, head };
  };

  /** Looks through a text that comes in pieces. */
  function createLooking() {
    const first = new Map<Needle['found'], Match>();
    let state = start;
    let pending: { needle: Needle; at: number }[] = [];
    let window: Buffer = Buffer.alloc(0);
    let windowAt = 0;
    const judge = (joined: Buffer, last: boolean) => {
      const text = joined.toString('latin1');
      // A match must not be judged by half of what follows: the rest waits for the next piece.
      const safe = last ? Infinity : windowAt + joined.length - reach.ahead;
      for (const { needle, at } of pending.filter((one) => one.at <= safe)) {
        if (first.has(needle.found) || !needle.isAt(text, at - windowAt)) continue;
        const before = text.slice(Math.max(0, at - windowAt - 200), at - windowAt);
        first.set(needle.found, { needle, at, before });
      }
      pending = pending.filter((one) => one.at > safe);
    };
    return {
      update(bytes: Buffer, last: boolean) {
        const end = windowAt + window.length;
        state = automaton.scan(bytes, state, (word, to) => {
          const needle = needles[word];
          if (needle === undefined || first.has(needle.found)) return;
          pending.push({ needle, at: end + to - needle.bytes.length });
        });
        const join = () => (window.length === 0 ? bytes : Buffer.concat([window, bytes]));
        if (pending.length > 0) judge(join(), last);
        if (last) return;
        const around = reach.ahead + reach.behind;
        // Copied, for the next piece is read into the same memory.
        window = Buffer.from((bytes.length < around ? join() : bytes).subarray(-around));
        windowAt = end + bytes.length - window.length;
      },
      matches: () => [...first.values()].sort((a, b) => a.at - b.at),
    };
  }
}

interface Match {
  readonly needle: Needle;
  readonly at: number;
  readonly before: string;
}

function needlesOfRule(rule: ContentRule): readonly Needle[] {
  return rule.words.map((word) => ({
    found: rule,
    bytes: Buffer.from(word),
    isAt: (text, at) => isBroken(rule, text, at),
  }));
}

function needleOfSecret(secret: Secret): Needle {
  const bytes = Buffer.from(secret.value);
  const value = bytes.toString('latin1', 0, reach.ahead);
  return {
    found: secret,
    bytes: bytes.subarray(0, wordLength),
    isAt: (text, at) => text.startsWith(value, at),
  };
}

interface Piece {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** A file's bytes in order, each piece good until the next one is asked for: they share their memory. */
async function* pieces(file: OpenContent, size: number): AsyncGenerator<Piece> {
  const room = roomFor(file, size);
  for (let at = 0; at < file.size; at += size) {
    const end = Math.min(at + size, file.size);
    yield { bytes: await file.read(at, end, room), last: end === file.size };
  }
}

/** Of UTF-16 every other byte, which is how it spells ASCII. */
function asciiOf(bytes: Buffer, head: Buffer): Buffer {
  return isUtf16(head) ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes;
}

/** A byte order mark of UTF-16. */
function isUtf16(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Reads again up to the place: findings are rare, and counting lines in every file would not be. */
async function locate(
  file: OpenContent,
  head: Buffer,
  { match, pieceSize }: { readonly match: Match; readonly pieceSize: number },
): Promise<ContentFinding> {
  let line = 1;
  let column = 1;
  let left = match.at;
  for await (const piece of pieces(file, pieceSize)) {
    const bytes = asciiOf(piece.bytes, head);
    for (const byte of bytes.subarray(0, left)) {
      if (byte === 0x0a) {
        line += 1;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) column += 1; // the first byte of a character
    }
    left -= bytes.length;
    if (left <= 0) break;
  }
  return { found: match.needle.found, line, column, excerpt: excerptOf(match) };
}

/** `API_TOKEN = ghp_…`: of what surrounds a secret only the name that it is assigned to is surely none. */
function excerptOf({ needle: { found, bytes }, before }: Match): string {
  const [, name] = /([A-Za-z_$][\w$-]{0,40})["'`]?\s{0,9}[:=]\s{0,9}["'`]?$/.exec(before) ?? [];
  const shown =
    'name' in found ? `[value of ${found.name}]` : `${bytes.toString('latin1').trim()}…`;
  return name === undefined || looksSecret(name) ? shown : `${name} = ${shown}`;
}

function looksSecret(name: string): boolean {
  return name.length >= 16 && /\d/.test(name);
}
