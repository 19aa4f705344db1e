import { mapAtOnce } from '../at-once.ts';
import { readContent } from '../content.ts';
import { createHandleLimit } from '../handles.ts';
import type { Content } from '../types.ts';

export interface NamingText {
  readonly name: string;
  /** As it will be stored: what was rewritten in it is no plain name any more. */
  readonly content: Content;
}

/** Texts in which a browser, or a script in it, may find names. Of source maps it asks nothing. */
const texts = /\.(?:[cm]?js|css|x?html?|svg|xml|json|webmanifest|importmap)$/i;
/** What a path in a URL is made of; anything else, such as a quote, an escape of JSON or a query, ends it. */
const words = /[\w.~%@+\-/]+/g;
const plainName = /^[\w.~@+\-/]+$/;

/** What may hold an import map, and what in it gives a prefix an address: `"app/": "./js/"`. */
const pages = /\.(?:x?html?|importmap)$/i;
const prefixed = /(?<![\w.~%@+\-/])([\w.~%@+\-/]+\/)"\s*:\s*"([^"]*\/)"/g;

const textsAtOnce = 2;

/**
 * Of these names, the ones that must stay although there is a hashed name for them: what a text still names, and names with
 * blanks and the like, which are written in too many ways to be found.
 * @throws CollectError as openContent
 */
export async function namesStillNamed(
  names: ReadonlySet<string>,
  files: readonly NamingText[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const odd = [...names].filter((name) => !plainName.test(name));
  return new Set([...odd, ...(await namesInTexts(names, files, signal))]);
}

/**
 * Of these names, the ones that stand anywhere in a text: in a script (`new Worker("w.js")`), in data, in code of a template
 * language. What they count from is not known there, so every file counts whose path ends like it; too many rather than
 * one too few.
 * @throws CollectError as openContent
 */
export async function namesInTexts(
  names: ReadonlySet<string>,
  files: readonly NamingText[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const byBasename = new Map<string, string[]>();
  const found = new Set<string>();
  for (const name of names) {
    const basename = basenameOf(name);
    const same = byBasename.get(basename);
    if (same === undefined) byBasename.set(basename, [name]);
    else same.push(name);
  }
  const limit = createHandleLimit(textsAtOnce);
  const naming = files.filter(({ name }) => texts.test(name));
  const prefixes = await readPrefixes(naming, signal);
  await mapAtOnce(naming, textsAtOnce, ({ name: from, content }) =>
    limit(async () => {
      signal?.throwIfAborted();
      for (const [written] of (await readContent(content)).toString('latin1').matchAll(words)) {
        const word = written.includes('%') ? decode(written) : written;
        const meant = byBasename.get(basenameOf(word));
        if (meant === undefined) continue;
        const paths = [word, ...mapped(word, prefixes)];
        for (const name of meant) {
          // Many a script tells its own name in the comment that it begins with.
          if (name !== from && paths.some((path) => endsAlike(name, path))) found.add(name);
        }
      }
    }),
  );
  return found;
}

/** Prefix and address: a bare specifier that begins with the one is asked for below the other. */
type Prefix = readonly [prefix: string, address: string];

async function readPrefixes(
  files: readonly NamingText[],
  signal: AbortSignal | undefined,
): Promise<readonly Prefix[]> {
  const prefixes: Prefix[] = [];
  for (const { name, content } of files) {
    signal?.throwIfAborted();
    if (!pages.test(name)) continue;
    const text = (await readContent(content)).toString('latin1');
    for (const [, prefix = '', address = ''] of text.matchAll(prefixed)) {
      prefixes.push([prefix, address]);
    }
  }
  return prefixes;
}

function mapped(word: string, prefixes: readonly Prefix[]): string[] {
  return prefixes
    .filter(([prefix]) => word.startsWith(prefix))
    .map(([prefix, address]) => address + word.slice(prefix.length));
}

/** Whether one path is the end of the other, segment by segment: "../js/w.js" and "static/js/w.js" may be the same file. */
function endsAlike(name: string, word: string): boolean {
  const path = word.replace(/^(?:\.{0,2}\/)+/, '');
  return `/${name}`.endsWith(`/${path}`) || `/${path}`.endsWith(`/${name}`);
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
