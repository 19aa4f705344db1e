import type { Random } from './random.ts';
import type { Place } from './site-urls.ts';

/** Gives the next URL that the file is to name. */
export type NextUrl = (place: Place) => string;

/** What a file of each kind says around the URLs that it names. Comments and data in them name files that are nowhere. */
export const writers: Readonly<
  Record<string, (random: Random, count: number, url: NextUrl) => string>
> = {
  css: writeCss,
  html: writeHtml,
  js: writeJs,
  mjs: writeJs,
  svg: writeSvg,
  webmanifest: writeManifest,
};

function times(random: Random, count: number, ways: readonly (() => string)[]): string[] {
  return Array.from({ length: count }, () => random.pick(ways)());
}

function writeCss(random: Random, count: number, url: NextUrl): string {
  const string = () => cssString(random, url('css'));
  const imports = times(random, random.below(count + 1), [
    () => `@import ${string()};`,
    () => `@IMPORT url( ${string()} ) screen;`,
    () => `@import url(${unquotedCss(url('css'))}) layer(a);`,
    () => '/* @import "missing.css"; */',
  ]);
  const rules = times(random, count - imports.length, [
    () => `a { background: url(${string()}) no-repeat }`,
    () => `a{background:URL( ${unquotedCss(url('css'))} )}`,
    () => `a { background: image-set(${string()} 1x, url(data:,missing.png) 2x) }`,
    () => `@font-face { src: url(${string()}) format("woff2"), local("missing.png") }`,
    () => `@media (width > 1px) { a { /* url(missing.png) */ mask: url(${string()}) } }`,
    () => `a { --image: url(${string()}); content: "url(missing.png)" }`,
  ]);
  return [...imports, ...rules, ''].join('\n');
}

function writeJs(random: Random, count: number, url: NextUrl): string {
  const string = () => jsString(random, url('js'));
  const lines = times(random, count, [
    () => `import ${string()};`,
    () => `import * as n${random.below(1e9)} from${string()};`,
    () => `export * from ${string()}`,
    () => `import(${string()});`,
    () => `import(\`${url('js').replace(/[`\\]/g, '\\$&')}\`);`,
    () => `import(\n  /* "./missing.js" */ ${string()},\n);`,
    () => `new URL(${string()}, import.meta.url);`,
    () => `new Worker(new URL(${string()}, import.meta.url), { type: 'module' });`,
    () => `// import "./missing.js"\n'import "./missing.js"'; import(${string()})`,
    () => `\`import("./missing.js") \${import(${string()})}\`;`,
    () => `if (/import\\("/.test('')) import(${string()}); import.meta.resolve('package');`,
  ]);
  return [...lines, 'import "package";', ''].join('\n');
}

function writeHtml(random: Random, count: number, url: NextUrl): string {
  const attribute = (name: string) =>
    `${name}${random.pick(['=', ' = '])}${quoted(random, url('attribute'))}`;
  const lines = times(random, count, [
    () => `<link rel=stylesheet ${attribute('href')}>`,
    () => `<LINK REL="icon" ${attribute('HREF')}/>`,
    () => `<script ${attribute('src')}></script>`,
    () => `<img alt="src=missing.png" ${attribute('src')}>`,
    () => `<a ${attribute('href')}>&amp; more</a>`,
    () => `<video ${attribute('poster')} ${attribute('src')}></video>`,
    () =>
      `<img srcset="${escapeHtml(url('srcset'))} 1x, data:,missing.png 2x, ${escapeHtml(url('srcset'))} 3x">`,
    () => `<svg><use ${attribute('xlink:href')} /><image ${attribute('href')}/></svg>`,
    () => `<style>${writeCss(random, 1, url)}</style>`,
    () => `<p style="background: url(${escapeHtml(cssString(random, url('css')))})">`,
    () => `<script type=module>${writeJs(random, 1, url)}</script>`,
    () =>
      `<script type="importmap">{"imports":{"package":${jsonString(random, url('js'))}}}</script>`,
    () =>
      `<template><img ${attribute('src')}></template><noscript><img ${attribute('src')}></noscript>`,
    () =>
      `<!-- <img src="missing.png"> --><textarea><img src=missing.png></textarea><img ${attribute('src')}>`,
    () => '<img src="{{ missing }}.png"><a href="#missing"><a href="mailto:missing@site.invalid">',
  ]);
  return ['<!doctype html>', ...lines, ''].join('\n');
}

function writeSvg(random: Random, count: number, url: NextUrl): string {
  const attribute = (name: string) => `${name}=${quoted(random, url('attribute'), 'xml')}`;
  const lines = times(random, count, [
    () => `<use ${attribute('href')}/>`,
    () => `<image ${attribute('xlink:href')} />`,
    () => `<a ${attribute('href')}><path d="M0 0"/></a>`,
    () =>
      `<style>${writeCss(random, 1, url).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</style>`,
    () => `<style><![CDATA[${writeCss(random, 1, url)}]]></style>`,
    () => `<g fill="url(${escapeHtml(cssString(random, url('css')))})"/>`,
    () => `<!-- <image href="missing.png"/> --><image ${attribute('href')}/><use href="#missing"/>`,
  ]);
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return [`<svg ${names}>`, ...lines, '</svg>', ''].join('\n');
}

function writeManifest(random: Random, count: number, url: NextUrl): string {
  const icons = times(random, count, [() => `{ "src": ${jsonString(random, url('attribute'))} }`]);
  return `{ "name": "missing.png", "start_url": "/missing.html", "icons": [${icons.join(', ')}] }`;
}

function quoted(random: Random, url: string, language: 'html' | 'xml' = 'html'): string {
  const text = url.replace(/[&"'<.a]/g, (char) =>
    random.below(9) === 0 ? `&#${char.charCodeAt(0)};` : escapeHtml(char),
  );
  if (language === 'html' && random.below(3) === 0 && !/[\s"'=<>`]/.test(text)) {
    return `${text} `;
  }
  return random.pick([`"${text}"`, `'${text}'`, `"\n ${text} "`]);
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;');
}

function cssString(random: Random, url: string): string {
  const quote = random.pick(['"', "'"]);
  const text = url.replace(/["'\\]/g, '\\$&').replace(/[.a]/g, (char) => cssEscape(random, char));
  return `${quote}${text}${quote}`;
}

function cssEscape(random: Random, char: string): string {
  if (random.below(12) > 0) return char;
  return `\\${char.charCodeAt(0).toString(16)} `;
}

function unquotedCss(url: string): string {
  return url.replace(/["'()\\\s]/g, '\\$&');
}

function jsString(random: Random, url: string): string {
  const quote = random.pick(['"', "'"]);
  const text = url
    .replace(/["'\\]/g, '\\$&')
    .replace(/[.a]/g, (char) =>
      random.below(12) === 0 ? `\\x${char.charCodeAt(0).toString(16)}` : char,
    );
  return `${quote}${text}${quote}`;
}

function jsonString(random: Random, url: string): string {
  return JSON.stringify(url).replace(/[.a/]/g, (char) =>
    random.below(12) === 0 ? `\\u00${char.charCodeAt(0).toString(16)}` : char,
  );
}
