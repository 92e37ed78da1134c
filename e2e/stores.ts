import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const SCRIPTS = [new URL('./store-page.ts', import.meta.url), new URL('./store-worker.ts', import.meta.url)].map((script) =>
  fileURLToPath(script),
);

/** Builds a script with all it needs in one file. */
async function bundled(folder: string, script: string): Promise<{ name: string; body: string }> {
  const name = `${basename(script, '.ts')}.mjs`;
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2023',
      assetsInlineLimit: 10_000_000,
      rolldownOptions: { input: script, preserveEntrySignatures: 'strict', output: { entryFileNames: name } },
    },
  });
  return { name, body: readFileSync(join(folder, name), 'utf8') };
}

/** A page of the app's own origin that runs no engine. */
export async function barePage(context: BrowserContext): Promise<Page> {
  // which a browser asks for where a page names no icon
  await context.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  const page = await context.newPage();
  await page.goto('./icon.svg');
  return page;
}

/** A bare page from which what the app has stored can be looked at and harmed. @param folder for what is built */
export async function storesPage(context: BrowserContext, folder: string): Promise<Page> {
  for (const script of SCRIPTS) {
    const { name, body } = await bundled(folder, script);
    await context.route(`**/${name}*`, (route) => route.fulfill({ body, contentType: 'text/javascript' }));
  }
  const page = await barePage(context);
  await page.evaluate(() => import(new URL('./store-page.mjs', location.href).href));
  return page;
}
