import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import {
  ENTRY,
  button,
  choosing,
  decide,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  finished,
  nextProposal,
  openApp,
  picture,
  positions,
  profiled as test,
  rowsDone,
  seek,
  underSteady,
  waiting,
} from './support.ts';
import type { stores } from './store-page.ts';
import { barePage, storesPage } from './stores.ts';

/** What the page of stores offers, inside it. */
declare const window: { stores: typeof stores };

const strip = (page: Page) => page.getByRole('status', { name: 'Journal' });
const refused = (page: Page) => page.getByRole('alert', { name: 'Journal' });
const journal = (page: Page) => page.getByRole('list', { name: 'Journal' });

const aside = (context: BrowserContext): Promise<Page> => storesPage(context, test.info().outputPath('stores'));

/** A position whose scale-in waits. */
async function untilScaleIn(page: Page): Promise<void> {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  expect(await nextProposal(page)).toBe(true);
  await expect(waiting(page)).toHaveAttribute('aria-label', /^Scale in/);
}

/** What an open file is given in advance, which it gives back some time after its page is gone. */
const IN_ADVANCE = 1_000_000;

/** Leaves the browser no more room than is used now and a little more. @returns gives it as much as it wants again */
async function fill(page: Page): Promise<() => Promise<void>> {
  const usage = () => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await expect.poll(usage, { timeout: 10_000 }).toBeLessThan(IN_ADVANCE);
  const devtools = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: (await usage()) + 500 });
  // it lasts as long as whoever asked for it
  return () => devtools.detach();
}

/** The page in both colours, kept with the result. */
async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `${name} ${colorScheme}`);
  }
}

/** Lets every worker that the engine starts begin without a browser's private files, so that the journal has only the browser's own database. */
const WITHOUT_FILES = `
  const Real = globalThis.Worker;
  const script = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const first = script('delete FileSystemFileHandle.prototype.createSyncAccessHandle;');
  globalThis.Worker = class extends Real {
    constructor(address, options) {
      super(script(\`import "\${first}"; import "\${new URL(address, location.href)}";\`), options);
    }
  };
`;

const withoutFiles = (context: BrowserContext): Promise<unknown> =>
  context.route('**/assets/entry-*.js', async (route) => {
    const engine = await (await route.fetch()).text();
    await route.fulfill({ body: WITHOUT_FILES + engine, contentType: 'text/javascript' });
  });

test.beforeEach(({ context }) => choosing(context));

for (const kind of ['opfs', 'indexeddb'] as const)
  test(`a store in ${kind} keeps what every store promises`, async ({ context }) => {
    const page = await aside(context);
    expect(await page.evaluate((which) => window.stores.broken(which), kind)).toEqual([]);
  });

test('where the browser has no private files the journal is in its own database, which is said, and outlives a crash', async ({
  page,
  context,
}) => {
  await withoutFiles(context);
  await untilScaleIn(page);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await expect(page.getByText('in the browser’s own database: its private files are not available')).toBeVisible();
  const before = await exportSession(page);
  await page.close();
  const again = await context.newPage();
  await openApp(again);
  expect((await exportSession(again)).journal).toBe(before.journal);
  await decide(again, 'a');
  await expect(waiting(again)).toHaveCount(0);
  expectSameHeadless('bundled', await finished(again), ...underSteady());
});

for (const kind of ['private files', 'own database'] as const)
  test(`[F14] with no room left in the browser's ${kind} an approval is not done, which is said; what adds risk is held until there is`, async ({
    page,
    context,
  }) => {
    if (kind === 'own database') await withoutFiles(context);
    await untilScaleIn(page);
    const before = await exportSession(page);
    const held = await positions(page).innerText();
    await page.close();
    const other = await barePage(context);
    const empty = await fill(other);
    // the browser closes its own database two seconds after its last page, and asks for room anew when it is opened
    if (kind === 'own database') await other.waitForTimeout(4_000);

    const full = await context.newPage();
    await openApp(full);
    await decide(full, 'a');
    await expect(full.getByRole('alert')).toContainText('Not done: it could not be saved');
    await expect(strip(full)).toContainText('Not saved: entries and adds are held');
    await expect(strip(full)).toContainText('no room left');
    await pictures(full, `not saved in ${kind}`);
    await expect(waiting(full)).toHaveCount(1);
    expect(await positions(full).innerText()).toBe(held);
    const failed = await exportSession(full);
    expect(failed.journal.startsWith(before.journal)).toBe(true);
    expect(eventsOf(failed, 'ProposalApproved')).toEqual([]);

    await decide(full, 'a');
    await expect(journal(full)).toContainText('held');
    expect(eventsOf(await exportSession(full), 'OrderFilled')).toHaveLength(1);
    const row = await rowsDone(full);
    await full.keyboard.press('ArrowRight');
    await expect.poll(() => rowsDone(full)).toBeGreaterThan(row);

    await empty();
    await expect(strip(full)).toHaveCount(0, { timeout: 10_000 });
    await expect(journal(full)).toContainText('The journal is saved again');
    const saved = await exportSession(full);
    await full.close();
    const again = await context.newPage();
    await openApp(again);
    expect((await exportSession(again)).journal).toBe(saved.journal);
    expectSameHeadless('bundled', await finished(again), ...underSteady());
  });

test('[F14] where the browser takes the files away from the journal it is opened anew, and what was not saved is', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  const database = page.workers().find((worker) => /worker-/.test(worker.url()));
  await database?.evaluate(() => {
    (globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: object } }).FileSystemSyncAccessHandle.prototype = {};
    const { FileSystemSyncAccessHandle: handle } = globalThis as unknown as {
      FileSystemSyncAccessHandle: { prototype: { write: () => never } };
    };
    handle.prototype.write = () => {
      throw new DOMException('the handle is lost', 'InvalidStateError');
    };
  });
  await decide(page, 'a');
  await expect(strip(page)).toContainText('the handle is lost');
  await expect(waiting(page)).toHaveCount(1);
  await expect(strip(page)).toHaveCount(0, { timeout: 15_000 });
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  const exported = await exportSession(page);
  await page.close();
  const again = await context.newPage();
  await openApp(again);
  expect((await exportSession(again)).journal).toBe(exported.journal);
});

test('[F15] a journal with a flipped byte is refused with the place, can be exported, and nothing is opened instead', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  const exported = await exportSession(page);
  await page.close();
  const other = await aside(context);
  await other.evaluate(async () => {
    const store = window.stores.open({});
    // puts everything from SQLite's log into its file
    await store.dump();
    await store.close();
  });
  const at = await other.evaluate(() => window.stores.flip(`/ratchet.${window.stores.newest}.sqlite`, '"type":"OrderFilled"'));
  expect(at).toBeGreaterThan(0);
  const filled = exported.records.find(({ event }) => event.type === 'OrderFilled');

  const harmed = await context.newPage();
  await harmed.goto('./');
  await expect(refused(harmed)).toContainText('The journal cannot be trusted');
  await expect(refused(harmed)).toContainText(`record ${filled?.seq} is not the one that was kept`);
  await pictures(harmed, 'damaged');
  const download = harmed.waitForEvent('download');
  await button(harmed, 'Export what is kept').click();
  const file = await (await download).path();
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect(readFileSync(file).includes('"type":"StopSet"')).toBe(true);
  await expect(harmed.locator('[data-ready]')).toHaveCount(0);
  await harmed.reload();
  await expect(refused(harmed)).toContainText(`record ${filled?.seq} is not the one that was kept`);
  await button(harmed, 'Begin with the bundled session').click();
  await harmed.locator('[data-ready="true"]').waitFor();
  await expect(refused(harmed)).toHaveCount(0);
});

test('[F15] where a byte is flipped at the end of what was written last, what is cut is said', async ({ page, context }) => {
  await untilScaleIn(page);
  const before = await exportSession(page);
  await decide(page, 'a');
  await expect(waiting(page)).toHaveCount(0);
  const after = await exportSession(page);
  await page.close();
  const other = await aside(context);
  const at = await other.evaluate(() =>
    window.stores.flip(`/ratchet.${window.stores.newest}.sqlite-wal`, '"ApproveProposal"', 'first'),
  );
  expect(at).toBeGreaterThan(0);
  const cut = await context.newPage();
  await openApp(cut);
  await expect(cut.getByRole('alert')).toContainText(
    `the last ${after.records.length - before.records.length} records that were kept are missing`,
  );
  expect((await exportSession(cut)).journal).toBe(before.journal);
  await decide(cut, 'a');
  await expect(waiting(cut)).toHaveCount(0);
  expect((await exportSession(cut)).journal).toBe(after.journal);
});

test('[F15] a database that is none any more is refused, can be exported as it is, and nothing is opened instead', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  await page.close();
  const other = await aside(context);
  await other.evaluate(async () => {
    const store = window.stores.open({});
    await store.dump();
    await store.close();
    await window.stores.flip(`/ratchet.${window.stores.newest}.sqlite`, 'SQLite format 3');
  });
  const harmed = await context.newPage();
  await harmed.goto('./');
  await expect(refused(harmed)).toContainText('The journal cannot be trusted');
  const download = harmed.waitForEvent('download');
  await button(harmed, 'Export what is kept').click();
  expect(readFileSync(await (await download).path()).includes('"type":"OrderFilled"')).toBe(true);
  await expect(harmed.locator('[data-ready]')).toHaveCount(0);
});

test('[F16] a journal that the browser has cleared is missing, never an empty account, until its user begins anew', async ({
  page,
  context,
}) => {
  await untilScaleIn(page);
  const { records } = await exportSession(page);
  await page.close();
  const other = await aside(context);
  await other.evaluate(() => window.stores.clear());
  const bare = await context.newPage();
  for (let time = 0; time < 2; time += 1) {
    await bare.goto('./');
    await expect(refused(bare)).toContainText('Journal missing');
    await expect(refused(bare)).toContainText(`${records.length} records`);
    await expect(bare.locator('[data-ready]')).toHaveCount(0);
    await expect(positions(bare)).toHaveCount(0);
  }
  await pictures(bare, 'missing');
  await button(bare, 'Begin with the bundled session').click();
  await bare.locator('[data-ready="true"]').waitFor();
  await expect(refused(bare)).toHaveCount(0);
  await openApp(bare);
  await expect(refused(bare)).toHaveCount(0);
});

test('[F17] a journal of a newer version is shown, with an explanation, and left as it is', async ({ page, context }) => {
  await untilScaleIn(page);
  const before = await exportSession(page);
  await page.close();
  const other = await aside(context);
  const files = await other.evaluate(async () => {
    const newer = window.stores.open({ version: window.stores.newest + 1 });
    await newer.library();
    await newer.dump();
    await newer.close();
    return window.stores.digests();
  });
  const older = await context.newPage();
  await openApp(older);
  await expect(strip(older)).toContainText('written by a newer version of Ratchet');
  await pictures(older, 'newer');
  expect((await exportSession(older)).journal).toBe(before.journal);
  await decide(older, 'a');
  await expect(older.getByRole('alert')).toContainText('newer version');
  await older.keyboard.press('ArrowRight');
  await older.close();
  expect(await other.evaluate(() => window.stores.digests())).toMatchObject(files);
});

for (const how of ['killed', 'ended'] as const)
  test(`[F17] a migration whose browser is ${how} half way leaves the old journal whole, and is done anew`, async ({
    profile,
    context,
  }) => {
    let other = await aside(context);
    const lines = await other.evaluate(async () => {
      const record = (seq: number) => ({
        seq,
        line: JSON.stringify({ seq }),
        tape: { row: seq, point: 1 },
        ts: seq,
        type: 'Fact',
        position: null,
        columns: null,
      });
      const old = window.stores.open({ version: 1 });
      await old.begin({ id: 'a', name: 'old', parent: null, digests: [], policy: 'p', entries: [] });
      await old.append(
        'a',
        Array.from({ length: 500 }, (_, at) => record(at + 1)),
        { row: 500, point: 1 },
      );
      const { lines: kept } = await old.read('a');
      await old.close();
      await window.stores.stop({ stopAt: 2 });
      return kept;
    });
    expect(lines).toHaveLength(500);
    if (how === 'killed') {
      await profile.kill();
      other = await aside(await profile.open());
    } else {
      await other.close();
      other = await aside(context);
    }
    const read = (version?: number) =>
      other.evaluate(async (wanted) => {
        const store = window.stores.open(wanted === null ? {} : { version: wanted });
        const { lines: kept } = await store.read('a');
        const { readOnly } = await store.state();
        await store.close();
        return { kept, readOnly, files: Object.keys(await window.stores.digests()).toSorted() };
      }, version ?? null);
    expect(await read(1)).toMatchObject({ kept: lines, readOnly: null });
    const { kept, files } = await read();
    expect(kept).toEqual(lines);
    expect(files.some((name) => name.startsWith('/ratchet.1'))).toBe(false);
  });
