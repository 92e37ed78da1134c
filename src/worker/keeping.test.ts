import type { Database } from '@sqlite.org/sqlite-wasm';
import { describe, expect, it } from 'vitest';
import { type Store, StoreError } from '../journal/store.ts';
import { sqliteInMemory, storeInMemory } from '../journal/testing.ts';
import type { PlaceEntry } from '../domain/commands.ts';
import { withValue } from '../domain/document.ts';
import { loadPreset } from '../policy/load.ts';
import type { ToWorker } from './protocol.ts';
import { Page } from './testing.ts';

/** Under it what was entered goes on long enough to be decided on: a stop by the ATR alone, and no exit before it. */
const STEADY = Object.entries({
  name: 'steady',
  initialStop: { kind: 'atr', atr: '1.5ATR' },
  'rules.early-exit.enabled': false,
  'rules.time-stop.enabled': false,
  'rules.technical-stop.enabled': false,
}).reduce((policy, [path, value]) => withValue(policy, path, value), loadPreset('intraday').source);

const START: ToWorker = { type: 'start', policy: STEADY, remembered: null };
const BUY = {
  type: 'command' as const,
  command: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' } satisfies PlaceEntry,
};

/** A browser whose database outlives its pages. */
async function browser(): Promise<{ db: Database; open: (break_?: (store: Store) => Store) => Promise<Page> }> {
  const sqlite = await sqliteInMemory();
  const db = new sqlite.oo1.DB(':memory:');
  return {
    db,
    open: async (change = (store) => store) => {
      const page = new Page(async () => change((await storeInMemory(db)).store));
      await page.send(START);
      return page;
    },
  };
}

const journalOf = async (page: Page): Promise<string> => (await page.ask({ ask: 'export' })).journal;
const kept = (db: Database): string =>
  db
    .selectValues('SELECT record FROM events ORDER BY session, seq')
    .map((line) => (typeof line === 'string' ? `${line}\n` : ''))
    .join('');

/** A session with a position, a proposal that waits, and a stop that was moved. */
async function busy(page: Page): Promise<void> {
  await page.send({ type: 'seek', row: 250 });
  await page.send({ ...BUY, command: { ...BUY.command, stop: '180.56' } });
  await page.send({ type: 'step', to: 'proposal' });
  await page.pass(60_000);
  expect(page.clock.stoppedBy).toBe('proposal');
}

describe('a session that is kept', () => {
  it('[P6] is come back to where it was: positions, tranches, proposals, timers, place, instrument and speed', async () => {
    const { open, db } = await browser();
    const page = await open();
    await page.send({ type: 'speed', speed: 300 });
    await busy(page);
    const again = await open();
    const last = <K extends 'positions' | 'proposals' | 'orders' | 'account' | 'clock'>(from: Page, what: K) =>
      from.frames.findLast((frame) => frame[what])?.[what];
    for (const what of ['positions', 'proposals', 'orders', 'account'] as const)
      expect([what, last(again, what)]).toEqual([what, last(page, what)]);
    expect(again.clock).toMatchObject({
      row: page.clock.row,
      point: page.clock.point,
      ts: page.clock.ts,
      speed: 300,
      playing: false,
    });
    expect(await journalOf(again)).toBe(await journalOf(page));
    expect(kept(db)).toBe(await journalOf(page));
    expect(again.faults).toEqual([]);
    expect(again.keeping).toMatchObject({ state: 'kept', records: page.keeping?.records, session: page.keeping?.session });
  });

  it('goes on after it was come back to as it would have without', async () => {
    const { open } = await browser();
    const page = await open();
    await busy(page);
    const again = await open();
    await again.send({ type: 'seek', row: 1950 });
    const straight = new Page();
    await straight.send(START);
    await busy(straight);
    await straight.send({ type: 'seek', row: 1950 });
    expect(await journalOf(again)).toBe(await journalOf(straight));
  });

  it('shows nothing that is not durable: every record of every frame is in the database', async () => {
    const { open, db } = await browser();
    const page = await open();
    await busy(page);
    await page.send({ type: 'speed', speed: Number.POSITIVE_INFINITY });
    for (let turn = 0; turn < 30; turn += 1) {
      await page.send({ type: 'play' });
      await page.pass(40);
      const shown = page.frames.flatMap(({ journal }) => journal?.lines ?? []).at(-1)?.seq ?? 0;
      expect(db.selectValue('SELECT max(seq) FROM events')).toBeGreaterThanOrEqual(shown);
    }
  });

  it('keeps what was decided before in a branch of its own when something else is decided in its past', async () => {
    const { open } = await browser();
    const page = await open();
    await busy(page);
    const before = await journalOf(page);
    await page.send({ type: 'seek', row: 240 });
    await page.send({ ...BUY, command: { ...BUY.command, side: 'short' } });
    await page.send({ type: 'seek', row: 300 });
    const branch = await journalOf(page);
    expect(branch).not.toBe(before);
    const { sessions } = await page.ask({ ask: 'library' });
    expect(sessions).toHaveLength(2);
    const [own, first] = sessions;
    expect(own).toMatchObject({ id: page.keeping?.session, parent: { session: first?.id, seq: 1 } });
    const again = await open();
    expect(await journalOf(again)).toBe(branch);
    await again.send({ type: 'open-session', id: first?.id ?? '' });
    await again.send({ type: 'seek', row: 1950 });
    expect((await journalOf(again)).startsWith(before)).toBe(true);
  });

  it('gives a branch the name that it was given while it was open', async () => {
    const { open } = await browser();
    const page = await open();
    await busy(page);
    const id = page.keeping?.session ?? '';
    await page.ask({ ask: 'library', change: { what: 'rename-session', id, name: 'Monday' } });
    expect(page.keeping).toMatchObject({ session: id, name: 'Monday' });
    await page.send({ type: 'seek', row: 100 });
    await page.send(BUY);
    const { sessions } = await page.ask({ ask: 'library' });
    expect(sessions.map(({ name }) => name)).toEqual(['Monday', 'Monday']);
    expect(page.keeping).toMatchObject({ session: sessions[0]?.id, name: 'Monday' });
  });

  it('replayed again from the start and on to its end, without another decision, is kept once', async () => {
    const { open, db } = await browser();
    const page = await open();
    await busy(page);
    const before = kept(db);
    await page.send({ type: 'seek', row: 0 });
    await page.send({ type: 'seek', row: page.clock.rows });
    expect(kept(db).startsWith(before)).toBe(true);
    expect(db.selectValue('SELECT count(*) FROM sessions')).toBe(1);
  });

  it('leaves no line in the library where nothing has happened in it', async () => {
    const { open } = await browser();
    const page = await open();
    await page.send({ type: 'open-bundled', policy: 'active' });
    await page.send({ type: 'open-bundled', policy: 'tranches' });
    const { sessions, recordings } = await page.ask({ ask: 'library' });
    expect(sessions.map(({ policy }) => policy)).toEqual(['tranches']);
    expect(recordings).toMatchObject([{ synthetic: true, symbol: 'DEMO', rows: 1950 }]);
  });

  it('is opened from its recording with another policy, renamed, and deleted, but not while it is open or its recording is needed', async () => {
    const { open } = await browser();
    const page = await open();
    await busy(page);
    const [first] = (await page.ask({ ask: 'library' })).sessions;
    const digest = first?.digests[0] ?? '';
    const gone = page.ask({ ask: 'library', change: { what: 'remove-session', id: first?.id ?? '' } });
    await expect(gone).rejects.toThrow('This session is open');
    await page.send({ type: 'open-recordings', digests: [digest], policy: 'active', barPath: 'ohlc' });
    expect(page.session).toMatchObject({ policy: 'active', barPath: 'ohlc', synthetic: true });
    await page.ask({ ask: 'library', change: { what: 'rename-session', id: first?.id ?? '', name: 'Monday' } });
    await page.ask({ ask: 'library', change: { what: 'rename-recording', digest, name: 'a tape' } });
    const named = await page.ask({ ask: 'library' });
    expect(named.sessions.map(({ name }) => name)).toContain('Monday');
    expect(named.recordings).toMatchObject([{ name: 'a tape' }]);
    const needed = page.ask({ ask: 'library', change: { what: 'remove-recording', digest } });
    await expect(needed).rejects.toThrow('need');
    const left = await page.ask({ ask: 'library', change: { what: 'remove-session', id: first?.id ?? '' } });
    expect(left.sessions).toHaveLength(1);
  });
});

describe('[F14] a store that fails', () => {
  /** A store whose appends fail while `broken` says so. */
  const failing =
    (broken: () => boolean, fault: StoreError) =>
    (store: Store): Store => {
      const { append, begin } = store;
      store.append = (...words) => (broken() ? Promise.reject(fault) : append.apply(store, words));
      store.begin = (...words) => (broken() ? Promise.reject(fault) : begin.apply(store, words));
      return store;
    };

  it.each(['quota', 'failed'] as const)(
    '(%s): what was asked is not done and said so, what adds risk is held, and it is saved once it can be',
    async (fault) => {
      const { open, db } = await browser();
      let broken = false;
      const page = await open(failing(() => broken, new StoreError(fault, 'no room is left')));
      await busy(page);
      const before = { journal: await journalOf(page), kept: kept(db) };
      broken = true;
      const [proposal] =
        page.frames.findLast(({ proposals }) => proposals)?.proposals?.filter(({ actionable }) => actionable) ?? [];
      await page.send({ type: 'command', command: { type: 'ApproveProposal', proposalId: proposal?.id ?? '' } });
      expect(page.faults).toMatchObject([{ fatal: false, message: 'Not done: it could not be saved' }]);
      expect(page.keeping).toMatchObject({ state: 'failing', message: 'no room is left' });
      const journal = await journalOf(page);
      expect(journal.startsWith(before.journal)).toBe(true);
      expect(journal).not.toContain('ApproveProposal');
      expect(kept(db)).toBe(before.kept);
      const [same] = page.frames.findLast(({ proposals }) => proposals)?.proposals ?? [];
      expect(same).toMatchObject({ id: proposal?.id, status: 'proposed' });
      await page.send(BUY);
      expect(await journalOf(page)).toMatch(/"EntryDenied".*"HELD"/);
      const [held] = page.frames.findLast(({ positions }) => positions)?.positions ?? [];
      await page.send({ type: 'command', command: { type: 'ClosePosition', positionId: held?.id ?? '' } });
      await page.send({ type: 'step', to: 'bar' });
      expect(await journalOf(page)).toContain('"PositionClosed"');
      expect(kept(db)).toBe(before.kept);
      await page.pass(5_000);
      expect(kept(db)).toBe(before.kept);
      broken = false;
      await page.pass(5_000);
      expect(page.keeping).toMatchObject({ state: 'kept', message: '' });
      expect(kept(db)).toBe(await journalOf(page));
      expect(kept(db)).toContain('"HoldEnded"');
      const again = await open();
      expect(await journalOf(again)).toBe(await journalOf(page));
    },
  );

  it('whose answer is lost after the work was done does nothing twice: what was said not to be done stays aside, and what is shown goes on in a branch', async () => {
    const { open, db } = await browser();
    let lost = false;
    const page = await open((store) => {
      const { append } = store;
      store.append = async (...words) => {
        await append.apply(store, words);
        if (lost) throw new StoreError('failed', 'no answer');
      };
      return store;
    });
    await busy(page);
    const before = await journalOf(page);
    lost = true;
    await page.send(BUY);
    expect(page.keeping).toMatchObject({ state: 'failing' });
    expect(kept(db)).not.toBe(before);
    lost = false;
    await page.pass(10_000);
    expect(page.keeping).toMatchObject({ state: 'kept', message: '' });
    const journal = await journalOf(page);
    expect(journal.startsWith(before)).toBe(true);
    expect(journal.slice(before.length)).not.toContain('PlaceEntry');
    const { sessions } = await page.ask({ ask: 'library' });
    expect(sessions).toMatchObject([{ id: page.keeping?.session, parent: { session: sessions[1]?.id } }, { parent: null }]);
    expect(await journalOf(await open())).toBe(journal);
  });

  it('at every third write keeps everything in the end, in order and once, and shows no record as kept that is not', async () => {
    const { open, db } = await browser();
    let writes = 0;
    const page = await open(failing(() => (writes += 1) % 3 === 0, new StoreError('failed', 'a write failed')));
    await page.send({ type: 'seek', row: 250 });
    for (let turn = 0; turn < 12; turn += 1) {
      await page.send(BUY);
      await page.send({ type: 'step', to: 'event' });
      await page.pass(100);
      expect(page.keeping?.records).toBe(db.selectValue('SELECT max(seq) FROM events'));
      await page.pass(2_500);
    }
    await page.pass(10_000);
    expect(page.keeping).toMatchObject({ state: 'kept' });
    expect(kept(db)).toBe(await journalOf(page));
  });
});

describe('a journal that is not as it was left', () => {
  it('[F16] is said to be missing where the page remembers one, and nothing is opened in its stead', async () => {
    const page = new Page();
    await page.send({ ...START, remembered: { session: 'gone', name: 'TSLA', records: 812 } });
    expect(page.keeping).toMatchObject({ state: 'unkept', trouble: { kind: 'missing' } });
    expect(page.keeping?.trouble?.message).toContain('"TSLA" with 812 records');
    expect(page.session).toBeUndefined();
    await page.send({ type: 'open-bundled', policy: 'intraday' });
    expect(page.session).toBeDefined();
    expect(page.keeping).toMatchObject({ state: 'kept', trouble: null });
  });

  const unguarded = 'DROP TRIGGER events_stay; DROP TRIGGER events_stay_with_their_session;';

  it('[F15] with a flipped byte is refused with the place, and nothing is opened in its stead', async () => {
    const { open, db } = await browser();
    await busy(await open());
    db.exec(`${unguarded} UPDATE events SET record = replace(record, 'long', 'lonG') WHERE seq = 3`);
    const page = await open();
    expect(page.keeping).toMatchObject({ state: 'unkept', trouble: { kind: 'damaged', session: expect.any(String) } });
    expect(page.keeping?.trouble?.message).toContain('record 3');
    expect(page.session).toBeUndefined();
  });

  it('[F15] whose tail is missing goes on from what is there, says so, and makes up again what the rules had done', async () => {
    const { open, db } = await browser();
    const first = await open();
    await busy(first);
    const whole = await journalOf(first);
    db.exec(`${unguarded} DELETE FROM events WHERE seq > 5`);
    const page = await open();
    expect(page.faults).toMatchObject([
      { message: expect.stringContaining('records of its journal are missing; it goes on from record 5') },
    ]);
    expect(await journalOf(page)).toBe(whole);
    expect(kept(db)).toBe(whole);
  });

  it('whose recording is missing is refused', async () => {
    const { open, db } = await browser();
    await busy(await open());
    db.exec('DELETE FROM recordings');
    const page = await open();
    expect(page.keeping).toMatchObject({ trouble: { kind: 'damaged', message: expect.stringContaining('no recording') } });
  });

  it('of a run with another engine is refused and left whole', async () => {
    const { open, db } = await browser();
    await busy(await open());
    const { store } = await storeInMemory();
    const line = JSON.stringify({
      seq: 1,
      tape: { row: 0, point: 0 },
      ts: 1,
      event: { type: 'SessionStarted', engine: 'ratchet/99' },
    });
    await store.begin({ id: 'x', name: 'future', parent: null, digests: [], policy: 'p', entries: [] });
    await store.append(
      'x',
      [{ seq: 1, line, tape: { row: 0, point: 0 }, ts: 1, type: 'SessionStarted', position: null, columns: null }],
      { row: 0, point: 0 },
    );
    const page = new Page(() => Promise.resolve(store));
    await page.send(START);
    expect(page.keeping).toMatchObject({ trouble: { kind: 'other', message: expect.stringContaining('ratchet/99') } });
    expect(db.selectValue('SELECT count(*) FROM sessions')).toBe(1);
  });
});

describe('an import that is cancelled', () => {
  it('leaves the session that was open, and nothing in the library', async () => {
    const { db, open } = await browser();
    const page = await open();
    await busy(page);
    const before = [await journalOf(page), await page.ask({ ask: 'library' })];
    const lines = [
      'ts,open,high,low,close,volume',
      ...Array.from({ length: 500 }, (_, i) => `${1_600_000_000_000 + i * 60_000},1,2,1,2,5`),
    ];
    const opening = page.host.receive({
      type: 'open-files',
      files: [{ file: new File([lines.join('\n')], 'X.csv'), options: {} }],
      policy: 'intraday',
      barPath: 'adverse-first',
    });
    await page.host.receive({ type: 'cancel' });
    await opening;
    expect([await journalOf(page), await page.ask({ ask: 'library' })]).toEqual(before);
    expect(db.selectValue('SELECT count(*) FROM recordings')).toBe(1);
    expect(page.faults).toEqual([]);
    expect(page.frames.findLast(({ progress }) => progress !== undefined)?.progress).toBeNull();
  });
});
