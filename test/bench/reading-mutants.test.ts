import { describe, expect, it } from 'vitest';
import { isCaught, type Mutant } from '../harness/mutants.ts';

const tests = [
  'reading',
  'find',
  'local',
  'local-lock',
  'contract',
  'hot.mocked',
  'cold.mocked',
].map((name) => `test/integration/${name}.test.ts`);

const mutant = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file: `src/${file}`,
  edits: [[from, to]],
});

const write = 'backends/local/write.ts';
const mutants: Mutant[] = [
  mutant(
    'copies in place',
    write,
    'await inTwoSteps(place, () => writeCopy(object, place));',
    'await rm(place.path, { force: true }); await writeCopy(object, { ...place, temporary: place.path });',
  ),
  mutant(
    'copies with copyFile',
    write,
    'await inTwoSteps(place, () => writeCopy(object, place));',
    "const { copyFile, writeFile } = await import('node:fs/promises'); const c = object.content; await (c.kind === 'file' ? copyFile(c.path, place.path) : writeFile(place.path, c.bytes));",
  ),
  mutant('renames what was not proved', write, 'if (sha256 !== digests.sha256)', 'if (!sha256)'),
  mutant(
    'leaves its temporary file',
    write,
    'await rm(temporary, { force: true })',
    'await Promise.resolve()',
  ),
  mutant('writes through links', write, 'if (actual !== temporary)', 'if (!actual)'),
  mutant(
    'writes through links on a cold disk',
    write,
    'if (actual !== place.temporary)',
    'if (!actual)',
  ),
  mutant('deletes through links', 'backends/local/index.ts', 'await checkInPlace(path);', ''),
  mutant(
    'skips by size',
    'plan.ts',
    'if (held.size !== file.size) return false;',
    'return held.size === file.size;',
  ),
  mutant('follows links out', 'walk.ts', 'if (!isInside(target, job.root))', 'if (!target)'),
  mutant(
    'opens whatever is there',
    'open-file.ts',
    'if (!isAsFound(stats, content))',
    'if (!stats)',
  ),
  mutant('does not look where it is', 'open-file.ts', 'whereIsNow(fd, path) !== path', 'fd < 0'),
  mutant(
    'does not look where it is on a cold disk',
    'open-file.ts',
    '(await whereIs(handle, path)) !== path',
    'path === ""',
  ),
  mutant(
    'does not look again',
    'digest.ts',
    'await file.verify();\n  return running.end();',
    'return running.end();',
  ),
  mutant('never reads again', 'digest.ts', '!passing.has(error.code)', 'passing.size > 0'),
  mutant(
    'takes any lock',
    'backends/local/lock.ts',
    'throw busy(describe(dir, held));',
    'void held;',
  ),
  mutant(
    'plans on old news',
    'backends/local/index.ts',
    'if (changed.length > 0)',
    'if (!changed)',
  ),
  mutant('removes what is in use', 'backends/local/own-files.ts', 'if (alive ??', 'if (!alive &&'),
];

describe('R22: broken on purpose', () => {
  it.each(mutants)('$name: caught', { timeout: 60_000 }, async (one) => {
    expect(await isCaught(one, tests)).toBe(true);
  });
});
