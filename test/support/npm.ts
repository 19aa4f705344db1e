import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface NpmOptions {
  readonly cwd: string;
  /** The Node that runs npm, and the first on the PATH of what npm runs. */
  readonly node?: string;
}

/** What `npm pack --json` says of one package. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** The folder of package.json. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs npm with the machine's own settings, as these say where the registry is. */
export async function runNpm(args: readonly string[], options: NpmOptions): Promise<string> {
  const { cwd, node = process.execPath } = options;
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`;
  const { stdout } = await promisify(execFile)(node, [npmCli(), ...args], {
    cwd,
    env: { ...withoutNpm(process.env), PATH: path, npm_config_update_notifier: 'false' },
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

/**
 * Packs this checkout as it is built. Without scripts: `prepack` would build again, under the feet
 * of the tests that run at the same time.
 */
export async function pack(args: readonly string[]): Promise<Packed> {
  const json = await runNpm(['pack', '--json', '--ignore-scripts', ...args], { cwd: root });
  const [packed] = JSON.parse(json) as [Packed];
  return packed;
}

/** npm's own script: Windows has only a .cmd on its PATH, which no one can start without a shell. */
function npmCli(): string {
  const running = process.env['npm_execpath'];
  if (running?.endsWith(`${sep}npm-cli.js`) === true) return running;
  if (process.platform === 'win32') {
    return join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  }
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(dir, 'npm'));
    } catch {
      // not in this one
    }
  }
  throw new Error('npm is not on the PATH');
}

/** `npm test` tells its children of this package; an npm that they start must not believe that. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = /^npm_(package|lifecycle|command|config_local_prefix|execpath|node_execpath)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
