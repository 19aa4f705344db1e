import { join } from 'node:path';
import { loadConfigs, type Flags, type Loaded } from '../../../src/config/index.ts';
import { CollectError } from '../../../src/errors.ts';
import type { Config } from '../../../src/types.ts';
import { createSite, type SiteFiles } from '../../support/create-site.ts';

export interface World {
  /** Written to `collect.config.json`. */
  readonly file?: unknown;
  /** Lines of `.env`. */
  readonly dotenv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
  /** Further files; `static/a.css` is always there. */
  readonly files?: SiteFiles;
  /** Working directory, below the site. */
  readonly cwd?: string;
}

/** What is loaded in a temporary project made of these parts, and where that was. */
export async function load(world: World): Promise<Loaded & { readonly dir: string }> {
  const { file, dotenv, env = {}, flags = {}, files = {}, cwd = '' } = world;
  const site = await createSite({
    'static/a.css': '',
    ...(file === undefined ? {} : { 'collect.config.json': JSON.stringify(file) }),
    ...(dotenv === undefined ? {} : { '.env': dotenv.join('\n') }),
    ...files,
  });
  try {
    const loaded = await loadConfigs({ cwd: join(site.dir, cwd), env, flags });
    return { ...loaded, dir: site.dir };
  } finally {
    await site.remove();
  }
}

/** The first config of a world. */
export async function configOf(world: World): Promise<Config> {
  return (await load(world)).configs[0];
}

/** The error that loading a world ends in. */
export async function errorOf(world: World): Promise<CollectError> {
  try {
    await load(world);
  } catch (error) {
    if (error instanceof CollectError) return error;
    throw error;
  }
  throw new Error('it was loaded');
}

/** Every problem that loading a world ends in; each is exit 3. */
export async function problemsOf(world: World): Promise<readonly string[]> {
  const { code, exitCode, problems } = await errorOf(world);
  if (code !== 'CONFIG_INVALID' || exitCode !== 3) throw new Error(`${code} ${exitCode}`);
  return problems;
}

/** `path` → origin, of everything that is not the default. */
export function originsOf({ values }: Loaded): Record<string, string> {
  return Object.fromEntries(
    values.filter(({ origin }) => origin !== 'default').map(({ path, origin }) => [path, origin]),
  );
}
