import type { Case } from './case.ts';
import { cssCases } from './css.ts';
import { scriptCases } from './javascript.ts';
import { pathCases } from './paths.ts';
import { refusalCases } from './refusals.ts';

export const cases: readonly Case[] = [...pathCases, ...cssCases, ...scriptCases, ...refusalCases];
