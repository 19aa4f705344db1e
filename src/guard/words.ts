import { CollectError, exitCodes } from '../errors.ts';
import type { Refusal } from '../types.ts';
import type { GuardRule } from './rules.ts';

/** Past a finding in what would be published: `part` is what to leave out, `name` what to allow. */
export function pastFound(rule: GuardRule, part: string, name: string): string {
  return `take it out, or "ignore": [${quote(part)}]; if it is meant to be public: "allow": [{ "rule": "${rule}", "match": ${quote(name)}, "reason": "…" }]`;
}

export function pastSecret(variable: string): string {
  return `take it out and change the secret if it was ever published; if it is no secret: "allow": [{ "env": "${variable}" }]`;
}

/** Past a finding in what is not published, but should not be there. */
export function pastLeftOut(part: string): string {
  return `it would not be published, but it does not belong into a source: is this the right directory? If so: "ignore": [${quote(part)}]`;
}

/** Everything that was refused, as one error. */
export function refusalError(refusals: readonly Refusal[]): CollectError {
  const count = refusals.length === 1 ? '1 thing' : `${refusals.length} things`;
  return new CollectError('GUARD_REFUSED', `${count} must not be published; nothing was written`, {
    exitCode: exitCodes.refused,
    problems: refusals.map(describe),
    ...(refusals.some(mayBeSecret) && {
      hint: 'a secret that was published before is known to others: change it',
    }),
  });
}

/** What goes beyond a limit is only much. */
function mayBeSecret({ rule = '' }: Refusal): boolean {
  return !rule.startsWith('limits.');
}

function describe({ path, rule = '', why, line, column, excerpt, past = '' }: Refusal): string {
  const place = line === undefined || column === undefined ? path : `${path}:${line}:${column}`;
  const shown = excerpt === undefined ? '' : `: ${excerpt}`;
  return `${place} [${rule}] ${why}${shown}\n${past}`;
}

/** As a glob that means exactly this name. */
function quote(name: string): string {
  return JSON.stringify(name.replace(/[*?[\]{}()!\\]/g, '\\$&'));
}
