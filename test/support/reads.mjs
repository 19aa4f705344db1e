// Loaded into a program with `node --import`: at its end it says how many bytes it has read, sockets included.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

process.on('exit', () => {
  const [, bytes] = /^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8')) ?? [];
  writeFileSync(process.env.READS_FILE, String(bytes));
});
