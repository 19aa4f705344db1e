// The nouns of the program. Types only; they import nothing but each other.

export type * from './types/config.ts';
export type * from './types/files.ts';
export type * from './types/plan.ts';
export type * from './types/report.ts';
