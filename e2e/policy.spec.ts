import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { act, button, drop, enter, expect, fileWith, importDialog, openApp, place, seek, test } from './support.ts';

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Policy' });
const preset = (page: Page): Locator => panel(page).getByLabel('Preset');
const key = (page: Page, path: string): Locator => panel(page).getByTestId(`key ${path}`);
const box = (page: Page, path: string): Locator => key(page, path).getByRole('textbox');
const differences = (page: Page): Locator =>
  panel(page)
    .getByRole('table', { name: /^Differences from/ })
    .getByRole('row');
/** The chart's levels in words, as those hear them who do not see it. */
const chartWords = (page: Page): Locator => page.getByRole('group', { name: /^Chart of/ }).locator('p');

async function openPolicy(page: Page, ...groups: RegExp[]): Promise<void> {
  await page.getByRole('tab', { name: 'Policy' }).click();
  for (const name of groups) await panel(page).locator('button[aria-expanded]').filter({ hasText: name }).click();
}

/** Takes what the button downloads. @returns its name and its text */
async function exported(page: Page): Promise<{ name: string; text: string }> {
  const downloading = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'Export' }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

async function importFile(page: Page, path: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await panel(page).getByRole('button', { name: 'Import' }).click();
  await (await choosing).setFiles(path);
}

test('a preset is chosen, a key is changed, marked and listed, and goes back alone or with all', async ({ page }) => {
  await openApp(page);
  await openPolicy(page, /^Breakeven/, /^Target/);
  await expect(panel(page).getByText('As the preset intraday')).toBeVisible();
  await preset(page).selectOption('fixed');
  await expect(key(page, 'rules.breakeven.enabled').getByRole('switch')).not.toBeChecked();
  await expect(box(page, 'target.distance')).toHaveValue('4%');
  await expect(panel(page).getByText(/^\d+ keys would change$/)).toBeVisible();

  await preset(page).selectOption('intraday');
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await expect(key(page, 'rules.breakeven.trigger')).toHaveAttribute('data-differs', 'true');
  await expect(key(page, 'rules.breakeven.trigger')).toContainText('intraday: 1R');
  await box(page, 'target.distance').fill('5ATR');
  await expect(differences(page)).toHaveText([/Target · Distance\s*0ATR\s*→\s*5ATR/, /Breakeven · Trigger\s*1R\s*→\s*1\.4R/]);

  await key(page, 'target.distance')
    .getByRole('button', { name: /^Back to intraday/ })
    .click();
  await expect(differences(page)).toHaveText([/Breakeven · Trigger/]);
  await expect(box(page, 'target.distance')).toHaveValue('0ATR');
  await panel(page).getByRole('button', { name: 'Back to intraday', exact: true }).click();
  await expect(panel(page).getByText('As the preset intraday')).toBeVisible();
  await expect(panel(page).getByText('“my intraday” was put aside.')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Bring it back' }).click();
  await expect(box(page, 'rules.breakeven.trigger')).toHaveValue('1.4R');
});

test('a value that cannot be is said at its key while it is typed, and nothing can be done with the policy until it is put right', async ({
  page,
}) => {
  await openApp(page);
  await openPolicy(page, /^Breakeven/, /^Scale in/, /^Partial exit/);
  const buffer = key(page, 'rules.breakeven.buffer');
  await box(page, 'rules.breakeven.buffer').fill('60%');
  await expect(buffer.getByRole('alert')).toHaveText(/"60%" is out of range; expected .* from 0 to 50/);
  await expect(box(page, 'rules.breakeven.buffer')).toHaveAttribute('aria-invalid', 'true');
  await expect(panel(page).getByText('1 key wrong')).toBeVisible();
  for (const name of ['Export', 'Start over with it', 'Apply…'])
    await expect(panel(page).getByRole('button', { name })).toBeDisabled();
  await box(page, 'rules.scale-in.adds').fill('1.5');
  await expect(key(page, 'rules.scale-in.adds').getByRole('alert')).toHaveText(/1\.5 is out of range; expected a whole number/);
  await panel(page).getByRole('button', { name: 'Add a step' }).click();
  await panel(page).getByLabel('step 2: At').fill('soon');
  await expect(key(page, 'rules.partial-exit.steps').getByRole('alert')).toHaveText(/At: "soon" is not a measure/);
  await expect(panel(page).getByText('3 keys wrong')).toBeVisible();
  await panel(page).getByLabel('step 2: At').fill('3R');
  await panel(page).getByRole('button', { name: 'Show', exact: true }).click();
  await expect(box(page, 'rules.breakeven.buffer')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1%');
  await box(page, 'rules.scale-in.adds').fill('2');
  await expect(panel(page).getByRole('alert')).toHaveCount(0);
  await expect(panel(page).getByRole('button', { name: 'Export' })).toBeEnabled();
  await expect(differences(page)).toHaveText([/Steps/, /Buffer/, /Adds\s*1\s*→\s*2/]);
  await panel(page).getByRole('button', { name: 'Remove step 2' }).click();
  await expect(differences(page)).toHaveText([/Buffer/, /Adds/]);
});

test('what is exported is imported again as it was, and a file that cannot be used is listed key by key', async ({ page }) => {
  await openApp(page);
  await openPolicy(page, /^General/, /^Breakeven/);
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await box(page, 'name').fill('Evening rules');
  await expect(differences(page)).toHaveCount(1);
  const first = await exported(page);
  expect(first.name).toBe('Evening-rules.json');
  expect(JSON.parse(first.text)).toMatchObject({
    name: 'Evening rules',
    rules: { breakeven: { trigger: '1.4R', buffer: '0%' } },
  });

  await preset(page).selectOption('fixed');
  await importFile(page, fileWith('evening.json', first.text));
  await expect(panel(page).getByRole('status').filter({ hasText: 'evening.json was read as "Evening rules"' })).toBeVisible();
  await expect(preset(page)).toHaveValue('intraday');
  await expect(box(page, 'rules.breakeven.trigger')).toHaveValue('1.4R');
  expect(await exported(page)).toEqual(first);

  const broken = fileWith('broken.json', '{"name":"broken","stopp":1,"rules":{"breakeven":{"trigger":"1m"}}}');
  await importFile(page, broken);
  const alert = panel(page).getByRole('alert');
  await expect(alert.getByRole('listitem')).toHaveText([
    /^rules\.breakeven\.trigger: "1m" has the unit duration; expected/,
    /^the document: unknown key "stopp"; known: name, /,
  ]);
  await expect(box(page, 'rules.breakeven.trigger')).toHaveValue('1.4R');
  await importFile(page, fileWith('prose.json', 'Dear reader'));
  await expect(alert).toContainText('prose.json is not JSON');
});

test('a file dropped on the panel is read as a policy, anywhere else as a session', async ({ page }) => {
  await openApp(page);
  await openPolicy(page);
  const path = fileWith('dropped.json', '{"name":"dropped","averagingDown":"allowed"}');
  const target = await panel(page).boundingBox();
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const place = { x: (target?.x ?? 0) + 100, y: (target?.y ?? 0) + 100 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, ...place, data });
  await devtools.detach();
  await expect(panel(page).getByText('dropped.json was read as "dropped"')).toBeVisible();
  await expect(importDialog(page)).toBeHidden();
  await drop(page, path);
  await expect(importDialog(page)).toBeVisible();
});

test('averaging down is said in red wherever it is allowed', async ({ page }) => {
  await openApp(page);
  await openPolicy(page, /^General/);
  await key(page, 'averagingDown').getByRole('combobox').selectOption('allowed');
  const red = await page.evaluate(() => {
    const probe = document.createElement('span');
    probe.style.color = 'var(--down)';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  const words = panel(page)
    .getByRole('list', { name: 'What adds risk' })
    .getByText(/adds to losing positions/);
  await expect(words).toHaveCSS('color', red);
  await expect(key(page, 'averagingDown').getByText(/adds to losing positions/)).toHaveCSS('color', red);
  await expect(differences(page).getByText('allowed')).toHaveCSS('color', red);
  await button(page, 'Start over with it').click();
  await expect(panel(page).getByText('my intraday is in force')).toBeVisible();
  await page.getByRole('tab', { name: 'Ticket' }).click();
  await expect(page.getByRole('form', { name: 'Ticket' }).getByText(/allows averaging down/)).toHaveCSS('color', red);
});

test('the chart shows where rules would act before the policy is applied, and what changes for a position is shown first', async ({
  page,
}) => {
  await openApp(page);
  await seek(page, 282);
  await enter(page, { stop: '181.34' });
  await page.keyboard.press('ArrowRight');
  await openPolicy(page, /^Breakeven/, /^Trailing stop/);
  await expect(chartWords(page)).toHaveText(/Next: .*breakeven 1R at \d/);
  await expect(chartWords(page)).not.toContainText('Not applied');
  const canvas = page.getByRole('group', { name: /^Chart of/ });
  const before = await canvas.screenshot();
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await expect(chartWords(page)).toHaveText(/Next: .*breakeven 1R at \d.*Not applied: breakeven 1\.4R at 182\.30\./);
  await expect.poll(async () => before.equals(await canvas.screenshot())).toBe(false);
  await box(page, 'rules.breakeven.trigger').fill('nonsense');
  await expect(chartWords(page)).not.toContainText('Not applied');
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await key(page, 'rules.trailing-stop.enabled').getByRole('switch').uncheck();

  await button(page, 'Apply…').click();
  const dialog = page.getByRole('dialog', { name: /^Apply “.+” to this session$/ });
  await expect(dialog.getByRole('table', { name: 'Changes of the policy' }).getByRole('row')).toHaveText([
    /Breakeven · Trigger\s*1R\s*→\s*1\.4R/,
    /Trailing stop · Enabled\s*on\s*→\s*off/,
  ]);
  await expect(dialog.getByRole('region', { name: 'What changes for open positions' })).toContainText(
    /DEMO.*Breakeven: breakeven 1R \d+\.\d\d → breakeven 1\.4R 182\.30.*Trailing stop: no longer trailing from 2R \d+\.\d\d/,
  );
  await expect(dialog.getByRole('button', { name: /^Apply/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('tab', { name: /^Approvals/ }).click();
  await expect(chartWords(page)).not.toContainText('Not applied');
});

test('the place on the tape follows where a session starts over', async ({ page }) => {
  await openApp(page);
  await place(page).fill('900');
  await expect(page.locator('[data-ready="true"]')).toContainText('5 Mar');
  await openPolicy(page, /^Breakeven/);
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await button(page, 'Start over with it').click();
  await expect(place(page)).toHaveValue('60');
});

test('starting over keeps what was decided, as a session that is opened again', async ({ page }) => {
  await openApp(page);
  await enter(page, {});
  await openPolicy(page, /^Breakeven/);
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await button(page, 'Start over with it').click();
  await expect(panel(page).getByText('my intraday is in force')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Positions' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  const sessions = page.getByRole('table', { name: 'Sessions' });
  await expect(sessions.getByRole('row')).toHaveCount(3);
  await sessions
    .getByRole('row', { name: /\bintraday\b/ })
    .filter({ hasNotText: 'my intraday' })
    .getByRole('button', { name: /^DEMO/ })
    .click();
  await page.getByRole('tab', { name: 'Positions' }).click();
  await expect(page.getByRole('table', { name: 'Positions' })).toHaveCount(1);
});

test('what is being written survives a reload, and sessions start with what was started over with', async ({ page }) => {
  await openApp(page);
  await openPolicy(page, /^Breakeven/);
  await box(page, 'rules.breakeven.trigger').fill('1.4R');
  await button(page, 'Start over with it').click();
  await expect(panel(page).getByText('my intraday is in force')).toBeVisible();
  await box(page, 'rules.breakeven.buffer').fill('60%');
  await expect(panel(page).getByText('1 key wrong')).toBeVisible();
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await openPolicy(page, /^Breakeven/);
  await expect(box(page, 'rules.breakeven.trigger')).toHaveValue('1.4R');
  await expect(box(page, 'rules.breakeven.buffer')).toHaveValue('60%');
  await box(page, 'rules.breakeven.buffer').fill('0%');
  await expect(panel(page).getByText('my intraday is in force')).toBeVisible();
});

test('keys are found by their words and reached without a mouse', async ({ page }) => {
  await openApp(page);
  await act(page, 'Show policy');
  await preset(page).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.type('breakeven profit');
  await expect(panel(page).getByTestId(/^key /)).toHaveCount(1);
  await expect(key(page, 'rules.breakeven.trigger')).toContainText('open profit from which the stop goes to breakeven');
  for (
    let i = 0;
    i < 8 && !(await box(page, 'rules.breakeven.trigger').evaluate((field) => field === document.activeElement));
    i += 1
  )
    await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2R');
  const back = key(page, 'rules.breakeven.trigger').getByRole('button', { name: /^Back to intraday/ });
  // it comes with what the schema says of the change
  await expect(back).toBeEnabled();
  await page.keyboard.press('Tab');
  await expect(back).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(box(page, 'rules.breakeven.trigger')).toHaveValue('1R');
  await panel(page).getByRole('searchbox').fill('no such key');
  await expect(panel(page).getByText('No key has these words.')).toBeVisible();
  await panel(page).getByRole('searchbox').press('Escape');
  await expect(panel(page).getByText('As the preset intraday')).toBeVisible();
});
