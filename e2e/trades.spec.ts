import {
  enter,
  act,
  expect,
  expectSameHeadless,
  exportSession,
  eventsOf,
  fileWith,
  lastPrice,
  openFile,
  openSteady,
  underSteady,
  recorded,
  test,
} from './support.ts';
import type { Page } from '@playwright/test';

/** One position on bars of five seconds, played as fast as it goes, and the same bytes without a browser. */
async function race(page: Page, file: string): Promise<void> {
  await openSteady(page);
  await openFile(page, file);
  await expect(page.getByRole('group', { name: 'Bars' }).getByRole('button', { name: '5s', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  const stop = (Math.round((await lastPrice(page)) * 0.9995 * 10) / 10).toFixed(1);
  await enter(page, { stop });
  await act(page, 'Speed: as fast as it goes');
  await page.keyboard.press(' ');
  await expect(page.getByText('end of the session', { exact: true })).toBeVisible({ timeout: 30_000 });
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'SessionStarted')[0]).toMatchObject({ intervalMs: 5_000, tapes: [{ kind: 'trades' }] });
  expect(eventsOf(exported, 'TrancheOpened').length).toBeGreaterThan(0);
  expectSameHeadless(file, exported, '--interval', '5s', ...underSteady());
}

test('recorded trades of BTCUSDT become bars of five seconds, and the headless replay gives the same bytes', async ({ page }) => {
  await race(page, recorded('tk_BTCUSDT-binance-perp_2024-08-08_trades.csv.gz'));
});

test('made-up trades go the same way', async ({ page }) => {
  const rows = Array.from({ length: 4_000 }, (_, i) => {
    const swing = ((i * 7) % 13) - 6 + Math.abs((i % 900) - 450) / 15;
    return `${1_723_161_256_000 + i * 90},${(61_800 + swing).toFixed(1)},${(1 + (i % 9)) / 1000},${i % 3 === 0 ? 'sell' : 'buy'},${i + 1}`;
  });
  await race(page, fileWith('tk_MADE_trades.csv', ['ts,price,size,side,id', ...rows, ''].join('\n')));
});
