import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { collisionWarnings, filesInPlaceOfDirectories } from './collisions.ts';
import { sourceOf } from './content.ts';
import type { FoundFile } from './open-file.ts';
import { CollectError, errnoOf, exitCodes } from './errors.ts';
import { createMatcher } from './globs.ts';
import { createIgnore, ownFolder } from './ignore.ts';
import { byCodePoint, joinKey, longestObjectKey, nameProblem, toName } from './keys.ts';
import type { Config, Listener, Source, StaticFile, Verdict, Warning } from './types.ts';
import { walk } from './walk.ts';

/** What findFiles needs of a Config. */
export type FindOptions = Pick<
  Config,
  'sources' | 'ignore' | 'defaultIgnore' | 'backend' | 'root'
> & {
  readonly s3: Pick<Config['s3'], 'location'>;
};

export interface FoundFiles {
  /** In order of name, by code point. */
  readonly files: readonly StaticFile[];
  readonly warnings: readonly Warning[];
  readonly counts: { readonly found: number; readonly ignored: number; readonly shadowed: number };
  /** What nobody but the default ignores left out: a `.git` there tells that the source is the wrong directory. */
  readonly leftOut: readonly LeftOut[];
  /** Everything that was left out, by the default ignores or by the user: what a bundler says is read even there. */
  readonly ignored: readonly LeftOut[];
}

/** An entry that is not published; a directory was not entered. */
export interface LeftOut {
  readonly path: string;
  /** POSIX, without the source's prefix. */
  readonly name: string;
  readonly source: Source;
}

/**
 * Merges the sources into one tree: they are searched in order and the first wins, as in Django, so that
 * a project overrides its packages by listing itself first. Every directory entry gets exactly one verdict.
 * @throws CollectError exit 4 (absent, empty, colliding, unreadable) or 5 (a link leads outside), all at once
 */
export async function findFiles(
  options: FindOptions,
  on: Listener = () => {},
): Promise<FoundFiles> {
  const found = new Map<string, StaticFile>();
  const counts = { found: 0, ignored: 0, shadowed: 0 };
  const odd = new Map<string, string[]>();
  const problems: Problem[] = [];
  const leftOut: LeftOut[] = [];
  const ignored: LeftOut[] = [];

  for (const source of options.sources) {
    const own = new Map<string, string>();
    const left = new Map<string, number>();
    for await (const { verdict, file, warn, ...one } of judgeSource(source, options, problems)) {
      if (one.ignored !== undefined) ignored.push(one.ignored);
      if (one.ignored !== undefined && one.byDefault === true) leftOut.push(one.ignored);
      if (verdict.type === 'ignored') {
        counts.ignored += 1;
        left.set(verdict.why, (left.get(verdict.why) ?? 0) + 1);
        if (warn) odd.set(verdict.why, [...(odd.get(verdict.why) ?? []), verdict.path]);
      } else if (verdict.type === 'refused') {
        problems.push({ exitCode: exitCodes.refused, text: `${verdict.path}: ${verdict.why}` });
      } else if (verdict.type === 'found') {
        counts.found += 1;
        const { name, path } = verdict;
        const twin = own.get(name);
        if (twin !== undefined) {
          problems.push(
            problem(
              `${twin} and ${path} have the same name in Unicode's composed form (NFC): rename one`,
            ),
          );
        }
        own.set(name, path);
        const winner = found.get(name);
        if (winner !== undefined) {
          counts.shadowed += 1;
          on({ type: 'shadowed', name, path, by: pathOf(winner) });
          continue;
        }
        if (file === undefined) continue;
        const content = { kind: 'file', ...file } as const;
        found.set(name, { name, key: name, prefix: source.prefix, content, immutable: false });
      }
      on(verdict);
    }
    if (
      own.size === 0 &&
      !source.optional &&
      !problems.some(({ text }) => text.startsWith(source.label))
    ) {
      problems.push(problem(emptyMessage(source, left)));
    }
  }

  const files = [...found.values()].sort((a, b) => byCodePoint(a.name, b.name));
  const warnings = [...odd].map(([why, paths]) => oddEntries(why, paths));
  for (const file of files) problems.push(...nameProblems(file.name, pathOf(file), options));
  const names = files.map(({ name }) => name);
  if (options.backend === 's3') {
    warnings.push(...collisionWarnings(names));
  } else {
    for (const name of filesInPlaceOfDirectories(names)) {
      problems.push(problem(`${name} is a file in one source and a directory in another`));
    }
  }
  if (problems.length > 0) throw sourcesError(problems);
  return { files, warnings, counts, leftOut, ignored };
}

function pathOf({ content, name }: StaticFile): string {
  return sourceOf(content)?.path ?? name;
}

interface Problem {
  readonly exitCode: 4 | 5;
  readonly text: string;
}

function problem(text: string): Problem {
  return { exitCode: exitCodes.source, text };
}

function badName(path: string, wrong: string): Problem {
  return problem(`the name ${JSON.stringify(path)} cannot be published: ${wrong}`);
}

interface Judged {
  readonly verdict: Verdict;
  readonly file: FoundFile | undefined;
  /** The entry is neither file nor directory: say so, it may have been meant to be published. */
  readonly warn: boolean;
  readonly ignored?: LeftOut;
  readonly byDefault?: boolean;
}

async function* judgeSource(
  source: Source,
  options: FindOptions,
  problems: Problem[],
): AsyncGenerator<Judged, void, undefined> {
  const root = await rootOf(source, problems);
  if (root === undefined) return;
  const ignore = createIgnore(source, options, await ownFolder(source, options.root));
  const isIncluded = createMatcher(source.include);

  const { entries, unreadable } = await walk(root, (relative) => ignore(relative) !== undefined);
  for (const { path, errno } of unreadable) {
    problems.push(problem(`${source.label}: ${path} cannot be read (${errno})`));
  }
  for (const entry of entries) {
    const bare = toName(entry.relative, sep);
    const ignored = ignore(bare);
    const judge = (verdict: Verdict, warn = false) => ({ verdict, file: entry.file, warn });
    const leaveOut = (why: string, byDefault: boolean): Judged => ({
      verdict: { type: 'ignored', path: entry.path, why },
      file: undefined,
      warn: false,
      ignored: { path: entry.path, name: bare, source },
      byDefault,
    });
    if (ignored !== undefined) {
      yield leaveOut(ignored.why, ignored.byDefault);
    } else if (entry.kind === 'escape') {
      yield judge({
        type: 'refused',
        path: entry.path,
        why: `the link leads outside of ${source.label}`,
      });
    } else if (entry.kind === 'not UTF-8') {
      problems.push(
        problem(`${source.label}: the name ${entry.path} is not valid UTF-8: rename it`),
      );
    } else if (entry.kind === 'vanished') {
      problems.push(problem(`${entry.path} vanished while ${source.label} was being listed`));
    } else if (entry.kind === 'file') {
      if (source.include.length > 0 && isIncluded(bare) === undefined) {
        yield leaveOut(`not in include ${JSON.stringify(source.include)}`, false);
      } else {
        yield judge({
          type: 'found',
          name: joinKey(source.prefix, bare),
          path: entry.file?.path ?? entry.path,
        });
      }
    } else if (entry.kind === 'directory') {
      // Such a directory may not have been entered; its files would be lost in silence.
      const wrong = nameProblem(bare);
      if (wrong !== undefined) problems.push(badName(entry.path, wrong));
    } else {
      yield judge({ type: 'ignored', path: entry.path, why: entry.kind }, true);
    }
  }
}

async function rootOf(source: Source, problems: Problem[]): Promise<string | undefined> {
  try {
    if ((await stat(source.dir)).isDirectory()) return await realpath(source.dir);
    problems.push(problem(`${source.label} is not a directory (${source.dir})`));
  } catch (error) {
    const errno = errnoOf(error) ?? 'error';
    if (errno === 'ENOENT' && source.optional) return undefined;
    const why = errno === 'ENOENT' ? 'does not exist' : `cannot be read (${errno})`;
    problems.push(problem(`${source.label} ${why} (${source.dir}). Did the build run?`));
  }
  return undefined;
}

function emptyMessage(source: Source, left: ReadonlyMap<string, number>): string {
  const reasons = [...left].sort((a, b) => b[1] - a[1]).map(([why, count]) => `${count} by ${why}`);
  return reasons.length === 0
    ? `${source.label} is empty (${source.dir}). Did the build run?`
    : `${source.label} has nothing left to collect (${source.dir}): left out ${reasons.join(', ')}`;
}

function oddEntries(why: string, paths: readonly string[]): Warning {
  return {
    code: 'NOT_A_FILE',
    message: `${paths.length} left out: ${why}`,
    subjects: paths,
  };
}

function nameProblems(name: string, path: string, { backend, s3 }: FindOptions): Problem[] {
  const wrong = nameProblem(name);
  if (wrong !== undefined) return [badName(path, wrong)];
  const bytes = Buffer.byteLength(joinKey(s3.location, name));
  if (backend !== 's3' || bytes <= longestObjectKey) return [];
  return [problem(`${path} would have a key of ${bytes} bytes; S3 allows ${longestObjectKey}`)];
}

function sourcesError(problems: readonly Problem[]): CollectError {
  const exitCode = problems.some((one) => one.exitCode === exitCodes.source)
    ? exitCodes.source
    : exitCodes.refused;
  const refused = exitCode === exitCodes.refused;
  return new CollectError(
    refused ? 'SOURCE_ESCAPE' : 'SOURCE_INVALID',
    problems.length === 1
      ? (problems[0]?.text ?? '')
      : `${problems.length} problems in the sources`,
    {
      exitCode,
      ...(problems.length > 1 && { problems: problems.map(({ text }) => text) }),
      hint: refused
        ? 'copy the files into the source, add their directory as a source of its own, or ignore the link'
        : 'nothing was written; correct the sources and run again',
    },
  );
}
