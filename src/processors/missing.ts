import { CollectError } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import { createMatcher } from '../globs.ts';
import type { HashOptions, MissingLevel, Warning } from '../types.ts';
import type { MissingReference, TextProblem } from './rewrite/links.ts';
import { shortened } from './rewrite/reference.ts';

/**
 * What becomes of references that lead nowhere and of texts that cannot be rewritten: the warnings; and for what is an
 * error, one error with all of it. @throws CollectError REFERENCE_MISSING, TEXT_UNREADABLE (exit 4)
 */
export function judgeReferences(
  found: {
    readonly missing: readonly MissingReference[];
    readonly problems: readonly TextProblem[];
  },
  onMissing: HashOptions['onMissing'],
  pathOf: (name: string) => string | undefined,
): readonly Warning[] {
  const levelOf = createLevelOf(onMissing);
  const at = ({ from, line, column }: Place) => `${pathOf(from) ?? from}:${line}:${column}`;
  const describe = (reference: MissingReference) => `${at(reference)}: ${absent(reference)}`;
  const of = (level: MissingLevel) => found.missing.filter((one) => levelOf(one) === level);

  const unreadable = found.problems.map((problem) => `${at(problem)}: ${problem.why}`);
  const missing = of('error').map(describe);
  if (missing.length > 0) {
    throw new CollectError('REFERENCE_MISSING', `${references(missing.length)} to no file`, {
      ...detailsOf('REFERENCE_MISSING'),
      problems: [...missing, ...unreadable],
    });
  }
  if (unreadable.length > 0) {
    const count = unreadable.length === 1 ? '1 text' : `${unreadable.length} texts`;
    throw new CollectError('TEXT_UNREADABLE', `${count} cannot be rewritten`, {
      ...detailsOf('TEXT_UNREADABLE'),
      problems: unreadable,
    });
  }
  const warned = of('warn').map(describe);
  if (warned.length === 0) return [];
  const message = `${references(warned.length)} to no file`;
  return [{ code: 'REFERENCES_MISSING', message, subjects: warned }];
}

/** What is wrong with a reference to `target`, or with a template that asks for it. */
export function absent({ url, target }: Pick<MissingReference, 'url' | 'target'>): string {
  const meaning = url === target ? '' : ` (${shortened(target)})`;
  return `${shortened(url)}${meaning} is not there`;
}

interface Place {
  readonly from: string;
  readonly line: number;
  readonly column: number;
}

/** By the last glob that fits the file that refers or the one that is missing. */
export function createLevelOf(
  onMissing: HashOptions['onMissing'],
): (reference: MissingReference) => MissingLevel {
  const rules = onMissing.map(({ match, level }) => ({ fits: createMatcher([match]), level }));
  return ({ from, target, need }) =>
    rules.findLast(({ fits }) => fits(from) !== undefined || fits(target) !== undefined)?.level ??
    (need === 'source-map' ? 'warn' : 'error');
}

function references(count: number): string {
  return count === 1 ? '1 reference leads' : `${count} references lead`;
}
