// dist/config.schema.json from the declaration that the program itself uses. Run after the build.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { build } from 'rolldown';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const module = 'dist/schema.tmp.mjs'; // inside the package, so that its imports resolve

await build({
  input: 'src/config/schema.ts',
  platform: 'node',
  external: Object.keys(dependencies),
  logLevel: 'warn',
  output: { file: module, format: 'esm' },
});
try {
  const { userConfig } = await import(new URL(`../${module}`, import.meta.url).href);
  const schema = toJsonSchema(userConfig, { typeMode: 'input', errorMode: 'ignore' });
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'collect-static' };
  const text = JSON.stringify({ ...head, ...schema }, undefined, 2);
  writeFileSync('dist/config.schema.json', `${text}\n`);
} finally {
  rmSync(module);
}
