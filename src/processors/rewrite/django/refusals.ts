import { isUtf8 } from 'node:buffer';
import { CollectError, exitCodes } from '../../../errors.ts';
import { createPlaces } from '../../../places.ts';
import { space } from './python-text.ts';
import type { DjangoSource } from './read-in-order.ts';
import type { Refused } from './rewrite-text.ts';

/** Why and where Django would end its run. */
export interface Problem {
  readonly code: string;
  /** "/srv/static/css/app.css:3:7: The file 'css/x.png' could not be found" */
  readonly line: string;
}

/** Django takes a name for a URL, so what means something in a URL, or is cut off its ends, gives a name that was not asked for. */
const unsafe = new RegExp(`[%?#\\\\:\\p{Cc}\\p{Cs}]|^${space}|${space}$`, 'u');

const hints: Readonly<Record<string, string>> = {
  HASH_NAME_UNSAFE: 'rename the file, ignore it, or use the engine "modern"',
  TEXT_NOT_UTF8: 'save the file as UTF-8, ignore it, or use another name for it',
};

/** @throws CollectError HASH_NAME_UNSAFE where Django would not give a file the name that it has, with a hash in it */
export function refuseUnsafeNames(files: readonly Pick<DjangoSource, 'name' | 'path'>[]): void {
  throwAny(
    files
      .filter(({ name }) => unsafe.test(name))
      .map(({ name, path = name }) => ({
        code: 'HASH_NAME_UNSAFE',
        line: `${path}: ${JSON.stringify(name)} cannot be hashed as Django does: % ? # \\ : and blanks at its ends change the name`,
      })),
  );
}

/** @throws CollectError with every problem, if there is one */
export function throwAny(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const code = problems.every((one) => one.code === first.code) ? first.code : 'REWRITE_REFUSED';
  const hint =
    hints[code] ?? 'correct the references, ignore these files, or use the engine "modern"';
  const lines = problems.map(({ line }) => line);
  if (problems.length === 1) {
    throw new CollectError(code, first.line, { exitCode: exitCodes.source, hint });
  }
  throw new CollectError(code, `${problems.length} problems keep names from being hashed`, {
    exitCode: exitCodes.source,
    problems: lines,
    hint,
  });
}

/** @throws CollectError REFERENCE_CYCLE with the names that Django would list, if there is one */
export function refuseUnsettled(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new CollectError(
    'REFERENCE_CYCLE',
    `Post-processing '${names.join(', ')}' failed: Max post-process passes exceeded.`,
    {
      exitCode: exitCodes.source,
      hint: 'these files refer to each other in a circle, or in too long a chain for Django; the engine "modern" takes both',
    },
  );
}

/** Each refusal of one text with its line and column, from 1. */
export function problemsIn(path: string, text: string, refused: readonly Refused[]): Problem[] {
  const placeOf = createPlaces(text);
  const inOrder = [...refused].sort((a, b) => a.offset - b.offset);
  return inOrder.map(({ offset, refusal: { code, message } }) => {
    const { line, column } = placeOf(offset);
    return { code, line: `${path}:${line}:${column}: ${message}` };
  });
}

/** The problem of bytes that are not UTF-8. */
export function notUtf8(path: string, bytes: Buffer): Problem[] {
  const code = 'TEXT_NOT_UTF8';
  const text = bytes.toString('utf8', 0, validLength(bytes));
  return problemsIn(path, text, [
    { offset: text.length, refusal: { code, message: 'it is not UTF-8' } },
  ]);
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
