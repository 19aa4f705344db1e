import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { CollectError } from '../../src/errors.ts';
import { createDigester, digestFiles } from '../../src/digest.ts';
import { readContent } from '../../src/content.ts';
import { findFiles } from '../../src/find.ts';
import { createSite } from '../support/create-site.ts';
import { createRandom, type Random } from './random.ts';

const secret = 'BYTES FROM OUTSIDE';

/** Makes a tree of oddities, collects it, and compares with a walk that shares no code with src/. */
export async function checkTree(seed: number): Promise<'accounted' | 'refused'> {
  const random = createRandom(seed);
  const site = await createSite({ 's/base.css': 'inside', 'outside/secret.css': secret });
  const servers: Server[] = [];
  try {
    const dirs = [site.path('s')];
    const count = 1 + random.below(9);
    for (let i = 0; i < count; i += 1) await plant(random, dirs, i, servers);
    const accounted = await collected(site.path('s'), realpathSync(site.path('outside')));
    if (accounted === undefined) return 'refused'; // as a whole, with a reason
    const entries = walk(site.path('s'));
    if (accounted.sort().join('\n') === entries.sort().join('\n')) return 'accounted';
    const odd = entries.filter((one) => !accounted.includes(one));
    throw new Error(`not accounted for: ${JSON.stringify(odd)} of ${JSON.stringify(entries)}`);
  } finally {
    for (const server of servers) server.close();
    await site.remove();
  }
}

async function plant(random: Random, dirs: string[], i: number, servers: Server[]): Promise<void> {
  const dir = random.pick(dirs);
  const path = `${dir}/${random.pick(['a', 'B', '.h', 'e\u0301', 'é', 'x y', '%2e', 'b~'])}${i}`;
  switch (random.below(11)) {
    case 0:
      mkdirSync(path);
      dirs.push(path);
      break;
    case 1:
      symlinkSync(random.pick(['..', '.', '../..', 'self']), path);
      break;
    case 2:
      symlinkSync(random.pick(['nowhere', 'base.css', `${dirs[0] ?? ''}/base.css`]), path);
      break;
    case 3:
      if (random.below(3) === 0) symlinkSync(`${dirs[0] ?? ''}/../outside`, path);
      break;
    case 4:
      execFileSync('mkfifo', [path]);
      break;
    case 5:
      await new Promise<void>((resolve) => {
        servers.push(
          createServer()
            .listen(path, resolve)
            .on('error', () => {
              resolve();
            }),
        );
      });
      break;
    case 6:
      if (random.below(4) === 0) {
        writeFileSync(Buffer.concat([Buffer.from(path), Buffer.from([0xff])]), '');
      }
      break;
    case 7:
      symlinkSync(random.pick(dirs), path);
      break;
    default:
      writeFileSync(path, 'inside');
  }
}

/** Relative paths of all entries that got a verdict; undefined when the tree was refused with a reason. */
async function collected(root: string, outside: string): Promise<string[] | undefined> {
  const seen = new Set<string>();
  const source = { dir: root, label: 's', prefix: '', include: [], ignore: [], optional: false };
  const options = {
    sources: [source],
    ignore: [],
    defaultIgnore: false,
    backend: 'local',
    root: '/',
  } as const;
  try {
    const { files, counts } = await findFiles({ ...options, s3: { location: '' } }, (event) => {
      if (event.type === 'ignored') seen.add(event.path);
    });
    const wanted = await digestFiles(files, {
      digester: createDigester(),
      headersFor: () => ({ headers: { contentType: '' }, immutable: false }),
    });
    for (const { content, name } of wanted) {
      if ((await readContent(content)).toString() === secret) throw new Error(`${name} escaped`);
      if (content.kind === 'file' && content.path.startsWith(outside)) throw new Error(name);
    }
    if (counts.found !== files.length) throw new Error('found and files differ');
    for (const { name } of files) seen.add(`${root}/${name}`);
    return [...seen].map((path) => path.slice(root.length + 1).normalize('NFC'));
  } catch (error) {
    if (error instanceof CollectError && [4, 5].includes(error.exitCode)) return undefined;
    throw error;
  }
}

/** Every entry that is no directory, through links to inside as the tool follows them: never in a circle. */
function walk(root: string): string[] {
  const found: string[] = [];
  const enter = (real: string, named: string, chain: readonly string[]) => {
    for (const name of readdirSync(real)) {
      const path = `${real}/${name}`;
      const as = (named === '' ? name : `${named}/${name}`).normalize('NFC');
      if (!lstatSync(path).isSymbolicLink()) {
        if (lstatSync(path).isDirectory()) enter(path, as, chain);
        else found.push(as);
        continue;
      }
      let target: string | undefined;
      try {
        target = realpathSync(path);
      } catch {
        target = undefined;
      }
      const isDirectory = target !== undefined && lstatSync(target).isDirectory();
      const held = [...chain, real];
      if (!isDirectory || held.some((dir) => `${dir}/`.startsWith(`${target ?? ''}/`))) {
        found.push(as);
      } else enter(target ?? '', as, held);
    }
  };
  enter(root, '', []);
  return found;
}
