import { CollectError, errnoOf, exitCodes } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';

/** A write that failed, told with where and what to do. */
export function cannotWrite(path: string, cause: unknown): CollectError {
  if (cause instanceof CollectError) return cause;
  const errno = errnoOf(cause) ?? 'error';
  if (errno === 'EISDIR' || errno === 'ENOTEMPTY' || errno === 'EEXIST') {
    return conflict(`${path} is a directory where a file belongs`, cause);
  }
  const full = errno === 'ENOSPC' || errno === 'EDQUOT';
  const code = full ? 'DESTINATION_FULL' : 'DESTINATION_UNWRITABLE';
  const why = full ? `: there is no room left (${errno})` : ` (${errno})`;
  return new CollectError(code, `${path} cannot be written${why}`, {
    ...detailsOf(code),
    ...(['EACCES', 'EPERM', 'EROFS'].includes(errno) && { exitCode: exitCodes.permission }),
    cause,
  });
}

/** The same of a read; the codes that tell of sources are not what it fails with. */
export function cannotRead(path: string, cause: unknown): unknown {
  const known = cause instanceof CollectError;
  if (known ? !cause.code.startsWith('SOURCE_') : errnoOf(cause) === undefined) return cause;
  const errno = errnoOf(known ? cause.cause : cause) ?? 'it changes all the time';
  return new CollectError('DESTINATION_UNWRITABLE', `${path} cannot be read (${errno})`, {
    ...detailsOf('DESTINATION_UNWRITABLE'),
    exitCode: exitCodes.unreachable,
    hint: 'make it readable for the user that runs collect-static',
    cause,
  });
}

/** Something stands where the plan wants something else. */
export function conflict(message: string, cause?: unknown): CollectError {
  return new CollectError('DESTINATION_CONFLICT', message, {
    ...detailsOf('DESTINATION_CONFLICT'),
    cause,
  });
}

/** Another deploy writes to the same directory, or did since it was listed. */
export function busy(message: string): CollectError {
  return new CollectError('DESTINATION_BUSY', message, detailsOf('DESTINATION_BUSY'));
}
