import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Download, Locator, Page } from '@playwright/test';
import { act, enter, expect, finished, openSteady, picture, seek, test } from './support.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Compare' });
const comparison = (page: Page): Locator => page.getByRole('table', { name: 'Comparison' });
const heat = (page: Page): Locator => page.getByRole('table', { name: 'Sweep' });
const figure = (page: Page, name: string): Locator => comparison(page).getByRole('row', { name: new RegExp(`^${name}`) });

/** Entries into the bundled session, played to its end; the lower panel is made high. */
async function played(page: Page) {
  await openSteady(page);
  for (const [row, key] of [
    [120, 'b'],
    [260, 's'],
    [400, 'b'],
  ] as const) {
    await seek(page, row);
    await enter(page, { key, quantity: '10' });
  }
  const exported = await finished(page);
  await page.getByRole('separator', { name: 'Height of the positions' }).focus();
  for (let i = 0; i < 6; i += 1) await page.keyboard.press('ArrowUp');
  return exported;
}

async function downloaded(page: Page, press: () => Promise<void>): Promise<string> {
  const [download]: [Download, void] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);
  return readFileSync(path, 'utf8');
}

test('two policies are compared on the entries of the session, and the command line finds the same figures', async ({ page }) => {
  const { path } = await played(page);
  await act(page, 'Compare two policies');
  await expect(panel(page).getByText(/^Two policies on the same entries/)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Compare', exact: true }).last().click();
  await expect(figure(page, 'Total P&L')).toBeVisible({ timeout: 30_000 });
  await expect(figure(page, 'Total P&L')).toContainText('Not enough data: 3 pairs, 20 are needed');
  await picture(page, 'compare');

  const csv = await downloaded(page, () => panel(page).getByRole('button', { name: 'Export CSV' }).click());
  const words = [
    '--import',
    'tsx',
    'src/headless.ts',
    'compare',
    'bundled',
    '--policy',
    'fixed',
    '--policy',
    'intraday',
    '--as',
    'csv',
  ];
  const run = spawnSync(process.execPath, [...words, '--entries', path], { cwd: root, encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr).toBe('');
  expect(csv).toBe(run.stdout);
  const [, total = ''] = csv.split('\n');
  const [, , a, b] = /^pnl,"(Total P&L, money)",(-?[\d.]+),(-?[\d.]+),/.exec(total) ?? [];
  await expect(figure(page, 'Total P&L').getByRole('cell').first()).toHaveText((a ?? '').replace('-', '−'));
  await expect(figure(page, 'Total P&L').getByRole('cell').nth(1)).toHaveText((b ?? '').replace('-', '−'));
});

test('the session as it went stands beside a policy on its entries', async ({ page }) => {
  await played(page);
  await page.getByRole('tab', { name: 'Compare' }).click();
  const side = panel(page).getByRole('combobox', { name: 'A', exact: true });
  const branch = await side.locator('optgroup[label="Sessions as they went"] option').first().getAttribute('value');
  await side.selectOption(branch);
  await panel(page).getByRole('combobox', { name: 'B', exact: true }).selectOption('draft');
  await panel(page).getByRole('combobox', { name: 'Who decides' }).selectOption('repeat');
  await panel(page).getByRole('button', { name: 'Compare', exact: true }).last().click();
  // the same policy and the same decisions: nothing differs
  await expect(figure(page, 'Total P&L').getByRole('cell').nth(2)).toHaveText('0.00', { timeout: 30_000 });
});

test('a policy is swept over two keys, drawn as a heat map, and what is wrong at a key is said there', async ({ page }) => {
  await played(page);
  await act(page, 'Sweep a policy over a key');
  const sweep = panel(page).getByRole('button', { name: 'Sweep', exact: true }).last();
  const values = panel(page).getByLabel('Values of the first key');
  await values.fill('0.5R:2%:0.5R');
  await expect(panel(page).getByText(/all three with one unit/)).toBeVisible();
  await expect(sweep).toBeDisabled();
  await values.fill('0.5R:2R:0.5R');
  await panel(page).getByLabel('Second key (may be empty)').fill('rules.time-stop.after');
  await panel(page).getByLabel('Values of the second key').fill('10m,30m,60m');
  await expect(panel(page).getByText('12 cells', { exact: true })).toBeVisible();
  await sweep.click();
  await expect(panel(page).getByText('intraday: 12 of 12 cells')).toBeVisible({ timeout: 60_000 });
  await expect(heat(page).getByRole('cell')).toHaveCount(12);
  await expect(heat(page).getByRole('cell').first()).toHaveText(/^−?\d+\.\d\d/);
  await picture(page, 'sweep');
  const csv = await downloaded(page, () => panel(page).getByRole('button', { name: 'Export CSV' }).click());
  expect(csv.trim().split('\n')).toHaveLength(13);
  expect(csv).toMatch(/^rules\.breakeven\.trigger,rules\.time-stop\.after,entries,trades,pnl,/);
});

test('a sweep that is cancelled leaves the rows that have come, and another can be run', async ({ page }) => {
  await played(page);
  await act(page, 'Sweep a policy over a key');
  await panel(page).getByLabel('Values of the first key').fill('0.1R:10R:0.1R');
  await panel(page).getByRole('button', { name: 'Sweep', exact: true }).last().click();
  await expect(panel(page).getByText(/^intraday: [1-9]\d* of 100 cells$/)).toBeVisible({ timeout: 30_000 });
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page).getByRole('button', { name: 'Cancel' })).toBeHidden();
  await panel(page).getByLabel('Values of the first key').fill('1R,2R');
  await panel(page).getByRole('button', { name: 'Sweep', exact: true }).last().click();
  await expect(panel(page).getByText('intraday: 2 of 2 cells')).toBeVisible({ timeout: 30_000 });
});
