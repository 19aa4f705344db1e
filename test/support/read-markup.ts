import { scanHtml } from '../../src/processors/rewrite/html.ts';
import { scanSvg } from '../../src/processors/rewrite/svg.ts';
import type { Link } from '../harness/links/link.ts';
import { linksInHtml } from '../harness/links/html.ts';
import { linksInSvg } from '../harness/links/svg.ts';
import { hashedUrl, withHashes } from './insertions.ts';

/** What a page or drawing refers to, and what it refers to when each of its references has a hash. Sorted, each once. */
export interface Read {
  readonly urls: readonly string[];
  readonly hashed: readonly string[];
}

/** By the scanners of src/, the second by whether a parser finds what they rewrote. */
export function readAsScanner(name: string, text: string): Read {
  const references = name.endsWith('.svg') ? scanSvg(text) : scanHtml(text).references;
  const loaded = references.filter(({ need }) => need !== 'source-map');
  return {
    urls: sorted(loaded.map(({ url }) => url)),
    hashed: sorted(seenByParser(name, withHashes(text, loaded))),
  };
}

/** By parsers that know nothing of src/. */
export function readAsBrowser(name: string, text: string): Read {
  const urls = seenByParser(name, text);
  return { urls: sorted(urls), hashed: sorted(urls.map(hashedUrl)) };
}

function seenByParser(name: string, text: string): string[] {
  const links: readonly Link[] = name.endsWith('.svg') ? linksInSvg(text) : linksInHtml(text);
  return links
    .filter(({ use }) => use !== 'source-map')
    .map(({ url }) => url.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+|[\0- ]+$/g, ''))
    .filter((url) => !/^(?:$|[#?]|(?:data|javascript|mailto|tel|blob|about):)/i.test(url));
}

function sorted(urls: readonly string[]): string[] {
  return [...new Set(urls)].sort();
}
