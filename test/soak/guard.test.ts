import { expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { say } from '../harness/campaign.ts';
import { buildEnv } from '../support/build-env.ts';
import { createSite } from '../support/create-site.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { runNpm } from '../support/npm.ts';

/** What people publish, and with each what it depends on. */
const packages = [
  '@fortawesome/fontawesome-free@7.3.1',
  '@highlightjs/cdn-assets@11.12.0',
  'bulma@1.0.4',
  'chart.js@4.6.1',
  'd3@7.9.2',
  'echarts@6.1.0',
  'firebase@12.19.0',
  'htmx.org@4.0.1',
  'jquery@4.0.0',
  'katex@0.19.1',
  'leaflet@1.9.4',
  'lodash@4.18.1',
  'monaco-editor@0.57.0',
  'pdfjs-dist@5.6.205',
  'react-dom@19.3.1',
  'swagger-ui-dist@5.35.0',
  'swiper@14.4.0',
  'three@0.187.0',
  'tinymce@8.9.2',
  'video.js@8.24.1',
];

it('R13: refuses no file of 20 packages from the registry', { timeout: 3_600_000 }, async () => {
  const site = await createSite({ 'package.json': '{}' });
  onTestFinished(() => site.remove());
  const options = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runNpm(['install', ...options, ...packages], { cwd: site.dir });
  const args = ['-s', 'node_modules', '--dry-run', '--json'];
  const io = createFakeIo(args, { cwd: site.dir, env: buildEnv });
  const code = await main(io);
  const errors = io
    .out()
    .split('\n')
    .filter((line) => line.includes('"type":"error"'));
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  const { found = 0 } = lastReport(io.out()).counts;
  say('R13', { packages: packages.length, files: found, refused: 0 });
  expect(found).toBeGreaterThan(10_000);
});
