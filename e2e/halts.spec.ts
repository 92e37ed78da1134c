import type { Page } from '@playwright/test';
import {
  act,
  button,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  falling,
  openApp,
  openFile,
  picture,
  positions,
  seek,
  test,
} from './support.ts';

const limits = (page: Page) => page.getByRole('region', { name: 'Limits' });
const banner = (page: Page) => limits(page).getByRole('alert');
const ticket = (page: Page) => page.getByRole('form', { name: 'Ticket' });

async function expectRefused(page: Page, reason: RegExp): Promise<void> {
  await page.keyboard.press('b');
  await expect(ticket(page)).toContainText(reason);
  await expect(ticket(page).getByRole('button', { name: /^Buy \d/ })).toBeDisabled();
  await page.keyboard.press('Escape');
}

test('[R15] [R16] a leveraged day that loses too much halts entries and lets exits go on; a drawdown ends when the peak is reset', async ({
  page,
}) => {
  const file = falling();
  await openApp(page);
  await openFile(page, file, 'leveraged');
  await expect(limits(page)).toContainText('3× leverage');
  await expect(limits(page).locator('[data-gauge="daily-loss"]')).toContainText(/0 %\s*of 5 %/);
  await expect(banner(page)).toHaveCount(0);
  await seek(page, 40);
  await enter(page, { quantity: '290', stop: '1' });
  await page.keyboard.press('ArrowRight');
  const row = positions(page).getByRole('row', { name: /FALL long/ });
  await expect(row).toContainText('66.88');

  await seek(page, 80);
  await expect(banner(page)).toContainText(/Halted.*Loss of the day 5\.\d\d % of 5 %/);
  await expect(banner(page)).toContainText('no entries or adds until the next trading day · stops and exits go on');
  await expect(limits(page).locator('[data-gauge="daily-loss"]')).toHaveAttribute('data-fullness', 'full');
  await picture(page, 'halted');
  await expectRefused(page, /the loss of the day has reached its limit.*\(5\.\d\d% against 5%\)/);
  await expect(page.getByRole('list', { name: 'Journal' })).toContainText('Halted by daily loss');

  // an exit goes on: by hand, and where the margin is used up
  await page.getByRole('textbox', { name: 'Quantity to reduce FALL by' }).fill('90');
  await button(page, 'Reduce').click();
  await page.keyboard.press('Escape');
  await act(page, 'Forward one bar');
  await expect(row.getByRole('cell').nth(1)).toHaveText('200');
  await seek(page, 125);
  await expect(positions(page).getByRole('row', { name: /FALL long/ })).toContainText('by liquidation');
  await expect(banner(page), 'a new trading day').toHaveCount(0);

  await enter(page, { quantity: '440', stop: '1' });
  await seek(page, 245);
  await expect(banner(page)).toContainText(/Below the peak 15\.\d\d % of 15 %/);
  await expectRefused(page, /equity is too far below its peak.*against 15%/);
  await button(page, 'Reset peak…').click();
  const dialog = page.getByRole('dialog', { name: 'Reset the peak' });
  await expect(dialog.getByRole('button', { name: /^Reset the peak/ })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('the series has changed');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(banner(page)).toHaveCount(0);
  await enter(page, { quantity: '100', stop: '30' });
  await seek(page, 330);
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'HaltBegan').map(({ rule }) => rule)).toEqual(['daily-loss', 'daily-loss', 'drawdown-halt']);
  expect(eventsOf(exported, 'PeakReset').map(({ reason }) => reason)).toEqual(['the series has changed']);
  expect(eventsOf(exported, 'HaltEnded').map(({ rule }) => rule)).toEqual(['daily-loss', 'daily-loss', 'drawdown-halt']);
  expectSameHeadless(file, exported, '--policy', 'leveraged');
});

test('[R15] a day that loses too much closes everything where the policy says so', async ({ page }) => {
  await openApp(page);
  await openFile(page, falling(), 'intraday');
  await page.getByRole('switch', { name: 'Pause on proposal' }).click();
  await seek(page, 40);
  await button(page, 'Manual').click();
  await enter(page, { quantity: '99', stop: '1' });
  await seek(page, 110);
  await expect(banner(page)).toContainText(/Loss of the day 3\.\d\d % of 3 %/);
  await expect(positions(page).getByRole('row', { name: /FALL long/ })).toContainText('by daily loss');
});

test('averaging down is said in red where the policy allows it, and entry plans are proposals from flat', async ({ page }) => {
  await openApp(page);
  await openFile(page, falling(), 'tranches');
  await expect(limits(page)).toContainText('averaging down allowed');
  await page.getByRole('tab', { name: 'Rules' }).click();
  await expect(page.getByRole('region', { name: 'Entry plans' })).toContainText(/Entry plan · FALL/);
  await page.keyboard.press('n');
  const card = page.locator('[data-testid="approval"][data-open]').first();
  await expect(card).toHaveAttribute('aria-label', /^Entry plan · buy [\d.]+ FALL/);
  await expect(card.getByRole('table', { name: 'Before and after' })).toContainText('flat');
  await expect(card).toContainText('score');
  await page.keyboard.press('a');
  await expect(positions(page).getByRole('cell', { name: 'Building' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(positions(page).getByRole('row', { name: /^tranche 1/ })).toContainText(/signal [\d.]+/);
  await expect(positions(page).getByRole('row', { name: /FALL long/ })).toContainText('averages down');
  await page.keyboard.press('b');
  await expect(ticket(page)).toContainText(/averag/);
});
