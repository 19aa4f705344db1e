import { mapAtOnce } from '../../at-once.ts';
import { sizeOf, sourceOf } from '../../content.ts';
import { withEdits } from '../../edits.ts';
import { createHandleLimit } from '../../handles.ts';
import { md5Of } from '../../md5.ts';
import type { Content, HashOptions } from '../../types.ts';
import { shortHash } from '../hashed-name.ts';
import {
  refusalsOfDjango,
  rewriteDjango,
  type DjangoOptions,
  type Problem,
} from './django/index.ts';
import type { Rewriting, Rewritten } from './modern.ts';
import type { RewriteOptions, Unwritten } from './texts.ts';

const filesAtOnce = 16;

/** What Django's own storage takes for hashing, and its options. */
type Dialect = { engine: DjangoOptions['engine'] } & Pick<HashOptions, 'jsModules'>;
type Dependencies = Pick<RewriteOptions, 'digester' | 'signal'> & { readonly staticUrl: string };

/**
 * The rewriting of Django's own storage, whose refusals are errors. What is not hashed is not there for it.
 * @throws CollectError exit 4
 */
export async function rewriteAsDjango(
  files: readonly Unwritten[],
  { engine, jsModules }: Dialect,
  { staticUrl, ...dependencies }: Dependencies,
): Promise<Rewriting> {
  const { sources, settled } = await readSources(files, dependencies);
  const results = await rewriteDjango(sources, { engine, jsModules, staticUrl });
  const rewritten = results.map(({ name, key, edits, md5 }): [string, Rewritten] => {
    const source = settled.get(name);
    if (source === undefined) throw new TypeError(`${name} was not asked for`);
    const content = withEdits(source, edits);
    return [
      name,
      { key, hash: shortHash(md5), content, ...(edits.length > 0 && { refers: true }) },
    ];
  });
  return { files: new Map(rewritten), missing: [], problems: [], pinned: new Set() };
}

/** Everything for which `rewriteAsDjango` would end in an error. */
export async function refusalsAsDjango(
  files: readonly Unwritten[],
  { engine, jsModules }: Dialect,
  { staticUrl, ...dependencies }: Dependencies,
): Promise<readonly Problem[]> {
  const { sources } = await readSources(files, dependencies);
  return refusalsOfDjango(sources, { engine, jsModules, staticUrl });
}

async function readSources(
  files: readonly Unwritten[],
  { digester, signal }: Pick<RewriteOptions, 'digester' | 'signal'>,
) {
  const limit = createHandleLimit(filesAtOnce);
  const settled = new Map<string, Content>();
  const hashed = files.filter(({ fate }) => fate === 'hashed');
  const sources = await mapAtOnce(hashed, filesAtOnce, ({ name, content: found }) =>
    limit(async () => {
      signal?.throwIfAborted();
      const { content, digests } = await digester.digest(found);
      settled.set(name, content);
      const read = async () => (await digester.read(content)).bytes;
      const { path } = sourceOf(found) ?? {};
      return { name, path, size: sizeOf(content), md5: md5Of(digests), read };
    }),
  );
  return { sources, settled };
}
