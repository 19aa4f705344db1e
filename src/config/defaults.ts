/** What holds where nobody said anything. The target's own name decides where its files come from and go to. */
export function defaultsFor(target: string) {
  return {
    sources: [target],
    ignore: [],
    defaultIgnore: true,
    backend: 'local',
    local: { dir: `${target}files`, link: false },
    s3: {
      location: target,
      acl: 'auto',
      preloadMetadata: true,
      connectTimeout: 5000,
      requestTimeout: 60_000,
    },
    url: { base: `/${target}/`, protocol: 'https:', signed: false, expiresIn: 3600 },
    headers: { 'cache-control': 'public, max-age=31556926' },
    rules: [],
    hash: {
      enabled: false,
      engine: 'modern',
      keep: 'both',
      include: [],
      exclude: [],
      alreadyHashed: [],
      onMissing: [],
    },
    retain: { releases: 5, days: 30, maxDeletes: 1000, maxDeletePercent: 50 },
    prune: false,
    cdn: { provider: 'cloudfront', maxPaths: 100 },
    lockTimeout: 600,
    compress: {
      enabled: false,
      types: [],
      skipExtensions: [],
      quality: { br: 5, gzip: 9, zstd: 19 },
      minSaving: 0.05,
    },
    concurrency: 'auto',
    fastPath: true,
    allow: [],
  } as const;
}
