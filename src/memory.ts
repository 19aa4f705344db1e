import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** From here on, what is known of each file fills the heap more than anything else. */
const many = 20_000;

/** Bytes of V8's space for new objects. Node 20 and 22 go no further by themselves; Node 24 takes four times as many. */
const roomy = 32 * 1024 * 1024;

/**
 * Up to some files, V8's space for new objects may grow to what is fastest. Of more, so much lives that little of it may be
 * garbage, which costs CPU (figures in bench/README.md).
 */
export function sizeHeap(files: number): void {
  if (files > many) {
    setFlagsFromString('--heap-growing-percent=20');
    return;
  }
  setFlagsFromString('--semi-space-growth-factor=2');
  // It grows while files are found and read: after a minute it is as large as it gets.
  let looks = 3_000;
  const timer = setInterval(() => {
    looks -= 1;
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((space?.space_size ?? 0) < roomy && looks > 0) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, 20);
  timer.unref();
}

/**
 * Collects what a stage left behind, where that is much: V8 would do it, but only when as much again has come. Takes a
 * tenth of a second for a hundred thousand files, and 17 MB off the peak.
 */
export function collectGarbage(files: number): void {
  if (files <= many) return;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
