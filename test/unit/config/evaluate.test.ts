import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfigs } from '../../../src/config/index.ts';
import { CollectError } from '../../../src/errors.ts';
import { createSite } from '../../support/create-site.ts';

interface World {
  readonly name?: string;
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
}

/** What comes of a config with this text, and what it printed. */
async function evaluate(text: string, world: World = {}) {
  const { name = 'collect.config.mjs', env = {}, cwd = '', signal, ...evaluation } = world;
  const files = { 'package.json': '{}', 'static/a.css': '', [name]: text, ...world.files };
  const site = await createSite(files);
  let printed = '';
  const say = (more: string) => (printed += more);
  const options = { needsSources: false, evaluation, say, ...(signal && { signal }) };
  try {
    const { configs } = await loadConfigs({ cwd: site.path(cwd), env, ...options });
    return { config: configs[0], printed };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const { message, exitCode, problems, hint } = error;
    return { message, exitCode, problems, hint, printed };
  } finally {
    await site.remove();
  }
}

const file = 'collect.config.mjs cannot be read: ';
const timeUp = `${file}it has not ended after 1 s, and was stopped`;
const ended = (how: string) =>
  `${file}it ended its own process (${how}) instead of exporting a config`;

describe('a JavaScript config that misbehaves ends in one sentence', () => {
  it.each([
    ['an endless loop', 'for (;;);', timeUp],
    ['a wait with a timer', 'setInterval(() => {}, 9); await new Promise(() => {});', timeUp],
    ['a wait', 'await new Promise(() => {});', `${file}it awaits something that never comes`],
    [
      'a process that it waits for',
      "import { execSync } from 'node:child_process'; execSync('sleep 20');",
      timeUp,
    ],
    ['a stop', "process.kill(process.pid, 'SIGSTOP'); for (;;);", timeUp],
    ['process.exit(0)', 'process.exit(0);', ended('exit code 0')],
    ['process.exit(7)', 'export default {}; process.exit(7);', ended('exit code 7')],
    ['process.reallyExit', 'process.reallyExit(0);', ended('exit code 0')],
    ['process.abort', 'process.abort();', ended('SIGABRT')],
    ['process.kill', "process.kill(process.pid, 'SIGKILL'); for (;;);", ended('SIGKILL')],
    ['an exception', 'const x = 1;\nx.y.z;', `${file}line 2, column 5: TypeError: Cannot read`],
    [
      'one in a callback',
      "setTimeout(() => { throw new Error('late'); });\nawait new Promise((r) => setTimeout(r, 5000));",
      `${file}line 1, column 26: Error: late`,
    ],
    [
      'a rejection that nobody awaits',
      "Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 5000));",
      `${file}line 1, column 16: Error: lost`,
    ],
    ['an exception that is no error', 'throw null;', `${file}it threw null`],
    [
      'an error made of traps',
      "throw new Proxy(new Error(), { get() { throw new Error('trap'); } });",
      file,
    ],
    ['a syntax error', 'export default {', `${file}SyntaxError: Unexpected end of input`],
    ['a missing module', "import './no.js';", `${file}Error: Cannot find module`],
    [
      'too large an export',
      "export default { ignore: ['x'.repeat(5e6)] };",
      `${file}it exports more than 4 MiB`,
    ],
    ...['hello', '5', '{}', '{"ended":"x"}', '{"value":{"x":1}}'].map((text) => [
      `a foreign hand in the answer: ${text}`,
      `import { writeSync } from 'node:fs'; writeSync(3, '${text}\\n'); for (;;);`,
      text === '{}' ? `${file}it has no default export` : ended('no answer'),
    ]),
  ])('%s', async (_, text, reason) => {
    const hurry = reason === timeUp ? { timeLimit: 1_000 } : {};
    const { message, exitCode, hint, problems } = await evaluate(text, hurry);
    expect(message?.slice(0, reason.length)).toBe(reason);
    expect({ exitCode, problems }).toEqual({ exitCode: 3, problems: [] });
    expect(message).not.toContain('\n');
    expect(hint).toMatch(/collect\.config|--config/);
  });

  it.each([
    ['in the heap', 'const all = []; for (;;) all.push(new Array(1e5).fill(1));'],
    ['outside the heap', 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));'],
  ])('memory without end, %s', async (_, text) => {
    const { message, exitCode } = await evaluate(text, { memoryLimit: 200 * 1024 * 1024 });
    expect(message).toBe(`${file}it takes up more and more memory, and was stopped`);
    expect(exitCode).toBe(3);
  });

  it.each([
    ['a list of four billion holes', 'new Array(4294967295)', 'has more than 10000 values'],
    [
      'an object without end',
      'new Proxy({}, { ownKeys: () => ["a"], getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }), get: (t, k, self) => self })',
      'is nested more than 32 levels deep',
    ],
    ['NaN', '{ concurrency: NaN }', 'concurrency must be a number or "auto", not null'],
    ['a date', '{ ignore: new Date() }', 'ignore is read as a date; put it in quotes'],
    ['a promise inside', '{ ignore: Promise.resolve([]) }', 'ignore must be a plain object'],
    ['__proto__', 'JSON.parse(`{ "__proto__": { "polluted": 1 } }`)', '__proto__ is unknown'],
  ])('%s is found by the check', async (_, value, problem) => {
    const { problems } = await evaluate(`const value = ${value}; export default value;`);
    expect(problems).toEqual([`collect.config.mjs: ${problem}`]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a JavaScript config', () => {
  it('is a module like any other: it imports, reads the environment, and may wait', async () => {
    const text = `
      import shared from './shared.cjs';
      import { basename } from 'node:path';
      await new Promise((resolve) => setTimeout(resolve, 20));
      export default { ...shared, sources: [basename(process.cwd())], s3: { bucket: process.env.BUCKET } };`;
    const { config } = await evaluate(text, {
      files: { 'shared.cjs': 'module.exports = { concurrency: 7 };', 'sub/x': '' },
      env: { BUCKET: 'assets' },
      cwd: 'sub',
    });
    expect(config).toMatchObject({
      concurrency: 7,
      sources: [{ label: 'sub' }],
      s3: { bucket: 'assets' },
    });
  });

  it('is run once, also when it fails', async () => {
    const { printed } = await evaluate("console.log('run'); throw new Error('no such stage');", {
      name: 'collect.config.cjs',
    });
    expect(printed).toBe('run\n');
  });

  it('prints to whoever listens, and not to this process', async () => {
    const text = "console.log('one'); console.error('two'); process.stdout.write('three');";
    const { config, printed } = await evaluate(`${text} export default { concurrency: 7 };`);
    expect(config?.concurrency).toBe(7);
    expect(printed).toBe('one\nthree\ntwo\n');
  });

  it('that prints without end is heard out for a while', async () => {
    const flood = `
      const lines = ('x'.repeat(99) + '\\n').repeat(100);
      for (let i = 0; i < 100; i += 1) await new Promise((done) => process.stdout.write(lines, done));
      export default { concurrency: 7 };`;
    const { config, printed } = await evaluate(flood);
    expect(config?.concurrency).toBe(7);
    expect(printed.length).toBeLessThan(66_000);
    const note = '(the rest of what the config printed is left out)';
    expect([...new Set(printed.split('\n'))]).toEqual(['x'.repeat(99), note, '']);
  });

  it.each([
    ['a server and a timer', "createServer().listen(0, '127.0.0.1'); setInterval(() => {}, 9);"],
    [
      'a process that holds its outputs',
      "spawn('sleep', ['20'], { stdio: 'inherit', detached: true }).unref();",
    ],
    ['an endless loop at its exit', "process.on('exit', () => { for (;;); });"],
  ])('may leave %s behind', async (_, text) => {
    const imports =
      "import { createServer } from 'node:net'; import { spawn } from 'node:child_process';";
    const { config } = await evaluate(`${imports}${text} export default { concurrency: 7 };`);
    expect(config?.concurrency).toBe(7);
  });

  it('is given up when the run is stopped', async () => {
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort('SIGINT');
    }, 100);
    // Its own time is not up for long: only the stop ends this test in time.
    const world = { signal: stop.signal, timeLimit: 300_000 };
    expect(await evaluate('for (;;);', world)).toMatchObject({
      message: 'stopped by SIGINT',
      exitCode: 130,
    });
  });

  it('is gone when its time was up', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'collect-static-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const pidFile = join(dir, 'pid');
    const text = `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
for (;;);`;
    expect(await evaluate(text, { timeLimit: 1_000 })).toMatchObject({ message: timeUp });
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('ends by itself when nobody waits for it any more', async () => {
    const url = 'data:text/javascript,for (;;);';
    const entry = fileURLToPath(new URL('../../../bin/evaluate-config.js', import.meta.url));
    const notOurs = String(process.ppid);
    const child = spawn(process.execPath, [entry, url, '500000000', notOurs], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it('can be TypeScript where Node can import that, and is explained where it cannot', async () => {
    const text = 'const n: number = 7;\nexport default { concurrency: n };';
    const { config, message } = await evaluate(text, { name: 'collect.config.ts' });
    // 'strip' where it can; false or absent where it cannot.
    const canImport = typeof Reflect.get(process.features, 'typescript') === 'string';
    if (canImport) expect(config?.concurrency).toBe(7);
    else expect(message).toMatch(/: this version of Node cannot import TypeScript/);
  });
});
