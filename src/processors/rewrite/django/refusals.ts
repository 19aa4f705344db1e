import { isUtf8 } from 'node:buffer';
import { CollectError, exitCodes } from '../../../errors.ts';
import { createPlaces, type LineAndColumn } from '../../../places.ts';
import { space } from './python-text.ts';
import type { Refused } from './rewrite-text.ts';

/** Why and where Django would end its run. */
export interface Problem {
  readonly code: string;
  /** Name of the file. */
  readonly from: string;
  /** Where it lies, if that is known and the problem is about this file alone. */
  readonly path?: string | undefined;
  /** Undefined where it is not about one place in the text. */
  readonly place?: LineAndColumn;
  /** "The file 'css/x.png' could not be found" */
  readonly message: string;
  /** The file that was looked for and not found. */
  readonly target?: string | undefined;
  /** What to do, where it is not the reference that is wrong. */
  readonly hint?: string;
}

/** Django takes a name for a URL, so what means something in a URL, or is cut off its ends, gives a name that was not asked for. */
const unsafe = new RegExp(`[%?#\\\\:\\p{Cc}\\p{Cs}]|^${space}|${space}$`, 'u');

/** HASH_NAME_UNSAFE: where Django would not give a file the name that it has, with a hash in it. */
export function unsafeNames(names: readonly string[]): Problem[] {
  return names
    .filter((name) => unsafe.test(name))
    .map((name) => ({
      code: 'HASH_NAME_UNSAFE',
      from: name,
      message: `${JSON.stringify(name)} cannot be hashed as Django does: % ? # \\ : and blanks at its ends change the name`,
      hint: 'rename the file, ignore it, or use the engine "modern"',
    }));
}

/** REFERENCE_CYCLE, with the names that Django would list. */
export function unsettled(names: readonly string[]): Problem[] {
  const [from] = names;
  if (from === undefined) return [];
  return [
    {
      code: 'REFERENCE_CYCLE',
      from,
      message: `Post-processing '${names.join(', ')}' failed: Max post-process passes exceeded.`,
      hint: 'these files refer to each other in a circle, or in too long a chain for Django; the engine "modern" takes both',
    },
  ];
}

/** @throws CollectError with every problem, if there is one */
export function throwAny(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const isAlike = problems.every(({ code }) => code === first.code);
  const code = isAlike ? first.code : 'REWRITE_REFUSED';
  const hint =
    (isAlike ? first.hint : undefined) ??
    'correct the references, ignore these files, or use the engine "modern"';
  const exitCode = exitCodes.source;
  if (problems.length === 1) throw new CollectError(code, placed(first), { exitCode, hint });
  throw new CollectError(code, `${problems.length} problems keep names from being hashed`, {
    exitCode,
    problems: problems.map(placed),
    hint,
  });
}

/** "/srv/static/css/app.css:3:7: The file 'css/x.png' could not be found" */
function placed({ from, path, place, message }: Problem): string {
  if (place !== undefined) return `${path ?? from}:${place.line}:${place.column}: ${message}`;
  return path === undefined ? message : `${path}: ${message}`;
}

/** Each refusal of one text with its line and column, from 1. */
export function problemsIn(from: string, text: string, refused: readonly Refused[]): Problem[] {
  const placeOf = createPlaces(text);
  const inOrder = [...refused].sort((a, b) => a.offset - b.offset);
  return inOrder.map(({ offset, refusal }) => ({ ...refusal, from, place: placeOf(offset) }));
}

/** The problem of bytes that are not UTF-8. */
export function notUtf8(name: string, bytes: Buffer): Problem[] {
  const refusal = {
    code: 'TEXT_NOT_UTF8',
    message: 'it is not UTF-8',
    hint: 'save the file as UTF-8, ignore it, or use another name for it',
  };
  const text = bytes.toString('utf8', 0, validLength(bytes));
  return problemsIn(name, text, [{ offset: text.length, refusal }]);
}

/** How many bytes at the front are whole characters of UTF-8. */
function validLength(bytes: Buffer): number {
  // A cut through a character is no sign of anything, so up to three bytes before it are tried.
  const longestUpTo = (end: number) =>
    [end, end - 1, end - 2, end - 3].find(
      (length) => length >= 0 && isUtf8(bytes.subarray(0, length)),
    );
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (longestUpTo(middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return longestUpTo(low) ?? 0;
}
