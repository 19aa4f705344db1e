import { type JSONVisitor, visit } from 'jsonc-parser';
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
  try {
    checkJson(json);
    visit(json, stringVisitor(json, onString));
  } catch (error) {
    // jsonc-parser calls itself for each level.
    if (error instanceof RangeError) throw new SyntaxProblem('this JSON is nested too deeply', 0);
    throw error;
  }
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
    visit(json, { onError }, { disallowComments: true });
    throw new SyntaxProblem('this is not JSON', offset ?? 0);
  }
}

function stringVisitor(json: string, onString: OnString): JSONVisitor {
  const path: string[] = [];
  const enter = (place: string) => () => {
    path.push(place);
  };
  const leave = () => {
    path.pop();
  };
  const found = (kind: 'value' | 'name') => (value: unknown, at: number, length: number) => {
    if (kind === 'name') path[path.length - 1] = String(value);
    if (typeof value !== 'string' || path.length > depthOfInterest) return;
    onString(innerText(json, value, { start: at + 1, end: at + length - 1 }), path, kind);
  };
  return {
    onObjectBegin: enter(''),
    onObjectEnd: leave,
    onArrayBegin: enter('[]'),
    onArrayEnd: leave,
    onObjectProperty: found('name'),
    onLiteralValue: found('value'),
  };
}

function innerText(
  json: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): InnerText {
  if (end - start === text.length) return { text, start };
  const offsets: number[] = [];
  for (let at = start; at < end; at += escapeLength(json, at)) offsets.push(at);
  offsets.push(end);
  return { text, start, offsets };
}

function escapeLength(raw: string, at: number): number {
  if (raw[at] !== '\\') return 1;
  return raw[at + 1] === 'u' ? 6 : 2;
}
