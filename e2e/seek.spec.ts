import type { Locator, Page } from '@playwright/test';
import {
  ENTRY,
  button,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  openSteady,
  picture,
  place,
  rowsDone,
  seek,
  test,
  underSteady,
} from './support.ts';

const FAR = 700;

const marks = (page: Page): Locator => page.getByRole('region', { name: 'Replay' }).locator('svg rect');
const ahead = (page: Page): Locator => page.getByRole('region', { name: 'Replay' }).locator('svg rect[data-ahead]');
const latest = (page: Page): Locator => page.getByTestId('latest');
const records = (page: Page): Locator => page.getByRole('tabpanel', { name: 'Journal' });

/** A long of the bundled session that is managed by itself, and has been played far. */
async function playedFar(page: Page): Promise<void> {
  await openSteady(page);
  await seek(page, ENTRY.row);
  await button(page, 'Auto').click();
  await enter(page, { stop: ENTRY.stop });
  await seek(page, FAR);
  // the thumb is there before the engine is: only then does the place have a time
  await expect(place(page)).toHaveAttribute('aria-valuetext', / · row 700 of /);
}

/** Opens the dialog by its key, writes a time and goes there. */
async function jump(page: Page, written: string): Promise<Locator> {
  await page.keyboard.press('g');
  const dialog = page.getByRole('dialog', { name: 'Go to a date and time' });
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(written);
  await page.keyboard.press('Enter');
  return dialog;
}

test('gone back, it keeps what lay ahead, and comes back to where it was with the same journal', async ({ page }) => {
  await playedFar(page);
  const before = await exportSession(page);
  expect(eventsOf(before, 'StopRaised').length).toBeGreaterThan(1);
  await expect(latest(page)).toHaveCount(0);
  await expect(button(page, 'On to the latest place')).toBeDisabled();
  const all = await marks(page).count();
  await expect(ahead(page)).toHaveCount(0);

  await seek(page, ENTRY.row + 1);
  await expect(latest(page)).toBeVisible();
  expect(await ahead(page).count()).toBeGreaterThan(1);
  expect(await marks(page).count()).toBe(all);
  await picture(page, 'gone back');

  // step by step to each stop that was moved on the way, though nothing was decided anew
  const moves = before.records.filter(({ event }) => /^Stop(?:Set|Raised|Loosened)$/.test(event.type));
  for (const row of [...new Set(moves.map(({ tape }) => tape.row))].filter((at) => at > ENTRY.row + 1).slice(0, 3)) {
    await page.keyboard.press('m');
    await expect.poll(async () => Math.abs((await rowsDone(page)) - row)).toBeLessThanOrEqual(1);
    await expect(
      records(page)
        .getByText(/^Stop (?:set|raised)/)
        .first(),
    ).toBeVisible();
  }

  await page.keyboard.press('End');
  await expect.poll(() => rowsDone(page)).toBe(FAR);
  await expect(latest(page)).toHaveCount(0);
  await expect(ahead(page)).toHaveCount(0);
  const after = await exportSession(page);
  expect(after.journal).toBe(before.journal);
  expectSameHeadless('bundled', await exported(page), ...underSteady());
});

/** The session at its end, where a replay without a browser ends. */
async function exported(page: Page): ReturnType<typeof exportSession> {
  await seek(page, Number(await place(page).getAttribute('max')));
  return exportSession(page);
}

/** Closes the dialog: keys are its own until it is gone. */
async function leave(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
}

test('a date and a time are gone to by keyboard, and what cannot be meant is said', async ({ page }) => {
  await playedFar(page);
  await page.keyboard.press('g');
  const field = page.getByRole('dialog', { name: 'Go to a date and time' }).getByRole('textbox');
  const now = await field.inputValue();
  expect(now).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/);
  await picture(page, 'where to');
  await leave(page);

  const dialog = await jump(page, 'noon');
  await expect(dialog.getByRole('alert')).toContainText('"noon": expected a date and a time such as 2019-02-15 10:42');
  await leave(page);
  await jump(page, '1999-12-31 10:00');
  await expect(dialog.getByRole('alert')).toContainText(
    /"1999-12-31 10:00": expected a time from \d{4}-\d{2}-\d{2} \d{2}:\d{2} to/,
  );
  await picture(page, 'refused');
  await leave(page);
  expect(await rowsDone(page)).toBe(FAR);

  const [date] = now.split(' ');
  await jump(page, `${date} 10:30`);
  await expect(dialog).toBeHidden();
  await expect.poll(() => rowsDone(page)).not.toBe(FAR);
  await page.keyboard.press('g');
  // the last bar that is over began a minute before
  await expect(field).toHaveValue(`${date} 10:30`);
  await leave(page);
  await jump(page, now);
  await expect.poll(() => rowsDone(page)).toBe(FAR);
});

test('the previous event is gone back to, and the next one on again', async ({ page }) => {
  await playedFar(page);
  const lines = records(page).getByRole('listitem');
  await expect(lines.first()).toBeVisible();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(() => rowsDone(page)).toBeLessThan(FAR);
  const last = await rowsDone(page);
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(() => rowsDone(page)).toBeLessThanOrEqual(last);
  await expect(latest(page)).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => rowsDone(page)).toBe(last);
});

test('a mark says what it stands for, and a decision in the past drops those that lay ahead', async ({ page }) => {
  await playedFar(page);
  await seek(page, ENTRY.row + 1);
  const box = await ahead(page).first().boundingBox();
  await page.mouse.move((box?.x ?? 0) + 1, (box?.y ?? 0) + 12);
  const tip = page.getByRole('region', { name: 'Replay' }).getByRole('status').first();
  await expect(tip).toContainText('to come: ');
  await expect(tip).toContainText(/row \d+ of/);
  await picture(page, 'a mark');
  await page.mouse.move(10, 10);
  await button(page, 'Manual').click();
  await expect(latest(page)).toHaveCount(0);
  await expect(ahead(page)).toHaveCount(0);
  await expect(button(page, 'On to the latest place')).toBeDisabled();
});

test('the speed goes up and down by its keys, from real time to as fast as it goes', async ({ page }) => {
  await openSteady(page);
  const speed = page.getByRole('combobox', { name: 'Speed' });
  await expect(speed).toHaveValue('60');
  for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press('<');
  await expect(speed).toHaveValue('1');
  for (let presses = 0; presses < 12; presses += 1) {
    const before = await speed.inputValue();
    await page.keyboard.press('>');
    if (before !== 'Infinity') await expect(speed).not.toHaveValue(before);
  }
  await expect(speed).toHaveValue('Infinity');
});
