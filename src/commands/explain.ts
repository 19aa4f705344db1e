import { CollectError, exitCodes } from '../errors.ts';
import { exits, type CodeExplanation } from '../explanations/explanation.ts';
import { allExplanations } from '../explanations/index.ts';
import { didYouMean } from '../nearest.ts';
import type { CommandContext } from './context.ts';
import type { CommonFlags } from './flags.ts';

type Entry = CodeExplanation & { readonly code: string };

const entries: readonly Entry[] = [...allExplanations].map(([code, one]) => ({ code, ...one }));

/** `explain [CODE]`: one code at length, or all of them with a line each. Reads no configuration. */
export function runExplain(
  { io }: CommandContext,
  code: string | undefined,
  { json = false }: CommonFlags,
): Promise<number> {
  const asked = code === undefined ? entries : [find(code)];
  const width = Math.min(io.stdout.columns ?? 100, 100);
  const texts = json
    ? asked.map(asJson)
    : code === undefined
      ? list(asked)
      : asked.map(page(width));
  io.stdout.write(texts.map((text) => `${text}\n`).join(''));
  return Promise.resolve(exitCodes.ok);
}

/** In any case, and with either kind of hyphen. */
function find(code: string): Entry {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', '-');
  const entry = entries.find((one) => plain(one.code) === plain(code));
  if (entry !== undefined) return entry;
  const known = entries.map((one) => one.code);
  throw new CollectError('USAGE', `there is no code ${code}${didYouMean(code, known)}`, {
    exitCode: exitCodes.usage,
    hint: 'collect-static explain lists all codes',
  });
}

function asJson({ code, what, why, fix, exit }: Entry): string {
  const states = inOrder(exit).map((one) => ({ code: one, destination: destinationAfter(one) }));
  return JSON.stringify({ code, what, why, fix, exits: states });
}

/** One line each. */
function list(all: readonly Entry[]): string[] {
  const rows = all.map(({ code, exit, what }) => [code, exitsOf(exit), what] as const);
  const widthOf = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [widthOf(0), widthOf(1)];
  return rows.map(([code, exit, what]) => `${code.padEnd(first)}  ${exit.padEnd(second)}  ${what}`);
}

function exitsOf(exit: CodeExplanation['exit']): string {
  return exit[0] === exitCodes.ok ? 'warning' : `exit ${inOrder(exit).join(', ')}`;
}

function page(width: number): (entry: Entry) => string {
  return ({ code, what, why, fix, exit }) =>
    [
      `${code}: ${what}`,
      '',
      ...wrap(`why   ${why}`, width),
      ...wrap(`fix   ${fix}`, width),
      ...inOrder(exit).flatMap((one) => wrap(`exit  ${exitText(one, exit)}`, width)),
    ].join('\n');
}

function exitText(exit: number, all: CodeExplanation['exit']): string {
  if (exit === exitCodes.ok) return '0: this is a warning, and the run goes on';
  const late = exit === exitCodes.partial && all.length > 1;
  return `${exit}${late ? ' once something may be written' : ''}, destination: ${destinationAfter(exit)}`;
}

function inOrder(exit: CodeExplanation['exit']): readonly number[] {
  return [...exit].sort((a, b) => a - b);
}

function destinationAfter(exit: number): string {
  return exits.find(({ codes }) => codes.includes(exit))?.destination ?? 'unknown';
}

/** Lines of at most this width; those after the first are indented as far as the text of the first. */
function wrap(text: string, width: number): string[] {
  const indent = ' '.repeat(6);
  return text.split(/(?<=\S) /).reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined) return [word];
    if (last.length + 1 + word.length > width) return [...lines, `${indent}${word}`];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}
