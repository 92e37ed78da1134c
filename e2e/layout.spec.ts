import type { Page } from '@playwright/test';
import {
  ENTRY,
  button,
  cards,
  confirmImport,
  decide,
  drop,
  enter,
  expect,
  falling,
  fileWith,
  generated,
  importDialog,
  nextProposal,
  openApp,
  picture,
  positions,
  seek,
  test,
  twin,
  waiting,
} from './support.ts';

/**
 * Text that is cut, leaves the window or lies on other text. Looks at every text that can be seen; areas that scroll may hold more than
 * they show, and what ends in an ellipsis may be cut as long as its tooltip says the whole.
 */
function spoilt(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Area {
      left: number;
      top: number;
      right: number;
      bottom: number;
    }
    const found: string[] = [];
    const seen: { area: Area; name: string }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!element || text === '' || element.closest('.unseen, script, style, select, svg')) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (getComputedStyle(element).clipPath !== 'none') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const name = `"${text.slice(0, 40)}" <${element.tagName.toLowerCase()}>`;
      const told = element.closest('[title]')?.getAttribute('title')?.includes(text) ?? false;
      const area = { left: box.left, top: box.top, right: box.right, bottom: box.bottom };
      for (let around: Element | null = element; around && around !== document.body; around = around.parentElement) {
        const style = getComputedStyle(around);
        const edge = around.getBoundingClientRect();
        if (style.position === 'fixed') break;
        if (style.overflowX !== 'visible') {
          const scrolls = /auto|scroll/.test(style.overflowX) && around.scrollWidth > around.clientWidth;
          if (!scrolls && !told && (area.left < edge.left - 1 || area.right > edge.right + 1))
            found.push(`${name} is cut at its side`);
          area.left = Math.max(area.left, edge.left);
          area.right = Math.min(area.right, edge.right);
        }
        if (style.overflowY !== 'visible') {
          const scrolls = /auto|scroll/.test(style.overflowY) && around.scrollHeight > around.clientHeight;
          if (!scrolls && !told && (area.top < edge.top - 1 || area.bottom > edge.bottom + 1))
            found.push(`${name} is cut at its top or bottom`);
          area.top = Math.max(area.top, edge.top);
          area.bottom = Math.min(area.bottom, edge.bottom);
        }
      }
      if (area.right - area.left < 2 || area.bottom - area.top < 2) continue;
      if (area.left < -1 || area.top < -1 || area.right > innerWidth + 1 || area.bottom > innerHeight + 1)
        found.push(`${name} leaves the window`);
      for (const other of seen) {
        const wide = Math.min(area.right, other.area.right) - Math.max(area.left, other.area.left);
        const high = Math.min(area.bottom, other.area.bottom) - Math.max(area.top, other.area.top);
        if (wide > 2 && high > 3) found.push(`${name} lies on ${other.name}`);
      }
      seen.push({ area, name });
    }
    return found;
  });
}

/** A position of two tranches with a partial exit that waits. */
async function stage(page: Page): Promise<void> {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  expect(await nextProposal(page)).toBe(true);
  await expect(positions(page).getByRole('row', { name: /^tranche/ })).toHaveCount(2);
  await page.mouse.move(0, 0);
  await expect(cards(page)).toHaveCount(1);
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
] as const;

for (const colorScheme of ['dark', 'light'] as const)
  test(`nothing is cut or lies on something else, ${colorScheme}, at 1440×900 and at 1024×768`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await stage(page);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.waitForTimeout(300);
      const at = `${colorScheme} ${size.width}`;
      await picture(page, `${at} workspace`);
      expect.soft(await spoilt(page), `${at} workspace`).toEqual([]);
      for (const [name, tab] of [
        ['ticket', 'Ticket'],
        ['policy', 'Policy'],
        ['rules', 'Rules'],
        ['sessions', 'Sessions'],
        ['branches', 'Branches'],
      ] as const) {
        await page.getByRole('tab', { name: tab }).click();
        await page.waitForTimeout(250);
        await picture(page, `${at} ${name}`);
        expect.soft(await spoilt(page), `${at} ${name}`).toEqual([]);
      }
      for (const tab of [/^Approvals/, 'Journal', 'Positions']) await page.getByRole('tab', { name: tab }).click();
    }
  });

test('nothing is cut or lies on something else with several instruments, nor while the account is halted', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page);
  await drop(page, generated(), twin());
  await confirmImport(page);
  await seek(page, 500);
  await enter(page, { stop: '170' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press(']');
  await expect(page.getByRole('heading', { name: 'TWIN' })).toBeVisible();
  await enter(page, { key: 's', stop: '390' });
  await page.keyboard.press('ArrowRight');
  await page.getByRole('button', { name: 'Tranches of MADE' }).click();
  const look = async (name: string): Promise<void> => {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.waitForTimeout(300);
      await picture(page, `${size.width} ${name}`);
      expect.soft(await spoilt(page), `${size.width} ${name}`).toEqual([]);
    }
  };
  await look('instruments');
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await look('files');
  await page.getByRole('tab', { name: 'Positions' }).click();
  await drop(page, falling());
  await confirmImport(page, 'leveraged');
  await seek(page, 40);
  await enter(page, { quantity: '290', stop: '1' });
  await seek(page, 80);
  await look('halted');
  await seek(page, 125);
  await enter(page, { quantity: '440', stop: '1' });
  await seek(page, 170);
  await look('halted twice');
});

test('what can be done with what is kept lies in reach of the mouse, however long its names are', async ({ page }) => {
  await openApp(page);
  await drop(page, twin('eq_TWIN_1m_2025-03-03_2025-03-07_exported_once_more.csv'));
  await confirmImport(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const name of ['Sessions', 'Recordings'])
      for (const way of [/^Export/, /^Rename/, /^Delete/])
        await page.getByRole('table', { name, exact: true }).getByRole('button', { name: way }).first().click({ trial: true });
    await picture(page, `${size.width} kept`);
    expect.soft(await spoilt(page), `${size.width} kept`).toEqual([]);
  }
});

test('dialogs fit into 1024×768', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await openApp(page);
  for (const key of ['?', 'Control+k']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.waitForTimeout(250);
    await picture(page, `dialog ${key === '?' ? 'keys' : 'palette'}`);
    expect.soft(await outside(page), key).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await drop(page, generated());
  await expect(importDialog(page).getByLabel('Symbol')).toBeVisible();
  await picture(page, 'dialog import');
  expect.soft(await outside(page), 'import').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(importDialog(page)).toBeHidden();
  await drop(page, generated(), twin());
  await importDialog(page).getByRole('button', { name: /TWIN/ }).first().click();
  await expect(importDialog(page).getByLabel('Symbol')).toBeVisible();
  await picture(page, 'dialog import of two');
  expect.soft(await outside(page), 'import of two').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(importDialog(page)).toBeHidden();
  await drop(page, fileWith('wrong.csv', 'ts,bid\n1,2\n'));
  await expect(importDialog(page).getByRole('alert')).toBeVisible();
  await picture(page, 'dialog refused');
  await page.keyboard.press('Escape');
  await button(page, 'Export').click();
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
  await picture(page, 'dialog export');
  expect.soft(await outside(page), 'export').toEqual([]);
});

/** What of the dialog lies outside the window. */
const outside = (page: Page): Promise<string[]> =>
  page.getByRole('dialog').evaluate((dialog) => {
    const box = dialog.getBoundingClientRect();
    const inWindow = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    return [...(inWindow ? [] : ['the dialog']), ...(dialog.scrollWidth > dialog.clientWidth + 1 ? ['it scrolls sideways'] : [])];
  });

test('the check of the layout itself finds what is cut, what leaves the window and what lies on something else', async ({
  page,
}) => {
  await openApp(page);
  await page.addStyleTag({
    content: `[aria-label="Autonomy"] button { width: 20px; overflow: hidden; }
      h2 { position: fixed; left: 8px; top: 8px; }
      [aria-label="Replay"] label { position: fixed; left: -40px; top: 400px; }`,
  });
  const found = (await spoilt(page)).join('\n');
  expect(found).toMatch(/"Assisted" <button> is cut at its side/);
  expect(found).toMatch(/"DEMO" <h2> lies on "Ratchet"/);
  expect(found).toMatch(/"Pause on proposal" <label> leaves the window/);
});
