import type { Page } from '@playwright/test';
import {
  ENTRY,
  busy,
  button,
  cards,
  choosing,
  confirmImport,
  crash,
  decide,
  drop,
  enter,
  eventsOf,
  type Exported,
  expect,
  expectSameHeadless,
  exportSession,
  fileWith,
  finished,
  generated,
  lastPrice,
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

const KILLS = 20;

const decidePanel = (page: Page) => page.getByRole('tablist', { name: 'Decide' });
const selected = (page: Page) => decidePanel(page).getByRole('tab', { selected: true });

/** What a user would miss if it were another after the page has come back. */
interface Standing {
  instrument: string;
  price: number;
  row: number;
  speed: string;
  positions: string;
  proposals: string[];
  width: number | undefined;
  tab: string;
}

async function standing(page: Page): Promise<Standing> {
  await page.mouse.move(0, 0);
  const instrument = await page.getByRole('heading', { level: 2 }).first().innerText();
  const price = await lastPrice(page);
  for (const closed of await positions(page)
    .getByRole('button', { name: /^Tranches of/, expanded: false })
    .all())
    await closed.click();
  return {
    instrument,
    price,
    row: await rowsDone(page),
    speed: await page.getByLabel('Speed').inputValue(),
    positions: await positions(page).innerText(),
    proposals: await cards(page).allInnerTexts(),
    width: (await decidePanel(page).boundingBox())?.width,
    tab: await selected(page).innerText(),
  };
}

/** Two instruments, a position of two tranches on the first, and a partial exit that waits while the second is on the chart. */
async function untilPartialExit(page: Page): Promise<string[]> {
  const files = [generated(), twin()];
  await openApp(page);
  await drop(page, ...files);
  await confirmImport(page);
  await seek(page, 2 * ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Partial exit · sell \d+ MADE$/);
  await page.mouse.move(0, 0);
  await expect(cards(page)).toHaveCount(1);
  return files;
}

test.beforeEach(({ context }) => choosing(context));

test('[P6] a reload in the middle of a proposal leaves everything as it was, and approving it then applies once', async ({
  page,
}) => {
  const files = await untilPartialExit(page);
  await page.keyboard.press(']');
  await page.getByLabel('Speed').selectOption('300');
  await page.getByRole('separator', { name: 'Width of the right column' }).focus();
  await page.keyboard.press('ArrowLeft');
  const before = await standing(page);
  await page.keyboard.press(']');
  expect(before).toMatchObject({ instrument: 'TWIN', speed: '300', tab: 'Approvals · 1' });
  const { journal } = await exportSession(page);

  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(waiting(page)).toHaveCount(1);
  expect(await standing(page)).toEqual(before);
  expect((await exportSession(page)).journal).toBe(journal);

  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowsDone(page)).toBeGreaterThan(before.row);
  const exported = await exportSession(page);
  expect(exported.journal.startsWith(journal)).toBe(true);
  expect(eventsOf(exported, 'OrderFilled').filter(({ causedBy }) => causedBy === 'partial-exit')).toHaveLength(1);
  expectSameHeadless(files, await finished(page), ...underSteady());
});

test('a reload finds the tabs of the page as they were', async ({ page }) => {
  await openApp(page);
  for (const name of ['Ticket', 'Rules', 'Sessions']) await page.getByRole('tab', { name, exact: true }).click();
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  for (const name of ['Ticket', 'Rules', 'Sessions'])
    await expect(page.getByRole('tab', { name, exact: true })).toHaveAttribute('aria-selected', 'true');
});

test('a reload while it plays finds it standing where it was, at most a moment before', async ({ page }) => {
  await openApp(page);
  await page.getByLabel('Speed').selectOption('1000');
  const start = await rowsDone(page);
  await button(page, 'Play').click();
  await expect.poll(() => rowsDone(page)).toBeGreaterThan(start + 15);
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(button(page, 'Play')).toBeVisible();
  expect(await rowsDone(page)).toBeGreaterThan(start);
});

for (const [how, end] of [
  ['the page has crashed', crash],
  ["the engine's worker has died", async (page: Page) => page.workers()[0]?.evaluate('self.close()')],
] as const)
  test(`[P6] after ${how} the session is as it was, and goes on as it would have`, async ({ page, context }) => {
    const files = await untilPartialExit(page);
    const before = await standing(page);
    const { journal } = await exportSession(page);
    await end(page);
    const again = await context.newPage();
    await page.close();
    await openApp(again);
    expect(await standing(again)).toEqual(before);
    await decide(again, 'a');
    await expect(waiting(again)).toHaveCount(0);
    const exported = await finished(again);
    expect(exported.journal.startsWith(journal)).toBe(true);
    expect(eventsOf(exported, 'ProposalApproved').filter(({ by }) => by === 'user')).toHaveLength(2);
    expectSameHeadless(files, exported, ...underSteady());
  });

/** Lets a page tell what it shows as kept, again and again until it dies. */
async function watch(page: Page, tell: (kept: string | null, lines: [seq: number, text: string][]) => void): Promise<void> {
  await page.exposeFunction('tell', tell);
  await page.evaluate(() => {
    const { tell: say } = window as unknown as { tell: typeof tell };
    setInterval(() => {
      const lines = document.querySelectorAll<HTMLElement>('[aria-label="Journal"] [data-seq]');
      say(
        localStorage.getItem('ratchet.journal'),
        [...lines].map((line) => [Number(line.dataset.seq), line.innerText]),
      );
    }, 10);
  });
}

test('[P6] twenty SIGKILLs of the browser in the middle of appends lose no record that was shown, and double none', async ({
  profile,
  context,
}) => {
  test.setTimeout(180_000);
  await context.close();
  const shown = new Map<number, string>();
  let kept = { session: '', records: 0 };
  let last: Exported | undefined;
  for (let round = 0; round <= KILLS; round += 1) {
    const opened = await profile.open();
    await choosing(opened, busy);
    const page = await opened.newPage();
    await openApp(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    const exported = await (round === KILLS ? finished(page) : exportSession(page));
    expect(exported.journal.startsWith(last?.journal ?? ''), `what was there before kill ${round}`).toBe(true);
    expect(exported.records.length, `records after kill ${round}`).toBeGreaterThanOrEqual(
      Math.max(kept.records, ...shown.keys()),
    );
    last = exported;
    if (round === KILLS) break;
    const others: string[] = [];
    await watch(page, (memory, lines) => {
      if (memory !== null) kept = JSON.parse(memory) as typeof kept;
      for (const [seq, text] of lines) {
        if (shown.has(seq) && shown.get(seq) !== text) others.push(`${seq}: ${shown.get(seq)}, and now ${text}`);
        shown.set(seq, text);
      }
    });
    // small appends first; then as fast as it goes, which makes large ones
    if (round === 0) await page.getByLabel('Speed').selectOption('1000');
    if (round === KILLS - 5) await page.getByLabel('Speed').selectOption('Infinity');
    await button(page, 'Play').click();
    await page.waitForTimeout(round < KILLS - 5 ? 150 + 700 * Math.random() : 120 * Math.random());
    await profile.kill();
    expect(others, `lines that are others after kill ${round}`).toEqual([]);
  }
  expect(last?.records.length).toBeGreaterThan(500);
  if (last) expectSameHeadless('bundled', last, '--policy', fileWith('busy.json', JSON.stringify(busy)));
});

test('[F12] Enter, a double click and a click in another tab are one action', async ({ page, context }) => {
  const files = await untilPartialExit(page);
  const mirror = await context.newPage();
  await openApp(mirror);
  await expect(waiting(mirror)).toHaveCount(1);
  const approve = (where: Page) => button(where, 'Approve');
  await approve(page).focus();
  const [here, there] = await Promise.all([approve(page).boundingBox(), approve(mirror).boundingBox()]);
  await Promise.all([
    page.keyboard.press('Enter'),
    page.keyboard.press('a'),
    page.mouse.dblclick((here?.x ?? 0) + 8, (here?.y ?? 0) + 8),
    mirror.mouse.dblclick((there?.x ?? 0) + 8, (there?.y ?? 0) + 8),
    mirror.keyboard.press('a'),
  ]);
  await expect(waiting(page)).toHaveCount(0);
  await expect(waiting(mirror)).toHaveCount(0);
  const exported = await finished(page);
  expect(eventsOf(exported, 'CommandReceived').filter(({ command }) => command.type === 'ApproveProposal')).toHaveLength(2);
  expect(eventsOf(exported, 'OrderFilled').filter(({ causedBy }) => causedBy === 'partial-exit')).toHaveLength(1);
  expectSameHeadless(files, exported, ...underSteady());
});
