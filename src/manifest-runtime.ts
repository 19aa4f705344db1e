import { readFileSync } from 'node:fs';
import { encodePath } from './keys.ts';
import { readManifest } from './manifest.ts';
import { nearest } from './nearest.ts';

// What a server or a template engine needs to name a file: imported as `collect-static/manifest`, without dependencies.

/** A file's path or URL, or what it holds. */
type Document = string | URL | object;

export interface ManifestOptions {
  /** staticfiles.json. */
  readonly manifest: Document;
  /** assets.json: what `integrity` is answered from. */
  readonly assets?: Document;
  /** What public names begin with: "/static/" (the default) or "https://cdn.example/static/". */
  readonly base?: string;
  /** Whether an unknown name is an error (the default) or named as it is. */
  readonly strict?: boolean;
}

export interface ManifestReader {
  /** "css/app.css" → "/static/css/app.9dd4e461268c.css"; a query and a fragment stay. @throws Error for an unknown name, if strict */
  readonly url: (name: string) => string;
  /** For the attribute `integrity`: "sha384-…"; undefined for an unknown name, if not strict. @throws Error as `url` */
  readonly integrity: (name: string) => string | undefined;
}

/** Reads the manifest once. @throws Error where it cannot be read */
export function createManifest({
  manifest,
  assets,
  base = '/static/',
  strict = true,
}: ManifestOptions): ManifestReader {
  // JavaScript has no compiler that would ask for it.
  if ((manifest as Document | undefined) === undefined) {
    throw new Error(
      'createManifest needs manifest: the path of staticfiles.json, or what it holds',
    );
  }
  const { paths } = readManifest(textOf(manifest));
  const integrities = assets === undefined ? undefined : integritiesOf(textOf(assets));
  const root = base.endsWith('/') ? base : `${base}/`;
  const unknown = (name: string) => {
    const near = nearest(name, [...paths.keys()]);
    const slip = near === undefined ? '' : `; did you mean ${near}?`;
    return new Error(`the manifest has no ${name}${slip}`);
  };
  return {
    url(asked) {
      const [, name = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(asked) ?? [];
      const key = paths.get(name);
      if (key === undefined && strict) throw unknown(name);
      return `${root}${encodePath(key ?? name)}${rest}`;
    },
    integrity(name) {
      if (integrities === undefined) {
        throw new Error(
          'createManifest was given no assets: the path of assets.json, or what it holds',
        );
      }
      const integrity = integrities.get(name);
      if (integrity === undefined && strict) throw unknown(name);
      return integrity;
    },
  };
}

function textOf(document: Document): string {
  const isPlace = typeof document === 'string' || document instanceof URL;
  return isPlace ? readFileSync(document, 'utf8') : JSON.stringify(document);
}

function integritiesOf(text: string): ReadonlyMap<string, string> {
  const { assets } = JSON.parse(text) as { assets?: Record<string, { integrity: string }> };
  if (assets === undefined) throw new Error('this is no assets.json: it has no "assets"');
  return new Map(Object.entries(assets).map(([name, { integrity }]) => [name, integrity]));
}
