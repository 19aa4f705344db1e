import { describe, expect, it } from 'vitest';
import { contentRules, isBroken, reach, type ContentRule } from '../../../src/guard/contents.ts';
import { honey, random, tokens } from '../../support/honey.ts';

it('is a short list', () => {
  expect(contentRules.length).toBeLessThanOrEqual(12);
});

it.each(contentRules)(
  '$rule looks at a bounded piece of text: nothing repeats without a limit',
  (rule) => {
    const { source, sticky } = rule.pattern;
    expect(sticky).toBe(true);
    const bare = source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
    expect(bare).not.toMatch(/[*+]|\{\d+,\}/);
    expect(rule.words.filter((word) => word.length < 3)).toEqual([]);
    // Longest repetition times how often it is repeated stays far below what the scanner has at hand.
    const counts = [...bare.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) => Number(most));
    expect(counts.reduce((sum, most) => sum + most, 0)).toBeLessThan(reach.behind);
  },
);

it.each(contentRules)('$rule says what it has found', ({ why }) => {
  expect(why).toMatch(/^(?:an? |the )\w+/);
});

/** The rules that a text breaks: each word tried wherever it stands. */
function rulesIn(text: string): string[] {
  return contentRules
    .filter((rule) => rule.words.some((word) => isAnywhere(rule, text, word)))
    .map(({ rule }) => rule);
}

function isAnywhere(rule: ContentRule, text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isBroken(rule, text, at)) return true;
  }
  return false;
}

const named = new Set<string>(contentRules.map(({ rule }) => rule));
const texts = honey.filter(({ rule }) => named.has(rule));

it.each(texts)('$name breaks $rule alone', ({ content, rule }) => {
  expect(rulesIn(content.toString())).toEqual([rule]);
});

const hex = '0123456789abcdef';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

// Lengths and alphabets: the vendors' documentation, and where it is silent the rules of gitleaks.
describe.each<[rule: string, token: string]>([
  ['github-token', tokens.github],
  ['github-token', tokens.oauth],
  ['github-token', `ghu_${random(36)}`],
  ['github-token', tokens.server],
  ['github-token', `ghr_${random(36)}`],
  ['github-token', tokens.fine],
  ['gitlab-token', tokens.gitlab],
  ['slack-token', `xoxb-123456789-${random(10)}`],
  ['slack-token', `xoxp-12345678901234-${random(10)}`],
  ['slack-token', `xoxa-2-123456789012-${random(10)}`],
  ['slack-token', `xoxr-123456789012-${random(10)}`],
  ['slack-token', `xoxs-123456789012-${random(10)}`],
  ['stripe-key', `sk_live_${random(16)}`],
  ['stripe-key', `rk_live_${random(16)}`],
  ['npm-token', tokens.npm],
  ['ai-key', `sk-ant-api03-${random(60)}`],
  ['ai-key', `sk-ant-sid01-${random(60)}`],
  ['sendgrid-key', tokens.sendgrid],
  ['shopify-token', tokens.shopify],
  ['shopify-token', `shpca_${random(32, hex)}`],
  ['shopify-token', `shppa_${random(32, hex.toUpperCase())}`],
  ['shopify-token', tokens.shopifyApp],
])('%s: %s', (rule, token) => {
  it.each([token, `"${token}"`, `key=${token}&x=1`, `\n${token}\n`])('is one: %j', (text) => {
    expect(rulesIn(text)).toEqual([rule]);
  });

  it('is none when something is missing, or when it is the end of another word', () => {
    expect(rulesIn(token.slice(0, -1))).toEqual([]);
    expect(rulesIn(`"${token.slice(0, -1)}"`)).toEqual([]);
    expect(rulesIn(`x${token}`)).toEqual([]);
  });
});

it.each([
  ['an npm token', `${tokens.npm}x`],
  ['an API key of SendGrid', `${tokens.sendgrid}x`],
  ['a Shopify token', `${tokens.shopify}0`],
  ['an access key of AWS', `${tokens.awsId}X "${tokens.awsSecret}"`],
  ['an access key of AWS', `X${tokens.awsId} "${tokens.awsSecret}"`],
])('what goes on is not %s: they have one length', (_, text) => {
  expect(rulesIn(text)).toEqual([]);
});

it.each([
  ['gitlab-token', `-${tokens.gitlab}`],
  ['ai-key', `-sk-ant-api03-${random(60)}`],
  ['sendgrid-key', `a.${tokens.sendgrid}`],
])('%s does not begin behind a joint of a longer name: %s', (_, text) => {
  expect(rulesIn(text)).toEqual([]);
});

describe('of PyPI, Slack and OpenAI', () => {
  it.each([
    [['pypi-token'], `pypi-AgEIcHlwaS5vcmc${random(50)}`],
    [[], `pypi-AgEIcHlwaS5vcmc${random(49)}`],
    [['slack-token'], tokens.slackHook],
    [
      ['slack-token'],
      `hooks.slack.com/services/T${random(8, upper)}/B${random(12, upper)}/${random(24)}`,
    ],
    [[], `hooks.slack.com/services/T${random(8, upper)}/B${random(12, upper)}/${random(23)}`],
    [[], `hooks.slack.com/services/T0/B${random(12, upper)}/${random(24)}`],
    [[], `hooks.slack.com/services/T${random(8, upper)}/B0/${random(24)}`],
    [['ai-key'], `sk-${random(20)}T3BlbkFJ${random(20)}`],
    [['ai-key'], `sk-proj-${random(74)}T3BlbkFJ${random(74)}`],
    [[], `sk-${random(19)}T3BlbkFJ${random(20)}`],
    [[], `sk-${random(20)}T3BlbkFJ${random(19)}`],
    [[], `task-${random(20)}T3BlbkFJ${random(20)}`],
    [[], `xoxb-12345678-${random(10)}`],
  ])('%j in %s', (rules, text) => {
    expect(rulesIn(text)).toEqual(rules);
  });
});

describe('private keys', () => {
  const begin = ['-----BEG', 'IN PRIVATE KEY-----'].join('');
  const body = random(16);

  it.each([
    ['on a line', `${begin}\n${body}`],
    ['with line ends of Windows', `${begin}\r\n${body}`],
    ['in a JSON string', `"${begin}\\n${body}"`],
    ['in a JSON string with line ends of Windows', `"${begin}\\r\\n${body}"`],
    ['put together', `'${begin}' +\n  '${body}'`],
    ['in a template', `\`${begin}\`, \`${body}\``],
    ['indented', `${begin}\n${' '.repeat(39)}${body}`],
    ['with headers', `${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0\n\n${body}`],
    ['with headers, escaped', `${begin}\\r\\nProc-Type: 4,ENCRYPTED\\r\\n\\r\\n${body}`],
    ['with an empty header', `${begin}\nComment: \n\n${body}`],
    ['with headers in pieces', `'${begin}\\n' +\n'Proc-Type: 4\\n' +\n'\\n' +\n'${body}'`],
    ['of PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa'],
    ['of PuTTY today', 'PuTTY-User-Key-File-3: ssh-ed25519'],
    ['of age', tokens.age],
  ])('are found %s', (_, text) => {
    expect(rulesIn(text)).toEqual(['private-key']);
  });

  it.each([
    ['a marker', `s.includes("${begin}")`],
    ['two markers', `${begin}\n-----END PRIVATE KEY-----`],
    ['a marker and a short word', `${begin}\n${body.slice(1)}`],
    ['a marker and a word on its line', `${begin}${body}`],
    ['a marker and a blank page', `${begin}${' '.repeat(41)}${body}`],
    ['a placeholder', `${begin}\nxxxxxxxxxxxxxxxx`],
    ['a certificate', `-----BEGIN CERTIFICATE-----\n${body}`],
    ['a public key', `-----BEGIN RSA PUBLIC KEY-----\n${body}`],
    ['a sentence', `-----BEGIN my PRIVATE KEY-----\n${body}`],
    ['a key of PuTTY that is public', 'PuTTY-User-Key-File-1: ssh-rsa'],
    ['a short word that begins as keys of age do', tokens.age.slice(0, -1)],
    ['a key of age in small letters', tokens.age.slice(0, 20) + tokens.age.slice(20).toLowerCase()],
  ])('are not %s', (_, text) => {
    expect(rulesIn(text)).toEqual([]);
  });
});

describe('keys of AWS', () => {
  const { awsId, awsSecret } = tokens;

  it.each([
    ['after it', `${awsId}:${awsSecret}`],
    ['before it', `${awsSecret}:${awsId}`],
    ['some lines on', `${awsId}${' '.repeat(350)}${awsSecret}`],
    ['some lines before', `${awsSecret}${' '.repeat(350)}${awsId}`],
    ['far into a file', `${'a '.repeat(900)}${awsSecret} ${awsId}`],
  ])('are an id with its secret %s', (_, text) => {
    expect(rulesIn(text)).toEqual(['aws-key']);
  });

  it.each([
    ['an id', awsId],
    ['a secret', awsSecret],
    ['a secret of another page', `${awsId}${' '.repeat(400)}${awsSecret}`],
    ['a secret of the page before', `${awsSecret}${' '.repeat(400)}${awsId}`],
    ['a git commit', `${awsId} ${random(40, hex)}`],
    ['forty letters', `${awsId} ${random(20, 'abcdef')}${random(20, 'ABCDEF')}`],
    ['forty small ones and digits', `${awsId} ${random(20, 'abcdef')}${random(20, '0123')}`],
    ['forty capitals and digits', `${awsId} ${random(20, 'ABCDEF')}${random(20, '0123')}`],
    ['a longer word', `${awsId} ${awsSecret}x`],
    ['a shorter word', `${awsId} ${awsSecret.slice(1)}`],
    ['the example of a secret', `${awsId} wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`],
    ['the example of an id', `AKIAIOSFODNN7EXAMPLE ${awsSecret}`],
  ])('are not %s', (_, text) => {
    expect(rulesIn(text)).toEqual([]);
  });
});

describe('keys of Google', () => {
  const id = random(40, hex);
  const key = (type: string, space: string, more: string) =>
    `{"type"${space}:${space}"${type}",${space}"private_key_id"${space}:${space}"${more}"}`;

  it.each([
    ['as downloaded', key('service_account', '', id)],
    ['set out', key('service_account', '\n  ', id)],
    ['in a string', key('service_account', ' ', id).replaceAll('"', '\\"')],
    ['with the id first', `{"private_key_id":"${id}","project_id":"x","type":"service_account"}`],
    ['far into a file', ' '.repeat(2000) + key('service_account', ' ', id)],
  ])('are found %s', (_, text) => {
    expect(rulesIn(text)).toEqual(['google-service-account']);
  });

  it.each([
    ['an account without a key', '{"type": "service_account"}'],
    ['another kind', key('authorized_user', ' ', id)],
    ['a longer kind', key('service_account_x', ' ', id)],
    ['a short id', key('service_account', ' ', id.slice(1))],
    ['another field', key('service_account', ' ', id).replace('type', 'kind')],
    [
      'an id of another page',
      `{"type":"service_account"}${' '.repeat(800)}"private_key_id":"${id}"`,
    ],
    [
      'an id of the page before',
      `"private_key_id":"${id}"${' '.repeat(800)}{"type":"service_account"}`,
    ],
  ])('are not %s', (_, text) => {
    expect(rulesIn(text)).toEqual([]);
  });
});

it.each([`ghp_${'x'.repeat(36)}`, `ghp_${'X'.repeat(36)}`, `ghp_${random(24)}000000000000`])(
  '%s is what documentation shows in the place of a token',
  (text) => {
    expect(rulesIn(text)).toEqual([]);
  },
);
