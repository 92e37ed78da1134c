import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import type { Measurement, measureAll } from './measure.ts';

export interface Rows {
  trades: number;
  bars: number;
}

/** Longest time for all that a browser measures. */
const LIMIT_MS = 15 * 60_000;

const root = fileURLToPath(new URL('.', import.meta.url));
const MEASURE = {
  measure: fileURLToPath(new URL('./measure.ts', import.meta.url)),
  worker: fileURLToPath(new URL('./worker.ts', import.meta.url)),
};

/**
 * Builds the bench as the app is built, into `folder`: both runtimes then run the same bytes.
 * @param input what is built, by the names that the modules take
 */
export async function bundle(folder: string, input: Record<string, string> = MEASURE): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      outDir: folder,
      target: 'es2023',
      // WebAssembly in the module that uses it: there is nothing to be found beside it
      assetsInlineLimit: 10_000_000,
      rolldownOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  });
}

/** Measures in this process. */
export async function inNode(folder: string, rows: Rows, onMeasured: (measurement: Measurement) => void): Promise<void> {
  const built = (await import(pathToFileURL(join(folder, 'measure.mjs')).href)) as { measureAll: typeof measureAll };
  for (const measurement of built.measureAll(rows.trades, rows.bars)) onMeasured(measurement);
}

const PAGE = '<!doctype html><title>bench</title><link rel="icon" href="data:,">';

/** Serves the built files to the browser alone, on a free port. */
export async function serve(folder: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').split('?')[0] ?? '';
    try {
      const page = name === '/';
      const type = page ? 'text/html' : name.endsWith('.mjs') ? 'text/javascript' : 'application/octet-stream';
      response.setHeader('Content-Type', type);
      response.end(page ? PAGE : readFileSync(join(folder, name.replace(/[^\w.-]/g, ''))));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** Measures in a module worker of a headless Chromium. Returns its version, or undefined where none was found. */
export async function inChromium(
  folder: string,
  rows: Rows,
  onMeasured: (measurement: Measurement) => void,
): Promise<string | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  const server = await serve(folder);
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
  try {
    const page = await browser.newPage();
    await page.exposeFunction('onMeasured', onMeasured);
    await page.goto(server.url);
    const work = page.evaluate(
      ({ trades, bars }) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(`/worker.mjs?trades=${trades}&bars=${bars}`, { type: 'module' });
          const report = (window as unknown as { onMeasured: (measurement: unknown) => Promise<void> }).onMeasured;
          let reported = Promise.resolve();
          worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker did not start')));
          worker.addEventListener('message', ({ data }) => {
            reported = data === 'done' ? reported.then(resolve) : reported.then(() => report(data));
            reported.catch(reject);
          });
        }),
      rows,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Chromium was not done after ${LIMIT_MS / 60_000} minutes`)), LIMIT_MS);
    });
    await Promise.race([work, late]).finally(() => clearTimeout(timer));
    return browser.version();
  } finally {
    await browser.close();
    server.close();
  }
}
