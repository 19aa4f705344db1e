/** Elements of HTML in which tags are no tags. `noscript` is one of them wherever scripts run. */
export const rawTextElements: ReadonlySet<string> = new Set([
  ...['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript'],
  'plaintext',
]);

/** Where the content of such an element ends, given where it begins. */
export function rawTextEnd(source: string, name: string, start: number): number {
  if (name === 'plaintext') return source.length;
  if (name === 'script') return scriptEnd(source, start);
  const endTag = endTags.get(name);
  if (endTag === undefined) return start;
  endTag.lastIndex = start;
  return endTag.exec(source)?.index ?? source.length;
}

const endTags: ReadonlyMap<string, RegExp> = new Map(
  [...rawTextElements].map((name) => [name, new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi')]),
);

/** Behind `<!--` a script may hold scripts: `<!-- <script></script> -->` is all of one script's content. */
function scriptEnd(source: string, start: number): number {
  const mark = /<!--|-->|<(\/?)script(?=[\t\n\f\r />])/gi;
  mark.lastIndex = start;
  let isComment = false;
  let isInner = false;
  for (let found = mark.exec(source); found; found = mark.exec(source)) {
    if (found[0] === '<!--') {
      isComment = true;
      mark.lastIndex -= 2; // its dashes may also be those of "-->"
    } else if (found[0] === '-->') {
      isComment = false;
      isInner = false;
    } else if (found[1] === '') {
      isInner = isComment;
    } else if (isInner) {
      isInner = false;
    } else {
      return found.index;
    }
  }
  return source.length;
}
