import { readFileSync } from 'node:fs';
import { types } from 'mime-types';
import { defineConfig, type Plugin } from 'rolldown';

/** Data as text: JSON.parse takes a quarter of the time that an object literal does. */
const data: Plugin = {
  name: 'data',
  load: {
    filter: { id: /\.json$/ },
    handler: (id) => ({
      code: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(id, 'utf8'))))});`,
      moduleType: 'js',
    }),
  },
};

/** Commander would run programs of their own for commands, which we have none of: a third of what `--help` loads. */
const noPrograms: Plugin = {
  name: 'no programs',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('/commander/') === true ? `\0${id}` : null,
  load: (id) => (id === '\0node:child_process' ? 'module.exports = {};' : null),
};

/** The table that mime-types makes of its data, which takes a tenth of a start: made once, here. */
const mediaTypes: Plugin = {
  name: 'media types',
  load: {
    filter: { id: /\/mime-types\/index\.js$/ },
    handler: () => `const { extname } = require('node:path');
      const types = Object.assign(Object.create(null), JSON.parse(${JSON.stringify(JSON.stringify(types))}));
      exports.lookup = (path) => types[extname('x.' + path).toLowerCase().slice(1)] ?? false;`,
  },
};

/** Modules of ours, and with them what they import. */
function isAnyOf(...names: readonly string[]) {
  return new RegExp(`/src/(?:${names.join('|')})\\.ts$`);
}

// Everything is bundled, so that one package is installed instead of a hundred, and only what is used has to be
// read: half of a short run is loading. Chunks keep lazy imports lazy.
export default defineConfig({
  input: {
    cli: 'src/cli.ts',
    index: 'src/index.ts',
    'manifest-runtime': 'src/manifest-runtime.ts',
    'cache-dir': 'src/config/cache-dir.ts',
  },
  platform: 'node',
  resolve: {
    // Packages for Node, where they also have modules: only of these can what is not used be left out.
    mainFields: ['module', 'main'],
    // Node gets jsonc-parser as UMD, whose parts no bundler can follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  },
  plugins: [data, mediaTypes, noPrograms],
  external: ['typescript'],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    // What every deploy needs is one file, and not thirty: each takes a millisecond to be found and read.
    codeSplitting: {
      groups: [
        // bin loads it before it turns V8's cache on, and for --help.
        { name: 'cache-dir', test: isAnyOf('config/cache-dir'), priority: 3 },
        { name: 'base', test: isAnyOf('errors', 'secrets', 'reporters/format'), priority: 2 },
        // Servers load this and nothing else of it.
        { name: 'manifest', test: isAnyOf('manifest', 'keys', 'nearest'), priority: 1.5 },
        {
          name: 'deploy',
          test: isAnyOf(
            'collect',
            'commands/(?:collect|jobs|flags)',
            // Needed without S3 too: where they lay with its backend, the SDK would be loaded for them.
            'backends/(?:backend|conditions|index)',
            'backends/s3/url',
            'policy',
          ),
          priority: 1,
        },
        { name: 's3', test: isAnyOf('backends/s3/index') },
      ],
    },
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});
