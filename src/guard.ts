import { sourceOf } from './content.ts';
import { createDigester, type Digester } from './digest.ts';
import type { FoundFiles } from './find.ts';
import { createAllow } from './guard/allow.ts';
import { contentRules } from './guard/contents.ts';
import { judgeLeftOut } from './guard/left-out.ts';
import { judgeLimits } from './guard/limits.ts';
import { judgeName, type NameFinding } from './guard/names.ts';
import type { GuardRule } from './guard/rules.ts';
import { createScanner, type ContentFinding, type Scanned } from './guard/scan.ts';
import { pastFound, pastSecret, refusalError } from './guard/words.ts';
import { describeWarnings, isUnbuilt, type Suspect } from './guard/warnings.ts';
import { mapFiles } from './map-files.ts';
import type { Config, Refusal, StaticFile, Warning } from './types.ts';

/** What the guard needs of a Config. */
export type GuardOptions = Pick<Config, 'allow' | 'limits' | 'secrets' | 'ignore'>;

export interface Guarded {
  /** The files, with what is known of them now that they were read. */
  readonly files: readonly StaticFile[];
  readonly refusals: readonly Refusal[];
  /** Entries that the refusals concern, by what find had counted them as. */
  readonly refused: { readonly found: number; readonly ignored: number };
  readonly warnings: readonly Warning[];
}

/** Files read at once. */
const atOnce = 16;

export { refusalError };

export interface GuardDependencies {
  /** Digests the bytes that the guard reads. */
  readonly digester?: Digester;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges what would be published, and what only the default ignores left out: names, contents, budgets.
 * All of it at once, for whoever published one secret by mistake has published others.
 * @throws CollectError as openContent; of several files, all of them at once
 */
export async function guardFiles(
  { files, leftOut }: Pick<FoundFiles, 'files' | 'leftOut'>,
  options: GuardOptions,
  { digester = createDigester(), signal }: GuardDependencies = {},
): Promise<Guarded> {
  const allow = createAllow(options.allow);
  const secrets = options.secrets.filter(({ name }) => !allow.env(name));
  const scan = createScanner(contentRules, secrets);
  const judged = await mapFiles(files, atOnce, async (file) => {
    signal?.throwIfAborted();
    const { content, value } = await digester.along(file.content, (open, each) =>
      scan(open, file.name, each),
    );
    const read = { ...file, content };
    return { file: read, suspects: judgeFile(read, value) };
  });
  const isAllowed = ({ rule, name }: { rule: GuardRule; name: string }) => allow.rule(rule, name);
  const suspects = judged.flatMap((one) => one.suspects).filter((one) => !isAllowed(one));
  const left = (await judgeLeftOut(leftOut, options.ignore)).filter((one) => !isAllowed(one));
  // A repository is one refusal, however many files it has.
  const refusals = new Map(
    suspects.flatMap(({ refusal }) =>
      refusal === undefined ? [] : [[keyOf(refusal), refusal] as const],
    ),
  );
  const refusedFiles = new Set(suspects.flatMap((one) => (one.refusal ? [one.name] : [])));
  return {
    files: judged.map(({ file }) => file),
    refusals: [
      ...judgeLimits(files, options.limits),
      ...left.map(({ refusal }) => refusal),
      ...refusals.values(),
    ],
    refused: { found: refusedFiles.size, ignored: new Set(left.map(({ entry }) => entry)).size },
    warnings: describeWarnings(suspects),
  };
}

function keyOf({ path, rule, line, column, why }: Refusal): string {
  return JSON.stringify([path, rule, line, column, why]);
}

function judgeFile(file: StaticFile, scanned: Scanned): readonly Suspect[] {
  const name = bareName(file);
  const found = judgeName(name);
  const suspects: Suspect[] = scanned.findings.map((finding) => ofContent(file, name, finding));
  if (found !== undefined && (found.confirm?.(scanned.head) ?? true)) {
    suspects.push(ofName(file, name, found));
  }
  const warn = (rule: GuardRule) => suspects.push({ rule, name, subject: file.name });
  if (name.toLowerCase().endsWith('.map')) warn('source-map');
  if (scanned.text && isUnbuilt(name)) warn('unbuilt-source');
  if (/(?:^|\/)(?:node_modules|bower_components)\//.test(name)) warn('dependency-folder');
  if (isPrivate(file)) warn('private-file');
  return suspects;
}

/** As globs see it: without the source's prefix. */
function bareName({ name, prefix }: StaticFile): string {
  return prefix === '' ? name : name.slice(prefix.length + 1);
}

function pathOf({ content, name }: StaticFile): string {
  return sourceOf(content)?.path ?? name;
}

function ofName(file: StaticFile, name: string, { rule, why, ...found }: NameFinding): Suspect {
  const path = pathOf(file);
  // Of a directory in the name, the part of the path up to it.
  const below = name.length - found.name.length;
  const shown =
    below > 0 && path.endsWith(name.slice(found.name.length)) ? path.slice(0, -below) : path;
  const refusal = { path: shown, rule, why, past: pastFound(rule, found.name, name) };
  return { rule, name, subject: file.name, refusal };
}

function ofContent(file: StaticFile, name: string, finding: ContentFinding): Suspect {
  const { found, line, column, excerpt } = finding;
  const place = { path: pathOf(file), line, column, excerpt };
  if ('rule' in found) {
    const { rule, why } = found;
    const refusal = { ...place, rule, why, past: pastFound(rule, name, name) };
    return { rule, name, subject: file.name, refusal };
  }
  const rule = found.weight === 'refuse' ? 'own-secret' : 'own-key';
  const subject = `${file.name}:${line}:${column} (${found.name})`;
  if (rule === 'own-key') return { rule, name, subject };
  const why = `the value of ${found.name}, a variable of this run`;
  return { rule, name, subject, refusal: { ...place, rule, why, past: pastSecret(found.name) } };
}

/** Nobody but its owner (and group) may read it here, and everybody could there. */
function isPrivate({ content }: StaticFile): boolean {
  return content.kind === 'file' && content.mode !== undefined && (content.mode & 0o004) === 0;
}
