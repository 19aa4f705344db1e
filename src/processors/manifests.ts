import { sizeOf } from '../content.ts';
import type { Digester } from '../digest.ts';
import { createHeadersFor } from '../headers.ts';
import { byCodePoint } from '../keys.ts';
import { manifestText } from '../manifest.ts';
import type { BytesContent, Config, Encoding, StaticFile } from '../types.ts';

export const manifestName = 'staticfiles.json';
export const assetsName = 'assets.json';
/** What a run adds to the files it found. */
export const manifestNames: readonly string[] = [manifestName, assetsName];

/** Number of the format of assets.json. */
const assetsVersion = 1;

type Manifest = StaticFile & { readonly content: BytesContent };

export interface ManifestInput {
  /** Name → key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Key → what its file can be had in, compressed. */
  readonly encodings: ReadonlyMap<string, readonly Encoding[]>;
  readonly config: Config;
  readonly digester: Digester;
}

/** staticfiles.json, as Django reads it; and assets.json, which tells more about each file. */
export async function makeManifests(
  files: readonly StaticFile[],
  { keys, encodings, config, digester }: ManifestInput,
): Promise<{ manifest: Manifest; assets: Manifest }> {
  const headersFor = createHeadersFor(config);
  const assets = [];
  for (const file of files) {
    if (file.key !== keys.get(file.name)) continue; // the copy under its own name
    const { content, digests } = await digester.digest(file.content);
    const about = {
      key: file.key,
      size: sizeOf(content),
      type: headersFor(file).headers.contentType,
      integrity: `sha384-${digests.sha384 ?? ''}`,
      encodings: encodings.get(file.key) ?? [],
      immutable: file.immutable,
    };
    assets.push([file.name, about] as const);
  }
  assets.sort(([a], [b]) => byCodePoint(a, b));
  const document = { version: assetsVersion, assets: Object.fromEntries(assets) };
  return {
    manifest: makeFile(manifestName, manifestText(keys)),
    assets: makeFile(assetsName, `${JSON.stringify(document, undefined, 1)}\n`),
  };
}

function makeFile(name: string, text: string): Manifest {
  const content = { kind: 'bytes', bytes: Buffer.from(text) } as const;
  return { name, key: name, prefix: '', content, immutable: false };
}
