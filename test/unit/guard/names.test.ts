import { describe, expect, it } from 'vitest';
import { isText, judgeName } from '../../../src/guard/names.ts';
import { honey } from '../../support/honey.ts';

/** The rule that refuses a file of this name which begins so. */
function ruleOf(name: string, head: string | Buffer = ''): string | undefined {
  const found = judgeName(name);
  return found?.confirm?.(Buffer.from(head)) === false ? undefined : found?.rule;
}

const named = new Set(['vcs', 'env-file', 'key-file', 'credential-file', 'database']);
const secret = honey.filter(({ rule }) => named.has(rule));

it.each(secret)('$name gives itself away: $rule', ({ name, content, rule }) => {
  expect(ruleOf(name, content)).toBe(rule);
  // In a directory, by somebody who shouts, and as the backup of an editor.
  expect(ruleOf(`a/b.c/${name}`, content)).toBe(rule);
  if (!name.includes('CVS')) expect(ruleOf(name.toUpperCase(), content)).toBe(rule);
  if (!name.endsWith('~')) expect(ruleOf(`${name}~`, content)).toBe(rule);
});

it.each(secret)('$name: the reason is a thing', ({ name }) => {
  expect(judgeName(name)?.why).toMatch(
    /^(?:an? |the |what |variables |credentials$)|'s credentials$/,
  );
});

// Names from the .gitignore templates of GitHub and the documentation of the tools.
it.each([
  ['env-file', '.dev.vars.production'],
  ['env-file', '.env.example.local'],
  ['env-file', '.env-local'],
  ['env-file', '.env_local'],
  ['env-file', '.envrc.local'],
  ['key-file', 'id_ecdsa_sk'],
  ['key-file', 'ssh_host_ed25519_key'],
  ['key-file', 'a.pkcs12'],
  ['key-file', 'a.jceks'],
  ['key-file', 'login.keychain-db'],
  ['key-file', 'a.agilekeychain'],
  ['credential-file', 'home/.config/gcloud/application_default_credentials.db'],
  ['credential-file', '.config/gcloud/x'],
  ['credential-file', '.azure/accessTokens.json'],
  ['credential-file', 'home/.azure/msal_token_cache.json'],
  ['credential-file', 'home/.kube/config'],
  ['credential-file', '.dockerconfigjson'],
  ['credential-file', '.terraformrc'],
  ['credential-file', '.ftpconfig'],
  ['credential-file', '.remote-sync.json'],
  ['credential-file', 'recentservers.xml'],
  ['credential-file', 'kubeconfig'],
  ['credential-file', 'prod.kubeconfig'],
  ['credential-file', 'accessKeys.csv'],
  ['credential-file', '.zsh_history'],
  ['credential-file', '.sh_history'],
  ['credential-file', '.psql_history'],
  ['credential-file', '.rediscli_history'],
  ['credential-file', '.irb_history'],
  ['credential-file', '.python_history'],
  ['credential-file', '.node_repl_history'],
  ['credential-file', 'terraform.tfstate.1700000000.backup'],
  ['credential-file', 'prod.tfstate'],
  ['credential-file', 'prod.tfstate.backup'],
  ['credential-file', 'prod.tfvars.json'],
  ['credential-file', 'credential.json'],
  ['credential-file', 'credentials.csv'],
  ['credential-file', 'credentials.xml'],
  ['credential-file', 'credentials.yml'],
  ['credential-file', 'credentials.yaml'],
  ['credential-file', 'credentials_prod.json'],
  ['credential-file', 'credentials.prod.json'],
  ['credential-file', 'service_account.json'],
  ['credential-file', 'client_secrets.json'],
  ['credential-file', 'client_secret_123.apps.googleusercontent.com.json'],
  ['credential-file', 'secret.json'],
  ['credential-file', 'secrets.yaml'],
  ['credential-file', 'secrets.toml'],
  ['credential-file', 'secrets.ini'],
  ['credential-file', 'secrets.properties'],
  ['credential-file', 'secrets.xml'],
  ['database', 'a.sqlite'],
  ['database', 'a.accdb'],
  ['database', 'a.dump'],
  ['database', 'a.sql.bz2'],
  ['database', 'a.sql.xz'],
  ['database', 'a.sql.zip'],
  ['database', 'a.dump.zst'],
  ['database', 'thumbs.db.sql'],
])('%s: %s', (rule, name) => {
  expect(ruleOf(name)).toBe(rule);
});

it.each([
  'css/app.css',
  'environment.js',
  '.environment',
  'env.d.ts',
  '.env.example',
  '.env.production.sample',
  '.env.template',
  '.env.dist',
  '.env.defaults',
  '.env.example/readme.md',
  'example.env',
  'prod-example.env',
  'a.env.js',
  'x.envrc',
  'x.dev.vars',
  '.dev.varsity',
  '.gitignore',
  '.gitkeep',
  'repo.git',
  'a.aws',
  '.sshd',
  'cvs/anna.pdf',
  'id_rsa.pub',
  'my_id_rsa',
  'ssh_host_rsa_key.pub',
  'my_ssh_host_rsa_key',
  'secring.gpg.html',
  'my-secring.gpg',
  'a.p12.html',
  'a.pem.js',
  'img/key.png',
  'keys.json',
  'npmrc',
  'my.npmrc',
  '.npmrc.md',
  'netrc',
  'a.netrc',
  '.kubeconfig',
  'kubeconfig.md',
  'my.bash_history',
  '.bash_history.md',
  'my-terraform.tfstate.html',
  'a.tfstate.html',
  'a.tfvars.html',
  'my-credentials.json',
  'credentials.json.html',
  'credentialsx.json',
  'my-service-account.json',
  'my-secrets.yml',
  'sec~rets.json',
  'kube/config',
  'a.kube/config',
  '.kube/config.html',
  '.docker/config.jsonx',
  '.azure/readme.md',
  'x.yarnrc.yml',
  '.yarnrc.yml.md',
  'sql',
  'sql.css',
  'a.sqlx',
  'a.sql.gz.html',
  'a.sql.md',
  'Thumbs.db',
  'secrets.html',
  'token.svg',
  '.well-known/security.txt',
])('%s is an ordinary name', (name) => {
  // Whatever the file holds.
  expect(ruleOf(name, 'A=1\nnpmAuthToken: a')).toBeUndefined();
});

it.each(['locale', 'locales', 'i18n', 'lang', 'langs', 'translations', 'messages', 'I18N'])(
  'in %s files are called after what they translate',
  (folder) => {
    expect(ruleOf(`${folder}/de/secrets.json`)).toBeUndefined();
    expect(ruleOf(`a/${folder}/credentials.yml`)).toBeUndefined();
    // What is no word of any language is no translation.
    expect(ruleOf(`${folder}/id_rsa`)).toBe('key-file');
    expect(ruleOf(`${folder}/.npmrc`)).toBe('credential-file');
    expect(ruleOf(`${folder}/a.sqlite`)).toBe('database');
    expect(ruleOf(`x${folder}/secrets.json`)).toBe('credential-file');
    expect(ruleOf(`${folder}x/secrets.json`)).toBe('credential-file');
  },
);

it.each([
  ['a/.git/objects/ab/cd', 'a/.git'],
  ['a/CVS/Root', 'a/CVS'],
  ['.ENV.Local', '.ENV.Local'],
  ['x/.ssh/config', 'x/.ssh'],
  ['wp-config.php~', 'wp-config.php~'],
  ['a/.kube/config', 'a/.kube/config'],
])('of %s it is %s that is meant', (name, meant) => {
  expect(judgeName(name)?.name).toBe(meant);
});

describe('where the name does not settle it, the beginning of the file does', () => {
  const pem = (...labels: string[]) =>
    labels.map((one) => `-----BEGIN ${one}-----\nMIIB\n`).join('');

  it.each([
    ['prod.env', 'A=1'],
    ['prod.env', '# of the shop\n\n  export  API_URL2 = x\n'],
    ['prod.env', '_a=\n'],
    ['a.pem', pem('PRIVATE KEY')],
    ['a.pem', pem('CERTIFICATE', 'RSA PRIVATE KEY')],
    ['a.pem', pem('EC PRIVATE KEY', 'CERTIFICATE')],
    ['a.pem', ''],
    ['a.key', '\u0000\u0001'],
    ['a.key', 'text that says PK\u0003\u0004'],
    ['a.p8', pem('PRIVATE KEY')],
    ['.yarnrc.yml', 'npmAuthToken: a'],
    ['.yarnrc.yml', 'x: y\nnpmAuthIdent: a'],
  ])('%s is refused: %j', (name, head) => {
    expect(ruleOf(name, head)).toBeDefined();
  });

  it.each([
    ['sky.env', Buffer.from([0x86, 0x16, 0x87, 0x96, 0, 0x0a, 0x41, 0x3d])],
    ['prod.env', 'this is about A=1 and B=2'],
    ['prod.env', '1=2'],
    ['a.pem', pem('CERTIFICATE')],
    ['a.pem', pem('CERTIFICATE', 'CERTIFICATE')],
    ['a.pem', pem('X509 CRL')],
    ['a.key', pem('PUBLIC KEY')],
    ['talk.key', 'PK\u0003\u0004 zip'],
    ['.yarnrc.yml', 'nodeLinker: node-modules'],
  ])('%s may be published: %j', (name, head) => {
    expect(judgeName(name)).toBeDefined();
    expect(ruleOf(name, head)).toBeUndefined();
  });
});

it('takes for text what has no NUL in the first 8 KB, as git does', () => {
  const at = (place: number) => Buffer.from(`${' '.repeat(place)}\0`);
  expect([at(0), at(8191)].some(isText)).toBe(false);
  expect([at(8192), Buffer.from('a'), Buffer.alloc(0)].every(isText)).toBe(true);
});
