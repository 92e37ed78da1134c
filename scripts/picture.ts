import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Page, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.github`;

/** Where in the bundled session the picture's position is entered, and its stop. */
const ENTRY = { row: 250, stop: '180.56' };

/** Goes to the next proposal, which is to be of the kind named. */
async function nextProposal(page: Page, kind: RegExp): Promise<void> {
  await page.keyboard.press('n');
  const card = page.locator('[data-testid="approval"][data-open]').and(page.getByLabel(kind));
  await card.waitFor({ timeout: 30_000 });
}

/** Brings the page to the moment of the picture: a long of two tranches, its stop raised, and a partial exit that waits. */
async function stage(page: Page): Promise<void> {
  await page.locator('[data-ready="true"]').waitFor({ timeout: 60_000 });
  const place = page.getByRole('slider', { name: 'Place on the tape' });
  await place.fill(String(ENTRY.row));
  // Only once it is let go does the thumb show where the engine is.
  await place.blur();
  await page.waitForFunction(
    (row) => document.querySelector<HTMLInputElement>('input[type="range"]')?.value === row,
    String(ENTRY.row),
  );

  await page.keyboard.press('b');
  const ticket = page.getByRole('form', { name: 'Ticket' });
  await ticket.getByLabel('Stop', { exact: true }).fill(ENTRY.stop);
  await ticket.getByRole('button', { name: /^Buy \d/, disabled: false }).click();
  await page
    .getByRole('list', { name: 'Journal' })
    .getByText(/^Buy \S+ market/)
    .first()
    .waitFor();

  await page.getByRole('tab', { name: 'Approvals' }).click();
  await nextProposal(page, /^Scale in/);
  await page.keyboard.press('a');
  await nextProposal(page, /^Partial exit/);
  // A decided card stays for a moment before it leaves.
  await page.locator('[data-testid="approval"]:not([data-open])').waitFor({ state: 'detached', timeout: 30_000 });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
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
