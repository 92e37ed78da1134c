import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { bundledSession } from '../src/feeds/synthetic.ts';
import { confirmImport, drop, expect, fileWith, importDialog, openApp, rowsDone, test } from './support.ts';

const csv = new TextEncoder().encode(bundledSession().csv);
const archive = zipSync({ 'eq_MADE_1m.csv': csv });
const MEGABYTE = 1_048_576;

/** The archive with its directory's word for the size of the file inside changed to 2 GB. */
function claiming2Gb(): Uint8Array {
  const bytes = archive.slice();
  const directory = bytes.findIndex(
    (_, i) => bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 1 && bytes[i + 3] === 2,
  );
  new DataView(bytes.buffer).setUint32(directory + 24, 0x8000_0000, true);
  return bytes;
}

/** Dropped on the page, the file is refused with what was found; the page goes on to the next bar. */
async function expectRefused(page: Page, path: string, message: RegExp): Promise<void> {
  await drop(page, path);
  const dialog = importDialog(page);
  await expect(dialog.getByRole('alert')).toHaveText(message);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const row = await rowsDone(page);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowsDone(page)).toBe(row + 1);
}

test('a gzip or zip that expands a thousandfold, a JSON with __proto__, a 2 GB claim in a header and a binary file named .csv are each refused with what was found, and the page goes on', async ({
  page,
}) => {
  const zeros = new Uint8Array(200 * MEGABYTE);
  const polluting = '[{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}]';
  await openApp(page);
  await expectRefused(page, fileWith('bomb.csv.gz', gzipSync(zeros)), /bomb\.csv\.gz: unpacks to more than 200 times its size/);
  await expectRefused(
    page,
    fileWith('bomb.zip', zipSync({ 'a.csv': zeros })),
    /bomb\.zip\/a\.csv: unpacks to more than 200 times/,
  );
  await expectRefused(
    page,
    fileWith('proto.json', polluting),
    /proto\.json: found the columns __proto__, constructor; expected bars/,
  );
  await expectRefused(page, fileWith('claim.zip', claiming2Gb()), /claim\.zip: more than 512 MB unpacked/);
  await expectRefused(
    page,
    fileWith(
      'binary.csv',
      Uint8Array.from({ length: 5_000 }, (_, i) => (i * 197) % 256),
    ),
    /binary\.csv: binary data/,
  );
  await expectRefused(page, fileWith('nested.gz', gzipSync(gzipSync(csv))), /nested\.gz: gzip data inside gzip data/);
  await expectRefused(
    page,
    fileWith('two.zip', zipSync({ 'a.csv': csv, 'b.csv': csv })),
    /two\.zip: a zip archive of 2 data files \(a\.csv, b\.csv\)/,
  );
  await expectRefused(
    page,
    fileWith('cut.zip', archive.subarray(0, archive.length >> 1)),
    /cut\.zip: a zip archive that is cut or damaged/,
  );
  await expectRefused(
    page,
    fileWith('deep.json', '['.repeat(3_000_000)),
    /deep\.json, line 1: .*expected a number or text inside a row/,
  );
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
});

test('a zip archive of one market file is opened like the file', async ({ page }) => {
  await openApp(page);
  await drop(page, fileWith('session.zip', archive));
  await expect(importDialog(page).getByLabel('Symbol')).toHaveValue('MADE');
  await confirmImport(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Sessions' })).toContainText('1,950 rows read');
});

test("freqtrade's candles are opened as what their name says, with the readers of the page", async ({ page }) => {
  const rows = Array.from({ length: 300 }, (_, row) => [
    Date.UTC(2024, 0, 1) + row * 3_600_000,
    100,
    102,
    99,
    101 + (row % 2),
    row,
  ]);
  await openApp(page);
  await drop(page, fileWith('BTC_USDT-1h.json', JSON.stringify(rows)));
  await expect(importDialog(page).getByLabel('Symbol')).toHaveValue('BTC/USDT');
  await expect(importDialog(page).getByRole('region', { name: 'What was found' })).toContainText('300');
  await confirmImport(page);
});
