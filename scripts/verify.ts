import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.ts';
import { failedTally, type Tally, tallyPlaywright, tallyVitest } from './tally.ts';

const MINUTE = 60_000;
/** The whole run. Whatever hangs is ended and counted as failed. */
const LIMIT = 25 * MINUTE;
const GRACE = 10_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const notes = mkdtempSync(join(tmpdir(), 'ratchet-'));
const deadline = performance.now() + LIMIT;
const summary: string[] = [];
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
let current: ChildProcess | undefined;

const bin = (path: string): string => join(root, 'node_modules', path);

/** Ends a child with all it started: first politely, so that Playwright can close its browser and its server, then for good. */
function end(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(child.pid)]);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of its group is left.
  }
}

/** Runs a program with its output shown. Resolves to its exit code, or to null when it was ended for taking too long or did not start. */
function run(command: string, words: readonly string[], limit: number, env: NodeJS.ProcessEnv = {}): Promise<number | null> {
  const left = Math.min(limit, deadline - performance.now());
  if (left <= 0) {
    console.error(`no time left: the whole run is limited to ${LIMIT / MINUTE} minutes`);
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      detached: process.platform !== 'win32',
    });
    current = child;
    let late = false;
    const soft = setTimeout(() => {
      late = true;
      console.error(`ended after ${Math.round(left / 1000)} s without a result`);
      end(child, 'SIGINT');
    }, left);
    const hard = setTimeout(() => end(child, 'SIGKILL'), left + GRACE);
    const settle = (code: number | null): void => {
      clearTimeout(soft);
      clearTimeout(hard);
      end(child, 'SIGKILL');
      current = undefined;
      resolve(late ? null : code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      settle(null);
    });
    child.on('exit', settle);
  });
}

const node = (words: readonly string[], limit: number, env?: NodeJS.ProcessEnv): Promise<number | null> =>
  run(process.execPath, words, limit, env);

async function step(name: string, work: () => Promise<Tally>): Promise<void> {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const tally = await work().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return failedTally(1);
  });
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  summary.push(
    `${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(32)} ${String(tally.passed).padStart(5)} passed ${String(tally.failed).padStart(4)} failed ${seconds.padStart(7)} s`,
  );
}

/** A check without tests of its own counts as one. */
const check = (name: string, ...words: string[]): Promise<void> =>
  step(name, async () => ((await node(words, 5 * MINUTE)) === 0 ? { passed: 1, failed: 0, skipped: 0 } : failedTally(1)));

const report = (name: string): string | undefined =>
  existsSync(join(notes, name)) ? readFileSync(join(notes, name), 'utf8') : undefined;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** A Chromium that starts, installed when there is none: the distribution's where we may, Playwright's otherwise. */
async function chromium(): Promise<string | undefined> {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log('No Chromium found: installing one.');
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    if ((await run('apt-get', ['update', '-q'], 3 * MINUTE, env)) === 0)
      await run('apt-get', ['install', '-y', '-q', 'chromium'], 6 * MINUTE, env);
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  await node([bin('@playwright/test/cli.js'), 'install', 'chromium'], 6 * MINUTE);
  return findChromium();
}

async function unit(): Promise<Tally> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(notes, 'unit.json')}`];
  const code = await node([bin('vitest/vitest.mjs'), 'run', '--allowOnly=false', ...reporters], 15 * MINUTE);
  return tallyVitest(report('unit.json'), code);
}

async function browser(): Promise<Tally> {
  const path = await chromium();
  if (path === undefined) {
    console.error('No Chromium was found and none could be installed. Install one, or give its path in CHROMIUM_PATH.');
    return failedTally(1);
  }
  console.log(`Chromium: ${path}`);
  const env = { CHROMIUM_PATH: path, E2E_PORT: String(await freePort()), PLAYWRIGHT_JSON_OUTPUT_FILE: join(notes, 'e2e.json') };
  const words = ['test', '-c', 'e2e/playwright.config.ts', '--forbid-only', '--reporter=list,json'];
  const code = await node([bin('@playwright/test/cli.js'), ...words], 18 * MINUTE, env);
  return tallyPlaywright(report('e2e.json'), code);
}

process.on('exit', () => rmSync(notes, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const child = current;
    if (child === undefined) process.exit(130);
    end(child, 'SIGINT');
    child.on('exit', () => process.exit(130));
    setTimeout(() => {
      end(child, 'SIGKILL');
      process.exit(130);
    }, GRACE);
  });
}

await check('format', bin('@biomejs/biome/bin/biome'), 'format', '.');
await check('lint', bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', 'src', 'e2e', 'bench', 'scripts');
await check('types', bin('typescript/bin/tsc'), '-b');
await check('dead exports', bin('knip/bin/knip.js'), '--no-progress');
await step('unit and property tests', unit);
// The browser is to meet this build, never the one before.
rmSync(join(root, 'dist'), { recursive: true, force: true });
await check('build', bin('vite/bin/vite.js'), 'build');
await step('in the browser', browser);

console.log(`\n${summary.join('\n')}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
