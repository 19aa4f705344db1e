import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';
import type { Site } from '../support/create-site.ts';
import { pack, root, runNpm } from '../support/npm.ts';
import { installNode, oldestNode, otherNodeMissing } from '../support/other-node.ts';
import { missingPart } from '../support/servers.ts';

const execute = promisify(execFile);

const missing = missingPart(`Node ${oldestNode}`, otherNodeMissing());

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

const config = `import { defineConfig } from 'collect-static';

export default defineConfig({ sources: ['static'], local: { dir: 'by-library' } });
`;

const consumer = `import { collect, createBackend, findFiles, loadConfig } from 'collect-static';

const config = await loadConfig({ cwd: process.cwd(), env: {} });
const { files } = await findFiles(config);
const backend = await createBackend(config);
const report = await collect(config, backend);
console.log(files.map((file) => file.name).join(), report.counts.uploaded, report.exitCode);
`;

/** What only a compiler sees: the nouns, and that a misspelt key is an error. */
const typedConsumer = `${consumer}
import { defineConfig, type Backend, type Config, type Report } from 'collect-static';

export const nouns: [Config, Backend, Report] = [config, backend, report];
defineConfig({ headers: { 'Cache-Control': 'no-cache' } });
// @ts-expect-error no such key
defineConfig({ haeders: {} });
`;

// Users have neither our lockfile nor our Node: what they get is the newest of every range.
describe.skipIf(missing !== undefined)(`the packed package on Node ${oldestNode}`, () => {
  let node: string;
  let project: Site;

  beforeAll(async () => {
    node = await installNode(oldestNode);
    project = await createSite({
      'package.json': '{ "private": true, "type": "module" }\n',
      'collect.config.js': config,
      'consumer.js': consumer,
      'consumer.ts': typedConsumer,
      'static/css/app.css': 'body {}\n',
      'static/index.html': '<!doctype html><title>Hello</title>\n',
    });
    const { filename } = await pack(['--pack-destination', project.dir]);
    await runNpm(['install', '--omit=dev', '--no-package-lock', join(project.dir, filename)], {
      cwd: project.dir,
      node,
    });
  });

  afterAll(() => project.remove());

  it('runs on that Node, and not on the one of the test', async () => {
    const { stdout } = await execute(node, ['--version']);
    expect(stdout.trim()).toBe(`v${oldestNode}`);
  });

  it('prints its version and its help', async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await cli(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: collect-static');
  });

  it('collects into a directory', async () => {
    const result = await cli(['--source', 'static', '--to', 'by-cli']);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).not.toContain('Warning');
    expect(await project.list('by-cli')).toEqual(['css/app.css', 'index.html']);
  });

  it('uses the AWS SDK without a word about the version of Node', async () => {
    const nobody = ['--endpoint-url', 'http://127.0.0.1:1', '--region', 'us-east-1'];
    const result = await cli(['--to', 's3://bucket/location', ...nobody], {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    expect(result.code, result.stderr).toBe(7);
    expect(result.stderr).not.toMatch(/NodeVersionSupportWarning|DeprecationWarning|node >=/);
  });

  it('is a library, and reads a config that imports from it', async () => {
    const { stdout, stderr } = await execute(node, ['consumer.js'], { cwd: project.dir });
    expect({ stdout, stderr }).toEqual({ stdout: 'css/app.css,index.html 2 0\n', stderr: '' });
    expect(await project.list('by-library')).toEqual(['css/app.css', 'index.html']);
  });

  it('has types that a strict TypeScript project accepts, with the declarations checked', async () => {
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      typeRoots: [join(root, 'node_modules', '@types')],
      types: ['node'],
    };
    const tsconfig = JSON.stringify({ compilerOptions, files: ['consumer.ts'] });
    await project.write({ 'tsconfig.json': tsconfig });
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const problems = await execute(node, [tsc, '-p', '.'], { cwd: project.dir }).then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(problems).toBe('');
  });

  function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
    const bin = project.path('node_modules', '.bin', 'collect-static');
    return runCli(args, { cwd: project.dir, env, node, bin });
  }
});
