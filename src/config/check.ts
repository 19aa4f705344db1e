import * as v from 'valibot';
import { didYouMean, nearest } from '../nearest.ts';
import { copyPlain, isObject, type PlainObject, type Problem } from './plain.ts';
import { type ParsedConfig, userConfig } from './schema.ts';
import { type Shape, shapesOf } from './shape.ts';

export interface Checked {
  /** What was in order; a value with a problem is left out. */
  readonly config: ParsedConfig;
  readonly problems: readonly Problem[];
}

/** Everything that is wrong with what somebody wrote, at once, and the rest of it parsed. */
export function checkConfig(raw: unknown): Checked {
  const copy = copyPlain(raw);
  if (!isObject(copy.value)) {
    const text = `must hold an object, not ${describe(copy.value)}`;
    return {
      config: {},
      problems: copy.problems.length > 0 ? copy.problems : [{ path: [], text }],
    };
  }
  const { value } = copy;
  const problems = [...copy.problems, ...findUnknown(userConfig, value, [])];
  for (const { path } of problems) removeAt(value, path);
  for (;;) {
    const result = v.safeParse(userConfig, value);
    if (result.success) return { config: result.output, problems };
    // Some checks wait for sound neighbours, so that there may be more to find without these.
    const found = result.issues.flatMap((issue) => explain(issue));
    problems.push(...found);
    const isLess = found.map(({ path }) => removeAt(value, path)).includes(true);
    if (!isLess) return { config: {}, problems };
  }
}

/** Every unknown key. Valibot would report one of an object, and passes over `__proto__`. */
function findUnknown(schema: v.GenericSchema, value: unknown, path: readonly string[]): Problem[] {
  const shapes = shapesOf(schema);
  if (Array.isArray(value)) {
    const list = shapes.find((shape) => shape.kind === 'list');
    // Valibot takes a list for an object without keys.
    if (list === undefined) return mustBeObject(shapes, path);
    return value.flatMap((item, i) => findUnknown(list.item, item, [...path, String(i)]));
  }
  const shape = shapes.find((one) => one.kind === 'object' || one.kind === 'map');
  if (shape === undefined || !isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = schemaOf(shape, key);
    if (below !== undefined) return findUnknown(below, item, [...path, key]);
    return [unknownKey(shape, key, path)];
  });
}

function mustBeObject(shapes: readonly Shape[], path: readonly string[]): Problem[] {
  const wanted = shapes.some(({ kind }) => kind === 'object' || kind === 'map');
  return wanted ? [{ path, text: 'must be an object, not a list' }] : [];
}

function schemaOf(shape: Shape, key: string): v.GenericSchema | undefined {
  if (['__proto__', 'constructor', 'prototype'].includes(key)) return undefined;
  if (shape.kind === 'map') return shape.value;
  return shape.kind === 'object' && Object.hasOwn(shape.entries, key)
    ? shape.entries[key]
    : undefined;
}

const credentialKeys =
  /^(aws)?(s3)?(credentials?|access_?key(_?id)?|secret(_?access)?(_?key)?|(session|security|auth)_?token|token|password)$/i;

function isCredential(key: string): boolean {
  return credentialKeys.test(key.replaceAll('-', '_').replace(/^aws_/i, ''));
}

function unknownKey(shape: Shape, key: string, parents: readonly string[]): Problem {
  const path = [...parents, key];
  if (isCredential(key)) {
    const text =
      'is refused: credentials do not belong in a config file; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, name an s3.profile, or let the CI sign in by OIDC';
    return { path, text };
  }
  const near = shape.kind === 'object' ? nearest(key, Object.keys(shape.entries)) : undefined;
  if (near !== undefined) {
    return { path, text: `is unknown; did you mean ${near}?`, meant: [...parents, near] };
  }
  const elsewhere = parents.length === 0 ? placesOf(key) : [];
  const text =
    elsewhere.length === 0
      ? 'is unknown'
      : `is unknown here; did you mean ${elsewhere.join(' or ')}?`;
  return { path, text };
}

/** Where a key that was written at the top level exists: `bucket` → `s3.bucket`. */
function placesOf(key: string): readonly string[] {
  return Object.entries(userConfig.entries).flatMap(([name, schema]) =>
    shapesOf(schema)
      .filter((shape) => shape.kind === 'object')
      .flatMap((shape) => (Object.hasOwn(shape.entries, key) ? [`${name}.${key}`] : [])),
  );
}

function explain(issue: v.BaseIssue<unknown>, parents: readonly string[] = []): readonly Problem[] {
  const path = [...parents, ...(issue.path ?? []).map((item) => String(item.key))];
  // Of the alternatives of a union, the one that got further is the one that was meant.
  const deeper = (issue.issues ?? []).filter(
    (one) => (one.path?.length ?? 0) > 0 || one.kind !== 'schema',
  );
  if (deeper.length > 0) return deeper.flatMap((one) => explain(one, path));
  if (issue.kind !== 'schema') return [{ path, text: issue.message }];
  if (issue.expected !== null && issue.input === undefined) {
    return [{ path, text: 'is missing' }];
  }
  const allowed = issue.expected?.match(/"[^"]*"/g)?.map((quoted) => quoted.slice(1, -1)) ?? [];
  const slip = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : '';
  // What was meant to be a credential is not repeated, wherever it was written.
  const given = path.some(isCredential) ? '' : `, not ${describe(issue.input)}${slip}`;
  return [{ path, text: `must be ${wanted(issue.expected)}${given}` }];
}

const words: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
};

/** `(string | Object)` → "a string or an object". */
function wanted(expected: string | null): string {
  const parts = (expected ?? '').replace(/[()]/g, '').split(' | ');
  const named = [...new Set(parts.map((part) => words[part] ?? part))];
  const last = named.pop() ?? '';
  return named.length === 0 ? last : `${named.join(', ')} or ${last}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  // Not its beginning: the redactor would not know the half of a secret.
  return text.length > 60 ? `a text of ${text.length - 2} characters` : text;
}

/** Removes the value at a path; inside a list, the whole list, for half a list means something else. Tells whether there was any. */
function removeAt(from: PlainObject, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return false;
  const below = from[first];
  if (rest.length > 0 && isObject(below)) return removeAt(below, rest);
  return Object.hasOwn(from, first) && Reflect.deleteProperty(from, first);
}
