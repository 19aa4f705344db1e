import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfigs } from '../../src/config/index.ts';
import { optionTable } from '../../src/config/options.ts';
import { exitCodes } from '../../src/errors.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| `'));

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

  it('has a row for every exit code', () => {
    const codes = Object.values(exitCodes).filter((code) => code !== exitCodes.interrupted);
    expect(codes.filter((code) => !readme.includes(`\n| ${code} `))).toEqual([]);
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
