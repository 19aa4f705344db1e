import { loadConfigs, type Flags, type Loaded, type LoadInput } from '../config/index.ts';
import type { Code } from '../explanations/index.ts';
import { didYouMean } from '../nearest.ts';
import { printable } from '../reporters/format.ts';
import { createReporter, type Reporter } from '../reporters/reporter.ts';
import type { CommandContext } from './context.ts';

/** Flags as commander names them. */
export interface CommonFlags {
  readonly source?: string[];
  readonly to?: string;
  readonly config?: string;
  readonly envFile?: string | boolean;
  readonly target?: string;
  readonly all?: boolean;
  readonly backend?: string;
  readonly acl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly ignore?: string[];
  readonly defaultIgnore?: boolean;
  readonly concurrency?: string;
  readonly force?: boolean;
  readonly clear?: boolean;
  readonly link?: boolean;
  readonly hash?: boolean;
  /** `--compress` alone is `true`. */
  readonly compress?: string | boolean;
  readonly cache?: boolean;
  readonly postProcess?: boolean;
  readonly releases?: boolean;
  readonly prune?: boolean;
  readonly lockTimeout?: string;
  readonly fastPath?: boolean;
  readonly trustRecord?: boolean;
  readonly acceptDeletes?: string;
  readonly acceptShrink?: boolean;
  readonly templates?: string[];
  /** A file for the plan. */
  readonly output?: string;
  readonly detailedExitcode?: boolean;
  readonly shard?: string;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
  readonly wait?: boolean;
  readonly yes?: boolean;
  readonly noinput?: boolean;
  readonly input?: boolean;
  readonly iam?: boolean;
  readonly bucket?: boolean;
  readonly public?: boolean;
  readonly origin?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** `-v` alone is `true`. */
  readonly verbosity?: number | true;
  readonly color?: boolean;
}

/** The flags that are configuration. */
function configFlags(flags: CommonFlags): Flags {
  const { source, envFile, defaultIgnore, ...rest } = flags;
  const { to, config, target, backend, acl, region, profile, endpointUrl, ignore, concurrency } =
    rest;
  const { force, clear, link, postProcess, releases, prune, lockTimeout } = rest;
  const { trustRecord, acceptDeletes, acceptShrink } = rest;
  // Before a word that is no mode, `--compress` is written as `--compress=true` (cli.ts).
  const compress = rest.compress === 'true' ? true : rest.compress;
  const hash = postProcess === false ? false : rest.hash;
  const picked = {
    to,
    config,
    target,
    backend,
    acl,
    region,
    profile,
    endpointUrl,
    ignore,
    concurrency,
    force,
    clear,
    link,
    hash,
    releases,
    prune,
    lockTimeout,
    trustRecord,
    acceptDeletes,
    acceptShrink,
    compress,
  };
  return {
    ...(Object.fromEntries(
      Object.entries(picked).filter(([, value]) => value !== undefined),
    ) as Flags),
    ...(source && { sources: source }),
    // Commander's default for a `--no-…` flag is true, which says nothing.
    ...(typeof envFile === 'string' && { envFile }),
    ...(envFile === false && { envFile: false as const }),
    ...(defaultIgnore === false && { defaultIgnore }),
    ...(rest.cache === false && { cache: false }),
    ...(rest.fastPath === false && { fastPath: false }),
  };
}

/** Loads the configuration of a command; from then on its secrets are hidden. */
export async function load(
  context: CommandContext,
  flags: CommonFlags,
  options: { readonly all?: boolean; readonly needsSources?: boolean } = {},
): Promise<Loaded> {
  return loadConfigs(inputOf(context, flags, options));
}

/** What a command's configuration is made from. */
export function inputOf(
  { io, redactor }: CommandContext,
  flags: CommonFlags,
  options: { readonly all?: boolean; readonly needsSources?: boolean } = {},
): LoadInput {
  const { all, ...rest } = options;
  return {
    cwd: io.cwd,
    env: io.env,
    flags: { ...configFlags(flags), ...(all === true && { all }) },
    hide: redactor.hide,
    say: (text) => {
      io.stderr.write(text);
    },
    signal: io.signal,
    ...rest,
  };
}

/** What to say of a name that is not among those that there are. */
export function unknownName(
  name: string,
  names: readonly string[],
  lacking = 'no source has',
): string {
  const code: Code = 'UNKNOWN_NAME';
  return `${printable(`error[${code}]: ${lacking} ${name}${didYouMean(name, names)}`)}\n`;
}

export function reporterFor({ io, redactor }: CommandContext, flags: CommonFlags): Reporter {
  const verbosity =
    flags.quiet === true ? 0 : flags.verbosity === true ? 2 : (flags.verbosity ?? 1);
  const color =
    flags.color !== false && (io.env['NO_COLOR'] ?? '') === '' && io.env['TERM'] !== 'dumb';
  return createReporter(io, {
    json: flags.json === true,
    verbosity,
    color: color && io.stdout.isTTY && io.stderr.isTTY,
    redact: (text) => redactor.redact(text),
  });
}
