import fc from 'fast-check';
import { optionTable } from '../../src/config/options.ts';

// Configs as values: what is meant, and what people, editors, merges and attackers make of it.

/** Never to be printed: each begins alike, so that half of one is found as well. */
export const canary = (name: string) => `cAnArY-${name}-7fK2qLm9ZxW4`;

const oddTexts = [
  ...['', ' ', '\n', 'a\r\nX-Evil: 1', '\u001b[2J', '\0', '\u202egnp.exe', '\uD800', '\uFFFE'],
  ...['__proto__', 'constructor', 'prototype', '../../etc', '/', '//', 'C:\\x', 's3://b', '--'],
  ...['http://', 'http://u:p@h/', 'https://[::1', 'ftp://x', 'javascript:alert(1)', '%', '%zz'],
  ...['true', 'null', 'NaN', '1e999', '0x10', '1_000', '2030-01-01', 'local', 's3', 's4', '🙂'],
  ...['**/{a,b}', '[', '!(x)', '{', '('.repeat(50), '*'.repeat(300), '{1..999999}'],
  ...['django.core.files.storage.FileSystemStorage', './backend.js', 'a.b.C', 'auto'],
  'x'.repeat(5_000),
];

export const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

export const scalar = fc.oneof(
  oddText,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(0, -1, 1, 7, 1.5, 1e9, 2 ** 53, -0),
);

const s3 = fc.record(
  {
    bucket: fc.constantFrom('assets', 'my.bucket-1'),
    location: fc.constantFrom('', 'static', 'a/b/'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    endpoint: fc.constantFrom('https://s3.example.com', 'http://127.0.0.1:9000/'),
    forcePathStyle: fc.boolean(),
    profile: fc.constant('deploy'),
    acl: fc.constantFrom('auto', 'none', 'public-read', 'private'),
    requestTimeout: fc.integer({ min: 1, max: 60_000 }),
    expectedBucketOwner: fc.constant('012345678901'),
  },
  { requiredKeys: [] },
);
const headers = fc.constantFrom(
  { 'Cache-Control': 'public, max-age=60' },
  { 'x-amz-meta-commit': 'a1b2c3', Expires: 'Thu, 31 Dec 2037 23:55:55 GMT' },
);
const common = {
  sources: fc.constantFrom(['static'], ['a', { dir: 'b', prefix: 'v/x', optional: true }]),
  ignore: fc.constantFrom([], ['*.psd', 'docs/**']),
  backend: fc.constantFrom('local', 's3', './backend.mjs'),
  local: fc.constantFrom({ dir: 'out' }, { dir: '../x', link: true }),
  s3,
  url: fc.constantFrom<unknown>('/static/', { domain: 'cdn.example.com' }, { signed: true }),
  headers,
  rules: fc.constantFrom([{ match: '*.html', immutable: false }], [{ match: ['a', 'b/**'] }]),
  concurrency: fc.constantFrom('auto', 1, 64),
  allow: fc.constantFrom([{ env: 'A_KEY' }], [{ rule: 'key-file', match: '*', reason: 'public' }]),
  limits: fc.constantFrom({ files: 10 }, { bytes: 1, fileSize: 1 }),
};
/** As it is meant: nothing wrong, but perhaps between its parts. */
const good = fc.record(
  {
    ...common,
    storages: fc.constant({ 'a.B': 's3' }),
    targets: fc.dictionary(
      fc.constantFrom('media', 'docs', 'a-b_c'),
      fc.record(common, { requiredKeys: [] }),
      { maxKeys: 2 },
    ),
  },
  { requiredKeys: [] },
);

const words = [
  ...new Set(optionTable().flatMap(({ path }) => path.split('.'))),
  ...[
    '$schema',
    'colour',
    'buket',
    'dir',
    'prefix',
    'include',
    'match',
    'immutable',
    'rule',
    'env',
  ],
  ...['Cache-Control', 'x-amz-acl', 'x-amz-meta-a', 'X-Frame-Options', 'expires', 'a\nb'],
];
export const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: oddText },
);

/** Any JSON, with the words of a config. */
const { tree, object } = fc.letrec<{ tree: unknown; object: object }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('object'),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
  object: fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
}));

const secret = canary('file');
const credentials = fc.constantFrom(
  { secretAccessKey: secret },
  { s3: { accessKeyId: secret, secret_key: secret } },
  { targets: { media: { credentials: { sessionToken: secret } }, password: secret } },
  { headers: { token: secret }, password: secret },
);

/** Good, or with one part that is not. */
export const configValue: fc.Arbitrary<unknown> = fc
  .tuple(
    good,
    fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 3, arbitrary: object },
      { weight: 1, arbitrary: fc.dictionary(key, scalar, { maxKeys: 2 }).map((s3) => ({ s3 })) },
      {
        weight: 1,
        arbitrary: fc.dictionary(key, oddText, { maxKeys: 2 }).map((headers) => ({ headers })),
      },
      {
        weight: 1,
        arbitrary: fc.dictionary(oddText, tree, { maxKeys: 2 }).map((targets) => ({ targets })),
      },
      { weight: 1, arbitrary: credentials },
    ),
  )
  .map(([whole, part]) => ({ ...whole, ...part }));
