// The table of codes in README.md, from the texts that `collect-static explain` prints. Run after the build:
// npm run build && node .ci/write-codes.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [begin, end] = ['<!-- prettier-ignore-start -->\n', '<!-- prettier-ignore-end -->'];
const output = execFileSync('node', ['bin/collect-static.js', 'explain', '--json'], {
  encoding: 'utf8',
});
const codes = output
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ code }) => /^[A-Z]/.test(code)); // the guard's rules have a table of their own
const rows = codes.map(({ code, exits, what, fix }) => {
  const numbers = exits.map((exit) => exit.code).join(', ');
  return `| \`${code}\` | ${numbers} | ${what} | ${fix} |\n`;
});
const table = `| code | exit | what | what to do |\n| --- | --- | --- | --- |\n${rows.join('')}`;

const readme = readFileSync('README.md', 'utf8');
const [head, rest] = readme.split(begin);
writeFileSync('README.md', head + begin + table + rest.slice(rest.indexOf(end)));
