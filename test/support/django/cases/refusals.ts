import type { Case } from './case.ts';

const icon = Buffer.from('89504e470d0a1a0a', 'hex');

export const refusalCases: readonly Case[] = [
  {
    title: 'a blank before the quote',
    files: { 'css/a.css': 'a{b:url( "img/a.png")}', 'css/img/a.png': icon },
    refused: 'The file \'css/"img/a.png',
  },
  {
    title: 'a circle',
    files: {
      'loop/foo.css': '@import url("bar.css");',
      'loop/bar.css': '@import url("baz.css");',
      'loop/baz.css': '@import url("foo.css");',
      'loop/reader.css': '@import url("foo.css");',
      'alone.css': '',
    },
    refused:
      "Post-processing 'loop/bar.css, loop/baz.css, loop/foo.css, loop/reader.css' failed: Max post-process passes exceeded.",
  },
  {
    title: 'a file that refers to itself',
    files: { 'a.css': 'a{b:url(a.css#x)}' },
    refused: "Post-processing 'a.css' failed: Max post-process passes exceeded.",
  },
  {
    title: 'a chain of six in which each deeper file imports the next less deep',
    files: chain(6),
    becomes: { 'a/a/a/a/a/5.css': '@import url("../<a/a/a/a/4.css>")' },
  },
  {
    title: 'a chain of seven in which each deeper file imports the next less deep',
    files: chain(7),
    refused: "Post-processing 'a/a/a/a/a/a/6.css' failed: Max post-process passes exceeded.",
  },
  {
    title: 'a chain of nine in which each less deep file imports the next deeper',
    files: Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [
        `${'a/'.repeat(i)}${i}.css`,
        i === 8 ? '' : `@import "a/${i + 1}.css"`,
      ]),
    ),
    becomes: { '0.css': '@import url("a/<a/1.css>")' },
  },
  {
    title: 'a missing file',
    files: { 'faulty.css': 'a{\n  b: url("missing.png")}' },
    refused: "faulty.css:2:11: The file 'missing.png' could not be found",
  },
  {
    title: 'a reference out of the root',
    files: { 'css/a.css': 'a{b:url(../../secret.png)}' },
    refused: "css/a.css:1:9: '../secret.png' is outside of the collected files",
  },
  {
    title: 'a scheme that Django does not know',
    files: { 'a.css': 'a{b:url(moz-extension://x/y.png)}' },
    refused: "a.css:1:9: '/x/y.png' is outside of the collected files",
  },
  {
    title: 'a backslash where a query makes Django look in the destination',
    files: { 'a.css': 'a{b:url(img\\b.png?v)}', 'img/b.png': icon },
    refused: "a.css:1:9: The file 'img\\b.png' could not be found",
  },
  {
    title: 'bytes that are no UTF-8',
    files: { 'nonutf8/nonutf8.css': Buffer.from('a::after{content:"é\n\xff"}', 'latin1') },
    refused: 'nonutf8/nonutf8.css:1:19: it is not UTF-8',
  },
  ...['var(--x', 'a.png;x', 'DATA:x', 'a.css/x'].map((url): Case => ({
    title: `url(${url})`,
    files: { 'a.css': `a{b:url(${url})}`, 'a.png': icon },
    refused: 'could not be found',
  })),
];

/** 5.css in the deepest directory imports 4.css one above, and so on. */
function chain(length: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `${'a/'.repeat(i)}${i}.css`,
      i === 0 ? '' : `@import "../${i - 1}.css"`,
    ]),
  );
}
