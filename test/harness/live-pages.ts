import { rm } from 'node:fs/promises';
import { main } from '../../src/cli.ts';
import { createPlace, environment, type Place } from '../support/deploying.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { chance } from './chance.ts';
import { walkPages } from './link-checker.ts';

/** Ways to name files. */
export const namings: readonly [string, object][] = [
  ['names as they are', {}],
  ['hashed names', { hash: true }],
  ['hashed names alone', { hash: { keep: 'hashed' } }],
  ['the hashed names of Django', { hash: { engine: 'django-5.2' } }],
];

const before = {
  'static/index.html': '<link rel="stylesheet" href="app.css"><img src="logo.png">',
  'static/app.css': '@font-face { font-family: f; src: url(f1.woff2) } a { color: red }',
  'static/logo.png': 'logo 1',
  'static/f1.woff2': 'font 1',
};
/** A new page, and chains of what is new and what changes: through stylesheets, scripts, an SVG and a web app manifest. */
const after = {
  'static/index.html':
    '<link rel="stylesheet" href="app.css"><link rel="manifest" href="site.webmanifest"><script type="module" src="app.js"></script><img src="logo.png"><a href="news.html">',
  'static/news.html': '<link rel="stylesheet" href="news.css"><img src="drawing.svg">',
  'static/site.webmanifest': '{ "icons": [{ "src": "icon.png" }] }',
  'static/app.css':
    '@import "more.css"; @font-face { font-family: f; src: url(f2.woff2) } a { background: url(a.png) }',
  'static/more.css': '@import "deep.css";',
  'static/deep.css':
    '@font-face { font-family: d; src: url(d.woff2) } a { background: url(a.png) }',
  'static/news.css': '@import "app.css";',
  'static/app.js': 'import "./one.js";',
  'static/one.js': 'import "./two.js";',
  'static/two.js': 'import "./one.js";',
  'static/drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg"><image href="a.png"/></svg>',
  ...Object.fromEntries(
    ['logo.png', 'a.png', 'icon.png', 'f2.woff2', 'd.woff2'].map((name) => [
      `static/${name}`,
      `${name} 2`,
    ]),
  ),
};

type Objects = ReadonlyMap<string, Buffer>;

const objectsOf = ({ fake }: Place): Objects =>
  new Map(
    [...fake.objects('assets')].map(([key, { bytes }]) => [key.replace('static/', ''), bytes]),
  );

/** What is wrong for whoever opens a page now. */
function problemsOf(now: Objects, builds: readonly Objects[]): string[] {
  // Nobody has the address of a page under a hashed name.
  const pages = [...now.keys()].filter((key) => /^[^.]+\.html$/.test(key));
  const { broken, reached } = walkPages(now, pages, '/static/');
  const torn = [...reached].filter(
    (key) => !builds.some((build) => build.get(key)?.equals(now.get(key) ?? Buffer.of()) === true),
  );
  return [...broken, ...torn.map((key) => `${key} is of no build`)];
}

/** A deploy that is watched at each request, and stopped at one of them. */
async function deploy(
  place: Place,
  watch: { readonly builds: readonly Objects[]; readonly seed: number; readonly stopAt?: number },
) {
  const { builds, seed, stopAt } = watch;
  const { fake, site } = place;
  const stop = new AbortController();
  const problems: string[] = [];
  fake.clearLog();
  fake.fault = ({ index }) => {
    for (const problem of problemsOf(objectsOf(place), builds)) {
      problems.push(`at request ${index}: ${problem}`);
    }
    if (index === stopAt) stop.abort('SIGTERM');
    // Those of one step end in any order.
    return { holdMs: Math.floor(chance(seed, index, 'hold') * 8) };
  };
  const io = {
    ...createFakeIo([], { cwd: site.dir, env: environment(fake) }),
    signal: stop.signal,
  };
  const code = await main(io);
  problems.push(...problemsOf(objectsOf(place), builds));
  return { code, problems, requests: fake.requests.length };
}

/** What each of the two versions leaves alone. */
async function createBuilds(config: object): Promise<Objects[]> {
  const builds: Objects[] = [];
  for (const files of [before, after]) {
    const place = await createPlace(files, config);
    await deploy(place, { builds: [], seed: 0 });
    builds.push(objectsOf(place));
  }
  return builds;
}

/**
 * Deploys a second version over the first, and walks from its pages at each request. Resolves to what was wrong, and
 * how many files the walk reaches at the end.
 */
export async function watchDeploy(config: object, seed: number) {
  const builds = await createBuilds(config);
  const place = await createOld(config);
  const { code, problems } = await deploy(place, { builds, seed });
  const { reached } = walkPages(objectsOf(place), ['index.html', 'news.html'], '/static/');
  return { code, problems, reached: reached.size };
}

/** The same, stopped at each request in turn, with a further run that goes on. Resolves to what was wrong. */
export async function stopEverywhere(given: object): Promise<string[]> {
  // The lock would be that of a process that is alive: this one.
  const config = { ...given, state: false };
  const builds = await createBuilds(config);
  const { requests } = await deploy(await createOld(config), { builds, seed: 0 });
  const found: string[] = [];
  for (let stopAt = 0; stopAt < requests; stopAt += 1) {
    const place = await createOld(config);
    const stopped = await deploy(place, { builds, seed: stopAt, stopAt });
    const next = await deploy(place, { builds, seed: -stopAt });
    found.push(...[...stopped.problems, ...next.problems].map((one) => `${stopAt}: ${one}`));
    if (next.code !== 0) found.push(`${stopAt}: the next run ends with ${next.code}`);
  }
  if (requests < 15) found.push(`there were only ${requests} requests`);
  return found;
}

/** The first version deployed, the second in its sources. */
async function createOld(config: object): Promise<Place> {
  const place = await createPlace(before, config);
  await deploy(place, { builds: [], seed: 0 });
  await rm(place.site.path('static'), { recursive: true });
  await place.site.write(after);
  return place;
}
