import type { BrowserContext, Page } from '@playwright/test';
import {
  ENTRY,
  button,
  cards,
  choosing,
  confirmImport,
  crash,
  decide,
  drop,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  finished,
  generated,
  nextProposal,
  openApp,
  positions,
  profiled as test,
  rowsDone,
  seek,
  twin,
  underSteady,
  waiting,
} from './support.ts';

const strip = (page: Page) => page.getByRole('status', { name: 'Tab' });
const journal = (page: Page) => page.getByRole('list', { name: 'Journal' });
const heading = (page: Page) => page.getByRole('heading', { level: 2 }).first();

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await openApp(page);
  return page;
}

const looksOn = (page: Page) => expect(strip(page)).toContainText('This tab looks on');
const drives = (page: Page) => expect(strip(page)).toHaveCount(0);

/** What a page shows of what is held, waits and has happened. */
const view = async (page: Page): Promise<object> => ({
  row: await rowsDone(page),
  positions: await positions(page).innerText(),
  cards: await cards(page).allInnerTexts(),
  journal: await journal(page).innerText(),
});

const expectSame = async (a: Page, b: Page): Promise<void> => {
  await expect(async () => expect(await view(a)).toEqual(await view(b))).toPass({ timeout: 10_000 });
};

/** A page that drives, with a position whose scale-in waits. */
async function untilScaleIn(page: Page): Promise<void> {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Scale in/);
  await page.mouse.move(0, 0);
}

/** Approves what waits in a page that drives now, and goes to the end: every decision so far has been taken once. */
async function expectWhole(page: Page, approvals: number): Promise<void> {
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  const exported = await finished(page);
  expect(eventsOf(exported, 'ProposalApproved').filter(({ by }) => by === 'user')).toHaveLength(approvals);
  expect(eventsOf(exported, 'OrderFilled').filter(({ causedBy }) => causedBy === 'scale-in')).toHaveLength(1);
  expectSameHeadless('bundled', exported, ...underSteady());
}

test.beforeEach(({ context }) => choosing(context));

test('[F13] a second tab says that it looks on, shows the same as it happens, and decides nothing', async ({ page, context }) => {
  await untilScaleIn(page);
  const mirror = await open(context);
  await looksOn(mirror);
  await drives(page);
  await expectSame(page, mirror);

  await page.keyboard.press('ArrowRight');
  await expectSame(page, mirror);
  const before = await exportSession(page);
  for (const key of ['a', 'r', 'ArrowRight', 'n', ' ', 'Home']) await mirror.keyboard.press(key);
  await button(mirror, 'Reject').click({ force: true });
  await button(mirror, 'Close').click();
  await expect(mirror.getByRole('alert')).toContainText('This tab only looks on');
  await mirror.getByLabel('Speed').selectOption('1000');
  await mirror.waitForTimeout(500);
  await expectSame(page, mirror);
  await expect(waiting(mirror)).toHaveCount(1);
  expect((await exportSession(page)).sha256).toBe(before.sha256);
  expect((await exportSession(mirror)).sha256).toBe(before.sha256);
  await expect(page.getByLabel('Speed')).toHaveValue('60');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

for (const [how, end] of [
  ['is closed', (page: Page) => page.close()],
  ['crashes', crash],
] as const)
  test(`[F13] when the first tab ${how}, the second counts down and takes over by itself where it stood`, async ({
    page,
    context,
  }) => {
    await untilScaleIn(page);
    const heir = await open(context);
    await looksOn(heir);
    const before = await view(heir);
    const start = Date.now();
    await end(page);
    await expect(strip(heir)).toContainText('The tab that was driving is gone');
    await expect(strip(heir)).toContainText(/in [1-4] s/);
    expect(await view(heir)).toEqual(before);
    await strip(heir).waitFor({ state: 'detached', timeout: 15_000 });
    expect(Date.now() - start).toBeGreaterThan(4_500);
    await expect(async () => expect(await view(heir)).toEqual(before)).toPass({ timeout: 10_000 });
    await expectWhole(heir, 1);
  });

test('[F13] the heir of a tab that is gone can take over at once', async ({ page, context }) => {
  await untilScaleIn(page);
  const heir = await open(context);
  await page.close();
  await button(heir, 'Take over now').click();
  await strip(heir).waitFor({ state: 'detached', timeout: 2_500 });
  await expectWhole(heir, 1);
});

test('[F13] a tab takes over from one that is alive, which looks on from then, and back again and again', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  const second = await open(context);
  await button(second, 'Drive in this tab').click();
  await drives(second);
  await looksOn(page);
  await expectSame(page, second);
  await decide(second, 'a');
  await expect(waiting(page)).toHaveCount(0);
  await expectSame(page, second);
  for (const [to, from] of [
    [page, second],
    [second, page],
    [page, second],
    [second, page],
    [page, second],
  ] as const) {
    await button(to, 'Drive in this tab').click();
    await drives(to);
    await looksOn(from);
  }
  await page.keyboard.press('ArrowRight');
  await expectSame(page, second);
  expect(await nextProposal(page)).toBe(true);
  await expectSame(page, second);
  await expectWhole(page, 2);
  for (const one of [page, second]) expect(await one.getByRole('alert').allInnerTexts()).toEqual([]);
});

test('[F13] of three tabs one drives: when it goes, one of the others does, and the third looks on at that one', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  const [second, third] = [await open(context), await open(context)];
  await expectSame(page, third);
  await page.close();
  await expect(strip(second)).toContainText('is gone');
  await looksOn(third);
  await button(third, 'Drive in this tab').click();
  await drives(third);
  await looksOn(second);
  await third.keyboard.press('ArrowRight');
  await expectSame(second, third);
  await third.close();
  await expect(strip(second)).toContainText('is gone');
  await strip(second).waitFor({ state: 'detached', timeout: 15_000 });
  await expectWhole(second, 1);
});

test('[F13] a tab that drives and is reloaded drives again, and the others look on all the time', async ({ page, context }) => {
  await untilScaleIn(page);
  const [second, third] = [await open(context), await open(context)];
  const before = await view(page);
  for (let time = 0; time < 2; time += 1) {
    await page.reload();
    await page.locator('[data-ready="true"]').waitFor({ timeout: 4_000 });
    await drives(page);
    for (const other of [second, third]) await looksOn(other);
    expect(await view(page)).toEqual(before);
  }
  await page.keyboard.press('ArrowRight');
  for (const other of [second, third]) await expectSame(page, other);
  await expectWhole(page, 1);
});

test('[F13] each tab has its own instrument on its chart', async ({ page, context }) => {
  await openApp(page);
  await drop(page, generated(), twin());
  await confirmImport(page);
  const mirror = await open(context);
  await mirror.keyboard.press(']');
  await expect(heading(mirror)).toHaveText('TWIN');
  await expect(heading(page)).toHaveText('MADE');
  await seek(page, 500);
  await expect.poll(() => rowsDone(mirror)).toBe(500);
  await expect(heading(mirror)).toHaveText('TWIN');
  await mirror.keyboard.press('[');
  await expect(heading(mirror)).toHaveText('MADE');
  await expectSameChart(page, mirror);
});

const expectSameChart = async (a: Page, b: Page): Promise<void> => {
  const price = (page: Page) => page.getByTitle('Last price, against the open of its bar').innerText();
  await expect.poll(() => price(b)).toBe(await price(a));
};
