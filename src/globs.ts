import picomatch from 'picomatch';

/**
 * Compiles globs into a test that tells which of them a name matches, or undefined.
 * Without a slash a pattern matches the basename at any depth; with one, the whole name.
 * Dot files are like any others; a leading `./` and a trailing `/` mean nothing.
 */
export function createMatcher(patterns: readonly string[]): (name: string) => string | undefined {
  const tests = patterns.map((pattern) => ({ pattern, test: compile(pattern) }));
  return (name) => {
    const basename = name.slice(name.lastIndexOf('/') + 1);
    return tests.find(({ test }) => test(name, basename))?.pattern;
  };
}

function compile(pattern: string): (name: string, basename: string) => boolean {
  const bare = pattern.replace(/^(\.\/)+/, '').replace(/(?<=.)\/+$/, '');
  const anchored = bare.includes('/');
  const glob = bare.replace(/^\//, '');
  // What picomatch itself does with a name, without the objects that it makes of each.
  const expression = picomatch.makeRe(glob, { dot: true, nonegate: true });
  return (name, basename) => {
    const subject = anchored ? name : basename;
    return subject === glob || expression.test(subject);
  };
}
