import { mapAtOnce } from './at-once.ts';
import { CollectError, exitCodes } from './errors.ts';

/**
 * What `run` makes of each file, in their order, at most `most` at once. Whoever has one file that cannot be collected
 * has others: all of them are tried, and told at once. @throws CollectError
 */
export async function mapFiles<File, Result extends object>(
  files: readonly File[],
  most: number,
  run: (file: File) => Promise<Result>,
): Promise<Result[]> {
  const failed = new Map<File, CollectError>();
  const results = await mapAtOnce(files, most, (file) =>
    run(file).catch((error: unknown) => {
      if (!(error instanceof CollectError)) throw error;
      failed.set(file, error);
      return undefined;
    }),
  );
  // In the order of the files, whichever failed first.
  const failures = files.map((file) => failed.get(file)).filter((error) => error !== undefined);
  if (failures.length > 0) throw allOf(failures);
  return results.filter((result) => result !== undefined);
}

function allOf(failures: readonly CollectError[]): CollectError {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first;
  const code = failures.every((one) => one.code === first?.code) ? first?.code : undefined;
  return new CollectError(
    code ?? 'SOURCE_INVALID',
    `${failures.length} files could not be collected`,
    {
      exitCode: exitCodes.source,
      problems: failures.map(({ message }) => message),
      hint: first?.hint ?? 'correct the sources and run again',
    },
  );
}
