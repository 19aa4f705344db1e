import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DjangoEngine } from '../../../src/processors/rewrite/django/rewrite-text.ts';
import { djangoOutcome, filesOf, type Outcome } from './compare.ts';
import { cases } from './cases/index.ts';
import type { Oracle } from './oracle.ts';
import { randomTree, type Tree } from './trees.ts';

/** What Django has answered, committed for machines that have no Django. */
export interface Golden {
  readonly cases: Readonly<Record<string, CaseAnswer>>;
  /** Of the random trees of the seeds from 1 on: the manifest's hash, which covers every name and all bytes; "" is a refusal. */
  readonly trees: readonly string[];
  readonly treesWithModules: readonly string[];
}
/** The manifest's contents; or the line on stderr before the error. */
export type CaseAnswer =
  | { readonly paths: Readonly<Record<string, string>>; readonly hash: string }
  | { readonly refused: string };

export const goldenTrees = 200;

export function goldenPath(engine: DjangoEngine): string {
  return fileURLToPath(new URL(`golden/${engine}.json`, import.meta.url));
}

export function readGolden(engine: DjangoEngine): Golden {
  return JSON.parse(readFileSync(goldenPath(engine), 'utf8')) as Golden;
}

/** Asks Django everything that is committed. */
export async function askForGolden(oracle: Oracle, engine: DjangoEngine): Promise<Golden> {
  const answers: Record<string, CaseAnswer> = {};
  for (const { title, files, jsModules = false, staticUrl = '/static/' } of cases) {
    const options = { engine, jsModules, staticUrl };
    const pieces = Object.entries(files).map(([name, bytes]) => [name, [bytes]]);
    const tree = filesOf({ files: Object.fromEntries(pieces) as Tree['files'] });
    answers[title] = answerOf(await djangoOutcome(oracle, tree, options));
  }
  const trees = (jsModules: boolean) => askForTrees(oracle, { engine, jsModules });
  return { cases: answers, trees: await trees(false), treesWithModules: await trees(true) };
}

async function askForTrees(
  oracle: Oracle,
  options: { engine: DjangoEngine; jsModules: boolean },
): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (let seed = 1; seed <= goldenTrees; seed += 1) {
    const tree = randomTree(seed);
    const { staticUrl } = tree;
    const outcome = await djangoOutcome(oracle, filesOf(tree), { ...options, staticUrl });
    hashes.push(hashOf(outcome));
  }
  return hashes;
}

export function answerOf(outcome: Outcome): CaseAnswer {
  if ('refused' in outcome) return { refused: outcome.notice };
  const { paths, hash } = JSON.parse(outcome.manifest) as Exclude<CaseAnswer, { refused: string }>;
  return { paths, hash };
}

export function hashOf(outcome: Outcome): string {
  const answer = answerOf(outcome);
  return 'refused' in answer ? '' : answer.hash;
}
