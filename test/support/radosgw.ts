// A real S3 server for tests: Ceph's radosgw over one monitor and one in-memory OSD, on loopback.
// Debian: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cephConf } from './radosgw/conf.ts';
import type { ClusterOptions } from './radosgw/conf.ts';
import { freePorts, runTool, startDaemon } from './radosgw/processes.ts';
import type { Daemon } from './radosgw/processes.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Everything another process needs to use a running radosgw; plain data. */
export interface RadosgwAddress {
  /** "http://127.0.0.1:PORT"; buckets are also at "http://BUCKET.localhost:PORT". */
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** Path of its ceph.conf. */
  readonly conf: string;
}

interface RadosgwClient extends RadosgwAddress {
  /** Runs `radosgw-admin` and returns what it printed. */
  readonly admin: (args: readonly string[]) => Promise<string>;
  /** Creates a second account, which owns nothing. */
  readonly createUser: (id: string) => Promise<Credentials>;
}

export interface Radosgw extends RadosgwClient {
  /** Ends the three processes and removes their data. */
  readonly stop: () => Promise<void>;
}

const programs = [
  'ceph',
  'ceph-authtool',
  'ceph-mon',
  'ceph-osd',
  'monmaptool',
  'radosgw',
  'radosgw-admin',
  'setpriv',
];

/** Why radosgw cannot be started here, or undefined if it can. */
export function radosgwAvailable(): string | undefined {
  if (process.platform !== 'linux')
    return `radosgw runs on Linux only, this is ${process.platform}`;
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) return undefined;
  return `not installed: ${missing.join(', ')} (Debian: ceph-mon ceph-osd radosgw ceph-common)`;
}

export async function startRadosgw(options: ClusterOptions = {}): Promise<Radosgw> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-radosgw-'));
  const daemons: Daemon[] = [];
  async function stop(): Promise<void> {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
  try {
    const address = await startCluster(dir, options, daemons);
    return { ...radosgwAt(address), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The administration of a radosgw that is running already, perhaps started by another process.
 * @public for the tests that `inject` its address
 */
export function radosgwAt(address: RadosgwAddress): RadosgwClient {
  const admin = (args: readonly string[]): Promise<string> =>
    runTool('radosgw-admin', ['-c', address.conf, '-n', 'client.rgw', ...args]);
  return { ...address, admin, createUser: (id) => createUser(admin, id) };
}

async function startCluster(
  dir: string,
  options: ClusterOptions,
  daemons: Daemon[],
): Promise<RadosgwAddress> {
  const [monPort = 0, rgwPort = 0] = await freePorts(2);
  const fsid = randomUUID();
  const conf = join(dir, 'ceph.conf');
  await Promise.all(['mon', 'osd', 'run', 'log', 'rgw'].map((name) => mkdir(join(dir, name))));
  await writeFile(conf, cephConf({ dir, fsid, monPort, rgwPort }, options));
  await writeKeyring(join(dir, 'keyring'));
  const start = (file: string, args: readonly string[]): void => {
    daemons.push(startDaemon(file, ['-c', conf, '-f', ...args], join(dir, 'log', `${file}.out`)));
  };

  const monmap = join(dir, 'monmap');
  const address = `[v2:127.0.0.1:${monPort}]`;
  await runTool('monmaptool', ['--create', '--addv', 'a', address, '--fsid', fsid, monmap]);
  await runTool('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', monmap]);
  start('ceph-mon', ['-i', 'a']);

  // The command waits until the monitor answers.
  const osd = randomUUID();
  await runTool('ceph', ['-c', conf, 'osd', 'new', osd]);
  await runTool('ceph-osd', ['-c', conf, '--mkfs', '-i', '0', '--osd-uuid', osd]);
  start('ceph-osd', ['-i', '0']);

  // radosgw itself waits until the OSD is up and its pools exist, then listens.
  start('radosgw', ['-n', 'client.rgw']);
  const endpoint = `http://127.0.0.1:${rgwPort}`;
  await waitForAnswer(endpoint, daemons);
  const { admin } = radosgwAt({
    endpoint,
    conf,
    credentials: { accessKeyId: '', secretAccessKey: '' },
  });
  return { endpoint, conf, credentials: await createUser(admin, 'test') };
}

async function writeKeyring(keyring: string): Promise<void> {
  const entries = [
    ['mon.', '--cap', 'mon', 'allow *'],
    ['client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'],
    ['client.rgw', '--cap', 'mon', 'allow rwx', '--cap', 'osd', 'allow rwx'],
    ['osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
  ] as const;
  for (const [index, [name, ...caps]] of entries.entries()) {
    const create = index === 0 ? ['--create-keyring'] : [];
    await runTool('ceph-authtool', [...create, keyring, '--gen-key', '-n', name, ...caps]);
  }
}

async function waitForAnswer(endpoint: string, daemons: readonly Daemon[]): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    for (const daemon of daemons) daemon.check();
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error(`radosgw did not answer at ${endpoint} within 90 s`);
}

async function createUser(admin: RadosgwClient['admin'], id: string): Promise<Credentials> {
  const json = await admin(['user', 'create', `--uid=${id}`, `--display-name=${id}`]);
  const { keys } = JSON.parse(json) as { keys: [{ access_key: string; secret_key: string }] };
  return { accessKeyId: keys[0].access_key, secretAccessKey: keys[0].secret_key };
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, program)));
}
