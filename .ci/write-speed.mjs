// The tables of "How fast" in README.md, from what the last `npm run bench` found: node .ci/write-speed.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const [begin, end] = ['<!-- speed-start -->\n', '<!-- speed-end -->'];
const results = readFileSync('bench/results/speed.md', 'utf8');
// Targets and command lines stay where they are: README links to them.
const [tables] = results.split('### What was promised');

const readme = readFileSync('README.md', 'utf8');
if (!readme.includes(begin)) throw new Error(`README.md has no ${begin}`);
const [head, rest] = readme.split(begin);
const text = `${head}${begin}\n${tables}${rest.slice(rest.indexOf(end))}`;
const options = await resolveConfig('README.md');
writeFileSync('README.md', await format(text, { ...options, filepath: 'README.md' }));
