import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CommonFlags } from './commands/flags.ts';
import { CollectError, exitCodeOfSignal, exitCodes } from './errors.ts';
import type { Io } from './io.ts';
import { peerHint } from './peers.ts';
import { printable } from './reporters/format.ts';
import { redactIo, type Redactor } from './redact.ts';

/** What a command gets beside its flags. */
export interface CommandContext {
  readonly io: Io;
  readonly redactor: Redactor;
  /** Writes a result that is meant to be seen although it looks like a secret: a signed URL. */
  readonly reveal: (text: string) => void;
}

/** Runs the program; resolves to its exit code and never rejects. */
export async function main(outer: Io): Promise<number> {
  const { io, redactor } = redactIo(outer);
  let exitCode: number = exitCodes.ok;
  const run = (code: Promise<number>) => code.then((value) => void (exitCode = value));
  const reveal = (text: string) => {
    outer.stdout.write(text);
  };
  const context: CommandContext = { io, redactor, reveal };
  const program = createProgram(context, run);
  try {
    await program.parseAsync(withOptionalValues(io.argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const json = io.argv.includes('--json');
    // Commander has told it on stderr already.
    if (error instanceof CommanderError && !json) return exitCodes.usage;
    const known = error instanceof CommanderError ? usageError(error) : error;
    const code = codeOf(known, io.signal);
    const { reporterFor } = await import('./commands/flags.ts');
    const reporter = reporterFor(context, { json, color: !io.argv.includes('--no-color') });
    reporter.error(known);
    reporter.end(code);
    return code;
  }
}

/** Stopped before anything was written, also where something else would have been wrong. */
function codeOf(error: unknown, signal: AbortSignal): number {
  if (!(error instanceof CollectError)) return exitCodes.bug;
  return signal.aborted ? exitCodeOfSignal(signal.reason) : error.exitCode;
}

function usageError({ message }: CommanderError): CollectError {
  return new CollectError('USAGE', message.replace(/^error: /, ''), {
    exitCode: exitCodes.usage,
    hint: 'see collect-static --help',
  });
}

function createProgram(
  context: CommandContext,
  run: (code: Promise<number>) => Promise<void>,
): Command {
  const { io } = context;
  const program = new Command('collect-static')
    .description(
      'Gather the static files of a project and put each into a directory or an S3 bucket.',
    )
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.stdout.write(text);
      },
      writeErr: (text) => {
        io.stderr.write(text);
      },
      outputError: (given, write) => {
        const text = `${given.trimEnd().replace(/^error:/, 'error[USAGE]:')}${peerHint(given)}`;
        write(`${text.split('\n').map(printable).join('\n')}\n`);
      },
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .addHelpText('after', examples);

  const collect = (command: Command) =>
    planOptions(commonOptions(sourceOptions(command)))
      .option('-n, --dry-run', 'show what would be done, and do nothing')
      .option('--offline', 'with --dry-run: do not look at the destination; needs no credentials')
      .option('--lock-timeout <time>', 'wait so long for another deploy to end: 10m, 30s, 0')
      .option('--wait', 'until the CDN, if one is configured, has forgotten what was replaced')
      .option('--no-fast-path', 'send every file by the AWS SDK, which is slower')
      .option('-y, --yes', 'ask nothing')
      .addOption(new Option('--noinput', 'as --yes').hideHelp())
      .addOption(new Option('--no-input', 'as --yes').hideHelp())
      .action((...args: unknown[]) =>
        run(
          import('./commands/collect.ts').then((command) =>
            command.runCollect(context, flagsOf(args)),
          ),
        ),
      );
  collect(program)
    .allowExcessArguments(true)
    .hook('preAction', (_, action) => {
      refuseUnknownCommand(program, action);
      checkWorkingDirectory(io);
    });
  collect(program.command('collect', { hidden: true })).description('as without a command');

  planOptions(commonOptions(sourceOptions(program.command('plan'))))
    .description('write down what a deploy would do, to be reviewed and applied later')
    .option('-o, --output <file>', 'write it there; without, to stdout')
    .option('--detailed-exitcode', 'exit 11 if there is anything to do')
    .action((...args: unknown[]) =>
      run(import('./commands/plan.ts').then((command) => command.runPlan(context, flagsOf(args)))),
    );
  commonOptions(sourceOptions(program.command('apply').argument('<plan>')))
    .description('carry out a plan, if sources and destination are still those it was made for')
    .option(
      '--shard <i/n>',
      'upload only the i-th of n parts of the first step: 1/4, or auto, auto/4 as the job runner says',
    )
    .option('--lock-timeout <time>', 'wait so long for another deploy to end: 10m, 30s, 0')
    .option('--wait', 'until the CDN, if one is configured, has forgotten what was replaced')
    .option('--no-cache', 'read and compress everything anew, and keep nothing for the next run')
    .option('--no-fast-path', 'send every file by the AWS SDK, which is slower')
    .option('-y, --yes', 'ask nothing')
    .action((plan: string, ...args: unknown[]) =>
      run(
        import('./commands/apply.ts').then((command) =>
          command.runApply(context, plan, flagsOf(args)),
        ),
      ),
    );
  commonOptions(sourceOptions(program.command('find').argument('<names...>')))
    .description('tell which source a file comes from')
    .option('--all', 'every source that has it, the winner first')
    .action((names: string[], ...args: unknown[]) =>
      run(
        import('./commands/find.ts').then((command) =>
          command.runFind(context, names, flagsOf(args)),
        ),
      ),
    );
  commonOptions(sourceOptions(program.command('url').argument('<names...>')))
    .description('print the public URL of files')
    .action((names: string[], ...args: unknown[]) =>
      run(
        import('./commands/url.ts').then((command) =>
          command.runUrl(context, names, flagsOf(args)),
        ),
      ),
    );
  commonOptions(sourceOptions(program.command('check')))
    .description('look for references that lead nowhere, and files that nobody refers to')
    .option('--templates <glob>', 'templates that ask for files by name; repeatable', collectValues)
    .action((...args: unknown[]) =>
      run(
        import('./commands/check.ts').then((command) => command.runCheck(context, flagsOf(args))),
      ),
    );
  commonOptions(sourceOptions(program.command('config')))
    .description('print the effective configuration and where each value comes from')
    .action((...args: unknown[]) =>
      run(
        import('./commands/config.ts').then((command) => command.runConfig(context, flagsOf(args))),
      ),
    );
  commonOptions(sourceOptions(program.command('policy')))
    .description(
      'print the least IAM policy and the bucket policy for public reading, for this config',
    )
    .option('--iam', 'only the IAM policy')
    .option('--bucket', 'only the bucket policy')
    .action((...args: unknown[]) =>
      run(
        import('./commands/policy.ts').then((command) => command.runPolicy(context, flagsOf(args))),
      ),
    );
  destinationOptions(program.command('invalidate'))
    .description('have the CDN forget what the current release may have replaced')
    .option('--wait', 'until it has')
    .action((...args: unknown[]) =>
      run(
        import('./commands/invalidate.ts').then((command) =>
          command.runInvalidate(context, flagsOf(args)),
        ),
      ),
    );
  commonOptions(program.command('unlock').option('--to <destination>', 's3://BUCKET/LOCATION'))
    .description('remove the lock of a deploy that died, when it cannot be waited for')
    .action((...args: unknown[]) =>
      run(
        import('./commands/unlock.ts').then((command) => command.runUnlock(context, flagsOf(args))),
      ),
    );
  destinationOptions(program.command('releases'))
    .description('list what was deployed to the destination, and what can be gone back to')
    .action((...args: unknown[]) =>
      run(
        import('./commands/releases.ts').then((command) =>
          command.runReleases(context, flagsOf(args)),
        ),
      ),
    );
  destinationOptions(program.command('rollback').argument('[id]'))
    .description('put an earlier release back; without an id, the one before the current one')
    .option('-n, --dry-run', 'show what would be done, and do nothing')
    .option('--lock-timeout <time>', 'wait so long for another deploy to end: 10m, 30s, 0')
    .option('--wait', 'until the CDN, if one is configured, has forgotten what was replaced')
    .action((id: string | undefined, ...args: unknown[]) =>
      run(
        import('./commands/rollback.ts').then((command) =>
          command.runRollback(context, id, flagsOf(args)),
        ),
      ),
    );
  destinationOptions(program.command('verify').argument('[id]'))
    .description('prove that what was deployed is there; of an earlier release, that it is kept')
    .option('--public', 'fetch it from its public URL, as a browser would')
    .option('--origin <url>', 'with --public: the site whose pages load the fonts')
    .action((id: string | undefined, ...args: unknown[]) =>
      run(
        import('./commands/verify.ts').then((command) =>
          command.runVerify(context, id, flagsOf(args)),
        ),
      ),
    );
  program
    .command('explain')
    .argument('[code]')
    .description('tell what a code means, why it happens and what to do; without one, list all')
    .option('--json', 'JSON on stdout')
    .action((code: string | undefined, ...args: unknown[]) =>
      run(
        import('./commands/explain.ts').then((command) =>
          command.runExplain(context, code, flagsOf(args)),
        ),
      ),
    );
  return program;
}

function sourceOptions(command: Command): Command {
  return command
    .option('-s, --source <dir[:prefix]>', 'collect from this directory; repeatable', collectValues)
    .option('--to <destination>', 's3://BUCKET/LOCATION or a directory')
    .option('-i, --ignore <pattern>', 'leave out what matches; repeatable', collectValues)
    .option('--no-default-ignore', "do not ignore Django's CVS, .* and *~")
    .option('--hash', 'store files under names with a hash of their content, too')
    .option('--no-hash', 'as they are, whatever the config says')
    .option('--compress [mode]', 'compress text: replace or sidecar; alone, as suits the backend')
    .option('--no-compress', 'as it is, whatever the config says')
    .addOption(new Option('--no-post-process', 'as --no-hash').hideHelp());
}

/** What decides a plan, beside the configuration. */
function planOptions(command: Command): Command {
  return command
    .option('--force', 'upload unchanged files too, and overwrite what media would keep')
    .option('-c, --clear', 'delete what a local destination holds and no source has')
    .option('-l, --link', 'make symbolic links instead of local copies')
    .option('--releases', 'keep what it takes to go back to an earlier release')
    .option('--no-releases', 'keep nothing of earlier releases, whatever the config says')
    .option('--prune', 'delete what earlier deploys left and no release to be kept has')
    .option('--no-prune', 'delete nothing, whatever the config says')
    .option('--accept-deletes <n>', 'with --prune: delete up to so many', parseCount)
    .option('--accept-shrink', 'with --prune: most of the files of the last deploy may be gone')
    .option('--trust-record', 'do not list the destination: believe the record of the last deploy')
    .option('--all', 'collect every target')
    .option('--no-cache', 'read and compress everything anew, and keep nothing for the next run');
}

/** Of a command about what is at a destination, whatever the sources are. */
function destinationOptions(command: Command): Command {
  return commonOptions(command)
    .option('--to <destination>', 's3://BUCKET/LOCATION')
    .option('--hash', 'as for the deploys')
    .option('--releases', 'as for the deploys');
}

function commonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'use this config file')
    .option('--env-file <file>', 'read variables from this file instead of .env')
    .addOption(new Option('--no-env-file', 'read no .env'))
    .option('--target <name>', 'static (default), media or another target of the config')
    .option('--backend <name>', 'local, s3 or a module')
    .option('--acl <acl>', 'auto, none or a canned ACL')
    .option('--region <region>', 'region of the bucket')
    .option('--profile <profile>', 'AWS profile')
    .option('--endpoint-url <url>', 'an S3-compatible store')
    .option('--concurrency <n>', 'uploads at once, or auto')
    .option('--json', 'NDJSON on stdout')
    .option('-q, --quiet', 'failures only')
    .option('-v, --verbosity [level]', '0 (quiet) to 3; -v alone is 2', parseLevel)
    .option('--no-color', 'plain text');
}

function flagsOf(args: readonly unknown[]): CommonFlags {
  const command = args.at(-1) as Command;
  return command.optsWithGlobals();
}

function collectValues(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function parseCount(value: string): string {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('it is a whole number');
  return value;
}

function parseLevel(value: string): number {
  if (!/^[0-3]$/.test(value)) throw new InvalidArgumentError('it is 0, 1, 2 or 3');
  return Number(value);
}

/** `-v` takes a level only if one follows: in `-v find app.css`, "find" is none. `--compress` takes a mode likewise. */
function withOptionalValues(argv: readonly string[]): string[] {
  return argv.map((arg, i) => {
    const next = argv[i + 1] ?? '';
    if (arg === '--compress' && !/^(-|replace$|sidecar$|$)/.test(next)) return `${arg}=true`;
    if (arg !== '-v' && arg !== '--verbosity') return arg;
    return /^\d+$/.test(next) ? arg : '--verbosity=2';
  });
}

function refuseUnknownCommand(program: Command, action: Command): void {
  const [word] = action.args;
  if (action !== program || word === undefined) return;
  const known = program.commands.map((command) => command.name());
  program.error(`error: unknown command '${word}'; the commands are ${known.join(', ')}`);
}

function checkWorkingDirectory(io: Io): void {
  if (io.cwd !== '') return;
  throw new CollectError('SOURCE_INVALID', 'the working directory was deleted', {
    exitCode: exitCodes.source,
    hint: 'change to a directory that exists, then run again',
  });
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const examples = `
Examples:
  collect-static                                        as configured; without a config, static/ to staticfiles/
  collect-static --dry-run                              what would be done
  collect-static --backend s3                           in a deploy script: never a local copy in silence
  collect-static -s dist --to s3://my-bucket/static -n  no config at all
  collect-static plan -o plan.json                      what would be done, to be reviewed ...
  collect-static apply plan.json                        ... and done, or refused if anything moved since
  collect-static --target media                         uploads that belong to the site
  collect-static find css/app.css                       which source wins
  collect-static policy --bucket                        how the objects become public
  collect-static explain S3_ACCESS_DENIED               what an error means and what to do
`;
