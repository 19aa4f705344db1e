import { hexEnd, type Spelling } from './spelling.ts';

/** https://drafts.csswg.org/css-syntax-3/#consume-escaped-code-point and, for line ends, #consume-string-token */
export const cssSpelling: Spelling = {
  escapeAt(raw, at) {
    const digits = at + 1;
    const digitsEnd = hexEnd(raw, digits, digits + 6);
    if (digitsEnd > digits) {
      const code = Number.parseInt(raw.slice(digits, digitsEnd), 16);
      return { text: characterOf(code), end: digitsEnd + blankLength(raw, digitsEnd) };
    }
    const character = raw.charAt(digits);
    const isLineEnd = character !== '' && '\n\f\r'.includes(character);
    return isLineEnd
      ? { text: '', end: digits + blankLength(raw, digits) }
      : { text: character, end: digits + character.length };
  },
};

function characterOf(code: number): string {
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}

/** Of the one blank, or line end, that belongs to an escape. */
function blankLength(raw: string, at: number): number {
  if (raw.startsWith('\r\n', at)) return 2;
  return at < raw.length && '\t\n\f\r '.includes(raw.charAt(at)) ? 1 : 0;
}
