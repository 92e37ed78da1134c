import type { Page } from '@playwright/test';
import {
  ENTRY,
  act,
  button,
  decide,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  nextProposal,
  openApp,
  positions,
  rowsDone,
  seek,
  test,
  waiting,
} from './support.ts';

/** On the bundled session, an entry after which a scale-in, a partial exit and session flat follow. */
async function untilScaleIn(page: Page): Promise<void> {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Scale in · buy \d+ DEMO$/);
}

async function untilPartialExit(page: Page): Promise<void> {
  await untilScaleIn(page);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Partial exit · sell \d+ DEMO$/);
}

const forward = async (page: Page, bars: number): Promise<void> => {
  for (let i = 0; i < bars; i += 1) {
    const before = await rowsDone(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => rowsDone(page)).toBeGreaterThan(before);
  }
};

const quantityHeld = async (page: Page): Promise<string> =>
  positions(page)
    .getByRole('row', { name: /DEMO long/ })
    .getByRole('cell')
    .nth(1)
    .innerText();

async function expectOneScaleIn(page: Page): Promise<void> {
  await expect(waiting(page)).toHaveCount(0);
  await forward(page, 1);
  await expect(positions(page).getByRole('row', { name: /^tranche/ })).toHaveCount(2);
  const exported = await exportSession(page);
  const approved = eventsOf(exported, 'ProposalApproved').filter(({ by }) => by === 'user');
  expect(approved).toHaveLength(1);
  expect(eventsOf(exported, 'OrderFilled').filter(({ causedBy }) => causedBy === 'scale-in')).toHaveLength(1);
}

test('[F12] a double click on Approve applies once', async ({ page }) => {
  await untilScaleIn(page);
  await button(page, 'Approve').dblclick();
  await expectOneScaleIn(page);
});

test('[F12] five fast presses of A, of which Enter and a click are two more, apply once', async ({ page }) => {
  await untilScaleIn(page);
  await button(page, 'Approve').focus();
  const where = await button(page, 'Approve').boundingBox();
  const keys = ['a', 'a', 'a', 'Enter', 'a', 'a'].map((key) => page.keyboard.press(key));
  await Promise.all([...keys, page.mouse.click((where?.x ?? 0) + 8, (where?.y ?? 0) + 8)]);
  await expectOneScaleIn(page);
});

test('[F12] Enter pressed again and again in the ticket sends one entry', async ({ page }) => {
  await openApp(page);
  await page.keyboard.press('b');
  const ticket = page.getByRole('form', { name: 'Ticket' });
  await ticket.getByLabel('Quantity').fill('10');
  await expect(ticket.getByRole('button', { name: /^Buy 10 DEMO/ })).toBeEnabled();
  for (const pause of [0, 60, 150, 300]) {
    await page.keyboard.press('Enter');
    await page.waitForTimeout(pause);
  }
  await page.keyboard.press('Escape');
  await expect(positions(page).getByRole('cell', { name: 'Building' })).toBeVisible();
  await forward(page, 1);
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'CommandReceived')).toHaveLength(1);
  expect(eventsOf(exported, 'OrderFilled').map(({ quantity }) => quantity)).toEqual(['10']);
});

test('a rejection keeps the position as it is, and says so', async ({ page }) => {
  await untilScaleIn(page);
  const before = await quantityHeld(page);
  await decide(page, 'r');
  await expect(page.getByRole('region', { name: 'Recent' })).toContainText('rejected');
  await forward(page, 2);
  expect(await quantityHeld(page)).toBe(before);
  await expect(positions(page).getByRole('row', { name: /^tranche/ })).toHaveCount(1);
  expect(eventsOf(await exportSession(page), 'ProposalRejected')).toHaveLength(1);
});

test('a partial exit can be approved with another quantity', async ({ page }) => {
  await untilPartialExit(page);
  const before = Number(await quantityHeld(page));
  await decide(page, 'e');
  const field = waiting(page).getByRole('textbox', { name: 'Quantity' });
  await expect(field).toBeFocused();
  await page.keyboard.press('x');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.fill('5');
  await expect(waiting(page).getByRole('row', { name: /^Quantity/ })).toContainText(`→${before - 5}`);
  await page.keyboard.press('Enter');
  await expect(waiting(page)).toHaveCount(0);
  await forward(page, 1);
  await expect.poll(() => quantityHeld(page)).toBe(String(before - 5));
  const fills = eventsOf(await exportSession(page), 'OrderFilled');
  expect(fills.find(({ causedBy }) => causedBy === 'partial-exit')?.quantity).toBe('5');
});

test('a quantity that the lot forbids is refused with its figure while it is typed, and the proposal goes on waiting', async ({
  page,
}) => {
  await untilPartialExit(page);
  await decide(page, 'e');
  const field = waiting(page).getByRole('textbox', { name: 'Quantity' });
  for (const [typed, said] of [
    ['1.5', '1.5 against 1'],
    ['x', 'is not a number'],
    ['', 'a quantity is needed'],
  ] as const) {
    await field.fill(typed);
    await expect(waiting(page).getByRole('alert')).toContainText(said);
    await page.keyboard.press('Enter');
    await expect(field).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await expect(button(page, 'Approve')).toBeEnabled();
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
});

test('a proposal that nobody decides on expires with its reason, and can no longer be approved', async ({ page }) => {
  await untilScaleIn(page);
  await page.mouse.move(0, 0);
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    await expect(waiting(page)).toHaveCount(0, { timeout: 300 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByRole('region', { name: 'Recent' })).toContainText(
    /expired: (its time is up|price moved from [\d.]+ to [\d.]+)/,
  );
  await page.keyboard.press('a');
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'ProposalExpired').length).toBeGreaterThan(0);
  expect(eventsOf(exported, 'ProposalApproved').filter(({ by }) => by === 'user')).toEqual([]);
});

test('going back and forth again gives the same journal', async ({ page }) => {
  await untilPartialExit(page);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  await forward(page, 3);
  const row = await rowsDone(page);
  const once = await exportSession(page);
  await seek(page, 150);
  await expect(positions(page)).toHaveCount(0);
  await expect(page.getByText('3 later decisions will be repeated')).toBeVisible();
  await page.keyboard.press('Home');
  await expect.poll(() => rowsDone(page)).toBe(0);
  await seek(page, row);
  const again = await exportSession(page);
  expect(again.sha256).toBe(once.sha256);
  expectSameHeadless('bundled', await finished(page));
});

async function finished(page: Page): Promise<Awaited<ReturnType<typeof exportSession>>> {
  await act(page, 'Speed: as fast as it goes');
  await page.keyboard.press(' ');
  await expect(page.getByText('end of the session', { exact: true })).toBeVisible({ timeout: 30_000 });
  return exportSession(page);
}

test('deciding anew at an earlier place drops the decisions that came after it', async ({ page }) => {
  await untilPartialExit(page);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  await seek(page, ENTRY.row + 2);
  await expect(page.getByText('2 later decisions will be repeated')).toBeVisible();
  await positions(page).getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText(/later decisions? will be repeated/)).toHaveCount(0);
  const exported = await finished(page);
  expect(eventsOf(exported, 'CommandReceived').map(({ command }) => command.type)).toEqual(['PlaceEntry', 'ClosePosition']);
  expect(eventsOf(exported, 'PositionClosed').map(({ causedBy }) => causedBy)).toEqual(['user']);
  expectSameHeadless('bundled', exported);
});

test('stop all takes two steps, then closes everything', async ({ page }) => {
  await untilScaleIn(page);
  await button(page, 'Stop all').click();
  await expect(button(page, 'Confirm stop all')).toBeVisible();
  expect(await quantityHeld(page)).not.toBe('0');
  await button(page, 'Confirm stop all').click();
  await forward(page, 1);
  await expect(positions(page).getByRole('row', { name: /long\s+Closed/ })).toBeVisible();
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'PositionClosed').map(({ causedBy }) => causedBy)).toEqual(['emergency-stop']);
  expect(eventsOf(exported, 'ProposalSuperseded')).toHaveLength(1);
});
