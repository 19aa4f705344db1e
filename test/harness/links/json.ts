import { type Link, linked, loaded } from './link.ts';

interface ImportMap {
  readonly imports?: Readonly<Record<string, string>>;
  readonly scopes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly integrity?: Readonly<Record<string, string>>;
}

/** The addresses of an import map, and as things a person may have meant those of its keys that are URLs. */
export function linksInImportMap(json: string): Link[] {
  const { imports = {}, scopes = {}, integrity = {} } = JSON.parse(json) as ImportMap;
  const maps = [imports, ...Object.values(scopes)];
  const keys = [...Object.keys(scopes), ...Object.keys(integrity), ...maps.flatMap(Object.keys)];
  return [
    ...maps
      .flatMap((map) => Object.values(map))
      .filter(isFile)
      .map(loaded),
    ...keys.filter(isFile).map(linked),
  ];
}

interface Icons {
  readonly icons?: readonly { readonly src: string }[];
}

/** The pictures of a web app manifest. */
export function linksInWebManifest(json: string): Link[] {
  const {
    icons = [],
    screenshots = [],
    shortcuts = [],
    file_handlers: handlers = [],
  } = JSON.parse(json) as Icons & {
    readonly screenshots?: readonly { readonly src: string }[];
    readonly shortcuts?: readonly Icons[];
    readonly file_handlers?: readonly Icons[];
  };
  const all = [
    ...icons,
    ...screenshots,
    ...[...shortcuts, ...handlers].flatMap((one) => one.icons ?? []),
  ];
  return all.map(({ src }) => loaded(src));
}

function isFile(url: string): boolean {
  return /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(url) && !url.endsWith('/');
}
