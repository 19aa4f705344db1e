import type { Action } from '../types.ts';

export function isRestored({ reason }: Action): boolean {
  return reason === 'restored';
}

/** The release record is the tool's own. */
export function isWork({ type }: Action): boolean {
  return type !== 'skip' && type !== 'record';
}
