import { addCode, addStyles, styling } from './markup/code.ts';
import { readHtml } from './markup/html-tokens.ts';
import {
  type Add,
  type InnerText,
  isTemplate,
  plainText,
  scanInside,
} from './markup/inner-text.ts';
import { addLinks, telling } from './markup/links.ts';
import { createCollector } from './markup/pieces.ts';
import { rawTextElements } from './markup/raw-text.ts';
import { valueOf } from './markup/tag.ts';
import { addTo, type Reference } from './reference.ts';

export interface Page {
  readonly references: readonly Reference[];
  /** What `<base href>` says: all URLs of the page, those in its styles and scripts too, count from there. */
  readonly base?: string;
}

/**
 * Finds what a page loads and what it points at, also in inline styles, scripts and import maps, in `<template>` and
 * `<noscript>`. Errors in the markup are overcome as browsers do. @throws SyntaxProblem where inline CSS, JavaScript or an import map cannot be understood
 */
export function scanHtml(text: string): Page {
  // So do browsers before anything else.
  return scanPage(text.replace(/\0/g, '\ufffd'), {});
}

/** What a page in a page is: text for browsers without scripts, or in the document of a frame. Frames in frames are not followed. */
interface Within {
  readonly noscript?: boolean;
  readonly frame?: boolean;
}

function scanPage(text: string, within: Within): Page {
  const references: Reference[] = [];
  const add: Add = (found) => {
    addTo(references, found);
  };
  const collector = createCollector(text, 'html-text', (tag, content) => {
    addCode(tag, content, add);
  });
  let base: string | undefined;
  let templates = 0;

  readHtml(text, within.noscript === true ? withoutScripts : withScripts, {
    startTag(tag) {
      collector.startTag(tag);
      addLinks(tag, add);
      addStyles(tag, add);
      if (tag.namespace !== 'html') return;
      if (tag.name === 'template') templates += 1;
      if (tag.name === 'base' && templates === 0) base ??= valueOf(tag, 'href')?.text.trim();
      if (tag.name !== 'iframe' || within.frame === true) return;
      const frame = valueOf(tag, 'srcdoc');
      if (frame) addInside(frame, { frame: true }, add);
    },
    endTag(name) {
      collector.endTag(name);
      if (name === 'template' && templates > 0) templates -= 1;
    },
    text: (piece) => {
      collector.text(piece);
    },
    rawText(tag, { start, end }, closed) {
      const content = plainText(text, start, end);
      if (content.text === '') return;
      if (tag.name === 'noscript') addInside(content, { ...within, noscript: true }, add);
      // A script whose end tag is missing is never run.
      else if (closed || tag.name !== 'script') addCode(tag, content, add);
    },
  });
  collector.finish();

  references.sort((a, b) => a.start - b.start);
  if (base === undefined) return { references };
  return isTemplate(base)
    ? { references: references.filter(({ url }) => /^[a-z][a-z0-9+.-]*:/i.test(url)) }
    : { references, base };
}

/** Adds the references of a page in this page. One with a base of its own is left alone. */
function addInside(content: InnerText, within: Within, add: Add): void {
  const scan = (text: string) => {
    const { references, base } = scanPage(text, within);
    return base === undefined ? references : [];
  };
  scanInside(scan, content, add);
}

const kept = new Set([...telling, ...styling, ...['srcdoc', 'encoding', 'color', 'face', 'size']]);
const withScripts = { kept, rawText: rawTextElements };
const withoutScripts = {
  kept,
  rawText: new Set([...rawTextElements].filter((name) => name !== 'noscript')),
};
