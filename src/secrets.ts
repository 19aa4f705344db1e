import type { Secret } from './types.ts';

// Which variables hold secrets: by their names, unless the value is an ordinary word, number, path or
// address, which would be found in any file. Pure. The guard looks for these values, the redactor hides them.

/** Shorter values turn up by chance. */
const shortest = 8;
/** From this length on, nobody's word is taken for an AWS credential. */
const surely = 16;
const longKey = 20;

const telling = /SECRET|PASSWORD|PRIVATE|TOKEN/;
const key = /_KEY$/;
const credential = /^AWS_(?:S3_)?(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN)$/;
/** Meant for browsers: said so by the name, or by the prefix with which a bundler inlines it. */
const published =
  /PUBLIC|PUBLISHABLE|SITE_KEY|^(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|EXPO_PUBLIC|GATSBY|VUE_APP|PUBLIC)_/;

/** The secrets among variables; a value that several have appears once, under the first name. */
export function secretsIn(variables: Iterable<readonly [string, string | undefined]>): Secret[] {
  const secrets = new Map<string, Secret>();
  for (const [name, text = ''] of variables) {
    const weight = weightOf(name.toUpperCase());
    if (weight === undefined) continue;
    for (const value of valuesOf(text)) {
      if (!isSecret(name.toUpperCase(), value)) continue;
      const known = secrets.get(value);
      const graver = known?.weight === 'warn' && weight === 'refuse';
      if (known === undefined || graver) secrets.set(value, { name, value, weight });
    }
  }
  return [...secrets.values()];
}

/** What no output may show. A `*_KEY` may be a cache's; a long one is more likely a secret than part of a name. */
export function valuesToHide(secrets: readonly Secret[]): readonly string[] {
  return secrets.flatMap(({ value, weight }) =>
    weight === 'refuse' || value.length >= longKey ? [value] : [],
  );
}

export function isCredential(name: string): boolean {
  return credential.test(name);
}

function weightOf(name: string): Secret['weight'] | undefined {
  if (isCredential(name)) return 'refuse';
  if (published.test(name)) return undefined;
  if (telling.test(name)) return 'refuse';
  return key.test(name) ? 'warn' : undefined;
}

/** What to look for: the value; of several lines, the longest; of a URL, also its password. */
function valuesOf(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '');
  const [, userinfo = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/@\s]+)@/i.exec(longest) ?? [];
  const password = userinfo.slice(userinfo.indexOf(':') + 1);
  return password === '' ? [longest] : [longest, password];
}

function isSecret(name: string, value: string): boolean {
  if (value.length < shortest) return false;
  if (isCredential(name) && value.length >= surely) return true;
  return !isNumber(value) && !isPath(value) && !isAddress(value) && !isWords(name, value);
}

/** Numbers, dates, versions, IP addresses. */
function isNumber(value: string): boolean {
  return /^[\d\s.,:/+-]*$/.test(value);
}

function isPath(value: string): boolean {
  return /^(?:~|\.{0,2}|[a-z]:)[\\/][\w.@ -]+(?:[\\/][\w.@ -]+)+[\\/]?$/i.test(value);
}

/** A URL that carries neither user nor password. */
function isAddress(value: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

/** "X-CSRF-Token", "pbkdf2_sha256", "sessionToken": words, but for a password of four and more. */
function isWords(name: string, value: string): boolean {
  const words = value.split(/[\s_.,:/\\@-]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '');
  if (name.includes('PASSWORD') && words.length >= 4) return false;
  // Letters drawn at random change their case all the time, or make one endless word.
  const mean = value.length / words.length;
  return (
    mean >= 3 && words.every((word) => /^(?:[A-Za-z]?[a-z]{0,19}|[A-Z]{1,20})\d{0,3}$/.test(word))
  );
}
