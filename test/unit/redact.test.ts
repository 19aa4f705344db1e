import { expect, it } from 'vitest';
import { createRedactor, redactIo } from '../../src/redact.ts';
import { createFakeIo } from '../support/fake-io.ts';

it('hides the values it was told, wherever they stand', () => {
  const redactor = createRedactor();
  redactor.hide(['wJalrXUtnFEMI/K7MDENG', 'short']);
  expect(redactor.redact('key=wJalrXUtnFEMI/K7MDENG; wJalrXUtnFEMI/K7MDENG')).toBe(
    'key=[hidden]; [hidden]',
  );
});

it('hides no ordinary words, although a password may be one', () => {
  const redactor = createRedactor();
  redactor.hide(['', 'a', 'test']);
  expect(redactor.redact('a test')).toBe('a test');
});

it.each([
  ['AccessKeyId AKIAIOSFODNN7EXAMPLE is unknown', 'AccessKeyId [hidden] is unknown'],
  [
    'https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=0123abc',
    'https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=[hidden]',
  ],
  ['proxy http://user:pass@proxy:3128/', 'proxy http://user:[hidden]@proxy:3128/'],
])('knows what secrets look like: %s', (text, expected) => {
  expect(createRedactor().redact(text)).toBe(expected);
});

it('filters both outputs from the start, for the credentials of the environment', () => {
  const env = { AWS_SECRET_ACCESS_KEY: 'canary-secret', AWS_SESSION_TOKEN: 'canary-token' };
  const outer = createFakeIo([], { cwd: '/', env });
  const { io } = redactIo(outer);
  io.stdout.write('canary-secret\n');
  io.stderr.write('canary-token\n');
  expect(outer.out() + outer.err()).toBe('[hidden]\n[hidden]\n');
});
