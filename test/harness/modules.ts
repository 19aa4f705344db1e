import { readFile } from 'node:fs/promises';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';
import { say } from './campaign.ts';
import { chance } from './chance.ts';

const MB = 1e6;

/** What hashing may take, whatever the size of the site. */
const mostMemory = 300 * MB;

/** A minified-looking module of about so many bytes: imports of others at the top, in circles too, and code below. */
function moduleText(index: number, { count, bytes }: { count: number; bytes: number }): string {
  const other = (step: number) => `./m${(index + step) % count}.js`;
  const head = [
    `import { f0 as a } from '${other(1)}';`,
    `import * as b from "${other(7)}";`,
    `export { f1 as again } from '${other(31)}';`,
    `export const page = () => import('${other(2)}');`,
    `export const icon = new URL('./icon.svg', import.meta.url);`,
    '',
  ];
  const lines: string[] = head;
  let length = head.join('\n').length;
  for (let i = 0; length < bytes; i += 1) {
    const n = Math.floor(chance(index, 'number', i) * 1e6);
    const line =
      `export function f${i}(x,y=${n}){const s=\`v\${x+${n % 97}} of \${y}\`,r=/^a{${n % 9}}\\/[^/]+$/g;` +
      `if(x>${n}&&!r.test(s)){for(let k=0;k<${n % 13};k++)a(b.f${i % 5},{k,"m${n}":[x/2,s]});return null}` +
      `// import './not-${n}.js'\n return s.length/(${n % 7}+1)||"import('./no.js')"}`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n');
}

/** Hashes so many modules of so many bytes into a directory by the built program. What is wrong about it. */
export async function hashModules(count: number, bytes: number): Promise<string[]> {
  const site = await createSite({ 'package.json': '{}', 'static/icon.svg': '<svg/>' });
  try {
    for (let i = 0; i < count; i += 1) {
      await site.write({ [`static/m${i}.js`]: moduleText(i, { count, bytes }) });
    }
    const start = performance.now();
    const { code, stderr, maxRssBytes } = await runCli(['--hash', '--json'], {
      cwd: site.dir,
      timeoutMs: 3_600_000,
    });
    const seconds = Math.round((performance.now() - start) / 1000);
    const rss = maxRssBytes ?? 0;
    const megabytes = Math.round((count * bytes) / MB);
    say(`hash ${count} modules, ${megabytes} MB`, { code, seconds, rssMB: Math.round(rss / MB) });
    const stored = code === 0 ? await site.list('staticfiles') : [];
    const hashed = stored.filter((name) => /^m\d+\.[0-9a-f]{12}\.js$/.test(name));
    const [first = ''] = hashed.filter((name) => name.startsWith('m0.'));
    const text = first === '' ? '' : await readFile(site.path('staticfiles', first), 'utf8');
    const [imports = ''] = text.split('export function');
    return [
      ...(code === 0 ? [] : [`exit ${String(code)}: ${stderr.slice(-500)}`]),
      ...(hashed.length === count ? [] : [`${hashed.length} of ${count} are hashed`]),
      // A circle of all: none is right unless every one is.
      ...((imports.match(/\.[0-9a-f]{12}\./g) ?? []).length === 5 ? [] : [`rewritten: ${imports}`]),
      ...(rss <= mostMemory ? [] : [`${rss} bytes resident`]),
    ];
  } finally {
    await site.remove();
  }
}
