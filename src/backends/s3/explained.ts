import { detailsOf, explanations, type Code } from '../../explanations/index.ts';
import type { Explanation } from './errors.ts';

/** What a code's own words say, with a closer why where there is one. */
export function explained(code: Code, why: string = explanations[code].what): Explanation {
  return { code, why, ...detailsOf(code) };
}
