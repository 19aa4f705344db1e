import { expect, it } from 'vitest';
import { cannotWrite } from '../../../../src/backends/local/errors.ts';
import { CollectError } from '../../../../src/errors.ts';
import { explanations, type Code } from '../../../../src/explanations/index.ts';

it.each<[string, Code, number, RegExp]>([
  ['ENOSPC', 'DESTINATION_FULL', 8, /no room left \(ENOSPC\)/],
  ['EDQUOT', 'DESTINATION_FULL', 8, /no room left \(EDQUOT\)/],
  ['EACCES', 'DESTINATION_UNWRITABLE', 6, /cannot be written \(EACCES\)/],
  ['EPERM', 'DESTINATION_UNWRITABLE', 6, /EPERM/],
  ['EROFS', 'DESTINATION_UNWRITABLE', 6, /EROFS/],
  ['EIO', 'DESTINATION_UNWRITABLE', 8, /EIO/],
  ['EISDIR', 'DESTINATION_CONFLICT', 5, /a directory where a file belongs/],
  ['ENOTEMPTY', 'DESTINATION_CONFLICT', 5, /a directory where a file belongs/],
])('a write that fails with %s is %s', (errno, code, exitCode, words) => {
  const error = cannotWrite('/srv/a.css', Object.assign(new Error(errno), { code: errno }));
  expect(error).toMatchObject({ code, exitCode });
  expect(error.message).toMatch(words);
  expect(error.message).toContain('/srv/a.css');
  expect(error.hint).toMatch(/run again/);
  expect(explanations[code].exit).toContain(exitCode);
});

it('a known failure is left as it is', () => {
  const known = new CollectError('SOURCE_CHANGED', 'it changed', { exitCode: 4 });
  expect(cannotWrite('/srv/a.css', known)).toBe(known);
});
