import { CollectError } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { byCodePoint, twinSuffixes } from './keys.ts';
import type { Release } from './release.ts';
import type { Plan, Wanted } from './types.ts';

const mostNamed = 20;
/** Other releases have these files too. */
const goOn =
  'if a rollback broke off, run that one again first; what somebody else has stored is left alone by every rollback';

/** The files of a release as a deploy would want them, but for their bytes: those are at the destination, or nowhere. @throws CollectError exit 5 */
export function wantedOf({ entries }: Release): Wanted[] {
  const faceless = [...entries].filter(([, { headers }]) => headers === undefined);
  if (faceless.length > 0) {
    throw incomplete(
      'nobody ever knew the headers of',
      faceless.map(([key]) => key),
    );
  }
  return [...entries]
    .map(([key, { sha256, size, headers = { contentType: '' }, etag = '' }]): Wanted => {
      const original = twinOf(key, entries);
      return {
        name: key,
        prefix: '',
        key,
        content: { kind: 'bytes', bytes: new Uint8Array() },
        immutable: false,
        headers,
        digests: { sha256, etag },
        size,
        ...(original !== undefined && { twinOf: original }),
      };
    })
    .sort((a, b) => byCodePoint(a.key, b.key));
}

function twinOf(key: string, entries: Release['entries']): string | undefined {
  return Object.values(twinSuffixes)
    .filter((suffix) => key.endsWith(suffix))
    .map((suffix) => key.slice(0, -suffix.length))
    .find((original) => entries.has(original));
}

/** Stops a rollback before the first write where anything of the release is gone or taken: half of one is none. @throws CollectError exit 5 */
export function checkComplete(plan: Plan): void {
  const actions = plan.steps.flat();
  const missing = actions.filter(({ type }) => type === 'upload').map(({ key }) => key);
  if (missing.length > 0) throw incomplete('the bytes are stored nowhere any more of', missing);
  const taken = actions.filter(({ reason }) => reason === 'kept').map(({ key }) => key);
  if (taken.length > 0) {
    throw incomplete('somebody else, or a rollback that broke off, has replaced', taken, goOn);
  }
}

function incomplete(what: string, keys: readonly string[], hint?: string): CollectError {
  const named = keys.slice(0, mostNamed);
  const more = keys.length - named.length;
  const files = keys.length === 1 ? 'one of its files' : `${keys.length} of its files`;
  return new CollectError(
    'RELEASE_INCOMPLETE',
    `the release cannot be put back: ${what} ${files}`,
    {
      ...detailsOf('RELEASE_INCOMPLETE'),
      ...(hint !== undefined && { hint }),
      problems: [...named, ...(more > 0 ? [`and ${more} more`] : [])],
    },
  );
}
