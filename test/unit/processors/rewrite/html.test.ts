import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../../../src/processors/rewrite/html.ts';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';
import { withHashes } from '../../../support/insertions.ts';

/** The references of a page, each with the mark of its need: required ones have none. */
function found(page: string): string[] {
  return scanHtml(page).references.map(({ url, need }) =>
    need === 'required' ? url : `${need} ${url}`,
  );
}

function hashed(page: string): string {
  return withHashes(page, scanHtml(page).references);
}

const H = '.0123456789ab';

describe('what a page loads', () => {
  it.each([
    ['<link rel=stylesheet href=a.css>'],
    ['<link rel="alternate Stylesheet" href=a.css>'],
    ['<link rel="shortcut icon" href=a.css>'],
    ['<link rel="apple-touch-icon" href=a.css>'],
    ['<link rel="mask-icon" href=a.css>'],
    ['<link rel=preload as=style href=a.css>'],
    ['<link rel=modulepreload href=a.css>'],
    ['<link rel=prefetch href=a.css>'],
    ['<link rel=manifest href=a.css>'],
    ['<link rel=preload as=image imagesrcset="a.css 1x">'],
    ['<script src=a.css></script>'],
    ['<script type=module src=a.css></script>'],
    ['<img src=a.css>'],
    ['<image src=a.css>'],
    ['<img srcset="a.css 2x">'],
    ['<picture><source srcset=a.css></picture>'],
    ['<video><source src=a.css></video>'],
    ['<video src=a.css></video>'],
    ['<video poster=a.css></video>'],
    ['<audio src=a.css></audio>'],
    ['<track src=a.css>'],
    ['<input type=IMAGE src=a.css>'],
    ['<embed src=a.css>'],
    ['<object data=a.css></object>'],
    ['<body background=a.css>'],
    ['<td background=a.css>'],
    ['<svg><use href=a.css /></svg>'],
    ['<svg><use xlink:href=a.css /></svg>'],
    ['<svg><image href=a.css /></svg>'],
    ['<svg><feImage href=a.css /></svg>'],
    ['<svg><script href=a.css></script></svg>'],
  ])('%s', (page) => {
    expect(found(page)).toEqual(['a.css']);
  });
});

describe('what a page only points at, so that nobody is told when it is not there', () => {
  it.each([
    ['<a href=b.pdf>'],
    ['<area href=b.pdf>'],
    ['<form action=b.pdf>'],
    ['<button formaction=b.pdf>'],
    ['<input type=submit formaction=b.pdf>'],
    ['<iframe src=b.pdf></iframe>'],
    ['<frameset><frame src=b.pdf>'],
    ['<link rel=alternate href=b.pdf>'],
    ['<meta property=og:image content=b.pdf>'],
    ['<meta name="twitter:image" content=b.pdf>'],
    ['<meta name=msapplication-TileImage content=b.pdf>'],
    ['<svg><a href=b.pdf></a></svg>'],
  ])('%s', (page) => {
    expect(found(page)).toEqual(['optional b.pdf']);
  });
});

describe('what is no reference', () => {
  it.each([
    ['a link that is an address to stay', '<link rel=canonical href=a.html>'],
    ['a link without a meaning', '<link href=a.css>'],
    ['another meta element', '<meta name=description content=a.png>'],
    ['a button that is no image', '<input src=a.png>'],
    ['an attribute of another element', '<div src=a.png href=a.png>'],
    ['an attribute that only scripts read', '<img data-src=a.png>'],
    ['a fragment', '<a href="#top">'],
    ['a query', '<form action="?page=2">'],
    ['nothing', '<img src=""><img src="  "><img src>'],
    ['data', '<img src="data:image/png;base64,AAAA">'],
    ['code', '<a href=" JavaScript:go()">'],
    ['a person', '<a href="mailto:a@b.c">'],
    ['an object of the page', '<img src="blob:https://a/b">'],
    ['a comment', '<!-- <img src=a.png> -->'],
    ['a conditional comment', '<!--[if IE]><img src=a.png><![endif]-->'],
    ['a comment with a late end', '<!-- --!x><img src=a.png> --!>'],
    ['text to be edited', '<textarea><img src=a.png></textarea>'],
    ['a title', '<title><img src=a.png></title>'],
    ['text as it stands', '<xmp><img src=a.png></xmp><plaintext><img src=a.png>'],
    ['a script of another language', '<script type=text/template><img src=a.png></script>'],
    ['a script in a script', '<script type=x><!-- <script></script> <img src=a.png> --></script>'],
    ['data in SVG', '<svg><desc/><g><![CDATA[<image href=a.png />]]></g></svg>'],
    ['what stands in the value of another attribute', '<p title="<img src=a.png>">'],
    ['what stands in the value of an end tag', '</p title="><img src=a.png>">'],
    ['a tag without an end', '<img src=a.png'],
    ['the second of two attributes', '<img src="data:," src=a.png>'],
    ['the second of two, where the first says nothing', '<img src src=a.png>'],
  ])('%s', (_, page) => {
    expect(found(page)).toEqual([]);
  });

  it.each([['{{ x }}'], ['{% x %}'], ['<% x %>']])('a value with %s in it', (mark) => {
    const page = `<img src="a/${mark}.png" srcset="b.png 1x, ${mark} 2x"><img src="c.png">`;
    expect(found(page)).toEqual(['c.png']);
  });

  it('a value that a template language quotes with the same quotes', () => {
    expect(found('<link rel="stylesheet" href="{% static "css/a.css" %}">')).toEqual([]);
  });
});

describe('where a page says so', () => {
  it('a style is no raw text inside SVG', () => {
    expect(found('<svg><style type=x></style><image href=a.png /></svg>')).toEqual(['a.png']);
    expect(found('<svg><style type=x><image href=a.png /></style></svg>')).toEqual(['a.png']);
    expect(found('<style type=x><image href=a.png /></style>')).toEqual([]);
  });

  it('SVG ends at the first tag that only HTML has', () => {
    expect(found('<svg><p><style type=x><img src=a.png></style>')).toEqual([]);
  });

  it('SVG ends with the element of HTML around it', () => {
    expect(found('<div><svg><g></div><style type=x><img src=a.png></style>')).toEqual([]);
  });

  it('HTML goes on inside foreignObject, and SVG after it', () => {
    const page = `<svg><foreignObject><style type=x><img src=a.png></style></foreignObject>
      <style type=x><image href=b.png /></style></svg>`;
    expect(found(page)).toEqual(['b.png']);
  });

  it('CDATA is a comment up to the next ">" in HTML', () => {
    expect(found('<![CDATA[ > <img src=a.png> ]]>')).toEqual(['a.png']);
  });

  it('a comment ends where browsers end it', () => {
    expect(found('<!--><img src=a.png>')).toEqual(['a.png']);
    expect(found('<!-- --!><img src=a.png>')).toEqual(['a.png']);
    expect(found('<! ><img src=a.png>')).toEqual(['a.png']);
    expect(found('<?php > <img src=a.png>')).toEqual(['a.png']);
  });

  it('the content of template and noscript counts', () => {
    expect(found('<template><img src=a.png></template>')).toEqual(['a.png']);
    expect(found('<head><noscript><link rel=stylesheet href="a.css"></noscript>')).toEqual([
      'a.css',
    ]);
  });

  it('noscript ends where browsers with scripts end it', () => {
    expect(found('<noscript><!-- </noscript><img src=a.png><!-- -->')).toEqual(['a.png']);
  });

  it('the document of a frame counts', () => {
    const page = '<iframe srcdoc="<img src=&quot;a&amp;amp;.png&quot;>"></iframe>';
    expect(found(page)).toEqual(['a&.png']);
    expect(hashed(page)).toBe(
      `<iframe srcdoc="<img src=&quot;a&amp;amp;${H}.png&quot;>"></iframe>`,
    );
  });

  it.each([
    `<iframe srcdoc="<img src=a.png><iframe srcdoc='<img src=b.png>'>">`,
    `<iframe srcdoc="<img src=a.png><noscript><iframe srcdoc='<img src=b.png>'></noscript>">`,
    `<noscript><iframe srcdoc="<img src=a.png><iframe srcdoc='<img src=b.png>'>"></noscript>`,
  ])('frames of a frame are left alone: %s', (page) => {
    expect(found(page)).toEqual(['a.png']);
  });

  it('a srcset is parted as the standard says', () => {
    const srcset =
      ' , a,b.png 1x , c.png, d.png 2x,e.png(,) 3x (,x.png) 4x, data:image/png;base64,AA== 5x';
    expect(found(`<img srcset="${srcset}">`)).toEqual(['a,b.png', 'c.png', 'd.png', 'e.png(,)']);
  });

  it('names are read without regard to case', () => {
    expect(found('<IMG SRC=a.png><LINK REL=STYLESHEET HREF=b.css>')).toEqual(['a.png', 'b.css']);
  });
});

describe('the place of a reference', () => {
  it.each([
    ['<img src="a.png">', `<img src="a${H}.png">`],
    ["<img src = 'a.png' >", `<img src = 'a${H}.png' >`],
    ['<img src=a.png>', `<img src=a${H}.png>`],
    ['<img/src=a.png />', `<img/src=a${H}.png />`],
    ['<img alt="src=b" src="\n a.png ">', `<img alt="src=b" src="\n a${H}.png ">`],
    ['<img src="a.png?b#c">', `<img src="a${H}.png?b#c">`],
    ['<img src="d/a?x.y">', `<img src="d/a${H}?x.y">`],
    ['<img src="../ä ö.png">', `<img src="../ä ö${H}.png">`],
    ['<img src="a&amp;b.png">', `<img src="a&amp;b${H}.png">`],
    ['<img src="a&ampb.png">', `<img src="a&ampb${H}.png">`],
    ['<img src="a&period;png">', `<img src="a${H}&period;png">`],
    ['<img src=a&#46;png>', `<img src=a${H}&#46;png>`],
    ['<img src="a&bne;.png&quest;b">', `<img src="a&bne;${H}.png&quest;b">`],
    ['<img src="a\n.p\tng">', `<img src="a\n${H}.p\tng">`],
    ['<img srcset="a.png 1x, b&amp;.png 2x">', `<img srcset="a${H}.png 1x, b&amp;${H}.png 2x">`],
    ['<p\0><img src=\0a.png>', `<p\0><img src=\0a${H}.png>`],
  ])('%j', (page, rewritten) => {
    expect(hashed(page)).toBe(rewritten);
  });

  it('says what the URL means', () => {
    expect(found('<img src="a&amp;b&#x20;c.png">')).toEqual(['a&b c.png']);
    expect(found('<img src="a\r\n/b.png">')).toEqual(['a/b.png']);
    expect(found('<a href="b?a&copy=1">')).toEqual(['optional b?a&copy=1']);
    expect(found('<a href="b?a&copy;=1">')).toEqual(['optional b?a©=1']);
  });

  it('is in the order of the page', () => {
    const page = '<video poster=b.png src=a.mp4></video><img srcset="d.png" src=c.png>';
    expect(found(page)).toEqual(['b.png', 'a.mp4', 'd.png', 'c.png']);
  });
});

describe('CSS and JavaScript in a page', () => {
  it.each([
    ['<style>a{background:url(a.png)}</style>', `<style>a{background:url(a${H}.png)}</style>`],
    ['<style type="text/css">@import "a.css";', `<style type="text/css">@import "a${H}.css";`],
    ['<p style="background:url(a.png)">', `<p style="background:url(a${H}.png)">`],
    [
      '<p style="background:url(&quot;a&amp;\\.png&quot;)">',
      `<p style="background:url(&quot;a&amp;${H}\\.png&quot;)">`,
    ],
    [
      '<svg><style>a{fill:url(a.svg#b)}</style></svg>',
      `<svg><style>a{fill:url(a${H}.svg#b)}</style></svg>`,
    ],
    [
      '<svg><style><![CDATA[a{fill:url(a.svg#b)}]]></style></svg>',
      `<svg><style><![CDATA[a{fill:url(a${H}.svg#b)}]]></style></svg>`,
    ],
    [
      '<svg><style>&lt;!-- a{fill:url(a&amp;.svg)}</style></svg>',
      `<svg><style>&lt;!-- a{fill:url(a&amp;${H}.svg)}</style></svg>`,
    ],
    [
      '<svg><g fill="url(a.svg#b)" filter=url(c.svg) /></svg>',
      `<svg><g fill="url(a${H}.svg#b)" filter=url(c${H}.svg) /></svg>`,
    ],
    [
      '<script type=module>import "./a.js"</script>',
      `<script type=module>import "./a${H}.js"</script>`,
    ],
    ['<script>import("./a.js")</script>', `<script>import("./a${H}.js")</script>`],
    [
      '<script type="Text/JavaScript">import("./a.js")</script>',
      `<script type="Text/JavaScript">import("./a${H}.js")</script>`,
    ],
    [
      '<script type=importmap>{"imports":{"a":"./a.js"}}</script>',
      `<script type=importmap>{"imports":{"a":"./a${H}.js"}}</script>`,
    ],
    [
      '<noscript><style>a{background:url(a.png)}</style></noscript>',
      `<noscript><style>a{background:url(a${H}.png)}</style></noscript>`,
    ],
  ])('%s', (page, rewritten) => {
    expect(hashed(page)).toBe(rewritten);
  });

  it.each([
    ['a fragment in SVG', '<svg><g fill="url(#a)" /></svg>'],
    ['CSS of SVG in HTML', '<p fill="url(a.svg)">'],
    ['another language', '<style type=text/less>a{background:url(a.png)}</style>'],
    ['data', '<script type="application/ld+json">{"image":"a.png"}</script>'],
    ['a template of a script', '<script type="text/x-template">import("./a.js")</script>'],
    ['the content of a script that names a file', '<script src="data:,">import("./a.js")</script>'],
    ['a script that never ends, which nobody runs', '<script>import("./a.js")'],
    ['a style with a template in it', '<style>a{color:{{ c }};background:url(a.png)}</style>'],
    ['a script with a template in it', '<script>import("./a.js");{% x %}</script>'],
    ['an attribute with a template in it', '<p style="color:<%= c %>;background:url(a.png)">'],
  ])('leaves alone %s', (_, page) => {
    expect(found(page)).toEqual([]);
  });

  it.each([
    ['<p>&amp;</p><script type=importmap>{]</script>', 36],
    ['<noscript><script type=importmap>{]</script></noscript>', 34],
    ['<iframe srcdoc="&lt;script type=importmap&gt;{]&lt;/script&gt;"></iframe>', 46],
  ])('says where it cannot be understood: %s', (page, offset) => {
    expect(() => scanHtml(page)).toThrow(SyntaxProblem);
    expect(() => scanHtml(page)).toThrow(expect.objectContaining({ offset }));
  });
});

describe('base', () => {
  it('says from where the URLs of the page count', () => {
    expect(scanHtml('<img src=a.png><base href=" /x/ "><base href="/y/">').base).toBe('/x/');
    expect(scanHtml('<base target=_top><base href=/y/>').base).toBe('/y/');
    expect(scanHtml('<img src=a.png>').base).toBeUndefined();
  });

  it('counts in no template', () => {
    expect(scanHtml('<template><base href=/x/></template>').base).toBeUndefined();
  });

  it('that is not known leaves only whole URLs', () => {
    const page = '<base href="{{ root }}"><img src=a.png><img src=https://cdn.example/b.png>';
    expect(found(page)).toEqual(['https://cdn.example/b.png']);
  });
});

describe('integrity', () => {
  it.each([
    ['<script src=a.js integrity="sha384-abc="></script>'],
    ['<link integrity=sha384-abc= rel=stylesheet href=a.css>'],
  ])('is given with the file it is about: %s', (page) => {
    const [reference] = scanHtml(page).references;
    const { start, end } = reference?.integrity ?? { start: 0, end: 0 };
    expect(page.slice(start, end)).toBe('sha384-abc=');
  });

  it('that says nothing is none', () => {
    expect(
      scanHtml('<script src=a.js integrity=""></script>').references[0]?.integrity,
    ).toBeUndefined();
  });
});
