import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

// What is not a dependency is bundled: cosmiconfig and fast-glob alone would bring 35 packages
// into every install, and one file loads faster than forty. Chunks keep lazy imports lazy.
export default defineConfig({
  input: {
    cli: 'src/cli.ts',
    index: 'src/index.ts',
    'manifest-runtime': 'src/manifest-runtime.ts',
  },
  platform: 'node',
  // Node gets jsonc-parser as UMD, whose parts no bundler can follow.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  external: [...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)), 'typescript'],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: false,
  },
});
