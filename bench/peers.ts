import { collectfasta, django } from './django.ts';
import { cacheControl, type Peer } from './peer.ts';

const rclone = {
  version: ['rclone', 'version'],
  deploys: (bucket) =>
    // prettier-ignore
    ['rclone', 'sync', '--checksum', 'static', `:s3:${bucket}/static`, '--header-upload', `Cache-Control: ${cacheControl}`],
  env: ({ endpoint }) => ({
    RCLONE_S3_PROVIDER: 'Other',
    RCLONE_S3_ENV_AUTH: 'true',
    RCLONE_S3_REGION: 'us-east-1',
    RCLONE_S3_ENDPOINT: endpoint,
  }),
  copies: ['rclone', 'sync', 'static', 'out'],
  note: '`--checksum` compares digests; an answer is waited for 5 minutes by default',
} satisfies Partial<Peer>;

const syncWithClient = `const { S3Client } = require('@aws-sdk/client-s3');
const { S3SyncClient } = require('s3-sync-client');

const { sync } = new S3SyncClient({ client: new S3Client({}) });
sync('static', 's3://' + process.argv[2] + '/static', {
  commandInput: (input) => ({
    CacheControl: '${cacheControl}',
    ContentType: require('mime-types').contentType(require('path').extname(input.Key)),
  }),
});
`;

/** Pinned, so that whoever runs the exam again runs the same exam. */
export const peers: readonly Peer[] = [
  {
    name: 'collect-static',
    install: { kind: 'own' },
    version: ['collect-static', '--version'],
    deploys: (bucket) => ['collect-static', '--to', `s3://${bucket}/static`],
    copies: ['collect-static', '--to', 'out'],
  },
  {
    ...rclone,
    name: 'rclone',
    install: { kind: 'go', module: 'github.com/rclone/rclone', release: 'v1.76.0' },
  },
  {
    ...rclone,
    name: 'rclone (Debian 12)',
    install: { kind: 'debian', package: 'rclone' },
  },
  {
    name: 's5cmd',
    install: { kind: 'go', module: 'github.com/peak/s5cmd/v2', release: 'v2.3.0' },
    version: ['s5cmd', 'version'],
    deploys: (bucket) =>
      // prettier-ignore
      ['s5cmd', 'sync', '--cache-control', cacheControl, 'static/', `s3://${bucket}/static/`],
    env: ({ endpoint }) => ({ S3_ENDPOINT_URL: endpoint }),
    note: 'retries 10 times by default; was still waiting for an answer after 10 minutes',
  },
  {
    name: 'aws s3 sync',
    install: { kind: 'pip', requirements: ['awscli==1.46.3'] },
    version: ['aws', '--version'],
    deploys: (bucket) =>
      // prettier-ignore
      ['aws', 's3', 'sync', 'static', `s3://${bucket}/static`, '--cache-control', cacheControl],
  },
  {
    name: 's3cmd',
    install: { kind: 'pip', requirements: ['s3cmd==2.4.0'] },
    version: ['s3cmd', '--version'],
    deploys: (bucket) =>
      // prettier-ignore
      ['s3cmd', 'sync', '--no-mime-magic', 'static/', `s3://${bucket}/static/`, `--add-header=Cache-Control: ${cacheControl}`],
    files: ({ endpoint }) => ({ 'home/.s3cfg': configureS3cmd(endpoint) }),
    note: 'compares MD5 by default',
  },
  {
    name: 's3deploy',
    install: { kind: 'go', module: 'github.com/bep/s3deploy/v2', release: 'v2.12.0' },
    version: ['s3deploy', '-V'],
    deploys: (bucket) =>
      // prettier-ignore
      ['s3deploy', '-bucket', bucket, '-region', 'us-east-1', '-source', 'static', '-path', 'static'],
    files: () => ({
      '.s3deploy.yml': `routes:\n  - route: "^.+$"\n    headers:\n      Cache-Control: "${cacheControl}"\n`,
    }),
  },
  {
    name: 'hugo deploy',
    install: {
      kind: 'go',
      module: 'github.com/gohugoio/hugo',
      release: 'v0.165.0',
      tags: 'withdeploy',
    },
    version: ['hugo', 'version'],
    deploys: () => ['hugo', 'deploy'],
    files: ({ bucket }) => ({ 'hugo.toml': configureHugo(bucket) }),
    note: 'compares MD5 by default; was still waiting for an answer after 10 minutes',
  },
  django,
  collectfasta,
  {
    name: 's3-sync-client',
    install: {
      kind: 'npm',
      packages: ['s3-sync-client@4.3.1', '@aws-sdk/client-s3@3.1169.0', 'mime-types@3.0.2'],
    },
    version: ['node', '-p', "require('s3-sync-client/package.json').version"],
    deploys: (bucket) => ['node', 'sync.cjs', bucket],
    files: () => ({ 'sync.cjs': syncWithClient }),
    note: 'a library: `sync.cjs` is the script of its README',
  },
];

function configureS3cmd(endpoint: string): string {
  const { host, protocol } = new URL(endpoint);
  const https = protocol === 'https:' ? 'True' : 'False';
  return `[default]\nhost_base = ${host}\nhost_bucket = ${host}\nuse_https = ${https}\n`;
}

function configureHugo(bucket: string): string {
  return `baseURL = "https://example.org/"
publishDir = "static"
[deployment]
[[deployment.targets]]
name = "production"
URL = "s3://${bucket}?region=us-east-1&prefix=static/"
[[deployment.matchers]]
pattern = "^.+$"
cacheControl = "${cacheControl}"
`;
}
