import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { CommandContext } from './commands/context.ts';
import type { CommonFlags } from './commands/flags.ts';
import { CollectError, exitCodes } from './errors.ts';
import type { Io } from './io.ts';
import {
  collectValues,
  commonOptions,
  destinationOptions,
  planOptions,
  sourceOptions,
} from './options.ts';
import { peerHint } from './peers.ts';
import { printable } from './reporters/format.ts';

/** Every command with its options; `run` is given what a command will have come to. */
export function createProgram(
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

function flagsOf(args: readonly unknown[]): CommonFlags {
  const command = args.at(-1) as Command;
  return command.optsWithGlobals();
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
