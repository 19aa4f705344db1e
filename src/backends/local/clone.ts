import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';

/**
 * Makes a new, open file share the blocks of another open one, until either is written to (a "reflink"): nothing is
 * copied. False where that cannot be, as on most file systems; the new file is as empty as it was then.
 */
export async function cloneFile(from: { readonly fd: number }, to: { readonly fd: number }) {
  try {
    // By what Linux calls open files, so that it is these, whatever took their names. Elsewhere there are no such names.
    await copyFile(nameOf(from), nameOf(to), constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}

function nameOf({ fd }: { readonly fd: number }): string {
  return `/proc/self/fd/${fd}`;
}
