import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Page, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.github`;

/** Brings the page to the moment that the picture shows: some minutes into the bundled session, at the first proposal that waits. */
async function stage(page: Page): Promise<void> {
  await page.locator('[data-ready="true"]').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Next event' }).click();
  await page.getByRole('button', { name: 'Next proposal' }).click();
  // The engine answers from its worker; the page is still once its clock has not moved for a second.
  let before = '';
  for (let still = 0; still < 2; ) {
    await page.waitForTimeout(500);
    const now = await page.getByRole('region', { name: 'Replay' }).innerText();
    still = now === before ? still + 1 : 0;
    before = now;
  }
  await page.mouse.move(0, 0);
}

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('no Chromium found: give its path in CHROMIUM_PATH');

await build({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { host: '127.0.0.1', port: 4180 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('the built app is not being served');

const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
try {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['dark', 'light'] as const) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width: 1440, height: 900 },
      timezoneId: 'UTC',
      locale: 'en-US',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(url);
    await stage(page);
    const path = `${folder}/workspace-${colorScheme}.png`;
    await page.screenshot({ path });
    console.log(path.slice(root.length));
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
