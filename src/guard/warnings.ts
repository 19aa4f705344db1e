import type { Refusal, Warning } from '../types.ts';
import type { GuardRule } from './rules.ts';

/** One thing about one file. */
export interface Suspect {
  readonly rule: GuardRule;
  /** Without the source's prefix. */
  readonly name: string;
  /** What a warning calls it. */
  readonly subject: string;
  /** Absent: it is worth a warning only. */
  readonly refusal?: Refusal;
}

/** Read by compilers and servers, not by browsers. `.ts` that is no text is a piece of a film. */
const unbuilt =
  /(?<!\.d)\.(?:ts|mts|cts|tsx|jsx|vue|svelte|astro|scss|sass|less|styl|coffee|elm|php\d?|phtml|py|rb|erb|jsp|aspx?|ejs|pug|go|rs|java|bak|orig|swp)$/i;

export function isUnbuilt(name: string): boolean {
  return unbuilt.test(name);
}

interface Words {
  readonly rule: GuardRule;
  readonly code: string;
  readonly message: (count: number) => string;
}

const words: readonly Words[] = [
  {
    rule: 'own-key',
    code: 'KEY_PUBLISHED',
    message: (n) => `${n} ${n === 1 ? 'place holds' : 'places hold'} the value of a *_KEY variable`,
  },
  {
    rule: 'source-map',
    code: 'SOURCE_MAPS',
    message: (n) => `${files(n, 'is a source map', 'are source maps')}, which may show the sources`,
  },
  {
    rule: 'unbuilt-source',
    code: 'UNBUILT_SOURCES',
    message: (n) => `${files(n, 'looks', 'look')} like sources that no build has touched`,
  },
  {
    rule: 'dependency-folder',
    code: 'DEPENDENCY_FOLDERS',
    message: (n) => `${files(n, 'lies', 'lie')} in node_modules or bower_components`,
  },
  {
    rule: 'private-file',
    code: 'PRIVATE_FILES',
    message: (n) => `${files(n, 'is', 'are')} private on disk and will be public`,
  },
];

/** One warning for each rule. */
export function describeWarnings(suspects: readonly Suspect[]): readonly Warning[] {
  return words.flatMap(({ rule, code, message }) => {
    const subjects = suspects.filter((one) => one.rule === rule).map(({ subject }) => subject);
    if (subjects.length === 0) return [];
    const hint = `leave them out with "ignore"; or, if that is meant: "allow": [{ "rule": "${rule}", "match": "**", "reason": "…" }]`;
    return [{ code, message: message(subjects.length), hint, subjects }];
  });
}

function files(count: number, one: string, many: string): string {
  return count === 1 ? `1 file ${one}` : `${count} files ${many}`;
}
