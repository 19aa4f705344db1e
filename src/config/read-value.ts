import type { GenericSchema } from 'valibot';
import { parseJson } from './json.ts';
import { type Shape, shapesOf } from './shape.ts';

/** A variable's text as a value, or why it cannot be one: completes "<variable> …". */
export type Reading = { readonly value: unknown } | { readonly problem: string };

/** Reads a variable's text as what the schema at its path wants. The schema judges the value itself. */
export function readValue(schema: GenericSchema, text: string): Reading {
  const shapes = shapesOf(schema);
  const wants = (kind: Shape['kind']) => shapes.some((shape) => shape.kind === kind);
  const isObject = wants('object') && text.startsWith('{');
  if (wants('boolean') && !isObject)
    return readBoolean(text, wants('object') ? ' or a JSON object' : '');
  const list = shapes.find((shape) => shape.kind === 'list');
  const plain = list !== undefined && shapesOf(list.item).some((shape) => shape.kind === 'text');
  // A brace begins an object, or a glob whose commas are its own.
  if (plain && !/^[[{]/.test(text)) {
    return {
      value: text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    };
  }
  const structured = list !== undefined || wants('object') || wants('map');
  if (structured && (!wants('text') || /^[[{]/.test(text)))
    return readJson(text, plain ? '["a", "b"]' : exampleOf(list));
  if (wants('number') && /^[+-]?\d+(\.\d+)?$/.test(text)) return { value: Number(text) };
  return { value: text };
}

/** JSON, with an example of what is wanted in the complaint. */
export function readJson(text: string, example: string): Reading {
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed;
  const { line, column, reason } = parsed.error;
  return { problem: `must be JSON such as ${example}; at ${line}:${column}: ${reason}` };
}

function exampleOf(list: Shape | undefined): string {
  return list === undefined
    ? '{"Cache-Control": "max-age=86400"}'
    : '[{"match": "*.html", "headers": {"Cache-Control": "no-cache"}}]';
}

const booleans: Readonly<Record<string, boolean>> = {
  y: true,
  yes: true,
  t: true,
  true: true,
  on: true,
  1: true,
  n: false,
  no: false,
  f: false,
  false: false,
  off: false,
  0: false,
};

/** As python-decouple reads them, in any case. */
export function readBoolean(text: string, also = ''): Reading {
  const value = Object.hasOwn(booleans, text.toLowerCase())
    ? booleans[text.toLowerCase()]
    : undefined;
  if (value !== undefined) return { value };
  return {
    problem: `must be true or false (also yes/no, on/off, 1/0)${also}, not ${JSON.stringify(text)}`,
  };
}
