import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { createMatcher } from './globs.ts';
import { isOwnName, toName } from './keys.ts';
import type { Config, Source } from './types.ts';
import { isInside } from './walk.ts';

/** Django's default ignore patterns. */
const defaultIgnores: readonly string[] = ['CVS', '.*', '*~'];

/** What a project keeps beside its config, where its own folder is a source. */
const projectFiles: readonly string[] = [
  'package.json',
  '{package-lock,npm-shrinkwrap}.json',
  '{pnpm-lock,pnpm-workspace}.yaml',
  '{yarn,bun,poetry,uv,Cargo,Gemfile,composer,Pipfile}.lock',
  'bun.lockb',
  '{tsconfig,jsconfig}*.json',
  '*.config.{js,mjs,cjs,ts,mts,cts,json,yaml,yml}',
  '{Dockerfile,Containerfile}*',
  '{docker-compose,compose}*.{yml,yaml}',
  '{firebase,vercel,deno,composer,app}.json',
  '{netlify,fly,wrangler,pyproject,Cargo}.toml',
  '{Procfile,Makefile,Gemfile,Pipfile,manage.py,setup.py,setup.cfg}',
  'requirements*.txt',
];

/** The config's own folder as a name in the source: "" for the source itself; undefined if it is not in there. */
export async function ownFolder(source: Source, root: string): Promise<string | undefined> {
  const [dir, own] = await Promise.all([realpath(source.dir), realpath(root).catch(() => root)]);
  if (own === dir) return '';
  return isInside(own, dir) ? toName(relative(dir, own), sep) : undefined;
}

export interface Ignored {
  readonly why: string;
  /** Not by the user. */
  readonly byDefault: boolean;
}

/** What leaves an entry out, told with where it comes from; undefined keeps the entry. */
export function createIgnore(
  source: Source,
  options: Pick<Config, 'ignore' | 'defaultIgnore'>,
  own: string | undefined,
): (name: string) => Ignored | undefined {
  const byUser = createMatcher([...options.ignore, ...source.ignore]);
  const byDefault = createMatcher(options.defaultIgnore ? defaultIgnores : []);
  const isProjectFile = createMatcher(projectFiles);
  return (name) => {
    if (isOwnName(name.slice(name.lastIndexOf('/') + 1))) {
      return { why: "collect-static's own file", byDefault: false };
    }
    const pattern = byUser(name);
    if (pattern !== undefined) return { why: `ignore "${pattern}"`, byDefault: false };
    // The web's own dot folder (RFC 8615) is meant to be published.
    const hidden = /(?:^|\/)\.well-known$/.test(name) ? undefined : byDefault(name);
    if (hidden !== undefined) return { why: `default ignore "${hidden}"`, byDefault: true };
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
    const project = folder === own ? isProjectFile(name) : undefined;
    return project === undefined
      ? undefined
      : { why: `the project's own "${project}"`, byDefault: false };
  };
}
