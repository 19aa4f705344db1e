import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { loadConfig } from '../../src/config/index.ts';
import { findFiles } from '../../src/find.ts';
import { guardFiles } from '../../src/guard.ts';
import { guardRules } from '../../src/guard/rules.ts';
import { createSite } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { honey, secretEnv, tokens } from '../support/honey.ts';

/** The rules that refuse something in a site that has this one file beside an ordinary one. */
async function refusedBy(name: string, content: string | Buffer): Promise<Set<string | undefined>> {
  const site = await createSite({ 'static/app.css': 'p {}', [`static/${name}`]: content });
  try {
    const config = await loadConfig({ cwd: site.dir, env: secretEnv });
    const { refusals } = await guardFiles(await findFiles(config), config);
    return new Set(refusals.map(({ rule }) => rule));
  } finally {
    await site.remove();
  }
}

describe('the honey tree', () => {
  it('has at least 120 files, and some for each rule that refuses', () => {
    const names = new Set(honey.map(({ name }) => name));
    expect(names.size).toBe(honey.length);
    expect(names.size).toBeGreaterThanOrEqual(120);
    const refusing = guardRules.slice(0, guardRules.indexOf('own-key'));
    expect(new Set(honey.map(({ rule }) => rule))).toEqual(new Set(refusing));
  });

  // By this rule and no other: without the rule the file would be published.
  it.each(honey)('$name is refused by $rule alone', async ({ name, content, rule }) => {
    expect(await refusedBy(name, content)).toEqual(new Set([rule]));
  });

  it('is refused all at once, and nothing of its secrets is printed', async () => {
    const files = honey.map(({ name, content }) => [`static/${name}`, content] as const);
    const site = await createSite(Object.fromEntries(files));
    onTestFinished(() => site.remove());
    for (const args of [[], ['--json'], ['-v', '3']]) {
      const io = createFakeIo(args, { cwd: site.dir, env: secretEnv });
      expect(await main(io)).toBe(5);
      const printed = io.out() + io.err();
      for (const { name } of honey) {
        const [first = ''] = name.split('/');
        expect(printed).toContain(first);
      }
      const secrets = [...Object.values(secretEnv), ...Object.values(tokens)];
      expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
    }
    expect(await site.list()).not.toContainEqual(expect.stringContaining('staticfiles'));
  });
});
