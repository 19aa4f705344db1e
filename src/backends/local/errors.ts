import { CollectError, errnoOf, exitCodes } from '../../errors.ts';

/** A write that failed, told with where and what to do. */
export function cannotWrite(path: string, cause: unknown): CollectError {
  if (cause instanceof CollectError) return cause;
  const errno = errnoOf(cause) ?? 'error';
  if (errno === 'EISDIR' || errno === 'ENOTEMPTY' || errno === 'EEXIST') {
    return conflict(`${path} is a directory where a file belongs`, cause);
  }
  const full = errno === 'ENOSPC' || errno === 'EDQUOT';
  return new CollectError(
    full ? 'DESTINATION_FULL' : 'DESTINATION_UNWRITABLE',
    full
      ? `${path} cannot be written: there is no room left (${errno})`
      : `${path} cannot be written (${errno})`,
    {
      exitCode: ['EACCES', 'EPERM', 'EROFS'].includes(errno)
        ? exitCodes.permission
        : exitCodes.partial,
      hint: full
        ? 'make room, then run again; what is there is whole'
        : 'make it writable, then run again',
      cause,
    },
  );
}

/** Something stands where the plan wants something else. */
export function conflict(message: string, cause?: unknown): CollectError {
  return new CollectError('DESTINATION_CONFLICT', message, {
    exitCode: exitCodes.refused,
    hint: 'remove it, then run again',
    cause,
  });
}

/** Another deploy writes to the same directory, or did since it was listed. */
export function busy(message: string): CollectError {
  return new CollectError('DESTINATION_BUSY', message, {
    exitCode: exitCodes.conflict,
    hint: 'run again when it has ended',
  });
}
