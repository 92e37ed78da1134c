import { ensureModules } from './install.mjs';

ensureModules();

const { register } = await import('tsx/esm/api');
register();
await import('./verify.ts');
