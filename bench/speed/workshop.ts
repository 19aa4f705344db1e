import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { install, type Installed } from '../install.ts';
import type { Peer, Place } from '../peer.ts';
import { commandsOf, type Command, type Task } from './commands.ts';
import type { Corpus } from './corpus.ts';
import { measure, type Checked, type Entrant } from './measure.ts';
import type { Server, Way } from './server.ts';

/** What all rows need. */
export interface Workshop {
  readonly server: Server;
  /** Where corpora and runs have their files. */
  readonly tmp: string;
  /** Names of the tools that take part; undefined for all. */
  readonly tools: readonly string[] | undefined;
  readonly deadlineMs: number;
  /** Of tools that cannot be had: why. */
  readonly absent: Map<string, string>;
  readonly say: (text: string) => void;
}

export interface Deploys {
  readonly id: string;
  readonly task: Task;
  readonly way: Way;
  /** A directory with the files in `static/`. */
  readonly dir: string;
  readonly corpus: Corpus;
  /** Called before each run: makes the files and the bucket what they are to be. */
  readonly prepare: (bucket: string, one: Entrant) => Promise<void>;
  readonly home: 'new' | 'kept';
  readonly only?: readonly string[];
}

/** Every command that can be run for a task, in a folder and with a bucket. */
export async function createEntrants(shop: Workshop, deploys: Deploys): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const [index, command] of commandsOf(
    deploys.task,
    placeOf(shop, deploys, 'BUCKET'),
  ).entries()) {
    const { name } = command.peer;
    if (shop.tools?.includes(name) === false || deploys.only?.includes(name) === false) continue;
    const installed = await installOnce(command.peer);
    if ('reason' in installed) {
      shop.absent.set(name, installed.reason);
      continue;
    }
    entrants.push(createEntrant(shop, deploys, installed, index));
  }
  return entrants;
}

const installs = new Map<string, Promise<Installed>>();

function installOnce(peer: Peer): Promise<Installed> {
  const known = installs.get(peer.name) ?? install(peer);
  installs.set(peer.name, known);
  return known;
}

function placeOf({ server }: Workshop, { way }: Deploys, bucket: string): Place {
  return { bucket, endpoint: server.endpoint(way) };
}

function createEntrant(
  shop: Workshop,
  deploys: Deploys,
  installed: Extract<Installed, { env: unknown }>,
  index: number,
): Entrant {
  const { id, task, dir, corpus, home } = deploys;
  const bucket = `${id}-${index}`;
  const place = placeOf(shop, deploys, bucket);
  const command = commandsOf(task, place)[index];
  if (command === undefined) throw new Error(`there is no command ${index}`);
  const homeDir = join(shop.tmp, 'homes', bucket);
  const entrant: Entrant = {
    tool: command.peer.name,
    variant: command.variant,
    checks: command.checks,
    version: installed.version,
    command: command.words,
    shown: show(commandsOf(task, { bucket: 'BUCKET', endpoint: '' })[index] ?? command),
    dir,
    env: {
      ...environment(shop, deploys, place, command.peer.name),
      ...installed.env,
      ...command.peer.env?.(place),
      ...command.env,
      HOME: homeDir,
    },
    async prepare() {
      if (home === 'new') await rm(homeDir, { recursive: true, force: true });
      await mkdir(homeDir, { recursive: true });
      const files = { ...command.peer.files?.(place), ...command.files };
      for (const [name, text] of Object.entries(files)) {
        const path = name.startsWith('home/') ? join(homeDir, name.slice(5)) : join(dir, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      await deploys.prepare(bucket, entrant);
      await shop.server.counts();
    },
    async check() {
      const requests = await shop.server.counts();
      return { requests, ...(await compare(shop.server, bucket, corpus)) };
    },
  };
  return entrant;
}

function environment(
  { server }: Workshop,
  { way }: Deploys,
  { endpoint }: Place,
  tool: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench-secret',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    ...(way.tls && trust(tool, server.certificate)),
  };
}

/** What tells a tool to trust the server's certificate. */
function trust(tool: string, file: string): Record<string, string> {
  // What is built with Go takes this one; an old rclone ends at the sight of AWS's own.
  if (tool.startsWith('rclone')) return { SSL_CERT_FILE: file };
  if (tool === 's3-sync-client') return { NODE_EXTRA_CA_CERTS: file };
  return { AWS_CA_BUNDLE: file, SSL_CERT_FILE: file };
}

/** Every key must be there, with the digest of its file; one in parts has another kind of ETag. */
async function compare(server: Server, bucket: string, corpus: Corpus): Promise<Checked> {
  const objects = await server.objects(bucket);
  let right = 0;
  for (const [name, { size, md5 }] of corpus) {
    const held = objects.get(`static/${name}`);
    if (held?.size === size && (held.etag === md5 || held.etag.includes('-'))) right += 1;
  }
  const problem = `${right} of ${corpus.size} objects are right`;
  return right === corpus.size ? {} : { problem };
}

/** The same of a directory. */
export async function compareFiles(dir: string, corpus: Corpus): Promise<Checked> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const count = names.filter((entry) => entry.isFile()).length;
  for (const [name, { size }] of corpus) {
    const found = await stat(join(dir, name)).catch(() => undefined);
    if (found?.size !== size) return { problem: `${name} is missing or of another size` };
  }
  const [[name, file] = ['', undefined]] = corpus;
  const bytes = await readFile(join(dir, name));
  const same = createHash('md5').update(bytes).digest('hex') === file?.md5;
  return count === corpus.size && same ? {} : { problem: `${count} files, or wrong bytes` };
}

/** Runs a command that is no contest, and so may take an hour: to fill a bucket, or for the first time on this machine. */
export async function runOnce(entrant: Entrant): Promise<void> {
  const outcome = await measure(entrant, 3_600_000);
  if ('reason' in outcome) throw new Error(`${entrant.tool}: ${outcome.reason}`);
}

function show({ words, env = {} }: Command): string {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  const line = words.map((word) => (/[ *$]/.test(word) ? `'${word}'` : word)).join(' ');
  return settings.join('') + line.replace(/^\S*node \S*collect-static\.js/, 'collect-static');
}
