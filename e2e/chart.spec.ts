import type { Locator, Page } from '@playwright/test';
import { bundledSession } from '../src/feeds/synthetic.ts';
import {
  act,
  button,
  confirmImport,
  drop,
  enter,
  expect,
  exportSession,
  fileWith,
  generated,
  openApp,
  openFile,
  picture,
  place,
  positions,
  seek,
  test,
  twin,
} from './support.ts';

const bars = (page: Page): Locator => page.getByRole('group', { name: 'Bars' });
const charts = (page: Page): Locator => page.getByRole('group', { name: /^Chart of / });

/** A figure of the bar that a chart's legend shows. */
const figure = async (chart: Locator, name: string): Promise<number> =>
  Number((await chart.locator(`[data-cell="${name}"]`).textContent())?.replaceAll(',', ''));

const legend = async (chart: Locator): Promise<number[]> => {
  const figures: number[] = [];
  for (const name of ['open', 'high', 'low', 'close', 'volume']) figures.push(await figure(chart, name));
  return figures;
};

const rows = bundledSession()
  .csv.trim()
  .split('\n')
  .slice(1)
  .map((row) => row.split(',').map(Number));

/** The bar under way of the first `done` minutes, by hand. */
function underWay(done: number, minutes: number, perDay = 390): number[] {
  const sinceOpen = (done - 1) % perDay;
  const first = done - 1 - (sinceOpen % minutes);
  const of = rows.slice(first, done);
  const column = (at: number): number[] => of.map((row) => row[at] ?? Number.NaN);
  return [
    column(1)[0] ?? Number.NaN,
    Math.max(...column(2)),
    Math.min(...column(3)),
    column(4).at(-1) ?? Number.NaN,
    column(5).reduce((sum, volume) => sum + volume, 0),
  ];
}

async function openTwo(page: Page): Promise<void> {
  await openApp(page);
  await drop(page, generated(), twin());
  await confirmImport(page);
  await expect(page.getByRole('banner')).toContainText('MADE, TWIN');
}

test('bars of a day and less are gone through by keyboard, and the one under way is made of what has come so far', async ({
  page,
}) => {
  await openApp(page);
  await openFile(page, generated());
  await expect(bars(page).getByRole('button')).toHaveText(['1m', '5m', '15m', '1h', '4h', '1d']);
  await seek(page, 458);
  for (const [name, minutes] of [
    ['5m', 5],
    ['15m', 15],
    ['1h', 60],
    ['4h', 240],
    ['1d', 390],
  ] as const) {
    await page.keyboard.press('}');
    await expect(bars(page).getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => legend(charts(page))).toEqual(underWay(458, minutes));
  }
  await page.keyboard.press('}');
  await expect(bars(page).getByRole('button', { name: '1d', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await seek(page, 203);
  await expect.poll(() => legend(charts(page))).toEqual(underWay(203, 390));
  await page.keyboard.press('{');
  await seek(page, 391);
  await expect.poll(() => legend(charts(page))).toEqual(underWay(391, 240));
  await picture(page, 'four-hours');
});

const GIVEAWAY = /MADE|TWIN|\b(?:1,?950|3,?900)\b|\b20[12]\d\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/;

/** Every text that the page says: what is seen, and what is read out or shown on hover. */
const said = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof HTMLElement && node.tagName !== 'SCRIPT' && node.tagName !== 'STYLE') {
        for (const { name, value } of node.attributes)
          if (!/^(?:class|style|id|href)$/.test(name) && !value.startsWith('TradingView')) texts.push(`${name}=${value}`);
      } else if (node.nodeType === Node.TEXT_NODE && !node.parentElement?.closest('script, style'))
        texts.push(node.textContent ?? '');
    }
    return texts;
  });

const expectHidden = async (page: Page): Promise<void> =>
  expect((await said(page)).filter((text) => GIVEAWAY.test(text))).toEqual([]);

test('practice hides symbols, dates and what lies ahead wherever the page looks, survives a reload, and changes nothing', async ({
  page,
}) => {
  await openTwo(page);
  await act(page, 'Theme: dark');
  await seek(page, 500);
  await enter(page, { quantity: '10', stop: '150', target: '260' });
  await page.keyboard.press(']');
  await enter(page, { key: 's', quantity: '10', stop: '480' });
  await seek(page, 1_000);
  const { sha256 } = await exportSession(page);
  expect((await said(page)).some((text) => GIVEAWAY.test(text))).toBe(true);
  const ahead = Number(await place(page).getAttribute('max'));

  await button(page, 'Practice').click();
  await expect(button(page, 'Practice')).toHaveAttribute('aria-pressed', 'true');
  await expect(button(page, 'Practice')).toBeFocused();
  await expect(page.getByRole('banner')).toContainText('Practice · Instrument A, Instrument B');
  await expect(page.getByRole('banner')).toContainText(/New York · day \d/);
  await expect(positions(page)).toContainText('Instrument A');
  await expect(place(page)).toHaveAttribute('max', '1000');
  expect(ahead).toBeGreaterThan(1_000);
  await expectHidden(page);
  await page.getByRole('list', { name: 'Journal' }).getByRole('button').first().click();
  await expect(page.locator('pre')).toContainText('"ts": "day');
  await expectHidden(page);
  await place(page).hover();
  await expect(page.getByText(/day \d, \d\d:\d\d · row/)).toBeVisible();
  await expectHidden(page);
  for (const tab of ['Ticket', 'Policy', 'Rules', 'Journal', 'Review', 'Compare', 'Branches', 'Sessions']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectHidden(page);
  }
  await expect(page.getByText('Practice is on: sessions and files stay hidden')).toBeVisible();
  await page.getByRole('tab', { name: 'Positions' }).click();
  await page.getByRole('tab', { name: 'Approvals' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('Show Instrument');
  await expectHidden(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Instrument A', exact: true })).toBeVisible();
  await picture(page, 'practice');

  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(page.getByRole('banner')).toContainText('Practice · Instrument A, Instrument B');
  await expectHidden(page);
  await seek(page, 700);
  await expect(place(page)).toHaveAttribute('max', '1000');
  await seek(page, 1_000);
  await act(page, 'Theme: light');
  await picture(page, 'practice-light');

  await page.keyboard.press('h');
  await expect(page.getByRole('banner')).toContainText('MADE, TWIN');
  await expect(positions(page)).toContainText('MADE');
  await expect(place(page)).toHaveAttribute('max', String(ahead));
  expect((await exportSession(page)).sha256).toBe(sha256);
});

test('a bar that holds stop and target alike shows both outcomes on its mark and in the journal', async ({ page }) => {
  const start = Date.UTC(2025, 1, 3, 14, 30);
  const lines = Array.from({ length: 300 }, (_, i) => {
    const wide = i === 120;
    return `${start + i * 60_000},100,${wide ? 103 : 100.1},${wide ? 97 : 99.9},100,1000`;
  });
  await openApp(page);
  await openFile(page, fileWith('eq_WIDE_1m.csv', ['ts,open,high,low,close,volume', ...lines, ''].join('\n')), 'fixed');
  await enter(page, { quantity: '10', stop: '98', target: '102' });
  await seek(page, 140);
  const line = page.getByRole('list', { name: 'Journal' }).getByRole('button', { name: /stop and target in one bar/ });
  await line.click();
  const ways = page.getByLabel('Stop and target in one bar');
  await expect(ways).toBeInViewport();
  await expect(ways).toContainText(/Stop first, by the bar path: −20\.\d\d · −1\.0\dR/);
  await expect(ways).toContainText(/Target first: \+(?:19|20)\.\d\d · \+(?:0\.9|1\.0)\dR/);
  await picture(page, 'ambiguous');
  // the ring of the journal's click points at the mark
  await line.click();
  await line.click();
  await line.click();
  const ring = page.locator('[class*="ring"]:not([hidden])');
  await expect(ring).toBeVisible();
  const box = await ring.boundingBox();
  if (!box) throw new Error('the ring has no place');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 4);
  await expect(page.getByRole('tooltip')).toContainText('Target first: +');
  await picture(page, 'ambiguous-mark');
});

test('several instruments stand in step on one clock, each with its own bars, and stay so after a reload', async ({ page }) => {
  await openTwo(page);
  await act(page, 'Theme: dark');
  await seek(page, 700);
  await page.keyboard.press('\\');
  await expect(charts(page)).toHaveCount(2);
  const [first, second] = [charts(page).nth(0), charts(page).nth(1)];
  await expect(first).toHaveAccessibleName(/^Chart of MADE/);
  await expect(second).toHaveAccessibleName(/^Chart of TWIN/);
  const twice = async (): Promise<number> => (await figure(second, 'close')) / (await figure(first, 'close'));
  await expect.poll(twice).toBeCloseTo(2, 5);
  await page.keyboard.press('ArrowRight');
  await expect.poll(twice).toBeCloseTo(2, 5);
  await seek(page, 400);
  await expect.poll(twice).toBeCloseTo(2, 5);

  // the crosshair of one chart is on the same bar of the other
  const newest = await figure(first, 'close');
  const box = await first.boundingBox();
  if (!box) throw new Error('the chart has no place');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await expect.poll(() => figure(first, 'close')).not.toBe(newest);
  await expect.poll(twice).toBeCloseTo(2, 5);
  await picture(page, 'two-charts');
  await page.mouse.move(5, 5);
  await expect.poll(() => figure(first, 'close')).toBe(newest);
  await expect.poll(twice).toBeCloseTo(2, 5);

  await page.keyboard.press('\\');
  await expect(charts(page)).toHaveCount(4);
  await page.getByLabel('Instrument of chart 3').selectOption('MADE');
  await page.getByLabel('Bars of chart 3').selectOption('1h');
  await page.getByLabel('Instrument of chart 4').selectOption('TWIN');
  await page.getByLabel('Bars of chart 4').selectOption('15m');
  await expect(charts(page).nth(2)).toHaveAccessibleName(/^Chart of MADE/);
  await picture(page, 'four-charts');
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(charts(page)).toHaveCount(4);
  await expect(page.getByLabel('Bars of chart 3')).toHaveValue('3600000');
  await expect(charts(page).nth(3)).toHaveAccessibleName(/^Chart of TWIN/);

  // all have the same room, and keep it while the window changes
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1180, height: 800 },
    { width: 1024, height: 768 },
  ]) {
    await page.setViewportSize(size);
    const widths = await charts(page).evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().width)));
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
  }
  await picture(page, 'four-charts-narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  await act(page, 'Theme: light');
  await picture(page, 'four-charts-light');

  // in practice both go by their letters
  await page.keyboard.press('h');
  await expect(charts(page).nth(3)).toHaveAccessibleName(/^Chart of Instrument B/);
  await expectHidden(page);
  await page.keyboard.press('h');
  await page.keyboard.press('\\');
  await expect(charts(page)).toHaveCount(1);
});
