import type { Credentials } from '../types.ts';
import { credentialVariables } from './aliases.ts';
import { originOf, type VariableSource } from './env.ts';
import { type Layer, type Setting, sentenceAbout } from './settings.ts';
import type { TargetSettings } from './target.ts';

/** The credentials among the variables, as settings below `credentials`. Empty ones are unset. */
export function readCredentials(source: VariableSource): readonly Setting[] {
  return credentialVariables.flatMap(({ variable, part }) => {
    const value = source.variables.get(variable)?.trim() ?? '';
    const origin = originOf(source, variable);
    return value === '' ? [] : [{ path: `credentials.${part}`, value, origin }];
  });
}

export interface SignIn {
  readonly credentials: Credentials | undefined;
  readonly profile: string | undefined;
  readonly problems: readonly string[];
  /** The profile that keys of higher precedence displaced. */
  readonly unused?: Setting;
}

const order: readonly Layer[] = ['file', '.env', 'environment', 'flag'];
const rank = (setting: Setting) => order.indexOf(setting.origin.layer);

/** Access keys or a profile, whichever was said with more weight; never both. */
export function chooseSignIn(settings: TargetSettings): SignIn {
  const profile = settings.get('s3.profile');
  const key = settings.get('credentials.accessKeyId');
  const secret = settings.get('credentials.secretAccessKey');
  const byProfile = { credentials: undefined, profile: textOf(profile), problems: [] };
  const keys = [key, secret].filter((one) => one !== undefined);
  if (keys.length === 0) return byProfile;
  const weight = Math.max(...keys.map(rank));
  if (profile !== undefined && rank(profile) > weight) return byProfile;
  if (key === undefined || secret === undefined) {
    const missing = key === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    const problems = keys.map((one) => sentenceAbout(one, `is set, but ${missing} is not`));
    return { credentials: undefined, profile: undefined, problems };
  }
  if (profile !== undefined && rank(profile) === weight) {
    const text = 'must not be set together with access keys; unset one of them';
    return { ...byProfile, problems: [sentenceAbout(profile, text)] };
  }
  const token = settings.get('credentials.sessionToken');
  // A token belongs to the key it was issued with; one from another place would spoil the key.
  const ours = token !== undefined && rank(token) === rank(key) ? token : undefined;
  const parts = [key, secret, ours].filter((one) => one !== undefined);
  const spoilt = parts.filter((one) => !isPrintable(one));
  return {
    credentials: {
      accessKeyId: String(key.value),
      secretAccessKey: String(secret.value),
      ...(ours === undefined ? {} : { sessionToken: String(ours.value) }),
    },
    profile: undefined,
    problems: spoilt.map((one) => sentenceAbout(one, 'has a character that is in no credentials')),
    ...(profile === undefined ? {} : { unused: profile }),
  };
}

/** They are sent in headers, which a line break would end. */
function isPrintable({ value }: Setting): boolean {
  return /^[\x21-\x7e]+$/.test(String(value));
}

function textOf(setting: Setting | undefined): string | undefined {
  return setting === undefined ? undefined : String(setting.value);
}
