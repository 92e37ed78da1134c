import type { Page } from '@playwright/test';
import {
  ENTRY,
  act,
  button,
  decide,
  drop,
  enter,
  expect,
  generated,
  importDialog,
  nextProposal,
  openApp,
  place,
  positions,
  rowsDone,
  seek,
  test,
  waiting,
} from './support.ts';

interface Stop {
  name: string;
  ring: boolean;
  inSight: boolean;
}

/** What has the focus: its role and name, whether a ring shows it, and whether it can be seen. */
async function focused(page: Page): Promise<Stop> {
  const [name = ''] = (await page.locator(':focus').ariaSnapshot()).split('\n');
  const look = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element) return { ring: false, inSight: false };
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      ring: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1,
      inSight: box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
    };
  });
  return { name, ...look };
}

/** Every stop of the Tab key, from the top of the page to its end. */
async function stopsOf(page: Page): Promise<Stop[]> {
  const nothing = (): Promise<boolean> => page.evaluate(() => document.activeElement === document.body);
  const next = async (): Promise<boolean> => {
    await page.keyboard.press('Tab');
    return !(await nothing());
  };
  for (let i = 0; i < 150 && (await next()); i += 1);
  const stops: Stop[] = [];
  for (let i = 0; i < 150 && (await next()); i += 1) stops.push(await focused(page));
  return stops;
}

/** Elements that need a name and have none, by their role. */
async function nameless(page: Page): Promise<string[]> {
  const snapshot = await page.locator('body').ariaSnapshot();
  const roles =
    'button|link|textbox|combobox|slider|switch|checkbox|radio|tab|tabpanel|tablist|table|dialog|region|separator|img';
  return snapshot
    .split('\n')
    .filter((line) => new RegExp(`^\\s*- (${roles})( \\[[^\\]]*\\])*:?( .*)?$`).test(line) && !line.includes('"'));
}

/** Brings the bundled session to a scale-in that waits. */
async function untilProposal(page: Page): Promise<void> {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
}

test('the Tab key reaches everything, in sight and with a ring around it', async ({ page }) => {
  await untilProposal(page);
  const stops = await stopsOf(page);
  expect(stops.filter(({ ring }) => !ring).map(({ name }) => name)).toEqual([]);
  expect(stops.filter(({ inSight }) => !inSight).map(({ name }) => name)).toEqual([]);
  const names = stops.map(({ name }) => name).join('\n');
  for (const part of [
    'button "Assisted"',
    /button "Theme/,
    'button "Stop all"',
    'button "5m"',
    'button "MACD"',
    /group "Chart of DEMO/,
    'button "Play"',
    'combobox "Speed"',
    'slider "Place on the tape"',
    'switch "Pause on proposal"',
    /tab "Approvals/,
    'button "Approve"',
    'button "Quantity"',
    'button "Always"',
    'tab "Journal"',
    'button "Export"',
    'tab "Positions"',
    'button "Tranches of DEMO"',
    'button "Close"',
  ])
    expect(names).toMatch(part);
});

test('everything that can be used has a name, on every tab and in every dialog', async ({ page }) => {
  await untilProposal(page);
  for (const tab of [/^Approvals/, 'Ticket', 'Policy', 'Rules', 'Sessions', 'Branches', 'Journal', 'Positions']) {
    await page.getByRole('tab', { name: tab }).click();
    expect(await nameless(page), String(tab)).toEqual([]);
  }
  for (const key of ['?', 'Control+k']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await nameless(page), key).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await drop(page, generated());
  await expect(importDialog(page).getByLabel('Symbol')).toBeVisible();
  expect(await nameless(page), 'import').toEqual([]);
});

test('a file is opened, a position entered, reduced and closed without a mouse', async ({ page }) => {
  await openApp(page);
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('o');
  await (await choosing).setFiles(generated());
  await expect(importDialog(page).getByRole('button', { name: /^Open/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(importDialog(page)).toBeHidden();
  await expect(page.getByRole('heading', { name: 'MADE' })).toBeVisible();
  await enter(page, { key: 's', quantity: '20' });
  await page.keyboard.press('ArrowRight');
  const row = positions(page).getByRole('row', { name: /MADE short\s+Open/ });
  await expect(row).toBeVisible();
  const field = page.getByRole('textbox', { name: 'Quantity to reduce MADE by' });
  await field.focus();
  await page.keyboard.type('5');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await act(page, 'Forward one bar');
  await expect(row.getByRole('cell').nth(1)).toHaveText('15');
  await row.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Enter');
  await act(page, 'Forward one bar');
  await expect(positions(page).getByRole('row', { name: /MADE short\s+Closed/ })).toBeVisible();
});

test('letters typed into a field act on nothing else, and Esc leaves the field', async ({ page }) => {
  await untilProposal(page);
  const row = await rowsDone(page);
  await page.keyboard.press('b');
  const field = page.getByRole('form', { name: 'Ticket' }).getByLabel('Quantity');
  await expect(field).toBeFocused();
  await page.keyboard.type('ar sn. ?');
  await expect(field).toHaveValue('ar sn. ?');
  await expect(page.getByRole('form', { name: 'Ticket' })).toContainText('is not a number');
  await expect(page.getByRole('dialog')).toBeHidden();
  await field.fill('');
  await page.keyboard.press('Escape');
  await expect(field).not.toBeFocused();
  expect(await rowsDone(page)).toBe(row);
  await act(page, 'Show approvals');
  await expect(waiting(page)).toHaveCount(1);
});

test('the palette finds and runs an action, and Esc gives the focus back', async ({ page }) => {
  await openApp(page);
  await button(page, 'Export').focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Find an action' }).getByRole('textbox')).toBeFocused();
  await page.keyboard.type('speed 30');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText('Speed: 300×');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(button(page, 'Export')).toBeFocused();
  await expect(page.getByLabel('Speed')).toHaveValue('60');
  await act(page, 'Theme: dark');
  await expect(button(page, 'Theme: dark')).toBeVisible();
});

test('the question mark shows every key, and Esc closes it', async ({ page }) => {
  await openApp(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  for (const words of ['Play or pause', 'Approve the selected proposal', 'Ticket: buy', 'Find an action'])
    await expect(help.getByText(words)).toBeVisible();
  await page.keyboard.press(' ');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await expect(button(page, 'Play')).toBeVisible();
});

test('tabs go by the arrows, the scrubber and the speed by theirs', async ({ page }) => {
  await openApp(page);
  await page.getByRole('tab', { name: /^Approvals/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Ticket' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('form', { name: 'Ticket' })).toBeVisible();
  const row = await rowsDone(page);
  await place(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowsDone(page), 'two quick presses are two rows').toBe(row + 2);
  await page.keyboard.press('PageUp');
  await expect.poll(() => rowsDone(page)).toBeGreaterThan(row + 50);
  await page.keyboard.press('Home');
  await expect.poll(() => rowsDone(page)).toBe(0);
});

test('a waiting proposal is edited, snoozed and rejected by its keys', async ({ page }) => {
  await untilProposal(page);
  await decide(page, 'e');
  await expect(waiting(page).getByRole('textbox', { name: 'Quantity' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Approve')).toBeVisible();
  await decide(page, 'z');
  await expect(page.getByRole('list', { name: 'Snoozed' })).toContainText('Scale in · buy');
  await expect(waiting(page)).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect(waiting(page)).toHaveCount(1);
  await decide(page, 'r');
  await expect(waiting(page)).toHaveCount(0);
});

test('the ticket takes the keyboard when a key calls it, and not again when it is drawn anew or opened with a click', async ({
  page,
}) => {
  await openApp(page);
  const first = page.getByRole('form', { name: 'Ticket' }).getByLabel('Quantity');
  await page.keyboard.press('b');
  await expect(first).toBeFocused();
  await page.keyboard.press('Escape');
  await first.blur();
  await page.keyboard.press('h');
  await expect(page.getByRole('banner')).toContainText('Practice');
  await expect(first).not.toBeFocused();
  await page.keyboard.press('h');
  await expect(page.getByRole('banner')).not.toContainText('Practice');
  await page.getByRole('tab', { name: 'Policy' }).click();
  await page.getByRole('tab', { name: 'Ticket' }).click();
  await expect(first).toBeVisible();
  await expect(first).not.toBeFocused();
  await page.keyboard.press('s');
  await expect(first).toBeFocused();
});
