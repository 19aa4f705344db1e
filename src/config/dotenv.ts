/**
 * The variables of a `.env` file by python-decouple's rules: blank lines, comments and lines without
 * `=` are passed over, both sides of the first `=` are trimmed, one matching pair of quotes is taken off.
 * No `export`, no interpolation, no comments behind a value.
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals === -1) continue;
    variables.set(line.slice(0, equals).trim(), unquote(line.slice(equals + 1).trim()));
  }
  return variables;
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  const quoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return quoted ? value.slice(1, -1) : value;
}
