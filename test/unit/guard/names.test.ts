import { expect, it } from 'vitest';
import { judgeName } from '../../../src/guard/names.ts';

it.each([
  'css/app.css',
  'environment.js',
  '.environment',
  'env.d.ts',
  '.env.example',
  '.env.production.sample',
  'example.env',
  '.gitignore',
  '.gitkeep',
  'cvs/anna.pdf',
  'id_rsa.pub',
  'img/key.png',
  'keys.json',
  'Thumbs.db',
  'secrets.html',
  'i18n/de/secrets.json',
  'token.svg',
  '.well-known/security.txt',
])('%s is an ordinary name', (name) => {
  expect(judgeName(name)).toBeUndefined();
});

it.each([
  ['a/.git/objects/ab/cd', 'a/.git'],
  ['.ENV.Local', '.ENV.Local'],
  ['x/.ssh/config', 'x/.ssh'],
  ['wp-config.php~', 'wp-config.php~'],
])('of %s it is %s that is meant', (name, meant) => {
  expect(judgeName(name)?.name).toBe(meant);
});
