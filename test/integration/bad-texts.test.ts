import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { checkLinks, readHashedTree } from '../harness/link-checker.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function collect(files: SiteFiles) {
  const site = await createSite({
    'collect.config.json': JSON.stringify({ hash: { keep: 'hashed' } }),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
  });
  onTestFinished(() => site.remove());
  const io = createFakeIo([], { cwd: site.dir });
  return { code: await main(io), err: io.err(), site };
}

/** The bytes that are stored for a name. */
async function stored(site: Site, name: string): Promise<Buffer> {
  const manifest = JSON.parse(
    await readFile(site.path('staticfiles', 'staticfiles.json'), 'utf8'),
  ) as { paths: Record<string, string> };
  return readFile(site.path('staticfiles', manifest.paths[name] ?? name));
}

const hashOf = (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12);
const png = `a.${hashOf('png')}.png`;

describe('a text with more references than anybody writes', () => {
  it.each([
    ['a.css', 'x{', 'src:url(a);', '}', 11_000_011],
    ['a.html', '<img srcset="', 'a, ', '">', 3_000_014],
  ])('is refused with its name and place: %s', async (name, begin, one, end, column) => {
    const { code, err } = await collect({ [name]: begin + one.repeat(1_000_001) + end, a: 'x' });
    expect(code).toBe(4);
    expect(err).toContain(`static/${name}:1:${column}: it has more than 1000000 references`);
  });
});

describe('a text that ends too early', () => {
  it.each([
    ['a.css', 'b{background:url(a.png)} /* c{background:url(no.png)}'],
    ['a.css', 'b{background:url(a.png'],
    ['a.css', 'b{background:url("a.png'],
    ['a.css', 'b{background:url("a.png)\n} c{content:"url(no.png)'],
    ['a.css', '@import url(a.png'],
    ['a.css', 'b{background:url(a.png)} c{background:url(no.png"'],
    ['a.js', 'import("./a.png"); a = b\n//# sourceMappingURL='],
    // No browser runs this.
    ['a.js', 'import("./a.png");\n/* import("./no.js")'],
    ['a.html', '<img src=a.png><!-- <img src=no.png>'],
    ['a.html', '<img src=a.png><img src="no.png'],
    ['a.html', '<img src=a.png><script>import("./no.js")'],
    ['a.html', '<img src=a.png><style>b{background:url(a.png'],
    ['a.html', '<img src=a.png><textarea><img src=no.png>'],
  ])('is read as browsers do: %s %s', async (name, text) => {
    const { code, err, site } = await collect({ [name]: text, 'a.png': 'png' });
    // What browsers make of a string that a line ends is no URL.
    const lines = text.split('\n');
    const wanted = lines[0]?.endsWith('"a.png)') === true ? text : text.replaceAll('a.png', png);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(String(await stored(site, name))).toBe(wanted);
  });

  it.each([
    ['a.js', 'import("./a.png");\n  "abc', '2:3'],
    ['a.js', 'import("./a.png");\n`abc ${d', '2:9'],
    ['a.js', 'import("./a.png"', '1:17'],
    ['a.js', 'import("./a.png");\n /[a/', '2:3'],
    ['a.svg', '<svg>\n<image href="a.png"/><!-- b', '2:22'],
    ['a.svg', '<svg>\n<image href="a.png', '2:1'],
    ['a.svg', '<svg><image href="a.png"/>\n<style><![CDATA[b{}', '2:8'],
    ['a.svg', '<!DOCTYPE svg [\n<!ENTITY b "', '1:3'],
    ['a.webmanifest', '{"icons":[\n{"src":"a.png', '2:8'],
    ['importmap.json', '{"imports":{"a":"./a.js"', '1:25'],
    ['a.html', '<script>\nimport("./a.png</script>', '2:8'],
  ])('is refused by its place: %s %s', async (name, text, place) => {
    const { code, err, site } = await collect({ [name]: text, 'a.png': 'png', 'a.js ': '' });
    expect({ code, known: err.includes('error[TEXT_UNREADABLE]') }).toEqual({
      code: 4,
      known: true,
    });
    expect(err).toContain(`${site.path('static', name)}:${place}: `);
    expect(await site.list()).not.toContain('staticfiles/staticfiles.json');
  });
});

describe('JavaScript that is nested too deeply for any parser', () => {
  // A slash behind a bracket, and what would be a string or not: only a parser can tell.
  const doubt = 'import("./a.png");a={}/b;c="/;import(\'./b\')//";\n';

  it.each([
    ['functions', '(function(){', '})'],
    ['templates', '`${', '}`'],
    ['brackets', '(', ''],
    ['sums', '1+', '1'],
    ['blocks', '{', '}'],
    ['patterns', 'for(var [', ''],
  ])('%s: is refused by its place', async (_, open, close) => {
    const text = `${doubt}a=b;${open.repeat(100_000)}1${close.repeat(100_000)}`;
    const { code, err, site } = await collect({ 'a.js': text, 'a.png': 'png' });
    expect({ code, known: err.includes('error[TEXT_UNREADABLE]') }).toEqual({
      code: 4,
      known: true,
    });
    expect(err).toMatch(/:2:\d+: (?:this JavaScript is nested too deeply|not JavaScript: )/);
    expect(err).toContain(site.path('static', 'a.js'));
  });

  it('is read where no parser is needed', async () => {
    const text = `import("./a.png");a=${'(function(){'.repeat(400)}${'})'.repeat(400)}`;
    const { code, site } = await collect({ 'a.js': text, 'a.png': 'png' });
    expect(code).toBe(0);
    expect(String(await stored(site, 'a.js'))).toBe(text.replace('a.png', png));
  });
});

describe('bytes that are not UTF-8', () => {
  it.each([
    ['a.css', '/* é */ b{background:url(«a.png»)} c{content:"ÿ"} d{background:url("«a.png»")}'],
    ['a.js', 'x="é";import("«./a.png»");y="ÿ"'],
    ['a.html', 'é<img src=«a.png» alt=ü srcset="«a.png» 1x, «a.png» 2x">ÿ'],
    ['a.svg', '<svg><!-- é --><image href="«a.png»"/></svg>'],
    ['a.webmanifest', '{"name":"é","icons":[{"src":"«a.png»"}]}'],
  ])('%s: stay as they are around the hash', async (name, marked) => {
    const source = marked.replaceAll(/[«»]/g, '');
    const latin = Buffer.from(source, 'latin1');
    const { code, err, site } = await collect({ [name]: latin, 'a.png': 'png' });
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect((await stored(site, name)).toString('latin1')).toBe(source.replaceAll('a.png', png));
  });

  it('are refused where they are UTF-16, which is not read', async () => {
    const { code, err, site } = await collect({ 'a.css': Buffer.from('\ufeffb{}', 'utf16le') });
    expect(code).toBe(4);
    expect(err).toContain(`${site.path('static', 'a.css')}:1:1: it is UTF-16`);
  });
});

describe('names that mean something else in a URL', () => {
  const names = [
    '100%.png',
    'a?b.png',
    '#1.png',
    'a\\b.png',
    'a b.png',
    ' a.png',
    'ä.png',
    '日本.png',
    '%41.png',
  ];
  const encoded = names.map((name) => encodeURIComponent(name));

  it.skipIf(process.platform === 'win32')(
    'lead to the key that is stored, from every text',
    async () => {
      const { code, err, site } = await collect({
        ...Object.fromEntries(names.map((name) => [`d/${name}`, name])),
        'a.css': encoded.map((url) => `b{background:url(d/${url})}`).join('\n'),
        'a.js': encoded.map((url) => `new URL("./d/${url}", import.meta.url)`).join('\n'),
        'a.html': encoded.map((url) => `<img src="d/${url}" srcset="d/${url} 2x">`).join('\n'),
        'a.svg': `<svg>${encoded.map((url) => `<image href="d/${url}"/>`).join('\n')}</svg>`,
        'a.webmanifest': JSON.stringify({ icons: encoded.map((url) => ({ src: `d/${url}` })) }),
      });
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
      const { broken, unreadable, resolved } = checkLinks(
        readHashedTree(site.path('staticfiles')),
        '/',
      );
      expect({ broken, unreadable, resolved }).toEqual({
        broken: [],
        unreadable: [],
        resolved: names.length * 6,
      });
    },
  );

  it.each([
    ['url(100%.png)', '100%.png'],
    ['url(a?b.png)', 'a'],
    ['url(#1.png)', undefined],
    ['url("a b.png")', 'a b.png'],
    ['url("ä.png")', 'ä.png'],
    ['url("a\\\\b.png")', 'a/b.png'],
  ])('%s asks for %s, as in a browser', async (css, name) => {
    const text = `x{background:${css}}`;
    const { err, site } = await collect({
      'a.css': text,
      ...(name !== undefined && { [name]: 'x' }),
    });
    expect(err).not.toContain('is not there');
    const { broken, resolved } = checkLinks(readHashedTree(site.path('staticfiles')), '/');
    expect({ broken, resolved }).toEqual({ broken: [], resolved: name === undefined ? 0 : 1 });
  });
});
