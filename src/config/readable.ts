import { constants } from 'node:fs';
import { access, lstat, readFile, stat } from 'node:fs/promises';
import { CollectError, errnoOf, exitCodes } from '../errors.ts';
import { BadConfig } from './loaders.ts';

/** No config is larger; what is larger is another file. */
const largestFile = 1024 * 1024;

/** Whether there is a file to read here. One that is there but cannot be read is an error, not absent. */
export async function isReadable(
  path: string,
  label: string,
  { passOverDirectories = false } = {},
): Promise<boolean> {
  try {
    const found = await stat(path);
    if (passOverDirectories && found.isDirectory()) return false;
    // Reading a pipe or a device could wait for ever.
    if (!found.isFile())
      throw unreadable(label, found.isDirectory() ? 'it is a directory' : 'it is no file');
    if (found.size > largestFile) throw unreadable(label, 'it is larger than 1 MiB');
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' && (await isLink(path))) {
      throw unreadable(label, 'it is a link to what is not there');
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (error instanceof CollectError) throw error;
    throw unreadable(
      label,
      code === 'EACCES' ? 'permission denied' : (code ?? String(error)),
      error,
    );
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

export async function readText(path: string, label: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(label, errnoOf(error) ?? String(error), error);
  }
}

/** `cause`: a BadConfig may know more exactly what to do. */
export function unreadable(label: string, reason: string, cause?: unknown): CollectError {
  const usual = `correct ${label}, or name another file with --config`;
  return new CollectError('CONFIG_UNREADABLE', `${label} cannot be read: ${reason}`, {
    exitCode: exitCodes.config,
    hint: cause instanceof BadConfig ? (cause.hint ?? usual) : usual,
    cause,
  });
}
