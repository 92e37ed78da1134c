import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  button,
  decide,
  ENTRY,
  enter,
  eventsOf,
  type Exported,
  expect,
  fileWith,
  finished,
  nextProposal,
  openApp,
  picture,
  seek,
  test,
  waiting,
} from './support.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the first position made in a run without a browser that repeats the commands of a journal. */
function headlessPnl(name: string, journal: string): number {
  const out = test.info().outputPath(name);
  const words = ['--import', 'tsx', 'src/headless.ts', 'replay', 'bundled', '--decide', fileWith(`${name}.jsonl`, journal)];
  const run = spawnSync(process.execPath, [...words, '--out', out], { cwd: root, encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr).toBe('');
  const [first] = JSON.parse(readFileSync(join(out, 'positions.json'), 'utf8')) as { status: string; realizedPnl: string }[];
  expect(first?.status).toBe('CLOSED');
  return Number(first?.realizedPnl);
}

/** The same journal with the scale-in approved where it was rejected. */
const approvedInstead = ({ journal }: Exported): string =>
  journal.replace('"command":{"type":"RejectProposal"', '"command":{"type":"ApproveProposal"');

const shownMoney = (value: number): string => {
  const digits = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${value < 0 ? '−' : '+'}${digits}`;
};

test('what a rejected scale-in would have made stands in the review, as two runs without a browser differ', async ({ page }) => {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Scale in · buy \d+ DEMO$/);
  await decide(page, 'r');
  await expect(waiting(page)).toHaveCount(0);
  const exported = await finished(page);
  expect(eventsOf(exported, 'ProposalRejected')).toHaveLength(1);

  await page.getByRole('tab', { name: 'Review' }).click();
  const review = page.getByRole('region', { name: 'Approvals review' });
  await expect(review).toContainText('taken the other way');
  await button(page, 'Compute').click();
  const rejected = review.getByRole('table', { name: 'Decisions' }).getByRole('row', { name: /Rejected Scale in/ });
  await expect(rejected).toBeVisible({ timeout: 30_000 });
  const worth = headlessPnl('approved', approvedInstead(exported)) - headlessPnl('rejected', exported.journal);
  expect(worth).not.toBe(0);
  await expect(rejected.getByRole('cell').nth(2)).toHaveText(shownMoney(worth));
  await expect(
    review
      .getByRole('table', { name: 'Worth by outcome' })
      .getByRole('row', { name: /^Rejected/ })
      .getByRole('cell')
      .nth(1),
  ).toHaveText(shownMoney(worth));
  await picture(page, 'review');

  // its evidence opens, and the journal goes to its record
  await rejected.getByRole('button').click();
  await expect(review.getByRole('row', { name: /RSI/ })).toBeVisible();
  await expect(
    page.locator(`[data-seq="${exported.records.find(({ event }) => event.type === 'ProposalOpened')?.seq}"]`),
  ).toBeVisible();
  await review.getByRole('button', { name: /^Near misses/ }).click();
  await picture(page, 'near misses');

  // what was found is kept until the replay goes back
  await page.getByRole('tab', { name: 'Positions' }).click();
  await page.getByRole('tab', { name: 'Review' }).click();
  await expect(review.getByRole('table', { name: 'Worth by outcome' })).toBeVisible();
  await seek(page, ENTRY.row);
  await expect(review).toContainText('taken the other way');
});

test('a session without proposals says so', async ({ page }) => {
  await openApp(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await button(page, 'Compute').click();
  const review = page.getByRole('region', { name: 'Approvals review' });
  await expect(review.getByText('No proposal has ended yet.').first()).toBeVisible();
});
