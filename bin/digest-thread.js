// A thread that digests stretches of an open file. Who starts it, and why, is in src/threads/digest-large.ts; this is
// JavaScript so that it runs before anything is built.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

// Small enough that what is read stays in the processor's cache until it is digested (bench/README.md).
const buffer = Buffer.allocUnsafe(64 * 1024);

// A file descriptor is the process's, so that this is the very file that was opened and checked.
parentPort.on('message', ({ fd, start, end, step, algorithm }) => {
  const digests = [];
  try {
    for (let at = start; at < end; at += step) {
      const ofPiece = digest(fd, at, Math.min(at + step, end), algorithm);
      if (ofPiece === undefined) return parentPort.postMessage('cut short');
      digests.push(ofPiece);
    }
    parentPort.postMessage({ digests });
  } catch (error) {
    parentPort.postMessage({ errno: error.code });
  }
});

/** The digest of the bytes from `start` up to `end`, in hex; undefined where the file is shorter. */
function digest(fd, start, end, algorithm) {
  const hash = createHash(algorithm);
  for (let at = start; at < end;) {
    const came = readSync(fd, buffer, 0, Math.min(buffer.length, end - at), at);
    if (came === 0) return undefined;
    hash.update(buffer.subarray(0, came));
    at += came;
  }
  return hash.digest('hex');
}
