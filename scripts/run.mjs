import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureModules } from './install.mjs';

const [file, ...words] = process.argv.slice(2);
if (!file || !existsSync(file)) {
  console.error(file ? `${file}: no such file` : 'usage: node scripts/run.mjs FILE.ts [ARGUMENTS]');
  process.exit(2);
}

ensureModules();

// In this very process, so that output, exit code and signals are the program's own.
const { register } = await import('tsx/esm/api');
register();
process.setSourceMapsEnabled(true);
const program = resolve(file);
process.argv = [process.argv[0], program, ...words];
await import(pathToFileURL(program).href);
