import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import { aliases } from '../../../src/config/aliases.ts';
import { defineConfig } from '../../../src/config/index.ts';
import { optionTable } from '../../../src/config/options.ts';
import { userConfig } from '../../../src/config/schema.ts';

describe('the table of options', () => {
  const table = optionTable();
  const row = (path: string) => table.find((one) => one.path === path);

  it('names key, variable, other variables, flag and default', () => {
    expect(row('s3.location')).toEqual({
      path: 's3.location',
      variable: 'COLLECT_STATIC_S3_LOCATION',
      aliases: ['AWS_LOCATION', 'STATICFILES_LOCATION'],
      default: '"static"',
      description: expect.stringContaining('keys begin') as string,
    });
    expect(row('s3.forcePathStyle')?.variable).toBe('COLLECT_STATIC_S3_FORCE_PATH_STYLE');
    expect(row('concurrency')).toMatchObject({ flag: '--concurrency', default: '"auto"' });
    expect(row('targets.media.url.base')).toMatchObject({
      aliases: ['MEDIA_URL'],
      default: '"/media/"',
    });
  });

  it('describes every option and has no object among them that is split up', () => {
    expect(table.filter(({ description }) => description === '')).toEqual([]);
    expect(row('s3')).toBeUndefined();
    expect(row('$schema')).toBeUndefined();
  });

  it("has every one of Django's variables", () => {
    const named = new Set(table.flatMap((one) => one.aliases));
    expect(aliases.filter(({ variable }) => !named.has(variable))).toEqual([]);
  });
});

describe('the declaration', () => {
  it('gives a JSON schema in which every object is closed and every key described', () => {
    const schema = toJsonSchema(userConfig, { typeMode: 'input', errorMode: 'ignore' });
    const faults: string[] = [];
    const visit = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return;
      if ('properties' in node && Reflect.get(node, 'additionalProperties') !== false) {
        faults.push(`${path} is open`);
      }
      for (const [key, below] of Object.entries(node)) {
        const isKey = path.endsWith('/properties') && typeof below === 'object';
        if (isKey && !('description' in (below as object)))
          faults.push(`${path}/${key} is not described`);
        visit(below, `${path}/${key}`);
      }
    };
    visit(schema, '');
    expect(faults).toEqual([]);
    expect(schema.properties).toHaveProperty('s3');
  });

  it('types a config written in TypeScript, read-only lists included', () => {
    const config = { sources: ['static', { dir: 'x', optional: true }], url: '/x/' } as const;
    expect(defineConfig(config)).toBe(config);
    // @ts-expect-error an unknown key
    defineConfig({ buket: 'x' });
  });
});
