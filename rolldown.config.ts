import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'rolldown';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

const sdk = '@aws-sdk/client-s3';
/** What `src/` imports of it; the build fails where one is missing. */
const fromSdk =
  `AbortMultipartUploadCommand CompleteMultipartUploadCommand CopyObjectCommand CreateMultipartUploadCommand DeleteObjectCommand DeleteObjectsCommand GetObjectAclCommand GetObjectCommand HeadObjectCommand ListMultipartUploadsCommand ListObjectsV2Command ListPartsCommand PutObjectCommand S3Client UploadPartCommand UploadPartCopyCommand`.split(
    ' ',
  );

/** The SDK by `require`: for an import Node reads all of it once more, to find its exports, which takes as long as loading it. */
const required: Plugin = {
  name: 'required',
  resolveId: (id) => (id === sdk ? `\0${id}` : null),
  load: (id) =>
    id === `\0${sdk}`
      ? `import { createRequire } from 'node:module';
export const { ${fromSdk.join(', ')} } = createRequire(import.meta.url)('${sdk}');`
      : null,
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
  plugins: [required],
  external: [
    ...Object.keys(dependencies)
      .filter((name) => name !== sdk)
      .map((name) => new RegExp(`^${name}(/|$)`)),
    'typescript',
  ],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: false,
  },
});
