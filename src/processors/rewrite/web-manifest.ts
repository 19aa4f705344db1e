import { readJson } from './json.ts';
import { urlReference } from './markup/url.ts';
import { addTo, type Reference, SyntaxProblem } from './reference.ts';

/**
 * Finds the pictures of a web app manifest. `start_url`, `scope` and `id` are never touched: by these addresses an
 * installed app is known. @throws SyntaxProblem
 */
export function scanWebManifest(text: string): readonly Reference[] {
  const references: Reference[] = [];
  readJson(text, (inner, path, kind) => {
    if (kind !== 'value' || !pictures.some((pattern) => matches(path, pattern))) return;
    const found = urlReference(inner, 'required');
    if (found) addTo(references, found);
  });
  return references;
}

/** The same of a `manifest.json`, which may be of something else, a bundler say, and not even JSON. */
export function scanManifestJson(text: string): readonly Reference[] {
  try {
    return scanWebManifest(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return [];
    throw error;
  }
}

const pictures = [
  ['icons', '[]', 'src'],
  ['screenshots', '[]', 'src'],
  ['shortcuts', '[]', 'icons', '[]', 'src'],
  ['file_handlers', '[]', 'icons', '[]', 'src'],
];

function matches(path: readonly string[], pattern: readonly string[]): boolean {
  return path.length === pattern.length && path.every((part, i) => part === pattern[i]);
}
