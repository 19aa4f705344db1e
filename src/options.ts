import { InvalidArgumentError, Option, type Command } from 'commander';

/** Of a command that looks at sources. */
export function sourceOptions(command: Command): Command {
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
export function planOptions(command: Command): Command {
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
export function destinationOptions(command: Command): Command {
  return commonOptions(command)
    .option('--to <destination>', 's3://BUCKET/LOCATION')
    .option('--hash', 'as for the deploys')
    .option('--releases', 'as for the deploys');
}

export function commonOptions(command: Command): Command {
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

export function collectValues(value: string, previous: readonly string[] = []): string[] {
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
