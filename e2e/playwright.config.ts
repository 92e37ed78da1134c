import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = process.env.E2E_PORT ?? '4173';
const url = `http://127.0.0.1:${port}/`;
const folder = process.env.E2E_DIST ?? 'dist';
const executablePath = findChromium();

/** The built app as it is served, in a real browser. Build first: `npm run build`; E2E_DIST names another folder, E2E_PORT another port. */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // Two cores: the page and its worker are to have them.
  workers: 1,
  timeout: 90_000,
  globalTimeout: 40 * 60_000,
  retries: 0,
  reporter: 'list',
  use: {
    baseURL: url,
    actionTimeout: 15_000,
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-US',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args: [...CHROMIUM_ARGS] },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort --outDir ${JSON.stringify(folder)}`,
    cwd: root,
    url,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
