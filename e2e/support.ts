import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, type Download, type Locator, type Page, test as base, expect } from '@playwright/test';
import type { Event, JournalRecord } from '../src/domain/events.ts';
import { bundledSession } from '../src/feeds/synthetic.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folder of the built app. */
export const built = resolve(root, process.env.E2E_DIST ?? 'dist');

/** Notes what the pages of a browser write to their consoles as errors, and what they throw. */
function listen(context: BrowserContext, troubles: string[]): void {
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => troubles.push(String(error.error().stack ?? error.error())));
}

const expectNone = (troubles: readonly string[]): void => expect(troubles, 'errors and warnings of the page').toEqual([]);

/** The page under test. What it writes to its console as an error, and what it throws, fails the test. */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ context }, use) => {
      const troubles: string[] = [];
      listen(context, troubles);
      await use(undefined);
      expectNone(troubles);
    },
    { auto: true },
  ],
});
export { expect };

/** A browser whose storage outlives it: closed or killed, it is opened again on the same. */
export interface Profile {
  /** where it keeps its storage */
  folder: string;
  open(): Promise<BrowserContext>;
  /** the browser that is open */
  context(): BrowserContext;
  /** SIGKILL to the browser and everything it has started */
  kill(): Promise<void>;
}

/** Process of the browser itself, which leads all others. */
async function processOf(context: BrowserContext): Promise<number> {
  const devtools = await context.browser()?.newBrowserCDPSession();
  const processes = await devtools?.send('SystemInfo.getProcessInfo');
  await devtools?.detach();
  const pid = processes?.processInfo.find(({ type }) => type === 'browser')?.id;
  if (pid === undefined) throw new Error('the browser does not say which process it is');
  return pid;
}

/** Tests on a profile of their own: files in the browser are kept only there. `page` is a page of it, and `context` the browser as it was opened first. */
export const profiled = base.extend<{ profile: Profile }>({
  profile: async ({ playwright, baseURL, viewport }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-profile-'));
    const troubles: string[] = [];
    let opened: { context: BrowserContext; pid: number } | undefined;
    const current = (): { context: BrowserContext; pid: number } => {
      if (!opened) throw new Error('the browser is not open');
      return opened;
    };
    await use({
      folder,
      open: async () => {
        const context = await playwright.chromium.launchPersistentContext(folder, {
          viewport,
          ...(baseURL === undefined ? {} : { baseURL }),
        });
        listen(context, troubles);
        opened = { context, pid: await processOf(context) };
        return context;
      },
      context: () => current().context,
      kill: async () => {
        const { context, pid } = current();
        const over = new Promise((resolve) => context.once('close', resolve));
        process.kill(-pid, 'SIGKILL');
        await over;
      },
    });
    await opened?.context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    expectNone(troubles);
  },
  context: async ({ profile }, use) => use(await profile.open()),
});

export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/** Where recorded market files lie, beside the repository. */
export const recordedFolder = join(root, '..', 'shared', 'data');

/** A recorded market file beside the repository; the test is skipped by its name where it is absent. */
export function recorded(name: string): string {
  const path = join(recordedFolder, name);
  test.skip(!existsSync(path), `${name} is not beside the repository`);
  return path;
}

/** A long of the bundled session that is scaled in, and then comes to a partial exit: where it is entered, and its stop. */
export const ENTRY = { row: 250, stop: '180.56' } as const;

/** A file of this test alone. @returns its path */
export function fileWith(name: string, content: string | Uint8Array): string {
  const path = test.info().outputPath(name);
  mkdirSync(test.info().outputDir, { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The bundled generator's bars under a name of their own: to the app a file like any other. */
export const generated = (): string => fileWith('eq_MADE_1m.csv', bundledSession().csv);

/** The bundled generator's bars at twice the price, as another instrument. */
export function twin(name = 'eq_TWIN_1m.csv'): string {
  const [header = '', ...bars] = bundledSession().csv.trim().split('\n');
  const rows = bars.map((row) =>
    row
      .split(',')
      .map((field, at) => (at >= 1 && at <= 4 ? (Number(field) * 2).toFixed(2) : field))
      .join(','),
  );
  return fileWith(name, [header, ...rows, ''].join('\n'));
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2025, 2, 3);

const flat = (price: number, minutes: number): number[] =>
  Array.from({ length: minutes }, (_, i) => price * (1 + (i % 2) * 0.002));
const slide = (from: number, to: number, minutes: number): number[] =>
  Array.from({ length: minutes }, (_, i) => from + ((to - from) * (i + 1)) / minutes);

/** Three days of two hours: from 100 to 60, from 60 to 36, and a rise. */
export function falling(): string {
  const days = [
    [...flat(100, 60), ...slide(100, 60, 40), ...flat(60, 20)],
    [...flat(60, 20), ...slide(60, 36, 40), ...flat(36, 60)],
    [...flat(36, 60), ...slide(36, 40, 40)],
  ];
  let open = 100;
  const rows = days.flatMap((closes, day) =>
    closes.map((close, minute) => {
      const row = [open, Math.max(open, close) + 0.05, Math.min(open, close) - 0.05, close].map((price) => price.toFixed(2));
      open = close;
      return [START + day * DAY + minute * MINUTE, ...row, 1_000].join(',');
    }),
  );
  return fileWith('FALL.csv', ['ts,open,high,low,close,volume', ...rows, ''].join('\n'));
}

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
export const cards = (page: Page): Locator => page.getByTestId('approval');
/** Cards that can still be decided on. */
export const waiting = (page: Page): Locator => page.locator('[data-testid="approval"][data-open]');
export const place = (page: Page): Locator => page.getByRole('slider', { name: 'Place on the tape' });
export const positions = (page: Page): Locator => page.getByRole('table', { name: 'Positions' });

/** Opens the app and waits until the bundled session is painted. */
export async function openApp(page: Page, path = './'): Promise<void> {
  await page.goto(path);
  await page.locator('[data-ready="true"]').waitFor();
}

const intraday = JSON.parse(readFileSync(join(root, 'src/policy/presets/intraday.json'), 'utf8')) as { rules: object };

/** Under it what was entered goes on long enough to be decided on: `intraday` with a stop by the ATR alone, and without its exits before the stop. */
const steady = {
  ...intraday,
  name: 'steady',
  initialStop: { kind: 'atr', atr: '1.5ATR' },
  rules: {
    ...intraday.rules,
    'early-exit': { enabled: false },
    'time-stop': { enabled: false },
    'technical-stop': { enabled: false },
  },
};

/** The steady policy as a file, for the headless replay. @returns what to pass it */
export const underSteady = (): string[] => ['--policy', fileWith('steady.json', JSON.stringify(steady))];

/** Under it something happens at every bar, all by itself: it buys a little every minute, trails closely and is stopped out often. */
export const busy = {
  ...(JSON.parse(readFileSync(join(root, 'src/policy/presets/tranches.json'), 'utf8')) as object),
  name: 'busy',
  initialStop: { kind: 'percent', percent: '0.3%' },
  limits: {
    positionEquity: '100%',
    tranches: 3,
    cooldown: '0s',
    openPositions: 10,
    tradesPerDay: 'none',
    totalSize: 'none',
    entryWindow: false,
  },
  rules: {
    'tranche-entry': { plan: 'dca', side: 'long', dca: { amount: '$2500', every: '1m' } },
    'trailing-stop': { enabled: true, activate: '0.05R', distance: '0.3%' },
  },
  autonomy: { 'tranche-entry': 'auto', 'partial-exit': 'auto', 'scale-in': 'auto' },
};

/** Makes whoever opens pages here a user who has chosen a policy of their own, unless another was chosen since. */
export const choosing = (where: Page | BrowserContext, policy: object = steady): Promise<unknown> =>
  where.addInitScript((chosen) => {
    if (location.protocol.startsWith('http') && localStorage.getItem('ratchet.choices') === null)
      localStorage.setItem(
        'ratchet.choices',
        JSON.stringify({ state: { policy: chosen, draft: { preset: 'intraday', document: chosen } }, version: 1 }),
      );
  }, policy);

/** Makes a page crash, and its engine with it. */
export async function crash(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // never answered: whoever would is gone
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Opens the app, as `openApp`, for a user who has chosen the steady policy. */
export async function openSteady(page: Page, path?: string): Promise<void> {
  await choosing(page);
  await openApp(page, path);
}

/** Drops files of this machine on the page, as the operating system would: the browser itself makes the DataTransfer. */
export async function drop(page: Page, ...files: string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await devtools.detach();
}

/** The dialog that a dropped or chosen file opens. */
export const importDialog = (page: Page): Locator => page.getByRole('dialog', { name: /^Open / });

/** Opens what the import dialog shows, and waits until it is the session. */
export async function confirmImport(page: Page, policy?: string): Promise<void> {
  const dialog = importDialog(page);
  if (policy !== undefined) await dialog.getByLabel('Policy').selectOption(policy);
  await dialog.getByRole('button', { name: /^Open/ }).click();
  await expect(dialog).toBeHidden({ timeout: 20_000 });
}

/** Drops a file, opens it, and waits until it is the session. */
export async function openFile(page: Page, path: string, policy?: string): Promise<void> {
  await drop(page, path);
  await confirmImport(page, policy);
}

export const rowsDone = async (page: Page): Promise<number> => Number(await place(page).inputValue());

/** Goes to where `row` rows are done, by the scrubber. */
export async function seek(page: Page, row: number): Promise<void> {
  const slider = place(page);
  await slider.fill(String(row));
  // The thumb is where it was dragged to until it is let go: only then does it show where the engine is.
  await slider.blur();
  await expect.poll(() => rowsDone(page)).toBe(row);
}

/** Runs an action of the palette by its title. */
export async function act(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const finder = page.getByRole('dialog', { name: 'Find an action' });
  await finder.getByRole('textbox').fill(title);
  await expect(finder.getByRole('status')).toHaveText(title);
  await page.keyboard.press('Enter');
  await expect(finder).toBeHidden();
}

/** Plays until the replay stands again: at a proposal, or at the end. */
export async function untilPaused(page: Page): Promise<void> {
  await expect(button(page, 'Play')).toBeVisible({ timeout: 60_000 });
}

/** Goes on to the next proposal by its key. @returns false at the end of the session */
export async function nextProposal(page: Page): Promise<boolean> {
  const before = await waiting(page).count();
  await page.keyboard.press('n');
  const end = page.getByText('end of the session', { exact: true });
  await expect(waiting(page).nth(before).or(end)).toBeVisible({ timeout: 30_000 });
  return !(await end.isVisible());
}

/** Presses a key for a card that waits, once it is the selected one: a card just decided keeps the keys for a moment. */
export async function decide(page: Page, key: 'a' | 'r' | 'e' | 'z'): Promise<void> {
  await expect(waiting(page).and(page.locator('[aria-current="true"]'))).toBeVisible();
  await page.keyboard.press(key);
}

/** The last price, as the chart's header shows it. */
export const lastPrice = async (page: Page): Promise<number> =>
  Number((await page.getByTitle('Last price, against the open of its bar').innerText()).replace(/[^\d.]/g, ''));

/** Sends an entry by the ticket, by keyboard alone. */
export async function enter(
  page: Page,
  order: { key?: 'b' | 's'; quantity?: string; stop?: string; target?: string },
): Promise<void> {
  const { key = 'b', quantity = '', stop = '', target = '' } = order;
  await page.keyboard.press(key);
  const ticket = page.getByRole('form', { name: 'Ticket' });
  await expect(ticket.getByLabel('Quantity')).toBeFocused();
  await page.keyboard.insertText(quantity);
  await ticket.getByLabel('Stop', { exact: true }).fill(stop);
  await ticket.getByLabel('Target').fill(target);
  await expect(ticket.getByRole('button', { name: /^(Buy|Sell) \d/ })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(positions(page).getByRole('cell', { name: 'Building' }).first()).toBeVisible();
  await page.keyboard.press('Escape');
}

export interface Exported {
  path: string;
  journal: string;
  positions: string;
  /** as the page shows it */
  sha256: string;
  records: JournalRecord[];
}

/** Exports the session: three downloads, and the digest on the page. */
export async function exportSession(page: Page): Promise<Exported> {
  const downloads: Download[] = [];
  const take = (download: Download): void => void downloads.push(download);
  page.on('download', take);
  await button(page, 'Export').click();
  await expect.poll(() => downloads.length).toBe(3);
  page.off('download', take);
  const folder = test.info().outputPath(`export-${Date.now()}`);
  const texts = new Map<string, string>();
  for (const download of downloads) {
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    texts.set(download.suggestedFilename(), readFileSync(path, 'utf8'));
  }
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const sha256 = await dialog.getByText(/^[0-9a-f]{64}$/).innerText();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const journal = texts.get('journal.jsonl') ?? '';
  expect(createHash('sha256').update(journal).digest('hex'), 'the digest on the page').toBe(sha256);
  const records = journal
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalRecord);
  return { path: join(folder, 'journal.jsonl'), journal, positions: texts.get('positions.json') ?? '', sha256, records };
}

/** Goes to the end of the tapes, where a replay without a browser ends. */
export async function finished(page: Page): Promise<Exported> {
  await seek(page, Number(await place(page).getAttribute('max')));
  return exportSession(page);
}

/** The facts of one type, in order. */
export function eventsOf<T extends Event['type']>({ records }: Pick<Exported, 'records'>, type: T): EventOf<T>[] {
  return records.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []));
}

/** Repeats the exported decisions on the same files without a browser, and expects the same bytes. */
export function expectSameHeadless(file: string | string[], exported: Exported, ...options: string[]): void {
  const out = test.info().outputPath(`headless-${Date.now()}`);
  const files = [file].flat();
  const words = ['--import', 'tsx', 'src/headless.ts', 'replay', ...files, '--decide', exported.path, '--out', out, ...options];
  const run = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr, files.map((path) => basename(path)).join(', ')).toBe('');
  expect(/journal SHA-256 ([0-9a-f]{64})/.exec(run.stdout)?.[1], 'the digest of the headless replay').toBe(exported.sha256);
  expect(readFileSync(join(out, 'journal.jsonl'), 'utf8') === exported.journal, 'the journal, byte for byte').toBe(true);
  expect(JSON.parse(readFileSync(join(out, 'positions.json'), 'utf8')), 'the fold').toEqual(JSON.parse(exported.positions));
}

/** A picture of the page, kept with the test's result. */
export async function picture(page: Page, name: string): Promise<void> {
  const path = test.info().outputPath(`${name}.png`);
  await page.screenshot({ path });
  await test.info().attach(name, { path, contentType: 'image/png' });
}
