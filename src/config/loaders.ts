import { defaultLoaders } from 'cosmiconfig';
import { parseJson } from './json.ts';

/** What is wrong with a config file: the rest of the sentence "<file> cannot be read: …", and what to do. */
export class BadConfig extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export function loadJson(text: string): unknown {
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed.value;
  const { line, column, reason } = parsed.error;
  throw new BadConfig(`line ${line}, column ${column}: ${reason}`);
}

/** Ten thousand values take less. */
const largestYaml = 256 * 1024;
const mostAliases = 100;

export function loadYaml(text: string): unknown {
  if (text.length > largestYaml) throw new BadConfig('it is larger than 256 KiB');
  // The parser itself limits nesting and merging. But where an alias is a key, it makes a text of all that it stands
  // for, each time: 500 aliases of a list of 250,000 take nine seconds.
  const aliases = text.match(/(?<![^\s,:?[{}\]-])\*[^\s,[\]{}]/g) ?? [];
  if (aliases.length > mostAliases) {
    throw new BadConfig(`it has more than ${mostAliases} aliases (*name)`);
  }
  try {
    return defaultLoaders['.yaml']('', text) as unknown;
  } catch (error) {
    throw new BadConfig(yamlReason(error));
  }
}

/** Where and why, without what the parser quotes: the file may hold what must not be shown. */
function yamlReason(error: unknown): string {
  const { mark, reason = 'it is no YAML' } = error as {
    readonly reason?: string;
    readonly mark?: { readonly line: number; readonly column: number };
  };
  const where = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `;
  const [unquoted = ''] = reason.split(/["!]|: /);
  const glob = reason.startsWith('unidentified alias') ? '(globs such as "*.psd" need quotes)' : '';
  return `${where}${unquoted.trimEnd()} ${glob}`.trimEnd();
}
