import type { Page } from '@playwright/test';
import {
  button,
  cards,
  decide,
  drop,
  enter,
  expect,
  fileWith,
  generated,
  importDialog,
  nextProposal,
  openApp,
  openSteady,
  picture,
  positions,
  seek,
  test,
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
      if (!element || text === '' || element.closest('.unseen, script, style, select, textarea, svg')) continue;
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
  await openSteady(page);
  await seek(page, 282);
  await enter(page, { stop: '181.34' });
  expect(await nextProposal(page)).toBe(true);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  expect(await nextProposal(page)).toBe(true);
  await expect(positions(page).getByRole('row', { name: /^tranche/ })).toHaveCount(2);
  await page.mouse.move(0, 0);
  await expect(cards(page)).toHaveCount(1);
}

/** Opens every group of the policy form. */
async function openAll(page: Page): Promise<void> {
  const closed = page.getByRole('region', { name: 'Policy' }).locator('button[aria-expanded="false"]');
  while ((await closed.count()) > 0) await closed.first().click();
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
      ] as const) {
        await page.getByRole('tab', { name: tab }).click();
        if (name === 'policy') await openAll(page);
        await page.waitForTimeout(250);
        await picture(page, `${at} ${name}`);
        expect.soft(await spoilt(page), `${at} ${name}`).toEqual([]);
      }
      for (const tab of [/^Approvals/, 'Journal', 'Positions']) await page.getByRole('tab', { name: tab }).click();
    }
  });

test('dialogs fit into 1024×768', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await openSteady(page);
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
  await drop(page, fileWith('wrong.csv', 'a,b,c\n1,2,3\n'));
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
