import type { Random } from '../../harness/random.ts';

/** A piece of CSS around a URL, in all the ways in which Django finds one, overlooks one or mistakes one. */
export function cssStatement(random: Random, url: string): string {
  const quote = random.pick(['"', "'", '']);
  const other = random.below(12) === 0 ? random.pick(['"', "'", '']) : quote;
  const blank = random.below(8) === 0 ? random.pick([' ', '\t', '\n', '\u00a0', '\r\n']) : '';
  const word = random.pick(['url', 'url', 'url', 'URL', 'Url']);
  switch (random.below(16)) {
    case 0:
      return `@import ${quote || '"'}${blank}${url}${quote || "'"};`;
    case 1:
      return `@IMPORT${random.pick(['', ' ', '\n'])}'${url}' screen;`;
    case 2:
      return `@import ${word}(${quote}${url}${other}) layer(a);`;
    case 3:
      return `\n/*# sourceMappingURL=${url}${random.pick([' */', '*/', ' */ ', '\t*/', ' */\r'])}\n`;
    case 4:
      return `\n${random.pick(['/*#\t', '/*@ ', ' /*# ', '/*# '])}source${random.pick(['Mapping', 'mapping'])}URL=${url} */`;
    case 5:
      return `/* ${word}(${quote}${url}${other}) */`;
    case 6:
      return `a{background:${word}("data:image/svg+xml,<svg fill='${word}(%23b)'/>") , url(${url})}`;
    case 7:
      return `a::after{content:"${word}(${url})"}`;
    case 8:
      return `a{content:'\\'';b:${word}(${quote}${url}${quote})}`;
    case 9:
      return `a{b:\\url(${url});c:image-set("${url}" 1x)}`;
    case 10:
      return `@\u0131mport "${url}";`;
    default:
      return `a { background: ${word}(${quote}${blank}${url}${other}) no-repeat }`;
  }
}

/** A piece of JavaScript around a URL. */
export function jsStatement(random: Random, url: string): string {
  const quote = random.pick(['"', "'"]);
  const name = `${quote}${url.startsWith('.') || url.startsWith('/') || random.below(6) === 0 ? '' : './'}${url}${quote}`;
  const end =
    random.below(4) === 0 ? random.pick(['\n', ' ;', '\n;', ' with { type: "json" };']) : ';';
  const from = random.pick(['from ', 'from', ' from ', '\nfrom\n', ' FROM ']);
  const clause = random.pick([
    '{ a }',
    '{a,\n  b as c}',
    ' a',
    ' a, { b }',
    ' * as n',
    '* as n',
    '*as n_1',
    '*as nfrom',
    ' a;b',
    ' type { T }',
  ]);
  switch (random.below(14)) {
    case 0:
      return `import ${name}${end}`;
    case 1:
      return `import${name}${end}`;
    case 2:
      return `const x = await import(${name});`;
    case 3:
      return `x = import( ${name} ); y = import(\`${url}\`);`;
    case 4:
      return `export${random.pick(['{ a }', ' *', '*', ' * as n', ' { default }'])} ${from}${name}${end}`;
    case 5:
      return `\n//# sourceMappingURL=${url}${random.pick(['', '', ' ', '\r', '\t '])}\n`;
    case 6:
      return `\n${random.pick(['//@ ', ' //# ', '/*# ', '//# '])}source${random.pick(['Mapping', 'mapping'])}URL=${url}`;
    case 7:
      return `// import a from ${name};\n`;
    case 8:
      return `/* import ${name}; */`;
    case 9:
      return `s = 'import a from "./${url}";';`;
    case 10:
      return `new URL(${name}, import.meta.url);`;
    default:
      return `import${clause}${from}${name}${end}`;
  }
}
