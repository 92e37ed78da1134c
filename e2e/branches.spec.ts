import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { dec, text } from '../src/domain/decimal.ts';
import type { PositionRecord } from '../src/projections/figures.ts';
import {
  act,
  decide,
  enter,
  ENTRY,
  eventsOf,
  expect,
  exportSession,
  type Exported,
  openFile,
  openSteady,
  nextProposal,
  picture,
  recordedFolder,
  rowsDone,
  seek,
  test,
  waiting,
} from './support.ts';

const WEEK = join(recordedFolder, 'eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz');

const tree = (page: Page): Locator => page.getByRole('tree', { name: 'Branches' });
const items = (page: Page): Locator => tree(page).getByRole('treeitem');
const openItem = (page: Page): Locator => tree(page).locator('[aria-current="true"]');

/** What positions have made so far, exactly. */
const realized = ({ positions }: Exported): string =>
  text((JSON.parse(positions) as PositionRecord[]).reduce((sum, { realizedPnl }) => sum.plus(realizedPnl), dec(0)));

const showBranches = (page: Page): Promise<void> => page.getByRole('tab', { name: 'Branches' }).click();

/** A minute of the recorded week at which a long that is entered comes to a scale-in next. */
const TSLA_ROW = 1_575;

test('a scale-in that was approved is forked and rejected: both branches on one chart, and their difference is that of their journals', async ({
  page,
}) => {
  const recorded = existsSync(WEEK);
  await openSteady(page);
  await act(page, 'Theme: dark');
  if (recorded) await openFile(page, WEEK);
  await seek(page, recorded ? TSLA_ROW : ENTRY.row);
  await enter(page, recorded ? {} : { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page).filter({ hasText: 'Scale in' })).toHaveCount(1);
  await decide(page, 'a');
  await expect(page.getByRole('region', { name: 'Recent' })).toContainText('Scale in');
  await seek(page, (await rowsDone(page)) + 45);
  const row = await rowsDone(page);
  const approved = await exportSession(page);
  expect(eventsOf(approved, 'ProposalApproved').length).toBeGreaterThan(0);

  // the key forks at the record that is open in the journal
  const line = page.getByRole('list', { name: 'Journal' }).getByText(/^Approve: Scale in/);
  await page.getByLabel('Show in the journal').selectOption('command');
  await line.click();
  await page.keyboard.press('f');
  const dialog = page.getByRole('dialog', { name: 'Fork: take the other branch' });
  await expect(dialog).toContainText('scale-in approved');
  await picture(page, 'fork');
  await dialog.getByLabel(/^Then go on to/).check();
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /^Back to TSLA|^Back to DEMO/ })).toBeVisible();
  await expect.poll(() => rowsDone(page)).toBe(row);
  const rejected = await exportSession(page);
  expect(eventsOf(rejected, 'ProposalRejected')).toHaveLength(1);
  expect(eventsOf(rejected, 'ProposalApproved').length).toBe(eventsOf(approved, 'ProposalApproved').length - 1);

  await showBranches(page);
  await expect(items(page)).toHaveCount(2);
  const difference = text(dec(realized(rejected)).minus(realized(approved)));
  await expect(openItem(page)).toContainText('Scale-in rejected at');
  await expect(openItem(page)).toContainText('not scale-in approved');
  await expect(openItem(page).getByTitle(`Against its parent: ${difference}`, { exact: true }).first()).toBeVisible();
  await expect(
    openItem(page).getByTitle(new RegExp(`^Realised at .*: ${realized(rejected).replaceAll('.', '\\.')}$`)),
  ).toBeVisible();

  // by keyboard: up to the parent, and onto the chart
  await openItem(page).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' ');
  await expect(page.getByRole('list', { name: 'Branches on the chart' })).toContainText(/TSLA|DEMO/);
  await expect(page.getByText(/^Equity · this [\d,.]+ · /)).toBeAttached();
  await page.waitForTimeout(500);
  await picture(page, 'branches-dark');
  await act(page, 'Theme: light');
  await page.waitForTimeout(500);
  await picture(page, 'branches-light');
  await act(page, 'Theme: dark');

  const shown = await tree(page).innerText();
  await page.reload();
  await expect(items(page)).toHaveCount(2);
  await expect.poll(() => tree(page).innerText()).toBe(shown);
  expect((await exportSession(page)).sha256).toBe(rejected.sha256);

  await page.getByRole('button', { name: /^Back to TSLA|^Back to DEMO/ }).click();
  await expect.poll(() => rowsDone(page)).toBe(row);
  await expect(page.getByRole('button', { name: /^Back to (TSLA|DEMO)/ })).toHaveCount(0);
  expect((await exportSession(page)).sha256).toBe(approved.sha256);
});

test('rewound and decided otherwise, both ways are kept, and each is returned to; a branch is renamed and deleted by keyboard', async ({
  page,
}) => {
  await openSteady(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await decide(page, 'a');
  await seek(page, 900);
  const first = await exportSession(page);
  // back to before the entry, and short instead: a decision in the past begins a branch by itself
  await seek(page, ENTRY.row - 10);
  await enter(page, { key: 's' });
  await seek(page, 900);
  await showBranches(page);
  await expect(items(page)).toHaveCount(2);
  await expect(openItem(page)).toContainText('short DEMO entered');
  await act(page, 'Fork here: take the other branch');
  const dialog = page.getByRole('dialog', { name: 'Fork: take the other branch' });
  await expect(dialog).toContainText('The present moment');
  await dialog.getByLabel('Name of the branch').fill('From nine hundred on');
  await dialog.getByRole('button', { name: 'By hand' }).click();
  await expect(openItem(page)).toContainText('From nine hundred on');
  await openItem(page).focus();
  await page.keyboard.press('F2');
  await page.getByRole('dialog').getByLabel('Name').fill('Mine');
  await page.keyboard.press('Enter');
  await expect(openItem(page)).toContainText('Mine');
  await openItem(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(items(page).first()).toHaveAttribute('aria-current', 'true');
  // it was left where it was rewound to; what was decided in it lies ahead and is repeated
  await seek(page, 900);
  expect((await exportSession(page)).sha256).toBe(first.sha256);
  await items(page).filter({ hasText: 'Mine' }).click();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(items(page).filter({ hasText: 'Mine' })).toHaveCount(0);
});
