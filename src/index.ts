export { createBackend } from './backends/index.ts';
export type { Backend, PutOptions, PutRequest, Wait } from './backends/backend.ts';
export type { CreateModuleBackend, ModuleBackend, ModulePutRequest } from './backends/module.ts';
export { collect, type CollectOptions } from './collect.ts';
export { defineConfig, loadConfig, type Flags, type UserConfig } from './config/index.ts';
export { CollectError } from './errors.ts';
export { findFiles, type FindOptions, type FoundFiles } from './find.ts';
export type * from './types.ts';
