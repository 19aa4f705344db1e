// Writes dist/THIRD_PARTY_NOTICES.md: the licence of every package whose code is inside the bundle.
// It is made at build time from what rolldown puts in, so it cannot fall behind. What was taken over by hand
// has its section in .ci/notices.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { loadConfig } from 'rolldown/config';

const config = await loadConfig('rolldown.config.ts');
const bundle = await rolldown(config);
const { output } = await bundle.generate(config.output);
const moduleIds = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
const dirs = new Set(moduleIds.map(packageDir).filter((dir) => dir !== undefined));

const byHand = readdirSync('.ci/notices').map((file) =>
  readFileSync(`.ci/notices/${file}`, 'utf8'),
);
const sections = [...[...dirs].map(describe), ...byHand].sort();
writeFileSync(
  'dist/THIRD_PARTY_NOTICES.md',
  `# Third-party notices\n\nThe files in this folder contain code of these packages.\n\n${sections.join('\n')}`,
);

/** The folder of the package a module belongs to; undefined for our own. The last node_modules counts. */
function packageDir(moduleId) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId.replaceAll('\\', '/'))?.[0];
}

function describe(dir) {
  const { name, version, license } = manifestOf(dir);
  const file =
    licenceOf(dir) ??
    siblings(dir)
      .map(licenceOf)
      .find((found) => found !== undefined);
  if (file === undefined) throw new Error(`${name} ships no licence text: see to it by hand`);
  const text = readFileSync(file, 'utf8').trim().replaceAll('\r\n', '\n');
  return `## ${name} ${version}\n\nLicence: ${license}\n\n${text.replace(/^/gm, '    ')}\n`;
}

function manifestOf(dir) {
  return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
}

function licenceOf(dir) {
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  return file && join(dir, file);
}

/** Packages of the same scope, repository and licence: a few of the AWS SDK's come without the text that the others have. */
function siblings(dir) {
  const { license, repository } = manifestOf(dir);
  if (repository === undefined) return [];
  const scope = dirname(dir);
  return readdirSync(scope)
    .map((name) => join(scope, name))
    .filter((other) => {
      const theirs = manifestOf(other);
      return theirs.license === license && theirs.repository?.url === repository.url;
    });
}
