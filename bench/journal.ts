import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { randomBars } from '../src/engine/chance.ts';
import { Engine } from '../src/engine/engine.ts';
import { COIN } from '../src/engine/testing.ts';
import { automaticEntries } from '../src/engine/trial.ts';
import { digestOf } from '../src/feeds/digest.ts';
import { encodeRecording } from '../src/feeds/recording.ts';
import { bundleOf } from '../src/journal/bundle.ts';
import { loadPreset } from '../src/policy/load.ts';
import { journalText } from '../src/projections/figures.ts';
import type { measureAppends } from './journal-page.ts';
import { bundle, serve } from './runtimes.ts';

/*
 * The journal in a real browser: what an append takes beside SQLite's own on files of the same kind, and how long a session of 100 000 records takes to come
 * back. It prints and asserts nothing on time.
 */

const APPENDS = 2_000;
const RECORDS = 100_000;
const ROWS = 52_000;
const ENTRIES = 5_200;
const REPEATS = 3;

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN;

const ms = (value: number): string => `${value.toFixed(2)} ms`;

/** A session that was really run, of at least 100 000 records, as a bundle. */
async function longSession(): Promise<{ bytes: Uint8Array; records: number; engineMs: number }> {
  const made = randomBars(7, ROWS, { ...COIN, symbol: 'MADE', tick: '0.01' });
  const tape = { ...made, digest: await digestOf(made.columns), synthetic: true };
  const entries = automaticEntries([tape], ENTRIES);
  const engine = new Engine({ tapes: [tape], policy: loadPreset('intraday'), barPath: 'adverse-first', entries });
  const began = performance.now();
  engine.run(Number.POSITIVE_INFINITY);
  const engineMs = performance.now() - began;
  const { journal } = engine;
  if (journal.length < RECORDS) throw new Error(`${journal.length} records; expected at least ${RECORDS}`);
  const recording = await encodeRecording({
    name: 'MADE',
    source: 'made up',
    tape,
    report: {
      rows: ROWS,
      rejectedRows: 0,
      counts: [],
      rejected: [],
      timeline: { newestFirst: false, stepsBack: 0, duplicates: 0, repeats: 0, gaps: null },
    },
    notes: [],
    intervalMs: 60_000,
  });
  const parts = { name: 'MADE', journal: journalText(journal), place: engine.at, decisions: [], entries };
  return { bytes: await bundleOf(parts, new Map([[tape.digest, recording]])), records: journal.length, engineMs };
}

async function appends(context: BrowserContext, folder: string): Promise<void> {
  await bundle(folder, {
    'journal-page': fileURLToPath(new URL('./journal-page.ts', import.meta.url)),
    'journal-worker': fileURLToPath(new URL('./journal-worker.ts', import.meta.url)),
  });
  const server = await serve(folder);
  const page = await context.newPage();
  await page.goto(server.url);
  const { append, floor, batch } = await page.evaluate(async (count) => {
    const module = (await import(new URL('journal-page.mjs', location.href).href)) as { measureAppends: typeof measureAppends };
    return module.measureAppends(count);
  }, APPENDS);
  await page.close();
  server.close();
  const [p50, p99] = [at(append, 0.5), at(append, 0.99)];
  const [own50, own99] = [at(floor, 0.5), at(floor, 0.99)];
  console.log(`append of one record, durable: p50 ${ms(p50)}, p99 ${ms(p99)} (${APPENDS} of them)`);
  console.log(`SQLite's own, no hash, no tables, no other thread: p50 ${ms(own50)}, p99 ${ms(own99)}`);
  console.log(`ratio: p50 ${(p50 / own50).toFixed(2)}, p99 ${(p99 / own99).toFixed(2)}`);
  console.log(`10 000 records in one append: ${ms(batch)}, ${Math.round(10_000_000 / batch).toLocaleString('en-US')} records/s`);
}

async function recovery(context: BrowserContext, folder: string): Promise<void> {
  const { bytes, records, engineMs } = await longSession();
  const file = join(folder, 'long.ratchet.zip');
  writeFileSync(file, bytes);
  const root = fileURLToPath(new URL('..', import.meta.url));
  const dist = join(folder, 'dist');
  await build({ root, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  const server = await preview({ root, build: { outDir: dist }, preview: { host: '127.0.0.1', port: 0 } });
  const [url = ''] = server.resolvedUrls?.local ?? [];
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('[data-ready="true"]').waitFor();
  const devtools = await context.newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  const dialog = page.getByRole('dialog', { name: 'Open a session bundle' });
  await dialog.getByRole('button', { name: /^Open/ }).click({ timeout: 120_000 });
  await dialog.waitFor({ state: 'hidden', timeout: 120_000 });
  console.log(
    `a session of ${records.toLocaleString('en-US')} records over ${ROWS.toLocaleString('en-US')} bars: the engine alone, in Node, ${ms(engineMs)}`,
  );
  for (let turn = 1; turn <= REPEATS; turn += 1) {
    const began = performance.now();
    await page.reload();
    await page.locator('[data-ready="true"]').waitFor({ timeout: 120_000 });
    const whole = performance.now() - began;
    const shell = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
    console.log(
      `come back to, reload ${turn}: page painted ${ms(shell)}, chart painted ${ms(whole)}, ${(whole / engineMs).toFixed(2)} of the engine alone`,
    );
  }
  await page.close();
  await server.close();
}

export async function journal(): Promise<boolean> {
  const executablePath = findChromium();
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  try {
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [...CHROMIUM_ARGS],
    });
    await appends(context, join(folder, 'built'));
    await recovery(context, folder);
    await context.close();
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
