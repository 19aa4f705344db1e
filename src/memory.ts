import { setFlagsFromString } from 'node:v8';

/** From here on, what is kept of each file fills the heap more than anything else. */
const many = 20_000;

/**
 * V8 lets a heap grow by a part of what lives in it before it collects garbage. Where much lives and little dies, a smaller
 * part saves a quarter of the memory and costs some seconds in the minutes that so many files take (bench/README.md).
 */
export function saveMemory(files: number): void {
  if (files > many) setFlagsFromString('--heap-growing-percent=15');
}
