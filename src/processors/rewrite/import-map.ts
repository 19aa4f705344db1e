import { readJson } from './json.ts';
import { placeOf } from './markup/inner-text.ts';
import { urlReference } from './markup/url.ts';
import { addTo, type Reference, withIntegrity } from './reference.ts';

/**
 * Finds the addresses of an import map, and the specifiers that are URLs themselves: importers will ask for these
 * by their hashed names. Bare specifiers, and prefixes that end in a slash, name no file. @throws SyntaxProblem
 */
export function scanImportMap(text: string): readonly Reference[] {
  const references: Reference[] = [];
  /** The module whose integrity comes next. */
  let hashed: Reference | undefined;
  readJson(text, (inner, path, kind) => {
    const meaning = meaningOf(path, kind);
    if (meaning === 'integrity' && hashed !== undefined) {
      references[references.length - 1] = withIntegrity(hashed, placeOf(inner));
    }
    hashed = undefined;
    if (meaning !== 'url' || !namesFile(inner.text)) return;
    const found = urlReference(inner, kind === 'value' ? 'required' : 'optional');
    if (found === undefined) return;
    addTo(references, found);
    if (path[0] === 'integrity') hashed = found;
  });
  return references;
}

function meaningOf(
  path: readonly string[],
  kind: 'value' | 'name',
): 'url' | 'integrity' | undefined {
  const [section] = path;
  const depth = path.length;
  if (section === 'imports' && depth === 2) return 'url';
  if (section === 'scopes' && (depth === 3 || (depth === 2 && kind === 'name'))) return 'url';
  if (section === 'integrity' && depth === 2) return kind === 'name' ? 'url' : 'integrity';
  return undefined;
}

function namesFile(specifier: string): boolean {
  return beginsAsUrl.test(specifier) && !specifier.endsWith('/');
}

const beginsAsUrl = /^(?:\.{0,2}\/|[a-z][a-z0-9+.-]*:)[^]/i;
