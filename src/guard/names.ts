import type { GuardRule } from './rules.ts';

/** What a name alone says about a file or directory. Pure. */
export interface NameFinding {
  readonly rule: GuardRule;
  /** The entry that is meant: the name itself, or a directory that it lies in. */
  readonly name: string;
  readonly why: string;
  /** Where the name alone does not settle it: whether the beginning of the file does. */
  readonly confirm?: (head: Buffer) => boolean;
}

interface NameRule {
  readonly rule: GuardRule;
  /** Of a basename in lower case, or with `whole` of the name from any directory on. */
  readonly test: RegExp;
  readonly whole?: true;
  /** Words for people: among translations a file of that name is one. */
  readonly word?: true;
  readonly why: string;
  readonly confirm?: (head: Buffer) => boolean;
}

/** Anywhere in a name, directories included. */
const anywhere: readonly NameRule[] = [
  {
    rule: 'vcs',
    test: /^\.(?:git|svn|hg|jj|bzr)$/,
    why: 'the whole history of a project',
  },
  {
    rule: 'env-file',
    test: /^\.env(?:rc)?(?:[._-].*)?$|^\.dev\.vars(?:\..*)?$/,
    why: 'variables that are meant for servers',
  },
  { rule: 'credential-file', test: /^\.(?:aws|ssh|gnupg)$/, why: "a user's credentials" },
];

/** Examples are made to be read. */
const example = /(?:^|[._-])(?:example|sample|template|dist|defaults)(?:\.env)?$/;

const files: readonly NameRule[] = [
  {
    rule: 'env-file',
    test: /\.env$/,
    why: 'variables that are meant for servers',
    // Babylon.js keeps environment textures in files of this name.
    confirm: (head) => isText(head) && /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=/m.test(textOf(head)),
  },
  {
    rule: 'key-file',
    test: /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|^ssh_host_\w+_key$|^secring\.gpg$/,
    why: 'a private key',
  },
  {
    rule: 'key-file',
    test: /\.(?:p12|pfx|pkcs12|jks|jceks|bks|keystore|ppk|kdbx?|psafe3|keychain|keychain-db|kwallet|agilekeychain)$/,
    why: 'a store of keys or passwords',
  },
  {
    rule: 'key-file',
    test: /\.(?:pem|key|p8)$/,
    why: 'a key',
    // Certificates and public keys are public, and presentations of Keynote (ZIP files) are no keys.
    confirm: (head) => !isPublicPem(textOf(head)) && !textOf(head).startsWith('PK\x03\x04'),
  },
  {
    rule: 'credential-file',
    test: /^(?:\.npmrc|\.pypirc|[._]netrc|\.htpasswd|\.git-credentials|\.dockercfg|\.dockerconfigjson|\.pgpass|\.my\.cnf|\.s3cfg|\.boto|\.terraformrc|\.vault-token|\.ftpconfig|\.remote-sync\.json|sftp-config\.json|rclone\.conf|filezilla\.xml|recentservers\.xml|kubeconfig|.+\.kubeconfig|wp-config\.php|accesskeys\.csv|rootkey\.csv)$/,
    why: 'credentials',
  },
  {
    rule: 'credential-file',
    test: /^\.(?:bash|zsh|sh|mysql|psql|rediscli|irb|python|node_repl)_history$/,
    why: 'what somebody typed, passwords included',
  },
  {
    rule: 'credential-file',
    test: /^terraform\.tfstate\.|\.tfstate(?:\.backup)?$|\.tfvars(?:\.json)?$/,
    why: 'what Terraform keeps secrets in',
  },
  {
    rule: 'credential-file',
    test: /^(?:credentials?(?:[._-].*)?\.(?:json|csv|xml|ya?ml)|service[_-]?account.*\.json|client_secrets?.*\.json|secrets?\.(?:json|ya?ml|toml|ini|properties|xml))$/,
    word: true,
    why: 'credentials',
  },
  {
    rule: 'credential-file',
    test: /(?:^|\/)\.(?:kube\/config|docker\/config\.json|config\/gcloud\/.+|azure\/.+\.json)$/,
    whole: true,
    why: "a user's credentials",
  },
  {
    rule: 'credential-file',
    test: /^\.yarnrc\.yml$/,
    why: 'a token of a package registry',
    confirm: (head) => /npmAuth(?:Token|Ident)/.test(textOf(head)),
  },
  {
    rule: 'database',
    test: /^(?!thumbs\.db$).*\.(?:sqlite3?|db|sql|dump|rdb|mdb|accdb)$|\.(?:sql|dump)\.(?:gz|bz2|xz|zip|zst)$/,
    why: 'a database',
  },
];

/** Where files are called after what they translate. */
const translations = /(?:^|\/)(?:locales?|i18n|langs?|translations|messages)\//;

/** What a name (POSIX, without the source's prefix) gives away; undefined for an ordinary one. */
export function judgeName(name: string): NameFinding | undefined {
  const segments = name.split('/');
  for (const [i, segment] of segments.entries()) {
    const lower = plain(segment);
    const rule = anywhere.find(({ test }) => test.test(lower) && !example.test(lower));
    const upTo = segments.slice(0, i + 1).join('/');
    if (rule !== undefined) return found(rule, upTo);
    // In lower case it is a folder of curricula.
    if (segment === 'CVS') return { rule: 'vcs', name: upTo, why: 'the folder of a repository' };
  }
  const basename = plain(segments.at(-1) ?? '');
  if (example.test(basename)) return undefined;
  const isTranslation = translations.test(name.toLowerCase());
  const rule = files.find(
    ({ test, whole, word }) =>
      test.test(whole ? plain(name) : basename) && !(word && isTranslation),
  );
  return rule === undefined ? undefined : found(rule, name);
}

/** In any case, and an editor's backup is as good as the file. */
function plain(segment: string): string {
  return segment.toLowerCase().replace(/~$/, '');
}

function found({ rule, why, confirm }: NameRule, name: string): NameFinding {
  return { rule, name, why, ...(confirm && { confirm }) };
}

/** No NUL: the first 8 KB decide, as they do for git. */
export function isText(head: Buffer): boolean {
  return !head.subarray(0, 8192).includes(0);
}

function textOf(head: Buffer): string {
  return head.toString('latin1');
}

function isPublicPem(text: string): boolean {
  const markers = text.match(/-----BEGIN [A-Z0-9 ]{1,60}-----/g) ?? [];
  return markers.length > 0 && !markers.some((marker) => marker.includes('PRIVATE'));
}
