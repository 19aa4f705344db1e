import type { ErrorDetails } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';
import { ofTheCdn } from './cdn.ts';
import { guardExplanations } from './guard-rules.ts';
import { ofHashing } from './hashing.ts';
import { ofPlaces } from './places.ts';
import { ofTheRun } from './run.ts';
import { ofS3Access } from './s3-access.ts';
import { ofS3Requests } from './s3-requests.ts';
import { warnings } from './warnings.ts';

const all = {
  ...ofTheRun,
  ...ofPlaces,
  ...ofS3Access,
  ...ofS3Requests,
  ...ofHashing,
  ...ofTheCdn,
  ...warnings,
};

export type Code = keyof typeof all;

/** Every code of an error or a warning: what it means, why, what to do. The one place for these words. */
export const explanations: Readonly<Record<Code, CodeExplanation>> = all;

/** Codes, and the guard's rules after them. */
export const allExplanations: ReadonlyMap<string, CodeExplanation> = new Map(
  Object.entries({ ...explanations, ...guardExplanations }),
);

/** Exit code and hint of an error, where those of its code fit. */
export function detailsOf(code: Code): Required<Pick<ErrorDetails, 'exitCode' | 'hint'>> {
  const { exit, fix } = explanations[code];
  return { exitCode: exit[0], hint: fix };
}
