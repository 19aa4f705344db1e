// Files that must never be published, one by one. Every secret is made up and put together at run time, so that
// no scanner takes this repository itself for a leak. Names and shapes follow the published lists of gitleaks,
// secretlint, gitrob, npm-packlist and GitHub's .gitignore templates; the samples are our own.

export interface Honey {
  readonly name: string;
  readonly content: string | Buffer;
  /** The rule that must refuse it, and without which it would pass. */
  readonly rule: string;
}

let calls = 0;

/** Letters and digits that look drawn by lot, the same ones in every run. */
export function random(
  length: number,
  alphabet = letters + letters.toUpperCase() + digits,
): string {
  calls += 1;
  let state = calls * 7919;
  let text = '';
  while (text.length < length) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += alphabet.charAt(Math.floor(state / 65536) % alphabet.length);
  }
  return text;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const upper = letters.toUpperCase() + digits;
const hex = digits + 'abcdef';

const join = (...parts: readonly string[]) => parts.join('');
const begin = (label: string) => join('-----BEG', `IN ${label}-----`);
const end = (label: string) => join('-----EN', `D ${label}-----`);
const pem = (label: string, lineEnd = '\n') =>
  [begin(label), random(64), random(63), end(label), ''].join(lineEnd);

/** The tokens, by what they are called in a test. */
export const tokens = {
  github: join('gh', 'p_', random(36)),
  oauth: join('gh', 'o_', random(36)),
  server: join('gh', 's_', random(36)),
  fine: join('github', '_pat_', random(22), '_', random(59)),
  gitlab: join('glp', 'at-', random(20)),
  slackBot: join('xo', 'xb-', '2748193750284-', '2749301849275-', random(24)),
  slackUser: join(
    'xo',
    'xp-',
    '2748193750284-',
    '2749301849275-',
    '2749301849276-',
    random(32, hex),
  ),
  slackHook: join(
    'https://hooks.slack',
    '.com/services/T',
    random(9, upper),
    '/B',
    random(9, upper),
    '/',
    random(24),
  ),
  stripe: join('sk', '_live_', random(24)),
  stripeRestricted: join('rk', '_live_', random(99)),
  npm: join('np', 'm_', random(36)),
  openai: join('sk-', 'proj-', random(40), 'T3Blbk', 'FJ', random(40)),
  anthropic: join('sk-', 'ant-', 'api03-', random(93), 'AA'),
  sendgrid: join('S', 'G.', random(22), '.', random(43)),
  pypi: join('pyp', 'i-AgEIcHlwaS5vcmc', random(80)),
  shopify: join('shp', 'at_', random(32, hex)),
  shopifyApp: join('shp', 'ss_', random(32, hex)),
  awsId: join('AK', 'IA', random(16, upper)),
  awsTemporaryId: join('AS', 'IA', random(16, upper)),
  awsSecret: join(random(20), '/', random(11), '+', random(7)),
  age: join('AGE-SECRET', '-KEY-1', random(58, upper)),
};

const named = (rule: string, names: readonly string[], content = 'x = 1\n'): Honey[] =>
  names.map((name) => ({ name, content, rule }));

const holding = (rule: string, files: Readonly<Record<string, string>>): Honey[] =>
  Object.entries(files).map(([name, content]) => ({ name, content, rule }));

const secretLine = 'PASSWORD=hunter22\n';

const byName: readonly Honey[] = [
  ...named('vcs', [
    '.git/config',
    '.git/HEAD',
    'sub/.git/objects/pack/pack-1.idx',
    '.svn/wc.db',
    '.svn/entries',
  ]),
  ...named('vcs', [
    '.hg/store/00manifest.i',
    'CVS/Root',
    'lib/CVS/Entries',
    '.jj/repo/store/type',
    '.bzr/README',
  ]),
  ...named(
    'env-file',
    ['.env', '.env.local', '.env.production', '.env.development.local', '.env-prod'],
    secretLine,
  ),
  ...named(
    'env-file',
    ['.env_old', '.ENV', 'api/.env', '.envrc', '.dev.vars', '.env~', 'prod.env'],
    secretLine,
  ),
  ...named('key-file', [
    'id_rsa',
    'keys/id_dsa',
    'id_ecdsa',
    '.hidden/id_ed25519',
    'id_ed25519_sk',
  ]),
  ...named('key-file', [
    'ssh_host_rsa_key',
    'server.p12',
    'server.pfx',
    'release.jks',
    'debug.keystore',
  ]),
  ...named('key-file', [
    'putty.ppk',
    'team.kdbx',
    'old.kdb',
    'login.keychain',
    'secring.gpg',
    'wallet.kwallet',
  ]),
  ...named('key-file', [
    'config/master.key',
    'tls/server.key',
    'server.pem',
    'AuthKey_1.p8',
    'store.bks',
    'a.psafe3',
  ]),
  ...named('credential-file', [
    '.npmrc',
    '.pypirc',
    '.netrc',
    '_netrc',
    '.htpasswd',
    '.git-credentials',
  ]),
  ...named('credential-file', [
    '.dockercfg',
    '.docker/config.json',
    '.kube/config',
    '.aws/credentials',
    '.ssh/config',
  ]),
  ...named('credential-file', [
    '.gnupg/pubring.kbx',
    '.pgpass',
    '.my.cnf',
    '.s3cfg',
    '.boto',
    '.vault-token',
  ]),
  ...named('credential-file', [
    'rclone.conf',
    'filezilla.xml',
    'sftp-config.json',
    'wp-config.php',
    'rootkey.csv',
  ]),
  ...named('credential-file', [
    '.bash_history',
    '.mysql_history',
    'terraform.tfstate',
    'terraform.tfstate.backup',
  ]),
  ...named('credential-file', [
    'prod.tfvars',
    'credentials.json',
    'credentials-prod.json',
    'service-account.json',
  ]),
  ...named('credential-file', [
    'serviceAccountKey.json',
    'client_secret_1.json',
    'secrets.yml',
    'conf/secrets.json',
  ]),
  ...named('credential-file', ['.yarnrc.yml'], 'npmAuthToken: abc\n'),
  ...named('database', [
    'db.sqlite3',
    'app.sqlite',
    'data.db',
    'backup.sql',
    'dump.sql.gz',
    'dump.rdb',
    'old.mdb',
  ]),
];

const byContent: readonly Honey[] = [
  ...holding('private-key', {
    'a.txt': pem('RSA PRIVATE KEY'),
    'deep/er.crt': pem('PRIVATE KEY', '\r\n'),
    'b.js': `const key = "${pem('EC PRIVATE KEY', '\\n')}";`,
    'c.json': JSON.stringify({ key: pem('OPENSSH PRIVATE KEY') }),
    'd.asc': `${begin('PGP PRIVATE KEY BLOCK')}\nVersion: GnuPG v2\nComment: x\n\n${random(64)}\n`,
    'e.md': `${begin('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${random(32, hex)}\n\n${random(64)}\n`,
    'f.html': `<pre>${pem('ENCRYPTED PRIVATE KEY')}</pre>`,
    'g.js': `['${begin('DSA PRIVATE KEY')}',\n  '${random(64)}',\n]`,
    'h.txt': join('PuTTY-User-Key', '-File-3: ssh-ed25519\nEncryption: none\n'),
    'i.txt': `# created: today\n${tokens.age}\n`,
    'chain.txt': `${pem('CERTIFICATE')}${pem('PRIVATE KEY')}`,
  }),
  ...holding('aws-key', {
    'aws.js': `new S3({ accessKeyId: "${tokens.awsId}", secretAccessKey: "${tokens.awsSecret}" })`,
    'aws.ini.txt': `[default]\naws_access_key_id = ${tokens.awsId}\naws_secret_access_key = ${tokens.awsSecret}\n`,
    'aws.json': JSON.stringify({
      SecretAccessKey: tokens.awsSecret,
      AccessKeyId: tokens.awsTemporaryId,
    }),
  }),
  ...holding('github-token', {
    'main.js': `fetch(u,{headers:{authorization:"token ${tokens.github}"}})`,
    'main.js.map': JSON.stringify({ sourcesContent: [`const t = '${tokens.oauth}'`] }),
    'page.html': `<script>window.T='${tokens.server}'</script>`,
    'fine.css': `/* ${tokens.fine} */`,
  }),
  ...holding('gitlab-token', { 'ci.yml': `token: ${tokens.gitlab}\n`, 'l.txt': tokens.gitlab }),
  ...holding('slack-token', {
    'bot.js': `b="${tokens.slackBot}"`,
    'user.json': JSON.stringify({ token: tokens.slackUser }),
    'hook.js': `post("${tokens.slackHook}")`,
  }),
  ...holding('stripe-key', {
    'pay.js': `Stripe("${tokens.stripe}")`,
    'r.txt': tokens.stripeRestricted,
  }),
  ...holding('npm-token', {
    'n.txt': `//registry.npmjs.org/:_authToken=${tokens.npm}`,
    'n.js': `'${tokens.npm}'`,
  }),
  ...holding('google-service-account', {
    'gcp.json': `{"type": "service_account", "private_key_id": "${random(40, hex)}", "private_key": "…"}`,
    'gcp.js': `x='{\\"type\\":\\"service_account\\",\\"private_key_id\\":\\"${random(40, hex)}\\"}'`,
  }),
  ...holding('ai-key', {
    'chat.js': `key:"${tokens.openai}"`,
    'claude.js': `key:"${tokens.anthropic}"`,
  }),
  ...holding('sendgrid-key', {
    'mail.js': `setApiKey('${tokens.sendgrid}')`,
    'mail.txt': tokens.sendgrid,
  }),
  ...holding('pypi-token', { 'pip.txt': `password = ${tokens.pypi}` }),
  ...holding('shopify-token', { 'shop.js': `"${tokens.shopify}"`, 'shop.txt': tokens.shopifyApp }),
];

/** A build environment, and files that hold what must not leave it. */
export const secretEnv = {
  SESSION_SECRET: random(44),
  DATABASE_PASSWORD: `pa$$-${random(6)}`,
  DEPLOY_TOKEN: random(20, hex),
  JWT_PRIVATE: random(32),
  AWS_SECRET_ACCESS_KEY: random(40),
  AWS_ACCESS_KEY_ID: `test-${random(15)}`,
  REDIS_PASSWORD: `redis://cache:${random(12)}@localhost:6379/0`,
};

const byEnvironment: readonly Honey[] = [
  ...holding('own-secret', {
    'env/a.js': `!function(){var s="${secretEnv.SESSION_SECRET}"}()`,
    'env/b.html': `<!-- ${secretEnv.DATABASE_PASSWORD} -->`,
    'env/c.json': JSON.stringify({ deploy: secretEnv.DEPLOY_TOKEN }),
    'env/d.txt': secretEnv.JWT_PRIVATE,
    'env/e.js': `${' '.repeat(1_500_000)}"${secretEnv.AWS_SECRET_ACCESS_KEY}"`,
    'env/f.map': `{"x":"${secretEnv.AWS_ACCESS_KEY_ID}"}`,
    'env/g.css': `/* ${secretEnv.REDIS_PASSWORD} */`,
  }),
  {
    name: 'env/h.txt',
    content: Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(secretEnv.SESSION_SECRET, 'utf16le'),
    ]),
    rule: 'own-secret',
  },
];

/** Each of them alone must keep a run from starting. */
export const honey: readonly Honey[] = [...byName, ...byContent, ...byEnvironment];
