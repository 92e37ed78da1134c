import type { Database } from '@sqlite.org/sqlite-wasm';
import { describe, expect, it } from 'vitest';
import type { Command } from '../domain/commands.ts';
import { type Store, StoreError } from '../journal/store.ts';
import { sqliteInMemory, storeInMemory } from '../journal/testing.ts';
import type { Frame, ToWorker } from './protocol.ts';
import { Page } from './testing.ts';

const command = (asked: Command): ToWorker => ({ type: 'command', command: asked });
const BUY: Command = { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', stop: '180.56', source: 'ticket' };
const SHORT: Command = { ...BUY, side: 'short', stop: '200' };

/** A browser whose database outlives its pages. `remembered` is what the last page was told. */
async function browser(): Promise<{ db: Database; open: (change?: (store: Store) => void, last?: Page) => Promise<Page> }> {
  const sqlite = await sqliteInMemory();
  const db = new sqlite.oo1.DB(':memory:');
  return {
    db,
    open: async (change, last) => {
      const page = new Page(async () => {
        const { store } = await storeInMemory(db);
        change?.(store);
        return store;
      });
      const { session = null, name = '', records = 0 } = last?.keeping ?? {};
      const remembered = session === null ? null : { session, name, records };
      await page.send({ type: 'start', policy: 'intraday', remembered });
      return page;
    },
  };
}

const journalOf = async (page: Page): Promise<string> => (await page.ask({ ask: 'export' })).journal;
const sessionsOf = async (page: Page) => (await page.ask({ ask: 'library' })).sessions;
const linesIn = (frames: readonly Frame[]): number => frames.flatMap(({ journal }) => journal?.lines ?? []).at(-1)?.seq ?? 0;

/** A store of which `broken` says when it keeps nothing. */
const failing =
  (broken: () => boolean) =>
  (store: Store): void => {
    const { append, begin } = store;
    const refusal = () => Promise.reject(new StoreError('failed', 'a write failed'));
    store.append = (...words) => (broken() ? refusal() : append.apply(store, words));
    store.begin = (...words) => (broken() ? refusal() : begin.apply(store, words));
  };

describe('while something is being kept', () => {
  it('[P6] nothing of it is shown, neither to a page that acknowledges a frame meanwhile nor to one that begins to look on', async () => {
    const { open } = await browser();
    let slow = false;
    let answer = (): void => undefined;
    const page = await open((store) => {
      const { append } = store;
      store.append = async (...words) => {
        await append.apply(store, words);
        if (slow) await new Promise<void>((resolve) => (answer = resolve));
      };
    });
    await page.send({ type: 'seek', row: 250 });
    const before = linesIn(page.frames);
    slow = true;
    const sent = page.host.receive(command(BUY));
    await new Promise((resolve) => setTimeout(resolve, 0));
    const looking: Frame[] = [];
    page.host.join('tab', (message) => message.type === 'frame' && looking.push(message), { seq: 0, epoch: 0, run: 0 });
    await page.acknowledge();
    expect([linesIn(page.frames), linesIn(looking)]).toEqual([before, 0]);
    answer();
    await sent;
    await page.acknowledge();
    expect(linesIn(page.frames)).toBeGreaterThan(before);
    expect(linesIn(looking)).toBe(linesIn(page.frames));
  });
});

describe('what was done in a session', () => {
  it('stays in the library when another is opened after the replay has gone back to its beginning', async () => {
    const { open } = await browser();
    const page = await open();
    await page.send({ type: 'seek', row: 250 });
    await page.send(command(BUY));
    const first = page.keeping?.session;
    await page.send({ type: 'seek', row: 0 });
    await page.send({ type: 'open-bundled', policy: 'active' });
    expect((await sessionsOf(page)).map(({ id }) => id)).toContain(first);
  });

  it('cannot be deleted from under a branch that is not kept yet', async () => {
    const { open } = await browser();
    let broken = false;
    const page = await open(failing(() => broken));
    await page.send({ type: 'seek', row: 250 });
    await page.send(command(BUY));
    await page.send({ type: 'seek', row: 240 });
    const parent = page.keeping?.session ?? '';
    broken = true;
    await page.send(command(SHORT));
    const gone = page.ask({ ask: 'library', change: { what: 'remove-session', id: parent } });
    await expect(gone).rejects.toThrow('This session is open');
    broken = false;
    await page.pass(10_000);
    expect(page.keeping).toMatchObject({ state: 'kept' });
    expect((await sessionsOf(page)).map(({ id }) => id)).toEqual([page.keeping?.session, parent]);
  });

  it('is not left for a branch by a policy that cannot be used', async () => {
    const { open } = await browser();
    const page = await open();
    await page.send({ type: 'seek', row: 250 });
    await page.send(command(BUY));
    const before = await journalOf(page);
    await page.send({ type: 'seek', row: 240 });
    await page.send(command({ type: 'SetPolicy', policy: { name: 'odd', unheard: true } }));
    expect(page.faults).toHaveLength(1);
    await page.send({ type: 'seek', row: 250 });
    expect(await journalOf(page)).toBe(before);
    expect(await sessionsOf(page)).toHaveLength(1);
  });
});

describe('the session that was used last', () => {
  it('is come back to although another was renamed since, and the computer’s clock has gone back', async () => {
    const { open, db } = await browser();
    const before = await open();
    await before.send({ type: 'seek', row: 250 });
    await before.send(command(BUY));
    const first = before.keeping?.session ?? '';
    db.exec('UPDATE sessions SET touched = touched + 86400000');
    const page = await open(undefined, before);
    await page.send({ type: 'open-bundled', policy: 'active' });
    const second = page.keeping?.session;
    await page.ask({ ask: 'library', change: { what: 'rename-session', id: first, name: 'Monday' } });
    expect((await open(undefined, page)).keeping).toMatchObject({ state: 'kept', session: second });
  });

  it('is come back to where the one that was begun after it had not come to its first record', async () => {
    const { open } = await browser();
    let broken = false;
    const page = await open((store) => {
      const { append } = store;
      store.append = (...words) => (broken ? Promise.reject(new StoreError('failed', 'gone')) : append.apply(store, words));
    });
    const first = page.keeping?.session;
    broken = true;
    await page.send({ type: 'open-bundled', policy: 'active' });
    expect(page.keeping).toMatchObject({ state: 'failing' });
    const again = await open(undefined, page);
    expect(again.keeping).toMatchObject({ state: 'kept', session: first, trouble: null });
  });

  it('is not said to be missing where nothing had happened in it', async () => {
    const { open } = await browser();
    const page = await open();
    await page.send({ type: 'open-bundled', policy: 'active' });
    const told = page.keeping?.session;
    await page.send({ type: 'open-bundled', policy: 'tranches' });
    const late = { keeping: { session: told, name: 'DEMO', records: 1 } } as Page;
    expect((await open(undefined, late)).keeping).toMatchObject({ state: 'kept', trouble: null });
  });
});

describe('[F14] what adds risk', () => {
  /** A session in which what adds risk was held from row 260 to row 270. */
  async function held(page: Page, breaks: (on: boolean) => void): Promise<void> {
    await page.send({ type: 'seek', row: 260 });
    breaks(true);
    await page.send(command(BUY));
    await page.send({ type: 'seek', row: 270 });
    breaks(false);
    await page.pass(10_000);
    expect(await journalOf(page)).toMatch(/"HoldBegan"[^]*"HoldEnded"/);
    expect(page.keeping).toMatchObject({ state: 'kept' });
  }

  it('is not held for good by a decision in the past, at a place where it was held then', async () => {
    const { open } = await browser();
    let broken = false;
    const page = await open(failing(() => broken));
    await held(page, (on) => (broken = on));
    await page.send({ type: 'seek', row: 265 });
    await page.send(command(BUY));
    expect((await journalOf(page)).split('\n').slice(0, -1).slice(-6).join('\n')).toMatch(/"HoldEnded"[^]*"PlaceEntry"/);
    expect(page.frames.findLast(({ positions }) => positions)?.positions).toHaveLength(1);
  });

  it('is held where keeping fails at such a place, and stays held as long as it fails', async () => {
    const { open } = await browser();
    let broken = false;
    const page = await open(failing(() => broken));
    await held(page, (on) => (broken = on));
    await page.send({ type: 'seek', row: 265 });
    broken = true;
    await page.send(command({ type: 'SetAutonomyLevel', level: 'manual' }));
    expect(page.keeping).toMatchObject({ state: 'failing' });
    await page.send({ type: 'seek', row: 300 });
    await page.send(command(BUY));
    expect((await journalOf(page)).split('\n').at(-2)).toMatch(/"EntryDenied".*"HELD"/);
  });

  it('is not held for good where the program ended before the end of the hold was kept', async () => {
    const { open } = await browser();
    let appends = Number.POSITIVE_INFINITY;
    const page = await open(failing(() => (appends -= 1) < 0));
    await page.send({ type: 'seek', row: 260 });
    appends = 0;
    await page.send(command(BUY));
    // what was done in memory is kept, and the end of the hold is not
    appends = 1;
    await page.pass(2_500);
    expect(page.keeping).toMatchObject({ state: 'failing' });
    const again = await open(undefined, page);
    expect(await journalOf(again)).toMatch(/"HoldBegan"[^]*"HoldEnded"/);
    await again.send(command(BUY));
    expect(again.frames.findLast(({ positions }) => positions)?.positions).toHaveLength(1);
  });

  it('stays held: the replay does not go back within a row while the journal cannot be saved', async () => {
    const { open } = await browser();
    let broken = false;
    const page = await open(failing(() => broken));
    await page.send({ type: 'seek', row: 260 });
    await page.send({ type: 'step', to: 'tick' });
    broken = true;
    await page.send(command(BUY));
    await page.send({ type: 'seek', row: 260 });
    expect(page.faults.at(-1)?.message).toContain('does not go back');
    await page.send(command(BUY));
    expect((await journalOf(page)).split('\n').at(-2)).toMatch(/"EntryDenied".*"HELD"/);
  });
});

describe('a store that could not be asked at the start', () => {
  it('is asked again: what is opened then is kept', async () => {
    const { open } = await browser();
    let deaf = true;
    const page = await open((store) => {
      const { state } = store;
      store.state = () => (deaf ? Promise.reject(new StoreError('failed', 'no answer')) : state.apply(store));
    });
    expect(page.keeping?.trouble?.message).toContain('no answer');
    deaf = false;
    await page.send({ type: 'open-bundled', policy: 'intraday' });
    expect(page.keeping).toMatchObject({ state: 'kept', records: 1 });
    expect(await sessionsOf(page)).toHaveLength(1);
  });
});

describe('what a user opens while the page starts', () => {
  it('stays open and is kept: the start neither removes it nor opens another over it', async () => {
    for (let later = 0; later < 24; later += 1) {
      const { db, open } = await browser();
      const first = await open();
      await first.send({ type: 'seek', row: 250 });
      const page = new Page(async () => (await storeInMemory(db)).store);
      const { host } = page;
      const start = host.receive({ type: 'start', policy: 'intraday', remembered: null });
      for (let turn = 0; turn < later; turn += 1) await Promise.resolve();
      await Promise.all([start, host.receive({ type: 'open-bundled', policy: 'fixed' })]);
      await page.acknowledge();
      expect(page.session?.policy, `${later} turns later`).toBe('fixed');
      const kept = page.keeping?.session;
      if (kept) expect((await sessionsOf(page)).map(({ id }) => id)).toContain(kept);
      else expect(page.keeping?.message).toBe('Nothing is kept');
    }
  });
});
