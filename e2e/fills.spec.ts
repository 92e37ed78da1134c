import type { Locator, Page } from '@playwright/test';
import { bundledSession } from '../src/feeds/synthetic.ts';
import {
  act,
  button,
  confirmImport,
  drop,
  eventsOf,
  expect,
  exportSession,
  fileWith,
  generated,
  importDialog,
  openApp,
  positions,
  seek,
  test,
} from './support.ts';

const [, ...BARS] = bundledSession().csv.trim().split('\n');
/** Start of a bar of the bundled session, and its close. */
const bar = (row: number): { ts: number; close: string } => {
  const [ts = '', , , , close = ''] = (BARS[row] ?? '').split(',');
  return { ts: Number(ts), close };
};

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: /^Your trades/ });
const description = (page: Page): Locator => page.locator('fieldset[aria-label^="Chart of"] > p');
const symbolOf = async (page: Page): Promise<string> =>
  (await page.getByRole('heading', { level: 2 }).first().innerText()).trim();

/** A long in two steps and a short, on the bars of the bundled session. */
function fillsOf(symbol: string): string {
  const fill = (row: number, side: string, quantity: number): string => {
    const { ts, close } = bar(row);
    return `${ts + 30_000},${symbol},${side},${quantity},${close},0.35`;
  };
  return fileWith(
    'mine.csv',
    [
      'ts,symbol,side,quantity,price,fee',
      fill(120, 'buy', 40),
      fill(140, 'buy', 20),
      fill(170, 'sell', 30),
      fill(190, 'sell', 30),
      `${bar(195).ts},${symbol},buy,-5,${bar(195).close},0`,
      fill(210, 'sell', 25),
      fill(240, 'buy', 25),
      '',
    ].join('\n'),
  );
}

test('fills dropped on the page are shown as trades and drawn on the chart as the replay reaches them', async ({ page }) => {
  await openApp(page);
  const symbol = await symbolOf(page);
  await drop(page, fillsOf(symbol));
  const dialog = dialogOf(page);
  await expect(dialog.getByText('fills as CSV · 6 fills · 2 trades')).toBeVisible();
  await expect(dialog.getByText('1 row left out')).toBeVisible();
  await expect(dialog.getByText('quantity "-5": expected a decimal above 0')).toBeVisible();
  await expect(dialog.getByText(`${symbol} 2 in this session`)).toBeVisible();
  const rows = dialog.getByRole('region', { name: 'Trades' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('1 · 2');

  await dialog.getByRole('button', { name: 'Show on the chart' }).click();
  await expect(dialog).toBeHidden();
  await seek(page, 100);
  await expect(description(page)).not.toContainText('your own');
  await seek(page, 150);
  await expect(description(page)).toContainText('One trade of your own is drawn.');
  await seek(page, 260);
  await expect(description(page)).toContainText('2 trades of your own are drawn.');

  await button(page, 'Yours ×').click();
  await expect(description(page)).not.toContainText('your own');
});

test('what a file does not say is said in the dialog, and a trade that was reached leads to its place', async ({ page }) => {
  await openApp(page);
  const symbol = await symbolOf(page);
  await seek(page, 200);
  const zoned = (row: number): string =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
      .format(bar(row).ts)
      .replace(/(\d+\/\d+)\/(\d\d), /, '$1/20$2 ')
      .replace(/\u202f/g, ' ');
  const path = fileWith(
    'NinjaTrader Grid.csv',
    [
      'Instrument,Action,Quantity,Price,Time,ID,E/X,Position,Order ID,Name,Commission,Rate,Account,Connection,',
      `SYN 12-26,Sell,1,${bar(160).close},${zoned(160)},b,Exit,-,2,X,$0.62,1,Sim101,Playback,`,
      `SYN 12-26,Buy,1,${bar(130).close},${zoned(130)},a,Entry,1 L,1,E,$0.62,1,Sim101,Playback,`,
      '',
    ].join('\n'),
  );
  await drop(page, path);
  const dialog = dialogOf(page);
  await expect(dialog.getByText('executions of NinjaTrader · 2 fills · 1 trade')).toBeVisible();
  await expect(dialog.getByText('SYN 12-26 1 not in this session')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Show on the chart' })).toBeDisabled();
  await page.setViewportSize({ width: 1024, height: 768 });
  expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(1);
  await dialog.getByLabel('Symbol').fill(symbol);
  await dialog.getByLabel('Time zone').fill('Mars');
  await expect(dialog.getByRole('alert')).toContainText('time zone "Mars": expected an IANA name');
  await dialog.getByLabel('Time zone').fill('America/New_York');
  await dialog.getByLabel('Multiplier').fill('5');
  await expect(dialog.getByText(`${symbol} 1 in this session`)).toBeVisible();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Run the policy on this entry' })).toBeEnabled();
  const go = dialog.getByRole('button', { name: `${symbol} long` });
  await go.focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(description(page)).toContainText('One trade of your own is drawn.');
  await act(page, 'Take your own trades off the chart');
  await expect(description(page)).not.toContainText('your own');
});

test('market files go to the import dialog as before, also together with fills, which follow it', async ({ page }) => {
  await openApp(page);
  await drop(page, fillsOf('MADE'), generated());
  await expect(importDialog(page)).toBeVisible();
  await expect(dialogOf(page)).toBeHidden();
  await confirmImport(page);
  await expect(dialogOf(page).getByText('MADE 2 in this session')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
});

test('of ten thousand trades only the rows in sight are there, and the keys go through them', async ({ page }) => {
  const lines = Array.from(
    { length: 20_000 },
    (_, at) => `${bar(0).ts + at},OTHER,${at % 2 === 0 ? 'buy' : 'sell'},1,${100 + (at % 7)},0.01`,
  );
  const path = fileWith('many.csv', ['ts,symbol,side,quantity,price,fee', ...lines, ''].join('\n'));
  await openApp(page);
  await drop(page, path);
  const dialog = dialogOf(page);
  await expect(dialog.getByText('20,000 fills · 10,000 trades')).toBeVisible({ timeout: 20_000 });
  const region = dialog.getByRole('region', { name: 'Trades' });
  expect(await region.getByRole('row').count()).toBeLessThan(50);
  await region.press('End');
  await expect(region.locator('tr[aria-rowindex="10001"]')).toBeVisible();
  await region.press('Home');
  await expect(region.locator('tr[aria-rowindex="2"]')).toBeVisible();
});

test('the policy is run on the entries of the fills, which survive a reload as the session does', async ({ page }) => {
  await openApp(page);
  const symbol = await symbolOf(page);
  await drop(page, fillsOf(symbol));
  const dialog = dialogOf(page);
  await dialog.getByText('with my quantities').click();
  await dialog.getByRole('button', { name: 'Run the policy on these 3 entries' }).click();
  await expect(dialog).toBeHidden();
  await seek(page, 130);
  await expect(positions(page).getByRole('row', { name: /long/ })).toContainText('40');
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await seek(page, 300);
  const exported = await exportSession(page);
  const placed = eventsOf(exported, 'CommandReceived').flatMap(({ command }) => (command.type === 'PlaceEntry' ? [command] : []));
  expect(placed.map(({ side, quantity, source }) => [side, quantity, source])).toEqual([
    ['long', '40', 'entries'],
    ['long', '20', 'entries'],
    ['short', '25', 'entries'],
  ]);
});
