import { createMatcher } from '../globs.ts';
import type { Allowance } from '../types.ts';
import type { GuardRule } from './rules.ts';

/** What the user says may pass. */
export interface Allow {
  /** `name`: without the source's prefix, as in every glob. */
  rule(rule: GuardRule, name: string): boolean;
  env(variable: string): boolean;
}

export function createAllow(allowances: readonly Allowance[]): Allow {
  const rules = allowances
    .filter((one) => 'rule' in one)
    .map(({ rule, match }) => ({ rule, matches: createMatcher(match) }));
  const variables = new Set(allowances.filter((one) => 'env' in one).map(({ env }) => env));
  return {
    rule: (rule, name) => rules.some((one) => one.rule === rule && one.matches(name) !== undefined),
    env: (variable) => variables.has(variable),
  };
}
