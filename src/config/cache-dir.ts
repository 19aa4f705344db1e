import { isAbsolute, join } from 'node:path';

/** Where a user's caches are; undefined where nobody says, as in many containers. */
export function cacheDir(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: windows = '', HOME: home = '' } = env;
  // A relative one is to be ignored, says the XDG Base Directory Specification.
  const base = [xdg, windows, home === '' ? '' : join(home, '.cache')].find(isAbsolute);
  return base === undefined ? undefined : join(base, 'collect-static');
}
