import { createHash } from 'node:crypto';
import { readLimit, type Backend } from '../../src/backends/backend.ts';
import { requireCondition, tooLarge } from '../../src/backends/conditions.ts';
import { readContent } from '../../src/content.ts';
import type { ObjectHeaders, StoredObject } from '../../src/types.ts';

export interface MemoryBackend extends Backend {
  readonly objects: Map<string, { bytes: Buffer; headers: ObjectHeaders }>;
  /** Keys in the order their puts began. */
  readonly puts: string[];
  readonly most: { running: number };
}

/** A backend in memory; `failOn` keys are refused with the error given. */
export function createMemoryBackend({
  failOn = {},
}: { failOn?: Record<string, Error> } = {}): MemoryBackend {
  const objects: MemoryBackend['objects'] = new Map();
  const puts: string[] = [];
  const most = { running: 0 };
  let running = 0;
  const head = (key: string): StoredObject | undefined => {
    const held = objects.get(key);
    return held && { ...state(key, held.bytes), headers: held.headers };
  };
  return {
    label: 'memory://',
    objects,
    puts,
    most,
    async put({ key, content, headers, digests }, options) {
      puts.push(key);
      running += 1;
      most.running = Math.max(most.running, running);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        const error = failOn[key];
        if (error) throw error;
        const bytes = await readContent(content);
        if (createHash('sha256').update(bytes).digest('hex') !== digests.sha256) {
          throw new Error(`${key}: other bytes than planned`);
        }
        if (options?.if !== undefined) requireCondition(options.if, head(key), key);
        objects.set(key, { bytes, headers });
        return { etag: etagOf(bytes), proof: 'digest' };
      } finally {
        running -= 1;
      }
    },
    async *list() {
      await Promise.resolve();
      for (const [key, { bytes }] of objects) yield state(key, bytes);
    },
    head: (key) => Promise.resolve(head(key)),
    async read(key, { atMost = readLimit } = {}) {
      await Promise.resolve();
      const held = objects.get(key);
      if (held === undefined) return undefined;
      if (held.bytes.length > atMost) throw tooLarge(key, atMost);
      return { bytes: held.bytes, etag: etagOf(held.bytes) };
    },
    delete: (keys) => {
      for (const key of keys) objects.delete(key);
      return Promise.resolve([]);
    },
  };
}

function etagOf(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

function state(key: string, bytes: Buffer): StoredObject {
  const md5 = etagOf(bytes);
  return { key, size: bytes.length, md5, etag: md5 };
}
