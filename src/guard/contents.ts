import type { GuardRule } from './rules.ts';

/**
 * What a text must not hold. A rule is a few literals, found in one pass over all bytes, and a bounded look
 * around each of them: no pattern has an unlimited repetition, so that no input makes a rule slow.
 */
export interface ContentRule {
  readonly rule: GuardRule;
  readonly why: string;
  /** Literals (ASCII) that every match holds. */
  readonly words: readonly string[];
  /** Sticky, tried where a word begins. */
  readonly pattern: RegExp;
  /** What else must hold; `at` and `end` are where the match lies in the text. */
  readonly also?: (text: string, at: number, end: number) => boolean;
}

/** How far rules may look around a word. The scanner keeps that much of the text at hand. */
export const reach = { behind: 1024, ahead: 4096 };

export const contentRules: readonly ContentRule[] = [
  {
    rule: 'private-key',
    why: 'a private key',
    words: ['-----BEGIN ', 'PuTTY-User-Key-File-', 'AGE-SECRET-KEY-1'],
    // The marker alone is in every library that reads keys. Between it and the key are line ends, in
    // source code escaped or quoted, and headers such as "Proc-Type: 4,ENCRYPTED".
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s"'`+,]|\\[nr]){1,40}(?:[A-Za-z-]{1,30}: [^\r\n\\]{0,200}(?:[\r\n]|\\[nr])(?:[\s"'`+,]|\\[nr]){0,40}){0,5}[A-Za-z0-9+/=]{16}|PuTTY-User-Key-File-[23]: |AGE-SECRET-KEY-1[A-Z0-9]{58}/y,
  },
  {
    rule: 'aws-key',
    why: 'an AWS access key with its secret',
    words: ['AKIA', 'ASIA'],
    pattern: /(?<![A-Za-z0-9+/=_-])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9+/=_-])/y,
    also: (text, at, end) => hasAwsSecret(text.slice(Math.max(0, at - 400), end + 400)),
  },
  {
    rule: 'github-token',
    why: 'a GitHub token',
    words: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})/y,
  },
  {
    rule: 'gitlab-token',
    why: 'a GitLab token',
    words: ['glpat-'],
    pattern: /(?<![\w-])glpat-[\w-]{20}/y,
  },
  {
    rule: 'slack-token',
    why: 'a Slack token',
    words: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'hooks.slack.com/services/'],
    pattern:
      /(?<!\w)xox[abprs]-(?:\d-)?\d{9,14}-[A-Za-z0-9-]{10}|hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{24}/y,
  },
  {
    rule: 'stripe-key',
    why: 'a secret key of Stripe',
    words: ['sk_live_', 'rk_live_'],
    pattern: /(?<!\w)[rs]k_live_[A-Za-z0-9]{16}/y,
  },
  {
    rule: 'npm-token',
    why: 'an npm token',
    words: ['npm_'],
    pattern: /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/y,
  },
  {
    rule: 'google-service-account',
    why: 'the key of a Google service account',
    words: ['service_account'],
    pattern: /(?<=\\?"type\\?"\s{0,9}:\s{0,9}\\?")service_account(?=\\?")/y,
    also: (text, at, end) =>
      /"private_key_id\\?"\s{0,9}:\s{0,9}\\?"[0-9a-f]{40}/.test(
        text.slice(Math.max(0, at - 800), end + 800),
      ),
  },
  {
    rule: 'ai-key',
    why: 'an API key of OpenAI or Anthropic',
    words: ['T3BlbkFJ', 'sk-ant-'],
    pattern: /(?<=\bsk-[\w-]{20,120})T3BlbkFJ[\w-]{20}|(?<![\w-])sk-ant-[a-z]{2,6}\d{2}-[\w-]{60}/y,
  },
  {
    rule: 'sendgrid-key',
    why: 'an API key of SendGrid',
    words: ['SG.'],
    pattern: /(?<![\w.-])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/y,
  },
  {
    rule: 'pypi-token',
    why: 'a PyPI token',
    words: ['pypi-AgEIcHlwaS5vcmc'],
    pattern: /pypi-AgEIcHlwaS5vcmc[\w-]{50}/y,
  },
  {
    rule: 'shopify-token',
    why: 'a Shopify token',
    words: ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    pattern: /(?<!\w)shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}(?!\w)/y,
  },
];

/** Whether what begins with a word is what the rule is about. */
export function isBroken(rule: ContentRule, text: string, at: number): boolean {
  rule.pattern.lastIndex = at;
  const match = rule.pattern.exec(text)?.[0];
  if (match === undefined || isPlaceholder(match)) return false;
  return rule.also?.(text, at, at + match.length) ?? true;
}

/** "ghp_xxxxxxxx…": what documentation shows in a token's place. */
function isPlaceholder(match: string): boolean {
  return /x{12}|0{12}/i.test(match) || match.includes('EXAMPLE');
}

/** Forty characters by themselves that mix cases and digits: no digest in hex is that. */
function hasAwsSecret(around: string): boolean {
  return around
    .split(/[^A-Za-z0-9+/]/)
    .some(
      (run) =>
        run.length === 40 &&
        /[a-z]/.test(run) &&
        /[A-Z]/.test(run) &&
        /\d/.test(run) &&
        !run.includes('EXAMPLE'),
    );
}
