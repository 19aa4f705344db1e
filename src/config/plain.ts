import { hasControl } from './values.ts';

/** A config of real projects has a few hundred values; a YAML alias bomb has billions. */
const mostValues = 10_000;
const deepest = 32;

export interface Problem {
  readonly path: readonly string[];
  /** Completes the sentence "<path> …". */
  readonly text: string;
  /** Where the value was probably meant to go: no second complaint that it is missing there. */
  readonly meant?: readonly string[];
}

/** An object without a prototype: `__proto__` is a key like any other and pollutes nothing. */
export type PlainObject = Record<string, unknown>;

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy made of null-prototype objects, arrays and scalars only; what else was there is a problem. */
export function copyPlain(value: unknown): { value: unknown; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let left = mostValues;
  try {
    return { value: copy(value, []), problems };
  } catch (error) {
    // Thrown by our own limits, or by a getter or proxy of a JavaScript config.
    const text = error instanceof TooMuch ? error.message : 'cannot be read';
    return { value: undefined, problems: [{ path: [], text }] };
  }

  function copy(from: unknown, path: readonly string[]): unknown {
    left -= 1;
    if (left < 0) throw new TooMuch(`has more than ${mostValues} values`);
    if (path.length > deepest) throw new TooMuch(`is nested more than ${deepest} levels deep`);
    if (Array.isArray(from)) return from.map((item, i) => copy(item, [...path, String(i)]));
    if (typeof from === 'object' && from !== null) return copyObject(from, path);
    if (typeof from === 'function' || typeof from === 'symbol' || typeof from === 'bigint') {
      problems.push({ path, text: `must be plain data, not a ${typeof from}` });
      return undefined;
    }
    return from;
  }

  function copyObject(from: object, path: readonly string[]): unknown {
    if (from instanceof Date) {
      problems.push({ path, text: 'is read as a date; put it in quotes' });
      return undefined;
    }
    const prototype: unknown = Object.getPrototypeOf(from);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      problems.push({ path, text: 'must be a plain object' });
      return undefined;
    }
    const to = Object.create(null) as PlainObject;
    for (const [key, item] of Object.entries(from)) {
      if (hasControl(key)) {
        problems.push({ path, text: 'has a key with a control character' });
        continue;
      }
      const copied = copy(item, [...path, key]);
      if (copied !== undefined) to[key] = copied;
    }
    return to;
  }
}

class TooMuch extends Error {}
