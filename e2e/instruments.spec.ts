import type { Page } from '@playwright/test';
import {
  act,
  confirmImport,
  drop,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  fileWith,
  generated,
  importDialog,
  openApp,
  positions,
  recorded,
  rowsDone,
  seek,
  test,
  twin,
} from './support.ts';

const instruments = (page: Page) => page.getByRole('navigation', { name: 'Instruments' });
const shown = (page: Page) => instruments(page).locator('[aria-pressed="true"]');

async function openTwo(page: Page, files: string[]): Promise<void> {
  await openApp(page);
  await drop(page, ...files);
  await expect(importDialog(page)).toHaveAccessibleName('Open 2 files');
  await confirmImport(page);
}

test('two recorded instruments are dropped together, held side by side on one clock, and the headless replay of both gives the same bytes', async ({
  page,
}) => {
  const files = [recorded('eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz'), recorded('eq_AMZN_1m_2019-02-11_2019-02-15.csv.gz')];
  await openApp(page);
  await drop(page, ...files);
  await expect(importDialog(page)).toContainText('TSLA 1,946 bars');
  await expect(importDialog(page)).toContainText('AMZN 1,944 bars');
  await confirmImport(page);
  await expect(page.getByRole('banner')).toContainText('AMZN, TSLA · 11–15 Feb 2019');
  await ride(page, files, 2_001, { symbol: 'TSLA', stop: '290' }, { symbol: 'AMZN', stop: '1750' });
});

test('two generated instruments go the same way', async ({ page }) => {
  const files = [generated(), twin()];
  await openTwo(page, files);
  await ride(page, files, 500, { symbol: 'MADE', stop: '170' }, { symbol: 'TWIN', stop: '390' });
});

interface Held {
  symbol: string;
  stop: string;
}

/** A long on one of two instruments and a short on the other; then to the end, with the same bytes without a browser. */
async function ride(page: Page, files: string[], row: number, long: Held, short: Held): Promise<void> {
  const [first, second] = [long.symbol, short.symbol];
  await expect(shown(page)).toContainText(first);
  await expect(page.getByRole('heading', { name: first })).toBeVisible();
  await seek(page, row);
  await enter(page, { stop: long.stop });
  await page.keyboard.press('ArrowRight');
  const table = positions(page);
  await expect(table.getByRole('row', { name: new RegExp(`${first} long`) })).toContainText('Open');

  await page.keyboard.press(']');
  await expect(shown(page)).toContainText(second);
  await expect(page.getByRole('group', { name: new RegExp(`^Chart of ${second}`) })).toHaveAccessibleDescription(
    'No open position.',
  );
  await expect(table.getByRole('row', { name: new RegExp(`${first} long`) }), 'positions of all instruments stay').toBeVisible();
  await enter(page, { key: 's', stop: short.stop });
  await page.keyboard.press('ArrowRight');
  await expect(table.getByRole('row', { name: new RegExp(`${second} short`) })).toContainText('Open');
  await expect(page.getByRole('group', { name: new RegExp(`^Chart of ${second}`) })).toHaveAccessibleDescription(
    /^short position/,
  );

  // a click on a position, and one on a line of the journal, show the chart it belongs to
  await table
    .getByRole('row', { name: new RegExp(`${first} long`) })
    .getByText(first)
    .click();
  await expect(page.getByRole('group', { name: new RegExp(`^Chart of ${first}`) })).toHaveAccessibleDescription(/^long position/);
  const line = page.getByRole('list', { name: 'Journal' }).getByRole('button', { name: new RegExp(`${second} Sold`) });
  await line.click();
  await expect(shown(page)).toContainText(second);
  await line.click();

  await page.getByRole('switch', { name: 'Pause on proposal' }).click();
  await act(page, 'Speed: as fast as it goes');
  await page.keyboard.press(' ');
  await expect(page.getByText('end of the session', { exact: true })).toBeVisible({ timeout: 60_000 });
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'SessionStarted')[0]?.tapes.map(({ instrument }) => instrument.symbol)).toEqual(
    [first, second].toSorted(),
  );
  expect(
    eventsOf(exported, 'PositionClosed')
      .map(({ symbol }) => symbol)
      .toSorted(),
  ).toEqual([first, second].toSorted());
  expectSameHeadless(files, exported);
}

test('another instrument on the chart keeps the tabs, the journal and the place on the tape', async ({ page }) => {
  await openTwo(page, [generated(), twin()]);
  await seek(page, 400);
  await page.getByRole('button', { name: 'MACD' }).click();
  await page.getByRole('button', { name: '5m', exact: true }).click();
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.keyboard.press('[');
  await expect(shown(page)).toContainText('TWIN');
  await expect(page.getByRole('button', { name: 'MACD' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('button', { name: '5m', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('tab', { name: 'Rules' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('table', { name: 'Files' }).locator('[aria-current]')).toContainText('TWIN');
  expect(await rowsDone(page)).toBe(400);
  await act(page, 'Show MADE');
  await expect(shown(page)).toContainText('MADE');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => rowsDone(page), 'a bar of each instrument forwards, and a bar of each back').toBe(400);
});

test('the ticket names its instrument, and prices typed for one are not those of another', async ({ page }) => {
  await openTwo(page, [generated(), twin()]);
  await page.keyboard.press('b');
  const ticket = page.getByRole('form', { name: 'Ticket' });
  await ticket.getByLabel('Stop', { exact: true }).fill('150');
  await expect(ticket.getByRole('button', { name: /^Buy \d+ MADE/ })).toBeEnabled();
  await expect(ticket).toContainText(/Opens a long of \d+\./);
  await ticket.getByRole('combobox', { name: 'Instrument' }).selectOption('TWIN');
  await expect(shown(page)).toContainText('TWIN');
  await expect(ticket.getByLabel('Stop', { exact: true })).toHaveValue('');
  await expect(ticket.getByRole('button', { name: /^Buy \d+ TWIN/ })).toBeEnabled();
});

test('two files of one instrument are a clear error, which a corrected symbol or a file less puts right', async ({ page }) => {
  await openApp(page);
  await drop(page, generated(), twin('eq_MADE_again.csv'));
  const dialog = importDialog(page);
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText('eq_MADE_1m.csv and eq_MADE_again.csv are both of MADE');
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeDisabled();
  const second = dialog.getByRole('region', { name: 'eq_MADE_again.csv' });
  await second.getByRole('button', { name: /MADE/ }).first().click();
  await second.getByLabel('Symbol').fill('TWIN');
  await expect(alert).toBeHidden();
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeEnabled();
  await second.getByLabel('Symbol').fill('MADE');
  await expect(alert).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove eq_MADE_again.csv' }).click();
  await expect(dialog).toHaveAccessibleName('Open eq_MADE_1m.csv');
  await confirmImport(page);
  await expect(instruments(page)).toHaveCount(0);
});

test('a calendar of the user’s own is taken with the file, and the headless replay takes it alike', async ({ page }) => {
  const calendar = fileWith(
    'mine.json',
    JSON.stringify({
      name: 'MINE',
      zone: 'America/New_York',
      hours: { mon: '09:30-16:00', tue: '09:30-16:00', wed: '09:30-16:00', thu: '09:30-16:00', fri: '09:30-16:00' },
      otherHours: [{ date: '2025-03-04', hours: '09:30-13:00', reason: 'a half day of our own' }],
      from: '2025-01-01',
      to: '2025-12-31',
      source: 'made for this test',
    }),
  );
  const file = generated();
  await openApp(page);
  await drop(page, file);
  const dialog = importDialog(page);
  const choosing = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'From a file…' }).click();
  await (await choosing).setFiles(fileWith('broken.json', '{"name":"X"}'));
  await expect(dialog.getByRole('alert')).toContainText('broken.json');
  const again = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'From a file…' }).click();
  await (await again).setFiles(calendar);
  await expect(dialog.getByLabel(/^Session hours/)).toHaveValue('MINE');
  await expect(dialog.getByLabel(/^Session hours/)).toBeDisabled();
  await dialog.getByLabel('Symbol').fill('OURS');
  await confirmImport(page);
  await seek(page, 600);
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'SessionStarted')[0]?.tapes[0]?.instrument).toMatchObject({ symbol: 'OURS', session: 'MINE' });
  expectSameHeadless(file, exported, '--calendar', calendar, '--symbol', 'OURS');
});
