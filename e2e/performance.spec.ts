import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Download, Locator, Page } from '@playwright/test';
import {
  act,
  busy,
  button,
  choosing,
  decide,
  ENTRY,
  enter,
  expect,
  exportSession,
  finished,
  nextProposal,
  openApp,
  openSteady,
  picture,
  place,
  seek,
  test,
  waiting,
} from './support.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Performance', exact: true });
const counted = (page: Page): Locator =>
  panel(page)
    .locator('output')
    .filter({ hasText: / of \d+ trades$/ });
const part = (page: Page, name: string): Promise<void> =>
  panel(page).getByRole('group', { name: 'Part' }).getByRole('button', { name, exact: true }).click();

/** What a press of a button hands to the downloads. @returns its name and its bytes */
async function downloaded(page: Page, press: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download]: [Download, void] = await Promise.all([page.waitForEvent('download'), press.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Every figure that the panel shows, as "label value". */
const figuresOf = (page: Page): Promise<string[]> =>
  panel(page)
    .locator('[data-figure]')
    .evaluateAll((tiles) =>
      tiles.map((tile) =>
        [...tile.children]
          .slice(0, 2)
          .map((child) => child.textContent)
          .join(' ')
          .trim(),
      ),
    );

/** The whole bundled session of a policy that trades often by itself. */
async function openBusy(page: Page): Promise<void> {
  await choosing(page, busy);
  await openApp(page);
  await page.keyboard.press('p');
  await seek(page, Number(await place(page).getAttribute('max')));
  await expect(counted(page)).toHaveText(/^(\d{2,}) of \1 trades$/, { timeout: 30_000 });
}

test('a session that was played with approvals has the figures that a command line gives of its journal', async ({ page }) => {
  await openSteady(page);
  await page.keyboard.press('p');
  await expect(panel(page)).toContainText('No position has been closed yet');
  await part(page, 'Equity');
  await expect(panel(page)).toContainText('this begins with the first one');
  await part(page, 'Figures');
  await seek(page, ENTRY.row);
  await page.getByRole('tab', { name: 'Positions' }).click();
  await enter(page, { stop: ENTRY.stop });
  await page.keyboard.press('p');
  for (let approved = 0; approved < 2 && (await nextProposal(page)); approved += 1) {
    await decide(page, 'a');
    await expect(waiting(page)).toHaveCount(0);
  }
  const exported = await finished(page);
  await expect(counted(page)).toHaveText('1 of 1 trades');
  const words = ['--import', 'tsx', 'src/headless.ts', 'figures', exported.path, '--as', 'table'];
  const run = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr).toBe('');
  const table = run.stdout.split('\n').map((row) => row.trim().replaceAll(/\s+/g, ' '));
  const shown = await figuresOf(page);
  expect(shown.length).toBeGreaterThan(40);
  const missing = shown.filter((figure) => !table.some((row) => row.startsWith(figure)));
  expect(missing, 'figures of the page that the command line does not print').toEqual([]);
  const net = panel(page).locator('[data-figure="net-pnl"]');
  await net.focus();
  await expect(page.getByRole('tooltip')).toContainText('Source:');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-figure]:focus')).not.toHaveAttribute('data-figure', 'net-pnl');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tooltip')).toBeHidden();
  await picture(page, 'figures');
});

test('a point, a row, a cell and a place of the curve lead to their trade, by pointer and by keyboard', async ({ page }) => {
  await openBusy(page);
  const rows = page.getByRole('table', { name: 'Trades' }).locator('tbody tr');
  const selected = (): Promise<string | null> =>
    page.evaluate(
      () => document.querySelector('table[aria-label="Positions"] tr[aria-current]')?.getAttribute('data-id') ?? null,
    );
  const chosen = async (): Promise<string | null> => {
    await page.getByRole('tab', { name: 'Positions' }).click();
    const id = await selected();
    await page.keyboard.press('p');
    return id;
  };

  await part(page, 'R and excursions');
  const scatter = panel(page).getByRole('group', { name: /^MAE and MFE/ });
  const first = scatter.locator('[data-spot]').first();
  const id = await first.getAttribute('data-spot');
  const row = await place(page).inputValue();
  await first.focus();
  await expect(page.getByRole('tooltip')).toContainText('MAE');
  await page.keyboard.press('Enter');
  // the record that closed it stands open in the journal, and the chart shows its day
  await expect(page.locator('[data-seq] pre')).toContainText(`"positionId": "${id}"`);
  await expect(button(page, 'to now →')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  const second = await scatter.locator('[data-spot]').nth(1).getAttribute('data-spot');
  await expect(page.locator('[data-seq] pre')).toContainText(`"positionId": "${second}"`);
  expect(await place(page).inputValue(), 'arrows of the plot do not move the replay').toBe(row);

  await part(page, 'Trades');
  await expect(page.getByRole('table', { name: 'Trades' }).locator(`tr[aria-current]`).or(rows.first()).first()).toBeVisible();
  await rows.nth(3).getByRole('button').press('Enter');
  const third = await rows.nth(3).getAttribute('data-id');
  await expect(rows.nth(3)).toHaveAttribute('aria-current', 'true');
  expect(await chosen()).toBe(third);

  await part(page, 'By hour');
  const cell = page.getByRole('table', { name: 'By hour and weekday' }).getByRole('button').first();
  await cell.click();
  expect(await chosen()).not.toBe(third);

  await part(page, 'Equity');
  const curves = panel(page).getByRole('button', { name: /^Equity and drawdown: arrows/ });
  await curves.focus();
  await page.keyboard.press('End');
  await expect(panel(page).locator('output').filter({ hasText: 'drawdown' })).toContainText('equity');
  await page.keyboard.press('Enter');
  await part(page, 'Trades');
  await expect(rows.first()).toHaveAttribute('aria-current', 'true');
});

test('trades are chosen by rule and by day, what is chosen outlasts a reload, and going back leaves no trade that is ahead', async ({
  page,
}) => {
  await openBusy(page);
  const all = Number(/of (\d+)/.exec(await counted(page).innerText())?.[1]);
  await part(page, 'By rule');
  await panel(page).getByTitle('Only stop-loss').click();
  const chips = panel(page).getByRole('list', { name: 'Chosen trades' });
  await expect(chips).toContainText('closed by stop-loss');
  await expect(counted(page)).not.toHaveText(`${all} of ${all} trades`);
  await button(page, 'Choose…').click();
  const form = page.getByRole('dialog', { name: 'Choose trades' });
  await form.getByLabel('Closed from').fill('2025-03-05');
  await form.getByLabel('Closed to, this day too').fill('2025-03-05');
  await form.getByLabel('Instrument').selectOption('DEMO');
  await page.keyboard.press('Escape');
  await expect(chips.getByRole('listitem')).toHaveText([/^DEMO/, /^closed by stop-loss/, /^from 5 Mar 2025/, /^to 5 Mar 2025/]);
  await part(page, 'Trades');
  const rows = page.getByRole('table', { name: 'Trades' }).locator('tbody tr');
  await expect(rows.filter({ hasNotText: '5 Mar 2025' })).toHaveCount(0);
  await expect(rows.filter({ hasNotText: 'stop-loss' })).toHaveCount(0);
  const some = await rows.count();
  expect(some).toBeGreaterThan(0);
  await expect(counted(page)).toHaveText(`${some} of ${all} trades`);

  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(counted(page)).toHaveText(`${some} of ${all} trades`);
  await expect(rows).toHaveCount(some);

  await seek(page, 200);
  await expect(panel(page)).toContainText('is among what is chosen');
  await panel(page).getByRole('button', { name: 'Show all' }).click();
  await expect(chips.getByRole('listitem')).toHaveCount(0);
  const now = await page.evaluate(() => document.querySelectorAll('table[aria-label="Trades"] tbody tr').length);
  expect(now).toBeLessThan(all);
  await expect(rows.filter({ hasText: /[4-7] Mar 2025/ })).toHaveCount(0);
});

test('pictures are files that can be opened, and tables have a row each', async ({ page }) => {
  await openBusy(page);
  const total = Number(/of (\d+)/.exec(await counted(page).innerText())?.[1]);
  const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const figures = [
    ['Equity', 'Equity and drawdown', 'equity'],
    ['R and excursions', 'R of the trades', 'r-histogram'],
    ['R and excursions', 'MAE and MFE · ▲ gain ▼ loss', 'excursions'],
    ['R and excursions', 'Given back · ▲ gain ▼ loss', 'given-back'],
  ] as const;
  for (const [section, title, figure] of figures) {
    await part(page, section);
    const png = await downloaded(page, button(page, `${title} as PNG`));
    expect(png.name).toBe(`demo-3-7-mar-2025-${figure}.png`);
    expect(png.bytes.subarray(0, 8).equals(PNG)).toBe(true);
    expect(png.bytes.length).toBeGreaterThan(3_000);
    expect(png.bytes.readUInt32BE(16), 'its width in pixels').toBeGreaterThanOrEqual(960);
    const svg = await downloaded(page, button(page, `${title} as SVG`));
    expect(svg.name).toBe(`demo-3-7-mar-2025-${figure}.svg`);
    const fault = await page.evaluate((text) => {
      const read = new DOMParser().parseFromString(text, 'image/svg+xml');
      return read.querySelector('parsererror')?.textContent ?? (read.querySelectorAll('path').length > 5 ? '' : 'no paths');
    }, svg.bytes.toString('utf8'));
    expect(fault, `${figure}.svg`).toBe('');
  }
  const rowsOf = ({ bytes }: { bytes: Buffer }): number => bytes.toString('utf8').trim().split('\n').length - 1;
  await part(page, 'Trades');
  const trades = await downloaded(page, button(page, 'Trades as CSV'));
  expect(trades.name).toBe('demo-3-7-mar-2025-trades.csv');
  expect(rowsOf(trades)).toBe(total);
  await part(page, 'Equity');
  expect(rowsOf(await downloaded(page, button(page, 'Equity and drawdown as CSV')))).toBe(total);
  await part(page, 'By rule');
  const shown = await page.getByRole('table', { name: 'Exits by rule' }).locator('tbody tr').count();
  expect(rowsOf(await downloaded(page, button(page, 'Exits by rule as CSV')))).toBe(shown);
  await part(page, 'Figures');
  const metrics = await downloaded(page, button(page, 'Save OpenMetrics'));
  expect(metrics.name).toBe('demo-3-7-mar-2025-figures.openmetrics.txt');
  expect(metrics.bytes.toString('utf8')).toMatch(/# TYPE \w+ [\s\S]+# EOF\n$/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await button(page, 'Copy OpenMetrics').click();
  await expect(panel(page)).toContainText('copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(metrics.bytes.toString('utf8'));
  const count = (await figuresOf(page)).length;
  expect(rowsOf(await downloaded(page, button(page, 'Figures as CSV')))).toBe(count);
});

test('a tab that only looks on shows the same', async ({ page, context }) => {
  await openBusy(page);
  await act(page, 'Performance: By hour');
  const other = await context.newPage();
  await openApp(other);
  await expect(counted(other)).toHaveText(await counted(page).innerText());
  await expect(other.getByRole('table', { name: 'By hour and weekday' })).toHaveText(
    await page.getByRole('table', { name: 'By hour and weekday' }).innerText(),
    { useInnerText: true },
  );
  await exportSession(page);
});
