import { existsSync, readdirSync, readlinkSync } from 'node:fs';

/** Paths below a directory that this process has open (Linux). */
export function openBelow(dir: string): string[] {
  const links = readdirSync('/proc/self/fd').map((fd) => `/proc/self/fd/${fd}`);
  // The list's own descriptor is closed by now.
  const open = links.filter((link) => existsSync(link)).map((link) => readlinkSync(link));
  return open.filter((path) => path.startsWith(dir));
}
