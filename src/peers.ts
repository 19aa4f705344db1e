/** What people of other tools type, and what it is called here. */
const peers: readonly (readonly [RegExp, string])[] = [
  [/--dryrun\b/, '--dry-run'],
  [/--delete\b|--delete-removed\b/, '--clear (local destinations only)'],
  [/--exclude\b/, '--ignore PATTERN'],
  [/--bucket\b/, '--to s3://BUCKET/LOCATION'],
  [/--endpoint\b/, '--endpoint-url URL'],
  [/--(transfers|numworkers|workers|parallel)\b/, '--concurrency N'],
  [/--(public-access|acl-public)\b/, '--acl public-read'],
  [/--(recursive|sync|recurse)\b/, 'nothing: sources are always collected whole'],
  [/--symlink\b/, '--link'],
];

/** A line for who used another tool's flag, by commander's message about it; or nothing. */
export function peerHint(message: string): string {
  if (!message.includes('unknown option') || message.includes('Did you mean')) return '';
  const here = peers.find(([pattern]) => pattern.test(message))?.[1];
  return here === undefined ? '' : `\n(Here it is ${here})`;
}
