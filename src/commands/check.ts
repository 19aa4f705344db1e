import { relative } from 'node:path';
import glob from 'fast-glob';
import { check, type BrokenReference } from '../check.ts';
import { CollectError, exitCodes } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { load, type CommonFlags } from './flags.ts';

/** `check`: what would break, without a destination. Problems: exit 9. */
export async function runCheck(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags)).configs;
  const templates = await findTemplates(flags.templates ?? [], io.cwd);
  const result = await check(config, templates);
  const { broken, unreferenced, dynamic } = result;
  if (flags.json === true) {
    io.stdout.write(`${JSON.stringify({ type: 'check', ...result })}\n`);
  } else {
    for (const problem of broken) io.stdout.write(`${placed(problem, io.cwd)}\n`);
    for (const name of unreferenced) io.stdout.write(`${name}: nobody refers to it\n`);
    io.stderr.write(`${summary(broken.length, unreferenced.length, dynamic)}\n`);
  }
  return broken.length === 0 ? exitCodes.ok : exitCodes.verify;
}

async function findTemplates(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = await glob(pattern.replaceAll('\\', '/'), { cwd, absolute: true, dot: true });
      if (paths.length > 0) return paths;
      throw new CollectError('TEMPLATES_MISSING', `no template matches --templates ${pattern}`, {
        exitCode: exitCodes.source,
        hint: `quote the glob; it counts from ${cwd}`,
      });
    }),
  );
  return [...new Set(found.flat())].sort();
}

function placed({ path, line, column, why }: BrokenReference, cwd: string): string {
  return `${relative(cwd, path)}:${line}:${column}: ${why}`;
}

function summary(broken: number, unreferenced: number, dynamic: number): string {
  const parts = [
    broken === 0 ? 'no broken reference' : count(broken, 'broken reference'),
    unreferenced === 0 ? undefined : `${count(unreferenced, 'file')} nobody refers to`,
    dynamic === 0 ? undefined : `${count(dynamic, 'call')} that cannot be judged without running`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
