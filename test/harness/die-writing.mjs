// Loaded into the built program with `node --import`: its clock is an hour ahead, so that every file is old enough to be
// remembered; and in the midst of a write to a new file of the cache, or where that is to get its name, it ends as by
// kill -9. TEST_DIE_AT says at which write; 0: never. TEST_DIE_IN says of what: digests, unless it is compressed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const dieAt = Number(process.env.TEST_DIE_AT);
const names =
  process.env.TEST_DIE_IN === 'compressed' ? /collect-static[\\/]new-/ : /digests[\\/]new-/;
const { now } = Date;
const { open, rename } = fs.promises;
const isNew = (path) => names.test(String(path));
const die = () => process.kill(process.pid, 'SIGKILL');
let writes = 0;

Date.now = () => now() + 3_600_000;
fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!isNew(path)) return handle;
  const writeFile = handle.writeFile.bind(handle);
  const write = handle.write.bind(handle);
  handle.writeFile = async (bytes) => {
    writes += 1;
    if (writes !== dieAt) return writeFile(bytes);
    await writeFile(bytes.subarray(0, bytes.length / 2));
    return die();
  };
  handle.write = async (bytes, offset, length, position) => {
    writes += 1;
    if (writes !== dieAt) return write(bytes, offset, length, position);
    await write(bytes, offset, Math.floor(length / 2), position);
    return die();
  };
  return handle;
};
fs.promises.rename = async (from, to) => {
  if (isNew(from) && writes + 1 === dieAt) die();
  return rename(from, to);
};
syncBuiltinESMExports();
