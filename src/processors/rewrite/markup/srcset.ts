import { type Add, type InnerText, isTemplate } from './inner-text.ts';
import { urlReference } from './url.ts';

/** Adds the images of a `srcset`, by the HTML standard's own steps: commas inside URLs and inside parentheses do not part. */
export function addSrcset(value: InnerText, add: Add): void {
  const srcset = value.text;
  if (isTemplate(srcset)) return;
  const between = /[\t\n\f\r ,]*/y;
  const url = /[^\t\n\f\r ]+/y;
  for (let at = 0; ;) {
    between.lastIndex = at;
    between.test(srcset);
    const from = between.lastIndex;
    url.lastIndex = from;
    if (!url.test(srcset)) return;
    at = url.lastIndex;
    let to = at;
    while (srcset[to - 1] === ',') to -= 1;
    const found = urlReference(value, 'required', from, to);
    if (found) add(found);
    // A comma at its end closes the candidate; without one, descriptors may follow.
    if (to === at) at = endOfDescriptors(srcset, at);
  }
}

/** After the next comma that is not in parentheses. */
function endOfDescriptors(srcset: string, from: number): number {
  let inParentheses = false;
  for (let at = from; at < srcset.length; at += 1) {
    const char = srcset[at];
    if (char === '(') inParentheses = true;
    else if (char === ')') inParentheses = false;
    else if (char === ',' && !inParentheses) return at + 1;
  }
  return srcset.length;
}
