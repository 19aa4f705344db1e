import type { Case } from './case.ts';

const icon = Buffer.from('89504e470d0a1a0a', 'hex');

export const pathCases: readonly Case[] = [
  {
    title: 'names in any case and alphabet, and a file without bytes',
    files: {
      'test/camelCase.txt': 'camel',
      'test/⊗.txt': 'circled',
      'test/window.png': icon,
      'cached/empty.css': '',
    },
    becomes: { 'test/window.png': icon.toString('latin1') },
  },
  {
    title: 'CSS beyond ASCII',
    files: {
      'test/nonascii.css': 'a::after{content:"ⓧ é 😀";background:url(wïndow.png)}',
      'test/wïndow.png': icon,
    },
    becomes: {
      'test/nonascii.css': 'a::after{content:"ⓧ é 😀";background:url("<test/wïndow.png>")}',
    },
  },
  {
    title: 'references from the root of the host',
    files: {
      'cached/absolute.css':
        '@import url("/static/cached/styles.css");\na{b:url("/static/cached/img/relative.png")}',
      'absolute_root.css': '@import url("/static/cached/styles.css");',
      'styles_root.css': '@import url("cached/styles.css");',
      'absolute_root.js': 'const a = 1;\n//# sourceMappingURL=/static/absolute_root.js.map',
      'absolute_root.js.map': '{}',
      'cached/styles.css': 'a{}',
      'cached/img/relative.png': icon,
    },
    becomes: {
      'cached/absolute.css':
        '@import url("/static/cached/<cached/styles.css>");\na{b:url("/static/cached/img/<cached/img/relative.png>")}',
      'absolute_root.css': '@import url("/static/cached/<cached/styles.css>");',
      'styles_root.css': '@import url("cached/<cached/styles.css>");',
      'absolute_root.js': 'const a = 1;\n//# sourceMappingURL=/static/<absolute_root.js.map>',
    },
  },
  {
    title: 'references up and down',
    files: {
      'cached/relative.css':
        '@import url("../cached/styles.css");\n@import "../nested/css/base.css";\na{b:url("img/relative.png")}',
      'cached/css/window.css': 'a{b:url("img/window.png")}',
      'cached/css/img/window.png': icon,
      'cached/img/relative.png': icon,
      'cached/styles.css': '@import url("css/window.css");',
      'nested/css/base.css': '@import url(../../cached/css/window.css);',
      'nested/js/nested.js': 'const one = 1;\n//# sourceMappingURL=../../cached/source.map\n',
      'cached/source.map': '{}',
    },
    becomes: {
      'cached/relative.css':
        '@import url("../cached/<cached/styles.css>");\n@import url("../nested/css/<nested/css/base.css>");\na{b:url("img/<cached/img/relative.png>")}',
      'cached/styles.css': '@import url("css/<cached/css/window.css>");',
      'nested/js/nested.js':
        'const one = 1;\n//# sourceMappingURL=../../cached/<cached/source.map>\n',
    },
  },
  {
    title: 'paths that are longer than they need be stay so',
    files: {
      'cached/denorm.css':
        '@import url("..//cached///styles.css");\na{b:url("./../cached/./img/a.png")}',
      'cached/styles.css': 'a{}',
      'cached/img/a.png': icon,
    },
    becomes: {
      'cached/denorm.css':
        '@import url("..//cached///<cached/styles.css>");\na{b:url("./../cached/./img/<cached/img/a.png>")}',
    },
  },
  {
    title: 'fragments, and the question mark before them',
    files: {
      'cached/css/fragments.css':
        'a{src:url("fonts/font.eot?#iefix") format("x"),url(fonts/font.svg#web/../font),url(fonts/font.svg#p%20q),url(\'data:font/woff;base64,aGk\')}b{behavior:url(#default#VML)}',
      'cached/css/fonts/font.eot': 'eot',
      'cached/css/fonts/font.svg': '<svg/>',
    },
    becomes: {
      'cached/css/fragments.css':
        'a{src:url("fonts/<cached/css/fonts/font.eot>?#iefix") format("x"),url("fonts/<cached/css/fonts/font.svg>#web/../font"),url("fonts/<cached/css/fonts/font.svg>#p q"),url(\'data:font/woff;base64,aGk\')}b{behavior:url(#default#VML)}',
    },
  },
  {
    title: 'what names no collected file stays',
    files: {
      'cached/css/ignored.css':
        'a{a:url("#foobar");b:url("http:foobar");c:url("https:foobar");d:url("data:foobar");e:url("chrome:foobar");f:url("//foobar");g:url();h:url(/other/x.png);i:url(\'\')}',
    },
    becomes: {
      'cached/css/ignored.css':
        'a{a:url("#foobar");b:url("http:foobar");c:url("https:foobar");d:url("data:foobar");e:url("chrome:foobar");f:url("//foobar");g:url();h:url(/other/x.png);i:url(\'\')}',
    },
  },
  {
    title: 'the static URL / leaves other hosts alone',
    files: { 'ignored.css': 'a{b:url("//foobar");c:url(/a.png)}', 'a.png': icon },
    staticUrl: '/',
    becomes: { 'ignored.css': 'a{b:url("//foobar");c:url("/<a.png>")}' },
  },
  {
    title: 'a static URL of another host: only relative references are rewritten',
    files: {
      'css/a.css': 'a{b:url(https://cdn.example/s/css/a.png);c:url(/s/css/a.png);d:url(a.png)}',
      'css/a.png': icon,
    },
    staticUrl: 'https://cdn.example/s/',
    becomes: {
      'css/a.css':
        'a{b:url(https://cdn.example/s/css/a.png);c:url(/s/css/a.png);d:url("<css/a.png>")}',
    },
  },
  {
    title: 'only names that end in .css or .js in small letters are rewritten',
    files: {
      'A.CSS': 'a{b:url(none.png)}',
      'a.mjs': '//# sourceMappingURL=none.map',
      '.css': 'a{b:url(A.CSS)}',
    },
    becomes: { 'A.CSS': 'a{b:url(none.png)}', '.css': 'a{b:url("<A.CSS>")}' },
  },
  {
    title: 'a query: the hash is of the source, though the file is rewritten',
    files: {
      'a.css':
        '@import "x.css?v=2";\n@import url(x.css ) print;\n@import url(x%252ecss);a{b:url(a.png?u=/z)}',
      'x.css': 'a{b:url(a.png)}',
      'a.png': icon,
    },
    becomes: {
      'a.css':
        '@import url("<source x.css>?v=2");\n@import url("<source x.css>") print;\n@import url("<source x.css>");a{b:url("a.png?u=/z")}',
      'x.css': 'a{b:url("<a.png>")}',
    },
  },
  {
    title: 'percent signs are decoded, in the path too',
    files: {
      'sp ace/a.css': 'a{b:url(../sp%20ace/b%20%c3%a9.png);c:url(%62%20%C3%A9.png#%20)}',
      'sp ace/b é.png': icon,
    },
    becomes: {
      'sp ace/a.css': 'a{b:url("../sp ace/<sp ace/b é.png>");c:url("<sp ace/b é.png># ")}',
    },
  },
  {
    title: 'directories are written again, without a hash',
    files: {
      'css/a.css': 'a{a:url(img);b:url(img/);c:url(.);d:url(..)}',
      'root.css': 'a{a:url(.);b:url(./)}',
      'css/img/a.png': icon,
    },
    becomes: {
      'css/a.css': 'a{a:url("img");b:url("img/");c:url("css");d:url("")}',
      'root.css': 'a{a:url("");b:url("./")}',
    },
  },
  {
    title: 'a backslash stands for a slash',
    files: { 'a.css': 'a{b:url(img\\b.png)}', 'img/b.png': icon },
    becomes: { 'a.css': 'a{b:url("<img/b.png>")}' },
  },
];
