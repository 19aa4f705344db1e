import { createHash, scrypt } from 'node:crypto';
import type { Secret } from '../types.ts';
import { createAutomaton } from './automaton.ts';
import { contentRules, isBroken, type ContentRule } from './contents.ts';
import { isText } from './names.ts';
import { createScanner } from './scan.ts';

/** To be raised with every change of what a scan finds that neither a rule nor one of the functions below shows. */
const edition = 1;

/** Slow enough that whoever gets hold of a fingerprint does not soon guess what it was made of: 10 ms, 4 MB. */
const cost = { N: 4096, r: 8, p: 1 };

/** What the guard looks for in contents, as 32 bytes that do not tell it: the same for the same rules and secrets. */
export function fingerprintOf(
  secrets: readonly Pick<Secret, 'value'>[],
  salt: Buffer,
  rules: readonly ContentRule[] = contentRules,
): Promise<Buffer> {
  const parts = [edition, ...[createScanner, createAutomaton, isBroken, isText].map(String)];
  for (const { rule, words, pattern, also } of rules) {
    parts.push(JSON.stringify([rule, words, pattern.source, pattern.flags, String(also)]));
  }
  for (const value of secrets.map((secret) => secret.value).sort()) parts.push(value);
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  if (secrets.length === 0) return Promise.resolve(hash);
  return new Promise((resolve, reject) => {
    scrypt(hash, salt, 32, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
