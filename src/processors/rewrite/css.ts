import type { Scanner } from './reference.ts';

/** The files that a stylesheet names. */
export const scanCss: Scanner = () => [];

/** The files that the declarations of a style attribute name. */
export const scanCssDeclarations: Scanner = () => [];
