import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfigs } from '../../src/config/index.ts';
import { optionTable } from '../../src/config/options.ts';
import { exits } from '../../src/explanations/explanation.ts';
import { explanations } from '../../src/explanations/index.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| `'));

/** The lines under a heading. */
function section(title: string): readonly string[] {
  const lines = readme.split('\n');
  const start = lines.indexOf(`## ${title}`) + 1;
  const end = lines.findIndex((line, i) => i > start && line.startsWith('## '));
  return lines.slice(start, end);
}

describe('the README', () => {
  it.each(optionTable().map((option) => [option.path, option] as const))(
    'has a row for %s with its variables, flag and default',
    (path, option) => {
      const row = rows.find((line) => line.startsWith(`| \`${path}\` `)) ?? '';
      const names = [option.variable, ...option.aliases, option.flag, option.default];
      const wanted = names.filter((name) => name !== undefined && name !== '');
      expect(wanted.filter((name) => !row.includes(`\`${name ?? ''}\``))).toEqual([]);
    },
  );

  it('has a row for every exit code, with the state of the destination', () => {
    const rows = section('Exit codes').map((line) =>
      line.replaceAll(/ {2,}/g, ' ').replaceAll('`', ''),
    );
    const missing = exits
      .map(({ codes, ...one }) => `| ${codes.join(', ')} | ${one.meaning} | ${one.destination} |`)
      .filter((row) => !rows.includes(row));
    expect(missing).toEqual([]);
  });

  it('has the table of codes that explain has: npm run build && node .ci/write-codes.mjs', () => {
    const wanted = Object.entries(explanations).map(([code, { exit, what, fix }]) => {
      const numbers = [...exit].sort((a, b) => a - b).join(', ');
      return `| \`${code}\` | ${numbers} | ${what} | ${fix} |`;
    });
    expect(section('When it fails').filter((line) => line.startsWith('| `'))).toEqual(wanted);
  });

  it('names tests with every guarantee', () => {
    const guarantees = section('Guarantees').filter((line) => line.startsWith('- '));
    expect(guarantees.length).toBeGreaterThan(9);
    expect(guarantees.filter((line) => !/ `test\/[^`]+\.test\.ts`$/.test(line))).toEqual([]);
  });

  it('and SECURITY.md name no test that does not exist', () => {
    const texts = [readme, readFileSync(new URL('SECURITY.md', root), 'utf8')];
    const paths = texts.map((text) => [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, at]) => at));
    expect(paths.map((named) => named.length > 10)).toEqual([true, true]);
    expect(paths.flat().filter((path) => !existsSync(new URL(path ?? '', root)))).toEqual([]);
  });

  it('shows the two commands', () => {
    expect(readme).toContain('npm ci && npx collect-static --config collect.config.example.json\n');
    expect(readme).toContain('npm ci && npm test\n');
  });
});

describe('collect.config.example.json', () => {
  const example = JSON.parse(
    readFileSync(new URL('collect.config.example.json', root), 'utf8'),
  ) as object;

  it('is valid, for every target', async () => {
    const flags = { config: 'collect.config.example.json', all: true };
    const { configs } = await loadConfigs({ cwd: fileURLToPath(root), env: {}, flags });
    expect(configs.map(({ target }) => target)).toEqual(['static', 'media']);
  });

  it('shows every key', () => {
    const keys = optionTable().map(({ path }) => path.split('.'));
    const shown = ([head = '', ...rest]: string[], value: unknown): boolean => {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return false;
      const next = (value as Record<string, unknown>)[head];
      // "url": "/media/" is short for { "base": … }
      return rest.length === 0 || typeof next === 'string' || shown(rest, next);
    };
    const missing = keys.filter((path) => !shown(path, example)).map((path) => path.join('.'));
    expect(missing).toEqual([]);
  });
});
