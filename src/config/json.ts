/** Where and why a text is not JSON. Never quotes the text: it may hold a secret. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export function parseJson(text: string): { value: unknown } | { error: JsonError } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: findError(text) };
  }
}

// V8's message has a position on some errors and Node versions only, and quotes the text around it.
function findError(text: string): JsonError {
  const token =
    /\s*(?:("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])|([{}[\],:]))/uy;
  const open: string[] = [];
  let expected: 'value' | 'key' | 'colon' | 'next' | 'end' = 'value';
  let first = false; // directly after a bracket, where the closing one may follow
  let offset = 0;
  for (;;) {
    token.lastIndex = offset;
    const [whole = '', string, scalar, mark] = token.exec(text) ?? [];
    const step = whole === '' ? undefined : accept(string, scalar, mark);
    if (step === undefined) return errorAt(text, offset, expected);
    expected = step;
    offset += whole.length;
  }

  function accept(string?: string, scalar?: string, mark?: string): typeof expected | undefined {
    const inside = open.at(-1);
    const empty = first;
    first = false;
    if (expected === 'key' && string !== undefined) return 'colon';
    if (expected === 'colon' && mark === ':') return 'value';
    if (expected === 'next' && mark === ',') return inside === '{' ? 'key' : 'value';
    if (mark === '}' || mark === ']') {
      const fits = inside === (mark === '}' ? '{' : '[') && (expected === 'next' || empty);
      if (!fits) return undefined;
      open.pop();
      return open.length === 0 ? 'end' : 'next';
    }
    if (expected !== 'value') return undefined;
    if (mark === '{' || mark === '[') {
      open.push(mark);
      first = true;
      return mark === '{' ? 'key' : 'value';
    }
    if (string === undefined && scalar === undefined) return undefined;
    return open.length === 0 ? 'end' : 'next';
  }
}

function errorAt(text: string, after: number, expected: string): JsonError {
  const offset = after + (/^\s*/.exec(text.slice(after))?.[0].length ?? 0);
  const before = text.slice(0, offset).split('\n');
  const rest = text.slice(offset);
  return {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    reason: reasonOf(rest, expected),
  };
}

function reasonOf(rest: string, expected: string): string {
  if (rest === '') return 'it ends too early';
  if (/^(\/\/|\/\*|#)/.test(rest)) return 'JSON has no comments';
  if (rest.startsWith("'")) return 'JSON takes double quotes only';
  if (rest.startsWith('"')) {
    return expected === 'next' ? 'a comma is missing' : 'the string has no end or a bad escape';
  }
  if (/^[}\]]/.test(rest) && expected !== 'end')
    return 'there is a comma too many or a value missing';
  if (/^(True|False|None)\b/.test(rest)) return 'JSON writes true, false and null';
  const wanted: Readonly<Record<string, string>> = {
    value: 'a value',
    key: 'a key in double quotes',
    colon: 'a colon',
    next: 'a comma or a closing bracket',
    end: 'nothing more',
  };
  return `${wanted[expected] ?? 'JSON'} is expected here`;
}
