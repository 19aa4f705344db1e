import { cssPatterns } from './css-patterns.ts';
import { outsideBlocks, type Language } from './ignored.ts';
import { modulePatterns } from './js-patterns.ts';
import type { Match, Pattern } from './pattern.ts';
import { createEditor, editsOf, sourceOffsets, textOf, wholeOf } from './pieces.ts';
import type { Edit, Editor, Pieces } from './pieces.ts';
import type { Refusal } from './resolve.ts';
import { sourceMapOfJs } from './source-map-patterns.ts';

export type DjangoEngine = 'django-5.2' | 'django-6';

export interface Dialect {
  readonly engine: DjangoEngine;
  /** Whether imports and exports of JavaScript are rewritten (support_js_module_import_aggregation). */
  readonly jsModules: boolean;
}

/** A refusal and where in the source its URL stands. */
export interface Refused {
  readonly offset: number;
  readonly refusal: Refusal;
}

/** Which language Django takes a file for, by the end of its name; undefined: it is not rewritten. */
export function languageOf(name: string): Language | undefined {
  if (name.endsWith('.css')) return 'css';
  return name.endsWith('.js') ? 'js' : undefined;
}

/** Applies Django's patterns one after another, each to what the ones before have made. */
export function rewriteText(
  source: string,
  language: Language,
  { engine, jsModules }: Dialect,
  resolve: (url: string) => string | Refusal | undefined,
): { readonly edits: readonly Edit[]; readonly refused: readonly Refused[] } {
  const refused = new Map<string, Refused>();
  const known = new Map<string, ReturnType<typeof resolve>>();
  const resolveOnce = (url: string) => {
    if (!known.has(url)) known.set(url, resolve(url));
    return known.get(url);
  };
  let pieces = wholeOf(source);
  let text = source;
  for (const { find, template } of patternsFor(language, { engine, jsModules })) {
    const found = find(text);
    const matches = engine === 'django-6' ? outsideBlocks(found, text, language) : found;
    const editor = createEditor(pieces);
    let isEdited = false;
    const refusals: { place: number; refusal: Refusal }[] = [];
    for (const match of matches) {
      const result = resolveOnce(text.slice(match.urlStart, match.urlEnd));
      if (typeof result === 'string') {
        apply(editor, match, template, result);
        isEdited = true;
      } else if (result) refusals.push({ place: match.urlStart, refusal: result });
    }
    for (const one of located(refusals, pieces)) {
      if (!refused.has(one.refusal.message)) refused.set(one.refusal.message, one);
    }
    if (!isEdited) continue;
    pieces = editor.finish();
    text = textOf(pieces, source);
  }
  return { edits: editsOf(pieces, source), refused: [...refused.values()] };
}

function patternsFor(language: Language, { engine, jsModules }: Dialect): readonly Pattern[] {
  if (language === 'css') return cssPatterns[engine];
  return jsModules ? [sourceMapOfJs, ...modulePatterns[engine]] : [sourceMapOfJs];
}

function apply(editor: Editor, match: Match, template: Pattern['template'], url: string): void {
  const { start, end, kept } = match;
  const rest = template.open + url + template.close;
  if (kept === undefined) editor.replace(start, end, template.head + rest);
  else {
    editor.replace(start, kept.start, template.head);
    editor.replace(kept.end, end, rest);
  }
}

function located(
  refusals: readonly { place: number; refusal: Refusal }[],
  pieces: Pieces,
): readonly Refused[] {
  const offsets = sourceOffsets(
    pieces,
    refusals.map(({ place }) => place),
  );
  return refusals.map(({ refusal }, i) => ({ refusal, offset: offsets[i] ?? 0 }));
}
