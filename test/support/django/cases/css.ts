import type { Case } from './case.ts';

const icon = Buffer.from('89504e470d0a1a0a', 'hex');

export const cssCases: readonly Case[] = [
  {
    title: 'imports and URLs of CSS',
    files: {
      'cached/styles.css':
        '@import url("other.css");\n@import url(\'other.css\') screen;\na{b:url("img/a.png");c:url(\timg/a.png )}',
      'cached/other.css': 'body{background:url(img/a.png)}',
      'cached/img/a.png': icon,
    },
    becomes: {
      'cached/styles.css':
        '@import url("<cached/other.css>");\n@import url("<cached/other.css>") screen;\na{b:url("img/<cached/img/a.png>");c:url("img/<cached/img/a.png>")}',
      'cached/other.css': 'body{background:url("img/<cached/img/a.png>")}',
    },
  },
  {
    title: 'imports in strings become imports of URLs',
    files: {
      'cached/import.css':
        '@import "styles.css";\n@import\'styles.css\'layer(a);\n@import " styles.css" print;',
      'cached/styles.css': 'a{}',
    },
    becomes: {
      'cached/import.css':
        '@import url("<cached/styles.css>");\n@import url("<cached/styles.css>")layer(a);\n@import url("<cached/styles.css>") print;',
    },
  },
  {
    title: 'any case of url and @import, and letters that only Python takes for an i',
    files: {
      'cached/styles_insensitive.css':
        '@IMPORT uRL("other.css");\n@Import "other.css";\n@\u0131mport "other.css";\na{b:URL(other.css)}',
      'cached/other.css': 'a{}',
    },
    becomes: {
      'cached/styles_insensitive.css':
        '@IMPORT url("<cached/other.css>");\n@import url("<cached/other.css>");\n@import url("<cached/other.css>");\na{b:url("<cached/other.css>")}',
    },
  },
  {
    title: 'URLs inside a data URI',
    files: {
      'cached/data_uri_with_nested_url.css':
        'body{background-image:url("data:image/svg+xml,%3csvg filter=\'url(%23b)\'/%3e");a:url(a(1).png)}',
      'cached/a(1': icon,
    },
    becomes: {
      'cached/data_uri_with_nested_url.css': {
        'django-5.2':
          'body{background-image:url("data:image/svg+xml,%3csvg filter=\'url(%23b)\'/%3e");a:url("<cached/a(1>").png)}',
        'django-6':
          'body{background-image:url("data:image/svg+xml,%3csvg filter=\'url(%23b)\'/%3e");a:url("<cached/a(1>").png)}',
      },
    },
  },
  {
    title: 'a quote that another closes',
    files: { 'a.css': 'a{b:url("a.png\')}', 'a.png': icon },
    becomes: { 'a.css': { 'django-5.2': 'a{b:url("<a.png>")}' } },
    refused: { 'django-6': "The file '\"a.png'' could not be found" },
  },
  {
    title: 'source maps of CSS',
    files: {
      'cached/source_map.css': '* {}\n/*# sourceMappingURL=source_map.css.map */',
      'cached/source_map_tabs.css':
        '* {}\n/*#\tsourceMappingURL=source_map.css.map\t*/\n/*# sourceMappingURL=source_map.css.map*/',
      'cached/source_map_sensitive.css': '* {}\n/*# sOuRcEMaPpInGURL=source_map.css.map */',
      'cached/source_map_data_uri.css':
        '* {}\n/*# sourceMappingURL=data:application/json;charset=utf8;base64,e30K*/',
      'cached/source_map_not.css':
        '/*@ sourceMappingURL=no.map */\n /*# sourceMappingURL=no.map */\n/*# sourceMappingURL=no.map */ \n/*# sourceMappingURL=no.map */\r\n',
      'cached/source_map.css.map': '{}',
    },
    becomes: {
      'cached/source_map.css': '* {}\n/*# sourceMappingURL=<cached/source_map.css.map> */',
      'cached/source_map_tabs.css':
        '* {}\n/*# sourceMappingURL=<cached/source_map.css.map> */\n/*# sourceMappingURL=<cached/source_map.css.map> */',
      'cached/source_map_sensitive.css': '* {}\n/*# sOuRcEMaPpInGURL=source_map.css.map */',
      'cached/source_map_data_uri.css':
        '* {}\n/*# sourceMappingURL=data:application/json;charset=utf8;base64,e30K*/',
      'cached/source_map_not.css':
        '/*@ sourceMappingURL=no.map */\n /*# sourceMappingURL=no.map */\n/*# sourceMappingURL=no.map */ \n/*# sourceMappingURL=no.map */\r\n',
    },
  },
  {
    title: 'comments and strings of CSS',
    files: {
      'cached/css/comments.css': '/* a{b:url(none.png)} */\na::before{content:"url(none.png)"}',
    },
    becomes: {
      'cached/css/comments.css': {
        'django-6': '/* a{b:url(none.png)} */\na::before{content:"url(none.png)"}',
      },
    },
    refused: { 'django-5.2': "The file 'cached/css/none.png' could not be found" },
  },
  {
    title: 'what looks like a URL and is none',
    files: {
      'a.css': 'a{b:url("a.png"\n);c:image-set("a.png" 1x);d:src("none.png")}',
      'a.png': icon,
    },
    becomes: { 'a.css': 'a{b:url("a.png"\n);c:image-set("a.png" 1x);d:src("none.png")}' },
  },
];
