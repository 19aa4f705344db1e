import { visit } from 'jsonc-parser';
import type { InnerText } from './markup/inner-text.ts';
import { SyntaxProblem } from './reference.ts';

/**
 * Takes a string that is a value, or the name of a property, and its path: names, and `[]` for the places of a list.
 * The path is of this moment only.
 */
export type OnString = (inner: InnerText, path: readonly string[], kind: 'value' | 'name') => void;

/** No format that is read here nests deeper. */
const depthOfInterest = 6;

/** All strings down to that depth, in the order of the text. @throws SyntaxProblem where it is not JSON: that has no comments and no trailing commas */
export function readJson(text: string, onString: OnString): void {
  // A byte order mark is no part of JSON, and whoever decodes a file takes it off.
  const json = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  checkJson(json);
  readStrings(json, onString);
}

/** Browsers take what JSON.parse takes; where that goes wrong jsonc-parser knows. */
function checkJson(json: string): void {
  try {
    JSON.parse(json);
  } catch {
    let offset: number | undefined;
    const onError = (_code: number, at: number) => {
      offset ??= at;
    };
    try {
      visit(json, { onError }, { disallowComments: true });
    } catch (error) {
      // It calls itself for each level.
      if (!(error instanceof RangeError)) throw error;
    }
    throw new SyntaxProblem('this is not JSON', offset ?? 0);
  }
}

/** Of what is known to be JSON, these characters tell where a string stands; jsonc-parser takes as long over blanks as over them. */
function readStrings(json: string, onString: OnString): void {
  const marks = /["{}[\],]/g;
  const path: string[] = [];
  const lists: boolean[] = [];
  let isName = false;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    switch (mark[0]) {
      case '{':
      case '[':
        isName = mark[0] === '{';
        path.push(isName ? '' : '[]');
        lists.push(!isName);
        break;
      case '}':
      case ']':
        path.pop();
        lists.pop();
        break;
      case ',':
        isName = lists.at(-1) === false;
        break;
      default: {
        const start = mark.index + 1;
        const end = endOfString(json, start);
        marks.lastIndex = end + 1;
        if (path.length <= depthOfInterest) {
          const inner = innerText(json, start, end);
          if (isName) path[path.length - 1] = inner.text;
          onString(inner, path, isName ? 'name' : 'value');
        }
        isName = false;
      }
    }
  }
}

/** Where the quote is that closes it: one with an even number of backslashes before it. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

function innerText(json: string, start: number, end: number): InnerText {
  const raw = json.slice(start, end);
  if (!raw.includes('\\')) return { text: raw, start };
  const text = JSON.parse(`"${raw}"`) as string;
  const offsets: number[] = [];
  for (let at = start; at < end; at += escapeLength(json, at)) offsets.push(at);
  offsets.push(end);
  return { text, start, offsets };
}

function escapeLength(raw: string, at: number): number {
  if (raw[at] !== '\\') return 1;
  return raw[at + 1] === 'u' ? 6 : 2;
}
