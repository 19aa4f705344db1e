import type { Scanner } from './reference.ts';

/** The files that a module or a classic script names. */
export const scanJs: Scanner = () => [];
