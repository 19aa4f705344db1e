import { type JSONPath, type JSONVisitor, visit } from 'jsonc-parser';
import type { InnerText } from './markup/inner-text.ts';
import { SyntaxProblem } from './reference.ts';

export interface JsonString {
  readonly kind: 'value' | 'name';
  /** Of a value its own path, of a property's name that of its object. */
  readonly path: JSONPath;
  readonly inner: InnerText;
}

/** No format that is read here nests deeper. */
const depthOfInterest = 6;

/** All strings down to that depth, in the order of the text. @throws SyntaxProblem where it is not JSON: that has no comments and no trailing commas */
export function readJson(text: string, onString: (found: JsonString) => void): void {
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

function stringVisitor(json: string, onString: (found: JsonString) => void): JSONVisitor {
  let depth = 0;
  const enter = () => {
    depth += 1;
  };
  const leave = () => {
    depth -= 1;
  };
  const found =
    (kind: JsonString['kind']) =>
    (
      value: unknown,
      at: number,
      length: number,
      _line: number,
      _column: number,
      path: () => JSONPath,
    ) => {
      if (typeof value !== 'string' || depth > depthOfInterest) return;
      const inner = innerText(json.slice(at + 1, at + length - 1), value, at + 1);
      onString({ kind, path: path(), inner });
    };
  return {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty: found('name'),
    onLiteralValue: found('value'),
  };
}

function innerText(raw: string, text: string, start: number): InnerText {
  if (raw.length === text.length) return { text, start };
  const offsets: number[] = [];
  for (let at = 0; at < raw.length; at += escapeLength(raw, at)) offsets.push(start + at);
  offsets.push(start + raw.length);
  return { text, start, offsets };
}

function escapeLength(raw: string, at: number): number {
  if (raw[at] !== '\\') return 1;
  return raw[at + 1] === 'u' ? 6 : 2;
}
