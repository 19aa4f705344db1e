import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './load.ts';

describe('a config file is checked', () => {
  it('reports every problem at once, each with where it is and from which origin', async () => {
    const problems = await problemsOf({
      file: { s3: { buket: 'x', acl: 'pubic-read' }, url: { expiresIn: 'soon' }, colour: 'red' },
      dotenv: ['AWS_PRELOAD_METADATA=perhaps'],
      env: { AWS_QUERYSTRING_EXPIRE: '0', COLLECT_STATIC_S3_BUKET: 'x' },
      flags: { concurrency: '5000' },
    });
    expect(problems).toEqual([
      'collect.config.json: s3.buket is unknown; did you mean bucket?',
      'collect.config.json: colour is unknown',
      expect.stringMatching(
        /^collect\.config\.json: s3\.acl must be .*"public-read".*, not "pubic-read"; did you mean public-read\?$/,
      ),
      'collect.config.json: url.expiresIn must be a number, not "soon"',
      'AWS_PRELOAD_METADATA (.env): must be true or false (also yes/no, on/off, 1/0), not "perhaps"',
      'AWS_QUERYSTRING_EXPIRE (environment): must be a whole number from 1 to 604800',
      'COLLECT_STATIC_S3_BUKET (environment): is no known variable; did you mean COLLECT_STATIC_S3_BUCKET?',
      '--concurrency: must be a whole number from 1 to 1024',
    ]);
  });

  it.each([
    [
      { hash: { engine: 'x', keep: 'y', nope: 1, onMissing: { 'a*': 'b', 'c*': 'd' } } },
      ['hash.nope', 'hash.engine', 'hash.keep', 'hash.onMissing.a*', 'hash.onMissing.c*'],
    ],
    [{ url: { base: 5, expiresIn: 'soon' } }, ['url.base', 'url.expiresIn']],
    [{ state: { bucket: 5, location: 6 } }, ['state.bucket', 'state.location']],
    [{ sources: [{ dir: 1, prefix: 2 }] }, ['sources.0.dir', 'sources.0.prefix']],
    [{ rules: [{ match: [1, 2] }] }, ['rules.0.match.0', 'rules.0.match.1']],
    [
      { targets: { docs: { hash: { engine: 1, keep: 2 } } } },
      ['docs.hash.engine', 'docs.hash.keep'],
    ],
    [{ headers: { 'x-amz-tagging': 5, host: 'x' } }, ['headers.x-amz-tagging', 'headers.host']],
  ])('reports everything that is wrong inside of one object, as in %j', async (file, paths) => {
    const problems = await problemsOf({ file });
    const about = paths.map((path) => expect.stringContaining(`${path} `) as string);
    expect(problems).toEqual(about);
  });

  it('says where a key belongs that was written one level too high', async () => {
    expect(await problemsOf({ file: { forcePathStyle: true } })).toEqual([
      'collect.config.json: forcePathStyle is unknown here; did you mean s3.forcePathStyle?',
    ]);
  });

  it.each([
    [{ sources: [5] }, 'sources.0 must be a string or an object, not 5'],
    [{ sources: [{ dir: 'a', prefx: 'b' }] }, 'sources.0.prefx is unknown; did you mean prefix?'],
    [{ sources: [{ prefix: 'b' }] }, 'sources.0.dir is missing'],
    [{ sources: [] }, 'sources must name at least one directory'],
    [{ sources: 'static' }, 'sources must be a list, not "static"'],
    [{ s3: [] }, 's3 must be an object, not a list'],
    [{ s3: null }, 's3 must be an object, not nothing (null)'],
    [{ url: { base: 5 } }, 'url.base must be a string, not 5'],
    [{ rules: [{ headers: {} }] }, 'rules.0.match is missing'],
    [{ rules: [{ match: [] }] }, 'rules.0.match must name at least one glob'],
    [{ concurrency: 0 }, 'concurrency must be a whole number from 1 to 1024'],
    [{ concurrency: 1.5 }, 'concurrency must be a whole number from 1 to 1024'],
    [
      { targets: { static: {} } },
      'targets.static is the top level itself; write its settings there',
    ],
    [{ targets: { media: { targets: {} } } }, 'targets.media.targets is unknown'],
    [{ $import: './other.json' }, '$import is unknown'],
    [{ hashed: true }, 'hashed is unknown; did you mean hash?'],
    [{ hash: 'yes' }, 'hash must be true or false or an object, not "yes"'],
    [
      { hash: { engine: 'django' } },
      'hash.engine must be "modern", "django-5.2" or "django-6", not "django"; did you mean django-6?',
    ],
    [
      { hash: { onMissing: { '*.map': 'never' } } },
      'hash.onMissing.*.map must be "error", "warn" or "ignore", not "never"',
    ],
    [{ hash: { jsModules: 'no' } }, 'hash.jsModules must be true or false, not "no"'],
    [{ backend: 's4' }, 'backend must be local, s3 or a module such as ./s4.js; did you mean s3?'],
  ])('%j', async (file, problem) => {
    expect(await problemsOf({ file })).toEqual([`collect.config.json: ${problem}`]);
  });

  it.each([
    ['"hello"', 'must hold an object, not "hello"'],
    ['[]', 'must hold an object, not a list'],
    ['null', 'must hold an object, not nothing (null)'],
  ])('refuses %s for a whole config', async (text, problem) => {
    expect(await problemsOf({ files: { 'collect.config.json': text } })).toEqual([
      `collect.config.json: ${problem}`,
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'treats %s as unknown, anywhere',
    async (key) => {
      const evil = `"${key}": { "polluted": true }`;
      const text = `{ ${evil}, "s3": { ${evil} }, "headers": { ${evil} }, "targets": { ${evil}, "x": { ${evil} } },
      "storages": { ${evil} }, "rules": [{ "match": "*", ${evil} }] }`;
      expect(await problemsOf({ files: { 'collect.config.json': text } })).toEqual(
        ['', 's3.', 'headers.', 'targets.', 'targets.x.', 'storages.', 'rules.0.'].map(
          (path) => `collect.config.json: ${path}${key} is unknown`,
        ),
      );
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  );

  it('does not let variables pollute either', async () => {
    const problems = await problemsOf({
      env: {
        AWS_HEADERS: '{"__proto__": {"polluted": "1"}}',
        COLLECT_STATIC_S3: '{"__proto__": {}}',
      },
    });
    expect(problems).toEqual([
      'AWS_HEADERS (environment): __proto__ is unknown',
      'COLLECT_STATIC_S3 (environment): __proto__ is unknown',
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each([
    [{ accessKeyId: 'canary' }],
    [{ s3: { secretAccessKey: 'canary' } }],
    [{ s3: { credentials: { accessKeyId: 'canary' } } }],
    [{ AWS_SECRET_ACCESS_KEY: 'canary' }],
    [{ targets: { media: { s3: { sessionToken: 'canary' } } } }],
  ])('refuses the credentials in %j without repeating them', async (file) => {
    const [problem = '', ...others] = await problemsOf({ file });
    expect(problem).toContain('credentials do not belong in a config file');
    expect(problem).toMatch(/AWS_ACCESS_KEY_ID.*OIDC/);
    expect(problem).not.toContain('canary');
    expect(others).toEqual([]);
  });

  it('does not repeat what stands where a target belongs, under the name of a credential', async () => {
    expect(await problemsOf({ file: { targets: { password: 'canary' } } })).toEqual([
      'collect.config.json: targets.password must be an object',
    ]);
  });

  it.each([
    [{ 'X-Frame-Options': 'DENY' }, 'it is not a header that can be stored'],
    [{ 'Cache-Control': 'a\r\nb' }, 'control character'],
  ])('refuses the headers %j', async (headers, why) => {
    const [inHeaders = '', inRules = ''] = await problemsOf({
      file: { headers, rules: [{ match: '*', headers }] },
    });
    const [name = ''] = Object.keys(headers);
    expect(inHeaders).toContain(`collect.config.json: headers.${name} is refused: `);
    expect(inRules).toContain(`collect.config.json: rules.0.headers.${name} is refused: `);
    expect(inHeaders).toContain(why);
  });

  it.each([
    ['s3://assets', 'must be the bare name of the bucket, without s3://'],
    ['Assets', 'must be lower case: bucket names are'],
    ['ab', 'is no bucket name: it must have 3 to 63 characters'],
    ['a'.repeat(64), 'is no bucket name: it must have 3 to 63 characters'],
    ['assets/static', 'must not contain a slash; what follows it belongs in s3.location'],
    ['10.0.0.1', 'is no bucket name: it must not look like an IP address'],
  ])('refuses the bucket %s', async (bucket, problem) => {
    expect(await problemsOf({ file: { s3: { bucket } } })).toEqual([
      `collect.config.json: s3.bucket ${problem}`,
    ]);
  });

  it('says that it is the bucket of --to that cannot be', async () => {
    expect(await problemsOf({ flags: { to: 's3://my_bucket/static' } })).toEqual([
      expect.stringMatching(/^--to: is no bucket name: it must consist of/),
    ]);
  });

  it.each(['/static', 'a//b', '../x', 'a/../b', 'a/.'])(
    'refuses the location %s',
    async (location) => {
      const [problem] = await problemsOf({ file: { s3: { location } } });
      expect(problem).toMatch(/^collect\.config\.json: s3\.location is no location: it /);
    },
  );

  it.each([
    ['localhost:9000', 'must be a URL; write "http://localhost:9000"'],
    ['s3.example.com', 'must be a URL; write "https://s3.example.com"'],
    ['ftp://example.com', 'must be a URL; write "https://host"'],
    ['https://example.com/?a=b', 'must not have a query or fragment'],
    ['https://example.com//x', 'must not have empty, "." or ".." parts in its path'],
  ])('refuses the endpoint %s', async (endpoint, problem) => {
    expect(await problemsOf({ file: { s3: { endpoint } } })).toEqual([
      `collect.config.json: s3.endpoint ${problem}`,
    ]);
  });

  it('refuses a password in an endpoint without repeating it', async () => {
    const [problem] = await problemsOf({
      file: { s3: { endpoint: 'https://me:canary@example.com' } },
    });
    expect(problem).toContain('must not contain a user or password');
    expect(problem).not.toContain('canary');
  });

  it('loads every key of the documented example', async () => {
    const { configs, dir } = await load({
      file: {
        $schema: './node_modules/collect-static/dist/config.schema.json',
        sources: [
          'static',
          {
            dir: 'node_modules/bootstrap/dist',
            prefix: 'vendor/bootstrap',
            include: ['css/*.min.css*'],
            ignore: ['**/*.rtl.*'],
            optional: true,
          },
        ],
        ignore: ['*.psd'],
        backend: 'local',
        local: { dir: 'staticfiles', link: false },
        s3: {
          bucket: 'my-bucket',
          location: 'static',
          region: 'eu-west-1',
          endpoint: 'https://s3.example.com',
          forcePathStyle: false,
          profile: 'deploy',
          acl: 'auto',
        },
        url: { base: '/static/', signed: false, expiresIn: 3600 },
        headers: { 'Cache-Control': 'public, max-age=31556926' },
        rules: [
          { match: '**/*.html', headers: { 'Cache-Control': 'no-cache' } },
          { match: 'assets/**', immutable: true },
        ],
        concurrency: 'auto',
        targets: { media: { sources: ['media'], s3: { location: 'media' }, url: '/media/' } },
      },
      flags: { all: true },
    });
    expect(configs.map(({ target }) => target)).toEqual(['static', 'media']);
    expect(configs[0]).toMatchObject({
      sources: [
        { dir: `${dir}/static`, label: 'static', prefix: '', include: [], optional: false },
        {
          dir: `${dir}/node_modules/bootstrap/dist`,
          prefix: 'vendor/bootstrap',
          include: ['css/*.min.css*'],
          ignore: ['**/*.rtl.*'],
          optional: true,
        },
      ],
      headers: { 'cache-control': 'public, max-age=31556926' },
      rules: [
        { match: ['**/*.html'], headers: { 'cache-control': 'no-cache' }, immutable: false },
        { match: ['assets/**'], headers: {}, immutable: true },
      ],
      s3: { bucket: 'my-bucket', forcePathStyle: false, profile: 'deploy' },
    });
    expect(configs[1]).toMatchObject({
      sources: [{ dir: `${dir}/media` }],
      s3: { bucket: 'my-bucket', location: 'media' },
      url: { base: '/media/' },
    });
  });
});
