import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DjangoEngine } from '../../../../../src/processors/rewrite/django/rewrite-text.ts';
import { hashedName } from '../../../../../src/processors/hashed-name.ts';
import { cases } from '../../../../support/django/cases/index.ts';
import type { Case } from '../../../../support/django/cases/case.ts';
import { rewriteFiles } from '../../../../support/django/rewrite-files.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];

describe.each(engines)('%s', (engine) => {
  it.each(cases)('$title', async (one) => {
    const files = new Map(
      Object.entries(one.files).map(([name, bytes]) => [name, Buffer.from(bytes)]),
    );
    const { jsModules = false, staticUrl = '/static/' } = one;
    const rewriting = rewriteFiles(files, { engine, jsModules, staticUrl });
    const refused = forEngine(one.refused, engine);
    if (refused !== undefined) {
      const why = await rewriting.then(
        () => 'nothing',
        (error: unknown) => String(error),
      );
      expect(why).toContain(refused);
      return;
    }
    const results = await rewriting;
    const texts = Object.entries(one.becomes ?? {}).flatMap(([name, texts]) => {
      const text = forEngine(texts, engine);
      return text === undefined ? [] : [[name, expected(text, one, results)]];
    });
    const actual = texts.map(([name = '']) => [name, results.get(name)?.text]);
    expect(actual).toEqual(texts);
  });
});

function forEngine(
  value: string | { readonly [engine: string]: string } | undefined,
  engine: DjangoEngine,
): string | undefined {
  return typeof value === 'object' ? value[engine] : value;
}

/** The template with the names that the files have got. */
function expected(
  template: string,
  { files }: Case,
  results: ReadonlyMap<string, { readonly key: string }>,
): string {
  return template.replace(/<(source |hash |)([^<>]+)>/g, (all, what, name: string) => {
    const bytes = files[name];
    if (bytes === undefined) return all;
    const key = results.get(name)?.key ?? '';
    if (what === 'hash ') return /\.([0-9a-f]{12})(?:\.|$)/.exec(key)?.[1] ?? '';
    const own = hashedName(name, createHash('md5').update(bytes).digest('hex'));
    const path = what === 'source ' ? own : key;
    return path.slice(path.lastIndexOf('/') + 1);
  });
}
