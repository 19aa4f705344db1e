import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may not import what: one line per rule of the house, checked here so that nobody has to. */
const forbid = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const sdk = {
  group: ['@aws-sdk/*', '@smithy/*'],
  message: 'Only backends/s3 talks to the AWS SDK.',
};
const commander = {
  group: ['commander'],
  message: 'Only cli.ts, program.ts and options.ts know commander.',
};
const cosmiconfig = { group: ['cosmiconfig'], message: 'Only config/file.ts knows cosmiconfig.' };
const chalk = { group: ['chalk'], message: 'Only reporters print.' };
const nodeProcess = { group: ['node:process', 'process'], message: 'Only bin/ sees the process.' };
const io = { group: ['node:*'], message: 'This module is pure.' };
const siblings = (...group) => ({
  group,
  message: 'Siblings in a family do not import each other.',
});
const everywhere = [sdk, commander, cosmiconfig, chalk, nodeProcess];
const up = {
  group: ['**/commands/*', '**/cli.ts', '**/program.ts', '**/reporters/*', '**/collect.ts'],
  message: 'Arrows go down only.',
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'coverage',
      'node_modules',
      'staticfiles',
      'test/support/*-site',
      'bench/.peers',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: 'test/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-console': 'error',
      'max-depth': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
  },
  forbid(
    ['src/**/*.ts'],
    [...everywhere, up],
    [
      'src/cli.ts',
      'src/program.ts',
      'src/options.ts',
      'src/index.ts',
      'src/commands/**',
      'src/reporters/**',
      'src/config/file.ts',
      'src/config/evaluate.ts',
      'src/backends/s3/**',
      'src/compressor.ts',
    ],
  ),
  // It has to know with which compressors this Node was built.
  forbid(['src/compressor.ts'], [sdk, commander, cosmiconfig, chalk, up]),
  forbid(['src/cli.ts', 'src/program.ts'], [sdk, cosmiconfig, chalk, nodeProcess]),
  forbid(['src/options.ts'], [sdk, cosmiconfig, chalk, nodeProcess, up]),
  forbid(['src/commands/**'], [...everywhere]),
  forbid(
    ['src/reporters/**'],
    [sdk, commander, cosmiconfig, nodeProcess, siblings('**/backends/*', '**/config/*')],
  ),
  forbid(['src/config/file.ts'], [sdk, commander, chalk, nodeProcess, up]),
  // It starts a process like this one, and has to know how this one was started. What is a door to the process
  // itself, bin/evaluate-config.js, is in bin/.
  forbid(['src/config/evaluate.ts'], [sdk, commander, cosmiconfig, chalk, up]),
  forbid(
    ['src/backends/s3/**'],
    [commander, cosmiconfig, chalk, up, siblings('**/local/*', '**/module.ts')],
  ),
  forbid(
    [
      ...['src/headers.ts', 'src/plan.ts', 'src/url.ts', 'src/policy.ts', 'src/parts.ts'],
      'src/explanations/**',
    ],
    [...everywhere, up, io],
  ),
  forbid(
    ['src/errors.ts'],
    [...everywhere, { group: ['./*', '../*'], message: 'Imports nothing of ours.' }],
  ),
  forbid(
    ['src/types/**'],
    [...everywhere, io, { group: ['../*'], message: 'The nouns import nothing but each other.' }],
  ),
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { project: null },
      globals: {
        URL: 'readonly',
        AbortController: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
