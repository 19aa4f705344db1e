import { type JsonString, readJson } from './json.ts';
import { outerOffset } from './markup/inner-text.ts';
import { urlReference } from './markup/url.ts';
import type { Reference } from './reference.ts';

/**
 * Finds the addresses of an import map, and the specifiers that are URLs themselves: importers will ask for these
 * by their hashed names. Bare specifiers, and prefixes that end in a slash, name no file. @throws SyntaxProblem
 */
export function scanImportMap(text: string): readonly Reference[] {
  const references: Reference[] = [];
  /** The module whose integrity comes next. */
  let hashed: Reference | undefined;
  readJson(text, (string) => {
    const { inner, kind } = string;
    const meaning = meaningOf(string);
    if (meaning === 'integrity' && hashed !== undefined) {
      const integrity = { start: inner.start, end: outerOffset(inner, inner.text.length) };
      references.splice(-1, 1, { ...hashed, integrity });
    }
    hashed = undefined;
    if (meaning !== 'url' || !namesFile(inner.text)) return;
    const found = urlReference(inner, kind === 'value' ? 'required' : 'optional');
    if (found === undefined) return;
    references.push(found);
    if (kind === 'name' && string.path[0] === 'integrity') hashed = found;
  });
  return references;
}

/** Names count one level lower than values: their path is that of their object. */
function meaningOf({ kind, path }: JsonString): 'url' | 'integrity' | undefined {
  const [section] = path;
  const depth = kind === 'name' ? path.length + 1 : path.length;
  if (section === 'imports' && depth === 2) return 'url';
  if (section === 'scopes' && (depth === 3 || (depth === 2 && kind === 'name'))) return 'url';
  if (section === 'integrity' && depth === 2) return kind === 'name' ? 'url' : 'integrity';
  return undefined;
}

function namesFile(specifier: string): boolean {
  return /^(?:\.{0,2}\/|[a-z][a-z0-9+.-]*:).*[^/]$/is.test(specifier);
}
