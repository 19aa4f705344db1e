// What Python's `re` means by its classes and by IGNORECASE, for patterns of JavaScript.

/** `\s` of Python, which is also what str.strip() removes: not JavaScript's, which has U+FEFF and lacks U+001C to U+001F and U+0085. */
export const space =
  '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** `\w` of Python; needs the flag `u`. */
export const wordCharacter = '[\\p{L}\\p{N}_]';

/** Characters outside ASCII that IGNORECASE takes for a letter: İ and ı for i, the long s for s. */
const foreign: Readonly<Record<string, string>> = { i: '\\u0130\\u0131', s: '\\u017f' };

/** A lower-case word as IGNORECASE matches it. */
export function anyCase(word: string): string {
  return word.replace(
    /./g,
    (letter) => `[${letter}${letter.toUpperCase()}${foreign[letter] ?? ''}]`,
  );
}

const edgeSpace = new RegExp(`^${space}+`);
const oneSpace = new RegExp(space);

export function isSpace(character: string | undefined): boolean {
  return character !== undefined && oneSpace.test(character);
}

/** str.strip() */
export function strip(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end -= 1;
  return text.slice(0, end).replace(edgeSpace, '');
}
