import { scanCss } from './css.ts';
import { scanHtml, type Page } from './html.ts';
import { scanImportMap } from './import-map.ts';
import { scanJs } from './js.ts';
import type { Scanner } from './reference.ts';
import { scanSvg } from './svg.ts';
import { scanManifestJson, scanWebManifest } from './web-manifest.ts';

/** Finds what a text names, and what its URLs count from where it says so itself. @throws SyntaxProblem */
export type Scan = (text: string) => Page;

/** What finds the references of a file, by its name; undefined for what holds none. */
export function createScannerFor({
  jsModules,
}: {
  /** false: in scripts, only the source map's. */
  readonly jsModules: boolean;
}): (name: string) => Scan | undefined {
  const script = plain((given) => {
    const references = scanJs(given);
    return jsModules ? references : references.filter(({ need }) => need === 'source-map');
  });
  const scans: Readonly<Partial<Record<string, Scan>>> = {
    css: plain(scanCss),
    js: script,
    mjs: script,
    html: scanHtml,
    htm: scanHtml,
    svg: plain(scanSvg),
    webmanifest: plain(scanWebManifest),
    importmap: plain(scanImportMap),
  };
  return (name) => {
    if (name.endsWith('importmap.json')) return plain(scanImportMap);
    if (/(?:^|\/)manifest\.json$/.test(name)) return plain(scanManifestJson);
    const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
    return Object.hasOwn(scans, extension) ? scans[extension] : undefined;
  };
}

function plain(scan: Scanner): Scan {
  return (text) => ({ references: scan(text) });
}
