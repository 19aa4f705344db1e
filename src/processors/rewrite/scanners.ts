import { scanCss } from './css.ts';
import { scanJs } from './js.ts';
import type { Scanner } from './reference.ts';

/** What finds the references of a file, by its extension; undefined for what holds none. */
export function createScannerFor({
  jsModules,
}: {
  /** false: in scripts, only the source map's. */
  readonly jsModules: boolean;
}): (name: string) => Scanner | undefined {
  const scanScript: Scanner = jsModules
    ? scanJs
    : (text) => scanJs(text).filter(({ need }) => need === 'source-map');
  const scanners: Readonly<Partial<Record<string, Scanner>>> = {
    css: scanCss,
    js: scanScript,
    mjs: scanScript,
  };
  return (name) => {
    const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
    return Object.hasOwn(scanners, extension) ? scanners[extension] : undefined;
  };
}
