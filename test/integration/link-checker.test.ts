import { describe, expect, it } from 'vitest';
import { checkLinks, readTree } from '../harness/link-checker.ts';
import { createSite } from '../support/create-site.ts';

/** The URLs in the file that lead nowhere, of a tree that also has these. */
function broken(name: string, text: string, ...there: string[]): string[] {
  const tree = new Map([...there.map((key) => [key, ''] as const), [name, text] as const]);
  return checkLinks(tree, '/static/').broken.map(({ url }) => url);
}

describe('finds what is broken in', () => {
  it.each([
    [
      'a.css',
      '@import "no.css"; /* url(not.png) */ a { background: url(no\\.png) }',
      ['no.css', 'no.png'],
    ],
    [
      'a.css',
      'a{background:URL( no.png );content:"url(not.png)";mask:image-set("no2.png" 1x)}',
      ['no.png', 'no2.png'],
    ],
    [
      'a.css',
      '@font-face{src:url("no.woff?#iefix")}/*# sourceMappingURL=no.map */',
      ['no.woff?#iefix', 'no.map'],
    ],
    [
      'a.js',
      'import "./no.js"; import "package"; export * from "/static/no2.js"',
      ['./no.js', '/static/no2.js'],
    ],
    [
      'a.js',
      '"./not.js"; `import("./not.js")`; import(`./no.js`); // import "./not.js"',
      ['./no.js'],
    ],
    ['a.js', 'new URL("no.png", import.meta.url); new URL("not.png", location)', ['no.png']],
    [
      'a.js',
      'return import("./no.js") //# sourceMappingURL=not.map\n//# sourceMappingURL=no.map',
      ['./no.js', 'no.map'],
    ],
    [
      'a.html',
      '<img src="no&#46;png" srcset="no2.png 1x, no,3.png 2x"><!-- <img src=not.png> -->',
      ['no.png', 'no2.png', 'no,3.png'],
    ],
    [
      'a.html',
      '<link rel=stylesheet href=no.css><link rel=canonical href=not.html><a href=no.html>',
      ['no.css', 'no.html'],
    ],
    [
      'a.html',
      '<style>a{background:url(no.png)}</style><p style="background:url(no2.png)">',
      ['no2.png', 'no.png'],
    ],
    [
      'a.html',
      '<script type=module>import "./no.js"</script><script>"./not.js"</script>',
      ['./no.js'],
    ],
    [
      'a.html',
      '<script type=importmap>{"imports":{"a":"./no.js"}}</script><template><img src=no.png></template>',
      ['./no.js', 'no.png'],
    ],
    [
      'a.html',
      '<noscript><img src=no.png></noscript><svg><use xlink:href=no.svg#a /></svg>',
      ['no.png', 'no.svg#a'],
    ],
    ['a.html', '<base href=b/><img src=../there.png><img src=there.png>', ['there.png']],
    [
      'a.html',
      '<img src="{{ not }}.png"><img src=data:,><a href="#not"><a href="mailto:not@a.b">',
      [],
    ],
    [
      'a.svg',
      '<svg><use href="no.svg#a"/><!-- <image href="not.png"/> --><image href="no.png"/></svg>',
      ['no.svg#a', 'no.png'],
    ],
    [
      'a.svg',
      '<?xml-stylesheet href="no.css"?><svg><style><![CDATA[a{fill:url(no.svg)}]]></style></svg>',
      ['no.css', 'no.svg'],
    ],
    ['a.svg', '<!DOCTYPE svg [<!ENTITY a "no">]><svg><image href="&a;.png"/></svg>', ['no.png']],
    ['a.webmanifest', '{"start_url":"not.html","icons":[{"src":"no.png"}]}', ['no.png']],
    ['importmap.json', '{"imports":{"a":"./no.js","b/":"./not/"}}', ['./no.js']],
  ])('%s: %s', (name, text, urls) => {
    expect(broken(name, text, 'there.png', 'b/other.png').toSorted()).toEqual(urls.toSorted());
  });
});

describe('follows a reference as a browser does', () => {
  it.each([
    ['a.css', 'a{background:url(b%20c.png)}', 'b c.png'],
    ['e/a.css', 'a{background:url("../d/b c.png?v#x")}', 'd/b c.png'],
    ['d/a.css', 'a{background:url("../d/%62.png")}', 'd/b.png'],
    ['d/a.css', 'a{background:url(/static/ä.png)}', 'ä.png'],
    ['100%/a#.html', '<img src=" b%23.png\n">', '100%/b#.png'],
    ['d/a.html', '<a href=../e/>', 'e/index.html'],
  ])('from %s by %s to %s', (name, text, there) => {
    expect(broken(name, text, there)).toEqual([]);
    expect(broken(name, text, `${there}x`)).toHaveLength(1);
  });

  it('but not to other hosts, nor to what is not below the base', () => {
    const page =
      '<img src=https://cdn.example/no.png><img src=//cdn.example/no.png><img src=/no.png>';
    expect(broken('a.html', page)).toEqual([]);
  });

  it('below a base with a host', () => {
    const tree = new Map([['a.css', 'a{background:url(https://cdn.example/x/no.png)}']]);
    expect(checkLinks(tree, 'https://cdn.example/x/').broken).toHaveLength(1);
    expect(checkLinks(tree, 'https://cdn.example/y/').broken).toEqual([]);
  });
});

it('tells what is loaded from what is only pointed at', () => {
  const page = '<img src=no.png><a href=no.html><meta property=og:image content=no.jpg>';
  const { broken: found } = checkLinks(new Map([['a.html', page]]), '/');
  expect(found.map(({ use }) => use)).toEqual(['loaded', 'linked', 'linked']);
});

it('counts what is there, and says what it could not read', () => {
  const tree = new Map([
    ['a.css', 'a{background:url(b.png)}'],
    ['b.png', ''],
    ['bad.css', 'a{'],
    ['bad.js', 'import'],
    ['bad.svg', '<svg>'],
    ['bad.webmanifest', '{'],
  ]);
  const { resolved, unreadable } = checkLinks(tree, '/');
  expect(resolved).toBe(1);
  expect(unreadable.map(({ file }) => file)).toEqual([
    'bad.css',
    'bad.js',
    'bad.svg',
    'bad.webmanifest',
  ]);
});

it('reads a directory', async () => {
  const site = await createSite({ 'd/a.css': 'a{background:url(../b.png)}', 'b.png': '' });
  const checked = checkLinks(readTree(site.path('.')), '/');
  await site.remove();
  expect(checked).toEqual({ broken: [], unreadable: [], resolved: 1 });
});
