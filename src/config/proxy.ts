import type { S3Options } from '../types.ts';
import { originOf, type VariableSource } from './env.ts';
import { sentenceAbout, type Setting } from './settings.ts';
import type { TargetSettings } from './target.ts';
import { hasControl } from './values.ts';

const protocols = ['https', 'http', 'no'] as const;

/** The proxies of the process environment, as settings. By curl's rules: either case, the lower one first. */
export function readProxies(source: VariableSource): readonly Setting[] {
  return protocols.flatMap((protocol) => {
    const lower = [`${protocol}_proxy`, ...(protocol === 'no' ? [] : ['all_proxy'])];
    const names = lower.flatMap((name) => [name, name.toUpperCase()]);
    const variable = names.find((name) => textOf(source, name) !== '');
    if (variable === undefined) return [];
    const text = textOf(source, variable);
    const value = protocol === 'no' ? text : withScheme(text);
    return [{ path: `s3.proxy.${protocol}`, value, origin: originOf(source, variable) }];
  });
}

export function chooseProxy(settings: TargetSettings): S3Options['proxy'] {
  const said = protocols.flatMap((protocol) => {
    const setting = settings.get(`s3.proxy.${protocol}`);
    return setting === undefined ? [] : [[protocol, String(setting.value)]];
  });
  return Object.fromEntries(said) as S3Options['proxy'];
}

/** Proxies of a kind that cannot be used; going past them in silence would be worse. */
export function proxyProblems(settings: TargetSettings): readonly string[] {
  return [settings.get('s3.proxy.https'), settings.get('s3.proxy.http')].flatMap((setting) => {
    if (setting === undefined) return [];
    const url = String(setting.value);
    if (/^https?:\/\/[^/]/i.test(url) && !hasControl(url)) return [];
    return [sentenceAbout(setting, 'must be the URL of an http or https proxy')];
  });
}

/** A proxy's URL as it may be shown: without its password. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//');
}

/** The password of a proxy, for the redactor, as written and decoded. */
export function passwordOf(url: string): readonly string[] {
  const password = URL.canParse(url) ? new URL(url).password : '';
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

function textOf({ variables }: VariableSource, name: string): string {
  return variables.get(name)?.trim() ?? '';
}

function withScheme(proxy: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
