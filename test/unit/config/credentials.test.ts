import { describe, expect, it } from 'vitest';
import { configOf, load, originsOf, problemsOf } from './load.ts';

const id = 'AKIDCANARY';
const secret = 'secret-canary';
const keys = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
const pair = { accessKeyId: id, secretAccessKey: secret };

describe('credentials', () => {
  it.each([
    [keys, pair],
    [
      { ...keys, AWS_SESSION_TOKEN: 't1', AWS_SECURITY_TOKEN: 't2' },
      { ...pair, sessionToken: 't1' },
    ],
    [
      { ...keys, AWS_SECURITY_TOKEN: 't2' },
      { ...pair, sessionToken: 't2' },
    ],
    [
      { ...keys, AWS_S3_ACCESS_KEY_ID: 'a', AWS_S3_SECRET_ACCESS_KEY: 'b' },
      { accessKeyId: 'a', secretAccessKey: 'b' },
    ],
    [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: ' ' }, undefined],
    [{ AWS_SESSION_TOKEN: 't' }, undefined],
    [{}, undefined],
  ])('%j', async (env, credentials) => {
    expect((await configOf({ env })).s3.credentials).toEqual(credentials);
  });

  it('may be split between environment and .env, but a token goes with its own key', async () => {
    const dotenv = [`AWS_SECRET_ACCESS_KEY=${secret}`, 'AWS_SESSION_TOKEN=of-another-key'];
    expect((await configOf({ dotenv, env: { AWS_ACCESS_KEY_ID: id } })).s3.credentials).toEqual(
      pair,
    );
  });

  it.each([
    [
      { AWS_ACCESS_KEY_ID: id },
      'AWS_ACCESS_KEY_ID (environment): is set, but AWS_SECRET_ACCESS_KEY is not',
    ],
    [
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: secret },
      'AWS_SECRET_ACCESS_KEY (environment): is set, but AWS_ACCESS_KEY_ID is not',
    ],
  ])('one without the other is refused: %j', async (env, problem) => {
    expect(await problemsOf({ env })).toEqual([problem]);
  });

  it('are shown as set, with their origin, and listed as secrets', async () => {
    const loaded = await load({ env: keys, dotenv: ['AWS_SESSION_TOKEN=token-canary'] });
    expect(JSON.stringify(loaded.values)).not.toMatch(/canary/i);
    expect(originsOf(loaded)).toMatchObject({
      's3.credentials.accessKeyId': 'environment AWS_ACCESS_KEY_ID',
      's3.credentials.secretAccessKey': 'environment AWS_SECRET_ACCESS_KEY',
    });
    // The token was dropped, and is a secret none the less.
    expect([...loaded.secrets].sort()).toEqual([id, secret, 'token-canary'].sort());
  });
});

describe('a profile and access keys', () => {
  it('of the same origin are refused', async () => {
    expect(await problemsOf({ env: { ...keys, AWS_S3_SESSION_PROFILE: 'deploy' } })).toEqual([
      'AWS_S3_SESSION_PROFILE (environment): must not be set together with access keys; unset one of them',
    ]);
  });

  it('of which the profile has the higher precedence: the keys are dropped', async () => {
    const { s3 } = await configOf({ env: keys, flags: { profile: 'deploy' } });
    expect(s3).toMatchObject({ profile: 'deploy', credentials: undefined });
  });

  it('of which the keys have the higher precedence: the profile is dropped, with a warning', async () => {
    const { s3, warnings } = await configOf({
      env: keys,
      file: { s3: { profile: 'deploy' } },
      flags: { to: 's3://assets' },
    });
    expect(s3).toMatchObject({ profile: undefined, credentials: pair });
    expect(warnings.map(({ code }) => code)).toEqual(['PROFILE_NOT_USED']);
  });

  it('AWS_PROFILE is left to the SDK', async () => {
    const { s3 } = await configOf({ env: { ...keys, AWS_PROFILE: 'deploy' } });
    expect(s3).toMatchObject({ profile: undefined, credentials: pair });
  });
});

describe('proxies', () => {
  it.each([
    [
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'localhost' },
      { https: 'http://p:1', no: 'localhost' },
    ],
    [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, { https: 'http://a:1' }],
    [{ HTTP_PROXY: 'p:1' }, { http: 'http://p:1' }],
    [
      { ALL_PROXY: 'http://p:1', http_proxy: 'http://q:1' },
      { https: 'http://p:1', http: 'http://q:1' },
    ],
    [{ HTTPS_PROXY: '' }, {}],
  ])('%j', async (env, proxy) => {
    expect((await configOf({ env })).s3.proxy).toEqual(proxy);
  });

  it('are not read from .env', async () => {
    expect((await configOf({ dotenv: ['HTTPS_PROXY=http://p:1'] })).s3.proxy).toEqual({});
  });

  it('are shown without their password, which is a secret', async () => {
    const { values, secrets } = await load({ env: { HTTPS_PROXY: 'http://me:can%40ary@p:1' } });
    expect(values).toContainEqual({
      path: 's3.proxy.https',
      value: 'http://p:1',
      origin: 'environment HTTPS_PROXY',
    });
    expect(secrets).toEqual(['can%40ary', 'can@ary']);
  });

  it('of another kind are refused where the s3 backend would need them', async () => {
    const env = { ALL_PROXY: 'socks5://p:1' };
    expect(await configOf({ env })).toMatchObject({ backend: 'local' });
    expect(
      await problemsOf({ env: { ...env, HTTP_PROXY: 'http://q' }, flags: { to: 's3://assets' } }),
    ).toEqual(['ALL_PROXY (environment): must be the URL of an http or https proxy']);
  });
});
