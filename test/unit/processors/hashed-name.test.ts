import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashedName } from '../../../src/processors/hashed-name.ts';

const md5 = createHash('md5').update('x').digest('hex');

// What Django 5.2 calls a file of these names with the content "x".
it.each([
  ['css/app.css', 'css/app.9dd4e461268c.css'],
  ['a.tar.gz', 'a.tar.9dd4e461268c.gz'],
  ['LICENSE', 'LICENSE.9dd4e461268c'],
  ['a.b.min.js', 'a.b.min.9dd4e461268c.js'],
  ['a.', 'a.9dd4e461268c.'],
  ['a..b', 'a..9dd4e461268c.b'],
  ['CAPS.CSS', 'CAPS.9dd4e461268c.CSS'],
  ['d.e/.hidden', 'd.e/.hidden.9dd4e461268c'],
  ['d.e/file', 'd.e/file.9dd4e461268c'],
  ['..a', '..a.9dd4e461268c'],
  ['..a.b', '..a.9dd4e461268c.b'],
])('calls %s with a hash as Django does', (name, hashed) => {
  expect(hashedName(name, md5)).toBe(hashed);
});
