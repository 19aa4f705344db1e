import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/config/json.ts';

const errorIn = (text: string) => {
  const parsed = parseJson(text);
  return 'error' in parsed
    ? `${parsed.error.line}:${parsed.error.column} ${parsed.error.reason}`
    : 'none';
};

describe('an error in JSON is located and explained without quoting the text', () => {
  it.each([
    ['{\n  // why\n  "a": 1\n}', '2:3 JSON has no comments'],
    ["{'a': 1}", '1:2 JSON takes double quotes only'],
    ['{"a": 1,}', '1:9 there is a comma too many or a value missing'],
    ['{"a": 1\n "b": 2}', '2:2 a comma is missing'],
    ['{"a": [1, 2}', '1:12 there is a comma too many or a value missing'],
    ['{"a": 1', '1:8 it ends too early'],
    ['', '1:1 it ends too early'],
    ['{"a": True}', '1:7 JSON writes true, false and null'],
    ['{"a" 1}', '1:6 a colon is expected here'],
    ['{a: 1}', '1:2 a key in double quotes is expected here'],
    ['{"a": "x\ny"}', '1:7 the string has no end or a bad escape'],
    ['{} x', '1:4 nothing more is expected here'],
    ['secret', '1:1 a value is expected here'],
    ['{"a": 01}', '1:7 a value is expected here'],
  ])('%j', (text, message) => {
    expect(errorIn(text)).toBe(message);
  });

  it('accepts exactly what JSON.parse accepts, and locates the rest', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, noise) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + noise + json.slice(place);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(errorIn(text) === 'none').toBe(valid);
      }),
    );
  });

  it('survives a megabyte in one string', () => {
    expect(errorIn(`{"a": "${'x'.repeat(1_000_000)}" "b"}`)).toBe('1:1000010 a comma is missing');
  });
});
