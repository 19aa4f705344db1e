import { expect, it } from 'vitest';
import { secretsIn } from '../../src/secrets.ts';

const names = (variables: Record<string, string>) =>
  secretsIn(Object.entries(variables)).map(({ name, weight }) => `${name} ${weight}`);

const value = '9f86d081884c7d65';

it('are told by their names', () => {
  const secret = ['MY_SECRET', 'db_password', 'PRIVATE_X', 'GH_TOKEN', 'AWS_ACCESS_KEY_ID'];
  for (const name of secret) expect(names({ [name]: value })).toEqual([`${name} refuse`]);
  expect(names({ MAPS_KEY: value })).toEqual(['MAPS_KEY warn']);
  expect(names({ NAME: value, KEYBOARD: value, COMMIT: value })).toEqual([]);
});

it.each([
  'STRIPE_PUBLIC_TOKEN',
  'PUBLISHABLE_KEY',
  'CAPTCHA_SITE_KEY',
  ...['VITE_', 'NEXT_PUBLIC_', 'NUXT_PUBLIC_', 'REACT_APP_', 'EXPO_PUBLIC_'].map(
    (p) => `${p}TOKEN`,
  ),
  ...['GATSBY_', 'VUE_APP_', 'PUBLIC_'].map((p) => `${p}SECRET`),
])('%s is public', (name) => {
  expect(names({ [name]: value })).toEqual([]);
});

it.each([
  '1234567',
  'production',
  'Authorization',
  'X-CSRF-Token',
  'pbkdf2_sha256',
  'sessionStorage',
  'registry.example.com',
  '2026-11-23',
  '10.0.0.0/16',
  '/run/secrets/a1b2c3d4',
  'https://example.com/oauth/token?v=2',
  'C:\\Users\\x\\token.txt',
])('%s is too ordinary to look for', (text) => {
  expect(names({ MY_TOKEN: text })).toEqual([]);
});

it.each(['hunter22!', 'a1b2c3d4', 'kJhGfDsAqWeRtYuIoP', 'correct-horse-battery-staple'])(
  '%s is a password',
  (text) => {
    expect(names({ MY_PASSWORD: text })).toEqual(['MY_PASSWORD refuse']);
  },
);

it('hide in URLs and in texts of several lines', () => {
  expect(secretsIn([['A_TOKEN', 'redis://u:p4ss-w0rd-x@h/0']]).map((one) => one.value)).toEqual([
    'redis://u:p4ss-w0rd-x@h/0',
    'p4ss-w0rd-x',
  ]);
  expect(secretsIn([['A_SECRET', `--\n${value}\n--`]]).map((one) => one.value)).toEqual([value]);
});

it('appear once, with the graver meaning', () => {
  expect(names({ A_KEY: value, B_TOKEN: value, C_TOKEN: value })).toEqual(['B_TOKEN refuse']);
});
