// Loaded with `node --import`: Node 20 runs the TypeScript of the bench and of the harness as it stands.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import ts from 'typescript';

// The hooks run in a thread of their own, which loads this file a second time.
if (isMainThread) register(import.meta.url);

const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const text = await readFile(new URL(url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  return { format: 'module', source: outputText, shortCircuit: true };
}
