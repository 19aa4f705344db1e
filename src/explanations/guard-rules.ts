import { exitCodes } from '../errors.ts';
import type { GuardRule } from '../guard/rules.ts';
import type { CodeExplanation } from './explanation.ts';

const takeOut =
  'take it out, or "ignore" it; if it is meant to be public, name rule, files and reason in "allow"';

const file = { fix: takeOut, exit: [exitCodes.refused] } as const;
const secret = {
  fix: `${takeOut}; a secret that was published before is known to others: change it`,
  exit: [exitCodes.refused],
} as const;
const suspicion = { fix: takeOut, exit: [exitCodes.ok] } as const;
const limit = {
  why: 'A wrong directory is mostly a large one. Limits are off unless they are configured.',
  fix: 'leave out what is not meant to be published, or raise the limit',
  exit: [exitCodes.refused],
} as const;

/** What the guard's findings mean, by the rule in their brackets. */
export const guardExplanations: Readonly<
  Record<GuardRule | 'limits.files' | 'limits.bytes' | 'limits.fileSize', CodeExplanation>
> = {
  vcs: {
    what: 'a repository in a source: .git, .svn, .hg, CVS, .jj or .bzr',
    why: 'The whole history of a project would be public. Even where the default ignores would leave it out, the source is mostly the wrong directory.',
    ...file,
  },
  'env-file': {
    what: 'variables that are meant for servers: .env, .env.*, .envrc, .dev.vars, *.env',
    why: 'They hold passwords and keys. Examples (.env.example, .sample, .template) are fine.',
    ...secret,
  },
  'key-file': {
    what: 'a private key, or a store of keys or passwords',
    why: 'Names such as id_rsa, *.p12, *.jks, *.kdbx; *.pem and *.key unless they hold a certificate or public key.',
    ...secret,
  },
  'credential-file': {
    what: 'a file that tools keep credentials in',
    why: 'Names such as .npmrc, .netrc, .htpasswd, .aws, .ssh, credentials.json, terraform.tfstate, and what a shell keeps of what was typed.',
    ...secret,
  },
  database: {
    what: 'a database or its dump',
    why: '*.sqlite, *.db, *.sql, *.dump and the like hold data that was not meant for everyone.',
    ...file,
  },
  'private-key': {
    what: 'a private key in a text',
    why: 'The beginning of a key in PEM, PuTTY or age format, with its bytes after it.',
    ...secret,
  },
  'aws-key': {
    what: 'an AWS access key id with a secret access key near it',
    why: 'A build tool may have put variables into the code.',
    ...secret,
  },
  'github-token': { what: 'a GitHub token in a text', why: 'ghp_… and the like.', ...secret },
  'gitlab-token': { what: 'a GitLab token in a text', why: 'glpat-…', ...secret },
  'slack-token': {
    what: 'a Slack token or webhook in a text',
    why: 'xoxb-… and the like, or hooks.slack.com/services/…',
    ...secret,
  },
  'stripe-key': {
    what: 'a secret key of Stripe in a text',
    why: 'sk_live_… or rk_live_…; publishable keys begin with pk_.',
    ...secret,
  },
  'npm-token': { what: 'an npm token in a text', why: 'npm_… and 36 characters.', ...secret },
  'google-service-account': {
    what: 'the key of a Google service account in a text',
    why: 'The JSON that Google gives out, whatever the name of the file.',
    ...secret,
  },
  'ai-key': {
    what: 'an API key of OpenAI or Anthropic in a text',
    why: 'Such keys belong on a server: whoever has one spends your money.',
    ...secret,
  },
  'sendgrid-key': { what: 'an API key of SendGrid in a text', why: 'SG.…', ...secret },
  'pypi-token': { what: 'a PyPI token in a text', why: 'pypi-…', ...secret },
  'shopify-token': {
    what: 'a Shopify token in a text',
    why: 'shpat_… and the like.',
    ...secret,
  },
  'own-secret': {
    what: "the value of one of this run's secret variables in a text",
    why: 'AWS credentials, and variables whose names hold SECRET, PASSWORD, PRIVATE or TOKEN, from the environment or .env: a build tool may have put one into the code.',
    fix: 'take it out and change the secret if it was ever published; if it is no secret, name the variable: "allow": [{ "env": "NAME" }]',
    exit: [exitCodes.refused],
  },
  'own-key': {
    what: 'the value of a *_KEY variable of this run in a text',
    why: 'Many such keys are public (maps, search), and some are not.',
    fix: 'if it is meant to be public: "allow": [{ "env": "NAME" }]; if not, take it out and change it',
    exit: [exitCodes.ok],
  },
  'source-map': { what: 'a source map', why: 'It may show the sources.', ...suspicion },
  'unbuilt-source': {
    what: 'a source that no build has touched, such as *.scss, *.ts, *.php',
    why: 'The directory may be the one before the build.',
    ...suspicion,
  },
  'dependency-folder': {
    what: 'a file in node_modules or bower_components',
    why: 'Whole packages are seldom meant to be published.',
    ...suspicion,
  },
  'private-file': {
    what: 'a file that others may not read on disk',
    why: 'Its permissions may be on purpose.',
    ...suspicion,
  },
  'limits.files': { what: 'more files than limits.files allows', ...limit },
  'limits.bytes': { what: 'more bytes in all than limits.bytes allows', ...limit },
  'limits.fileSize': { what: 'a file with more bytes than limits.fileSize allows', ...limit },
};
