import type { Page } from '@playwright/test';
import {
  act,
  button,
  decide,
  drop,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  confirmImport,
  generated,
  importDialog,
  nextProposal,
  openSteady,
  underSteady,
  picture,
  positions,
  recorded,
  seek,
  test,
  untilPaused,
  waiting,
} from './support.ts';

interface Journey {
  file: string;
  row: number;
  stop: string;
}

/** One position from the ticket to flat: an add and a partial exit, both approved by key, and the same bytes without a browser. */
async function ride(page: Page, { file, row, stop }: Journey): Promise<void> {
  await seek(page, row);
  await enter(page, { stop });
  await act(page, 'Speed: 1000×');
  await page.keyboard.press(' ');
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Scale in · buy \d+ /, { timeout: 30_000 });
  await untilPaused(page);
  await expect(page.getByText('paused · waits for you')).toBeVisible();
  const card = waiting(page);

  const before = await exportSession(page);
  const proposal = eventsOf(before, 'ProposalOpened')
    .map((event) => event.proposal)
    .find(({ rule }) => rule === 'scale-in');
  const rows = card.getByRole('table', { name: 'Criteria' }).getByRole('row');
  const shown = await rows.evaluateAll((each) =>
    each.map((line) => [...line.querySelectorAll('th, td')].map((cell) => cell.textContent)),
  );
  const verdicts = { pass: '✓holds', fail: '✗does not hold', unknown: '?not known yet', 'left-out': '–left out' };
  expect(shown).toEqual(
    proposal?.criteria.map(({ label, comparison, threshold, value, verdict }) => [
      verdicts[verdict],
      label,
      `${comparison} ${threshold}`,
      value,
    ]),
  );
  expect(shown.length).toBeGreaterThan(3);
  await picture(page, 'scale-in waits');

  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect(positions(page).getByRole('row', { name: /^tranche 2/ })).toBeVisible();
  await expect(page.getByRole('group', { name: /^Chart of / })).toHaveAccessibleDescription(/long position, 2 tranches/);
  await picture(page, 'two tranches');

  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Partial exit · sell \d+ /);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  expect(await nextProposal(page)).toBe(false);
  await expect(positions(page).getByRole('row', { name: /long\s+Closed/ })).toBeVisible();
  await picture(page, 'flat');

  const after = await exportSession(page);
  expect(eventsOf(after, 'OrderFilled').map(({ causedBy }) => causedBy)).toEqual([
    'user',
    'scale-in',
    'partial-exit',
    'session-flat',
  ]);
  const filled = eventsOf(after, 'OrderFilled').map((fill) => Number(fill.quantity) * (fill.side === 'buy' ? 1 : -1));
  expect(filled.reduce((sum, quantity) => sum + quantity, 0)).toBe(0);
  const raised = eventsOf(after, 'StopRaised');
  expect(raised.map(({ causedBy }) => causedBy)).toEqual(['scale-in', 'breakeven']);
  const closed = after.records.find(({ event }) => event.type === 'PositionClosed');
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', timeStyle: 'short' }).format(closed?.ts);
  expect(time <= '15:45', `flat at ${time}`).toBe(true);
  expectSameHeadless(file, after, ...underSteady());
}

test('a recorded week of TSLA, dropped on the page, is imported, managed by keyboard and exported to the bytes of the headless replay', async ({
  page,
}) => {
  const file = recorded('eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz');
  await openSteady(page);
  await drop(page, file);
  const dialog = importDialog(page);
  await expect(dialog.getByLabel('Symbol')).toHaveValue('TSLA');
  await expect(dialog.getByLabel('Bar length, seconds')).toHaveValue('60');
  await expect(dialog.getByRole('radio', { name: /^End of the bar/ })).toBeChecked();
  await expect(dialog.getByText('1,946 bars')).toBeVisible();
  await confirmImport(page);
  await expect(page.getByRole('banner')).toContainText('TSLA · 11–15 Feb 2019');
  await expect(page.getByRole('banner')).not.toContainText('SYNTHETIC');
  await ride(page, { file, row: 1318, stop: '302.30' });
});

test('a generated week, chosen with the Open file button, goes the same way', async ({ page }) => {
  const file = generated();
  await openSteady(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  const choosing = page.waitForEvent('filechooser');
  await button(page, /^Open file/).click();
  await (await choosing).setFiles(file);
  await expect(importDialog(page).getByLabel('Symbol')).toHaveValue('MADE');
  await confirmImport(page);
  await page.getByRole('tab', { name: 'Positions' }).click();
  await ride(page, { file, row: 282, stop: '181.34' });
});
