import { openContent, type OpenContent } from '../content.ts';
import type { Content, Secret } from '../types.ts';
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
  readonly findings: readonly ContentFinding[];
  /** The first bytes. */
  readonly head: Buffer;
}

export type Scanner = (content: Content, name: string) => Promise<Scanned>;

/** Longer words would only make the automaton larger: what begins so is compared. */
const wordLength = 32;
/** Whatever such files begin with. */
const textNames = /\.(?:html?|css|m?js|cjs|json|webmanifest|map|svg|xml|txt|md|csv|ya?ml)$/i;

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

  return async (content, name) => {
    const file = await openContent(content);
    try {
      const head = await file.read(0, Math.min(file.size, 8192));
      const text = isText(head) || isUtf16(head) || textNames.test(name);
      if (!text) return { text, findings: [], head };
      const matches = await findMatches(file, head);
      await file.verify();
      const findings: ContentFinding[] = [];
      for (const match of matches)
        findings.push(await locate(pieces(file, head, pieceSize), match));
      return { text, findings, head };
    } finally {
      await file.close();
    }
  };

  async function findMatches(file: OpenContent, head: Buffer): Promise<Match[]> {
    const first = new Map<Needle['found'], Match>();
    let state = start;
    let pending: { needle: Needle; at: number }[] = [];
    let window = Buffer.alloc(0);
    let windowAt = 0;
    for await (const { bytes, last } of pieces(file, head, pieceSize)) {
      const end = windowAt + window.length;
      state = automaton.scan(bytes, state, (word, to) => {
        const needle = needles[word];
        if (needle === undefined || first.has(needle.found)) return;
        pending.push({ needle, at: end + to - needle.bytes.length });
      });
      window = Buffer.concat([window, bytes]);
      if (pending.length > 0) {
        const text = window.toString('latin1');
        // A match must not be judged by half of what follows: the rest waits for the next piece.
        const safe = last ? Infinity : windowAt + window.length - reach.ahead;
        for (const { needle, at } of pending.filter((one) => one.at <= safe)) {
          if (first.has(needle.found) || !needle.isAt(text, at - windowAt)) continue;
          const before = text.slice(Math.max(0, at - windowAt - 200), at - windowAt);
          first.set(needle.found, { needle, at, before });
        }
        pending = pending.filter((one) => one.at > safe);
      }
      const drop = Math.max(0, window.length - reach.ahead - reach.behind);
      window = window.subarray(drop);
      windowAt += drop;
    }
    return [...first.values()].sort((a, b) => a.at - b.at);
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

/** A file's bytes in order; of UTF-16 every other byte, which is how it spells ASCII. */
async function* pieces(file: OpenContent, head: Buffer, size: number): AsyncGenerator<Piece> {
  const wide = isUtf16(head);
  for (let at = 0; at < file.size; at += size) {
    const end = Math.min(at + size, file.size);
    const bytes = await file.read(at, end);
    yield {
      bytes: wide ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes,
      last: end === file.size,
    };
  }
}

/** A byte order mark of UTF-16. */
function isUtf16(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Reads again up to the place: findings are rare, and counting lines in every file would not be. */
async function locate(text: AsyncIterable<Piece>, match: Match): Promise<ContentFinding> {
  let line = 1;
  let column = 1;
  let left = match.at;
  for await (const { bytes } of text) {
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
