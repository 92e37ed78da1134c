import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { openFile as openMarket } from '../src/feeds/open.ts';
import { bundledSession } from '../src/feeds/synthetic.ts';
import {
  confirmImport,
  drop,
  expect,
  expectSameHeadless,
  exportSession,
  fileWith,
  importDialog,
  openApp,
  recorded,
  rowsDone,
  test,
} from './support.ts';

const [HEADER = '', ...ROWS] = bundledSession().csv.trim().split('\n');

/** The dialog says what is wrong and offers nothing to open; the session that was open stays, and goes on. */
async function expectRefused(page: Page, path: string, message: RegExp): Promise<void> {
  await drop(page, path);
  const dialog = importDialog(page);
  await expect(dialog.getByRole('alert')).toHaveText(message);
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const row = await rowsDone(page);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowsDone(page)).toBe(row + 1);
}

test('files that are no market data are refused with what was found, and the open session goes on', async ({ page }) => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1]);
  const packed = gzipSync(bundledSession().csv);
  await openApp(page);
  await expectRefused(page, fileWith('picture.csv', png), /picture\.csv.*binary/);
  await expectRefused(page, fileWith('empty.csv', ''), /empty\.csv.*empty/);
  await expectRefused(page, fileWith('only-a-header.csv', `${HEADER}\n`), /only-a-header\.csv.*no rows/);
  await expectRefused(
    page,
    fileWith('bids.csv', 'ts,bid\n1393632000000,1.1\n1393632001000,1.1\n'),
    /bids\.csv.*found the columns ts, bid; expected bars.*or trades.*or bars of bid and ask.*or quotes/,
  );
  await expectRefused(page, fileWith('prose.csv', 'Dear reader,\nthis is no market.\n'), /prose\.csv.*expected bars/);
  await expectRefused(
    page,
    fileWith('cut.csv.gz', packed.subarray(0, packed.length / 2)),
    /cut\.csv\.gz.*damaged or incomplete gzip/,
  );
  await expectRefused(page, fileWith('archive.zip', Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0])), /archive\.zip.*a zip archive/);
  await expectRefused(
    page,
    fileWith(
      'all-bad.csv',
      `${HEADER}\n${ROWS.slice(0, 50)
        .map((row) => row.replace(/^(\d+),[\d.]+/, '$1,abc'))
        .join('\n')}\n`,
    ),
    /all-bad\.csv.*line 2.*price 'abc'.*none of the 50 rows/,
  );
});

test('recorded quotes are found to be quotes, and what is guessed of them is said', async ({ page }) => {
  const file = recorded('fx_EURUSD-oanda_quotes_2014-05-08.csv.gz');
  await openApp(page);
  await drop(page, file);
  const found = importDialog(page).getByRole('region', { name: 'What was found' });
  await expect(found).toContainText('87,833 quotes of bid and ask');
  await expect(found).toContainText('Bars are built from the quotes');
  await expect(importDialog(page).getByLabel('Bar length, seconds')).toHaveValue('60');
  await expect(importDialog(page).getByRole('button', { name: /^Open/ })).toBeEnabled();
});

test('[F9] a file with bad rows of every kind is opened without them, and each is listed with its line and its reason', async ({
  page,
}) => {
  const rows = ROWS.slice(0, 400);
  const [first = '', second = ''] = rows;
  const field = (row: string, at: number, text: string): string => row.split(',').with(at, text).join(',');
  const bad: [row: string, reason: RegExp][] = [
    [`${second},7`, /7 fields: expected 6/],
    ['', /blank line/],
    [field(second, 1, 'abc'), /price 'abc' in column open/],
    [field(second, 4, '0'), /price '0' in column close/],
    [field(second, 2, '-5'), /price '-5' in column high/],
    [field(second, 3, 'NaN'), /price 'NaN' in column low/],
    [field(second, 1, '1e308'), /column open/],
    [field(second, 2, '1'), /high 1 below low/],
    [field(second, 5, '-1'), /volume '-1'/],
    [field(second, 0, 'noon'), /time 'noon' in column ts/],
    [first, /duplicate/],
    [field(second, 0, '1741012140000'), /time goes back/],
  ];
  const path = fileWith('eq_BAD_1m.csv', [HEADER, first, ...bad.map(([row]) => row), ...rows.slice(1), ''].join('\n'));
  await openApp(page);
  await drop(page, path);
  const dialog = importDialog(page);
  await expect(dialog.getByText(`${bad.length} rows left out`)).toBeVisible();
  await dialog.getByText(/^Rows left out/).click();
  const listed = dialog.getByRole('region', { name: 'Rows left out' }).getByRole('row');
  for (const [index, [, reason]] of bad.entries()) {
    const row = listed.nth(index + 1);
    await expect(row.getByRole('cell').nth(0)).toHaveText(String(index + 3));
    await expect(row.getByRole('cell').nth(1)).toHaveText(reason);
  }
  await confirmImport(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Sessions' })).toContainText(`400 rows read, ${bad.length} left out`);
  const exported = await exportSession(page);
  expectSameHeadless(path, exported);
});

test('what the dialog is told by hand is what is opened', async ({ page }) => {
  const path = fileWith('prices.csv', bundledSession().csv);
  await openApp(page);
  await drop(page, path);
  const dialog = importDialog(page);
  await dialog.getByLabel('Symbol').fill('ACME');
  await dialog.getByLabel('Tick').fill('0.05');
  await dialog.getByLabel('Multiplier').fill('0');
  await expect(dialog.getByRole('alert')).toContainText('multiplier "0": expected a decimal above 0');
  await dialog.getByLabel('Multiplier').fill('50');
  await dialog.getByLabel(/^Session hours/).fill('America/New_York/09:30-16:00');
  await dialog.getByRole('radio', { name: /^End of the bar/ }).check();
  await dialog.getByLabel('Policy').selectOption('fixed');
  await confirmImport(page);
  const exported = await exportSession(page);
  expect(exported.records[0]?.event).toMatchObject({
    type: 'SessionStarted',
    tapes: [
      { instrument: { symbol: 'ACME', tick: '0.05', multiplier: '50', session: 'America/New_York/09:30-16:00' }, stamp: 'close' },
    ],
    policy: { name: 'fixed' },
  });
  const options = [
    '--symbol',
    'ACME',
    '--tick',
    '0.05',
    '--multiplier',
    '50',
    '--session',
    'America/New_York/09:30-16:00',
    '--stamp',
    'close',
    '--policy',
    'fixed',
  ];
  expectSameHeadless(path, exported, ...options);
});

test('a table of no known format is mapped by keyboard over its first rows, and opens as the command line reads it', async ({
  page,
}) => {
  const rows = ROWS.slice(0, 400).map((row) => {
    const [ts = '', open = '', high = '', low = '', close = '', volume = ''] = row.split(',');
    const [date = '', time = ''] = new Date(Number(ts) - 5 * 3_600_000).toISOString().split('T');
    return [date.split('-').toReversed().join('.'), time.slice(0, 5), volume, close, low, high, open, '"a; b"']
      .join(';')
      .replace(/(\d)\.(\d\d)(?=;)/g, '$1,$2');
  });
  const path = fileWith(
    'handel.csv',
    ['Tag;Uhr;Menge;Schluss;Tief;Hoch;Start;Notiz', ...rows, '03.03.2025;9:99;1;1;1;1;1;x'].join('\n'),
  );
  await openApp(page);
  await drop(page, path);
  const dialog = importDialog(page);
  await expect(dialog.getByRole('alert')).toContainText('found the columns Tag, Uhr, Menge');
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeDisabled();
  const columns = dialog.getByRole('region', { name: 'Columns and first rows' });
  await expect(columns.getByRole('row')).toHaveCount(10);
  await expect(columns.getByRole('cell', { name: 'a; b' })).toHaveCount(8);
  await columns.getByLabel('Column 1, Tag').focus();
  for (const role of ['Time or date', 'Time of day', 'Volume', 'Close', 'Low', 'High', 'Open']) {
    await page.keyboard.type(role);
    await page.keyboard.press('Tab');
  }
  await expect(dialog.getByLabel('Times are')).toHaveValue('dmy');
  await dialog.getByLabel('Zone of the times').fill('America/New_York');
  const found = dialog.getByRole('region', { name: 'What was found' });
  await expect(found).toContainText('400 bars');
  await expect(found).toContainText('1 row left out: time cannot be read');
  await expect(found).toContainText('they are read as America/New_York');
  await dialog.getByLabel('Symbol', { exact: true }).fill('HAND');
  await confirmImport(page);
  const exported = await exportSession(page);
  expect(exported.records[0]?.event).toMatchObject({ tapes: [{ instrument: { symbol: 'HAND', tick: '0.01' } }] });
  const mapping = 'ts=1,clock=2,volume=3,close=4,low=5,high=6,open=7';
  expectSameHeadless(path, exported, '--symbol', 'HAND', '--columns', mapping, '--zone', 'America/New_York');
});

test('a file whose times are local is shown with its format, zone and stamp, and each can be corrected', async ({ page }) => {
  const minute = (i: number): string => `20240102 ${String(143_100 + 100 * i)};10;12;9;11;${i}`;
  const path = fileWith('ES 03-24.Last.txt', [...[0, 1, 2, 9, 8].map(minute), minute(10)].join('\n'));
  await openApp(page);
  await drop(page, path);
  const dialog = importDialog(page);
  const layout = dialog.getByRole('region', { name: 'How the file is laid out' });
  await expect(layout).toContainText('Format: NinjaTrader bars');
  await expect(layout.getByLabel('Columns are divided by')).toHaveValue(';');
  await expect(layout.getByLabel('First line')).toHaveValue('no');
  await expect(layout.getByLabel('Zone of the times')).toHaveValue('UTC');
  await expect(dialog.getByRole('radio', { name: /^End of the bar/ })).toBeChecked();
  const report = dialog.getByRole('region', { name: 'What to know of its rows' });
  await expect(report).toContainText('1 row left out: time goes back');
  await expect(report).toContainText('Time steps back once');
  await expect(report).toContainText('1 gap between bars');
  await expect(dialog.getByRole('region', { name: 'What was found' })).toContainText('14:30');
  await layout.getByLabel('Zone of the times').fill('America/Chica');
  await expect(dialog.getByRole('alert')).toContainText('time zone "America/Chica": expected a zone such as');
  await layout.getByLabel('Zone of the times').fill('America/Chicago');
  await expect(dialog.getByRole('region', { name: 'What was found' })).toContainText('20:30');
  await layout.getByRole('button', { name: 'Back to what was found' }).click();
  await expect(dialog.getByRole('region', { name: 'What was found' })).toContainText('14:30');
});

test('session hours that cannot be used are said beside the field, and put right there', async ({ page }) => {
  await openApp(page);
  await drop(page, fileWith('prices.csv', bundledSession().csv));
  const dialog = importDialog(page);
  const hours = dialog.getByLabel(/^Session hours/);
  await hours.fill('Nowhere/09:30-16:00');
  await expect(dialog.getByRole('alert')).toContainText('Nowhere');
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeDisabled();
  await hours.fill('UTC/24h');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await hours.fill('XNAS');
  await expect(dialog.getByRole('region', { name: 'What was found' })).toContainText('New York');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeEnabled();
});

test('the digest on the page is that of the market in the file, packed or not', async ({ page }) => {
  const { csv } = bundledSession();
  const path = fileWith('eq_MADE_1m.csv.gz', gzipSync(csv));
  await openApp(page);
  await drop(page, path);
  await confirmImport(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  const { tape } = await openMarket(new File([csv], 'eq_MADE_1m.csv'), {});
  await expect(page.getByRole('tabpanel', { name: 'Sessions' })).toContainText(tape.digest.slice(0, 12));
  expect(readFileSync(path).length).toBeLessThan(csv.length);
});
