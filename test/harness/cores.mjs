// Loaded into the built program with `node --import`: the machine seems to have TEST_CORES cores, and when the program
// ends, the number of its threads is written to the file TEST_THREADS_TO.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import process from 'node:process';

os.availableParallelism = () => Number(process.env.TEST_CORES);
syncBuiltinESMExports();
process.on('exit', () => {
  fs.writeFileSync(process.env.TEST_THREADS_TO, String(fs.readdirSync('/proc/self/task').length));
});
