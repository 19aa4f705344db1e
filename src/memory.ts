import { setFlagsFromString } from 'node:v8';

/** From here on, what is known of each file fills the heap more than anything else. */
const many = 20_000;

/**
 * Up to some files, V8's space for new objects may grow to what is fastest. Of more, so much lives that little of it may be
 * garbage, which costs CPU (figures in bench/README.md).
 */
export function sizeHeap(files: number): void {
  if (files > many) setFlagsFromString('--heap-growing-percent=20');
  else setFlagsFromString('--semi-space-growth-factor=2');
}
