import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import {
  act,
  drop,
  enter,
  expect,
  exportSession,
  openApp,
  openFile,
  place,
  positions,
  recorded,
  rowsDone,
  seek,
  test,
  twin,
} from './support.ts';

const sessions = (page: Page) => page.getByRole('table', { name: 'Sessions', exact: true });
const recordings = (page: Page) => page.getByRole('table', { name: 'Recordings' });
const dialog = (page: Page) => page.getByRole('dialog');

async function openLibrary(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await expect(sessions(page)).toBeVisible();
}

/** Takes a download to a file of this test. */
async function downloaded(page: Page, press: () => Promise<void>): Promise<{ name: string; path: string }> {
  const [download]: [Download, void] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path };
}

/** A session in which something has happened. */
async function work(page: Page, file?: string): Promise<void> {
  await openApp(page);
  if (file !== undefined) await openFile(page, file);
  await seek(page, 200);
  await enter(page, {});
  await seek(page, 260);
}

for (const [what, file] of [
  ['a recorded week of TSLA', () => recorded('eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz')],
  ['a generated file', () => twin()],
] as const)
  test(`${what} is kept as a recording, leaves as a session bundle, and is opened and verified in another browser`, async ({
    page,
    browser,
  }) => {
    await work(page, file());
    const exported = await exportSession(page);
    await page.keyboard.press('Escape');
    await openLibrary(page);
    await expect(recordings(page).getByRole('row')).toHaveCount(3);
    await sessions(page)
      .locator('tr[aria-current]')
      .getByRole('button', { name: /^Export/ })
      .click();
    const bundle = await downloaded(page, () => dialog(page).getByRole('button', { name: 'Session bundle' }).click());
    expect(bundle.name).toMatch(/\.ratchet\.zip$/);
    const journal = await downloaded(page, () => dialog(page).getByRole('button', { name: 'Journal', exact: true }).click());
    expect(readFileSync(journal.path, 'utf8')).toBe(exported.journal);
    for (const [form, begins] of [
      ['SQLite', 'SQLite format 3'],
      ['position_events, CSV', 'id,trade_id,event_type'],
      ['Trades, CSV', ''],
    ] as const) {
      const file = await downloaded(page, () => dialog(page).getByRole('button', { name: form, exact: true }).click());
      expect(readFileSync(file.path).subarray(0, begins.length).toString()).toBe(begins);
    }

    await page.keyboard.press('Escape');
    const other = await browser.newPage();
    await openApp(other);
    await drop(other, bundle.path);
    const asked = other.getByRole('dialog', { name: 'Open a session bundle' });
    await expect(asked).toContainText('the journal is what this engine makes of it');
    await asked.getByRole('button', { name: /^Open/ }).click();
    await expect(asked).toBeHidden();
    expect(await rowsDone(other)).toBe(await rowsDone(page));
    expect((await exportSession(other)).sha256).toBe(exported.sha256);
    await other.close();
  });

test('everything is backed up, and restored in a browser that has lost it', async ({ page, browser }) => {
  await work(page);
  await expect(positions(page)).toContainText('Closed');
  const held = await positions(page).innerText();
  await openLibrary(page);
  const backup = await downloaded(page, () => page.getByRole('button', { name: 'Back up everything' }).click());
  const other = await browser.newPage();
  await openApp(other);
  await drop(other, backup.path);
  const asked = other.getByRole('dialog', { name: 'Restore a backup' });
  await expect(asked).toContainText('1 session, 1 recording');
  await asked.getByRole('button', { name: /^Restore/ }).click();
  await expect(asked.getByRole('status')).toContainText('Restored: 1 recordings, 0 policies, 1 sessions');
  await other.keyboard.press('Escape');
  await openLibrary(other);
  await sessions(other).getByRole('button', { name: /^DEMO/ }).click();
  await expect(place(other)).toHaveValue('260');
  await other.getByRole('tab', { name: 'Positions' }).click();
  expect(await positions(other).innerText()).toBe(held);
  await other.close();
});

test('sessions and recordings are renamed and deleted, by keyboard too, and what is needed is not deleted', async ({ page }) => {
  await work(page, twin());
  await openLibrary(page);
  const open = sessions(page).locator('tr[aria-current]');
  await open.getByRole('button', { name: /^Rename/ }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Name').fill('My Monday');
  await page.keyboard.press('Enter');
  await expect(open).toContainText('My Monday');
  await open.getByRole('button', { name: 'Delete My Monday' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('This session is open');
  await page.keyboard.press('Escape');
  const made = recordings(page).getByRole('row', { name: /TWIN/ });
  await made.getByRole('button', { name: /^Delete/ }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('session needs this recording: "My Monday"');
  await page.keyboard.press('Escape');
  await act(page, 'Open the bundled session');
  await expect(sessions(page).getByRole('button', { name: 'My Monday', exact: true })).toBeVisible();
  await sessions(page).getByRole('button', { name: 'Delete My Monday' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(sessions(page)).not.toContainText('My Monday');
  await made.getByRole('button', { name: /^Delete/ }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(recordings(page)).not.toContainText('TWIN');
});

test('a recording leaves as Parquet and comes back to the same digest, and is replayed under another policy', async ({
  page,
}) => {
  await openApp(page);
  await openFile(page, twin());
  await openLibrary(page);
  const made = recordings(page).getByRole('row', { name: /TWIN/ });
  await made.getByRole('button', { name: /^Export/ }).click();
  const file = await downloaded(page, () => dialog(page).getByRole('button', { name: 'Parquet' }).click());
  await page.keyboard.press('Escape');
  const digest = await page.locator('dd code').getAttribute('title');
  await openFile(page, file.path, 'active');
  await expect(page.locator('dd code')).toHaveAttribute('title', digest ?? '');
  await expect(recordings(page).getByRole('row')).toHaveCount(3);
  await expect(sessions(page).locator('tr[aria-current]')).toContainText('active');
});

test('what is used of the storage is said, and whether the browser has agreed to keep it', async ({ page }) => {
  await openApp(page);
  await openLibrary(page);
  await expect(page.getByRole('tabpanel', { name: 'Sessions' })).toContainText(/[\d.]+ (kB|MB) of [\d.]+ (MB|GB|TB) used/);
  await expect(page.getByRole('tabpanel', { name: 'Sessions' })).toContainText(/The browser has (not )?agreed to keep it/);
});

test('by keyboard: a session that is opened has the focus, and so does the one that is open once another is deleted', async ({
  page,
}) => {
  await work(page);
  await openFile(page, twin());
  await seek(page, 40);
  await enter(page, {});
  await openLibrary(page);
  const open = sessions(page).locator('tr[aria-current] b');
  const former = (await sessions(page).locator('tr:not([aria-current]) th button').first().textContent()) ?? '';
  await sessions(page).getByRole('button', { name: former, exact: true }).press('Enter');
  await expect(open).toHaveText(former);
  await expect(open).toBeFocused();
  const other = sessions(page).locator('tbody tr:not([aria-current])');
  const rows = await other.count();
  await other
    .first()
    .getByRole('button', { name: /^Delete/ })
    .press('Enter');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).press('Enter');
  await expect(other).toHaveCount(rows - 1);
  await expect(open).toBeFocused();
});
