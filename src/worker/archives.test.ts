import type { Database } from '@sqlite.org/sqlite-wasm';
import { describe, expect, it } from 'vitest';
import { readBackup } from '../journal/backup.ts';
import type { Store } from '../journal/store.ts';
import { storeInMemory } from '../journal/testing.ts';
import { restore } from './archives.ts';
import type { StoredFile, StoredForm } from './protocol.ts';
import { Page } from './testing.ts';

/** A page on a database of its own, with a session in which something was decided, and a branch of it. */
async function used(openStore?: () => Promise<Store>): Promise<Page> {
  const page = new Page(openStore);
  await page.send({ type: 'start', policy: 'intraday', remembered: null });
  const enter = (side: 'long' | 'short') =>
    page.send({
      type: 'command',
      command: { type: 'PlaceEntry', symbol: 'DEMO', side, kind: 'market', source: 'ticket' },
    });
  await page.send({ type: 'seek', row: 200 });
  await enter('long');
  await page.send({ type: 'seek', row: 300 });
  await enter('short');
  await page.send({ type: 'seek', row: 210 });
  await enter('short');
  await page.send({ type: 'seek', row: 320 });
  return page;
}

/** Makes the first session's first record another. */
function damage(db: Database): void {
  db.exec(`DROP TRIGGER events_stay; DROP TRIGGER events_stay_with_their_session;
    UPDATE events SET record = replace(record, 'intraday', 'intradaY') WHERE seq = 1 AND session = 1`);
}

async function fresh(): Promise<Page> {
  const page = new Page();
  await page.send({ type: 'start', policy: 'intraday', remembered: null });
  return page;
}

const journalOf = async (page: Page): Promise<string> => (await page.ask({ ask: 'export' })).journal;

async function stored(page: Page, file: StoredForm): Promise<File> {
  const { name, data }: StoredFile = await page.ask({ ask: 'stored', file });
  return new File([data], name);
}

describe('a session bundle', () => {
  it('is opened in another browser, verified, with the same digest, and goes on from there', async () => {
    const page = await used();
    const id = page.keeping?.session ?? '';
    const file = await stored(page, { what: 'session', id, as: 'bundle' });
    expect(file.name).toMatch(/\.ratchet\.zip$/);
    const other = await fresh();
    const look = await other.ask({ ask: 'archive', file, restore: false });
    expect(look).toMatchObject({ kind: 'bundle', recordings: 1, faults: [], restored: '' });
    expect((await other.ask({ ask: 'library' })).sessions).toHaveLength(1);
    await other.ask({ ask: 'archive', file, restore: true });
    expect(await journalOf(other)).toBe(await journalOf(page));
    expect(other.clock).toMatchObject({ row: page.clock.row, point: page.clock.point });
    expect(other.keeping).toMatchObject({ state: 'kept', records: page.keeping?.records });
    await page.send({ type: 'seek', row: 900 });
    await other.send({ type: 'seek', row: 900 });
    expect(await journalOf(other)).toBe(await journalOf(page));
    const again = await stored(other, { what: 'session', id: other.keeping?.session ?? '', as: 'bundle' });
    const third = await fresh();
    await third.ask({ ask: 'archive', file: again, restore: true });
    expect(await journalOf(third)).toBe(await journalOf(page));
  });

  it('of a session on entries from a file holds them once, and comes back with them', async () => {
    const page = await used();
    const at = Date.UTC(2025, 2, 3, 17);
    const entry = { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'entries' } as const;
    await page.send({ type: 'run-entries', entries: [{ ts: at, entry, line: 2 }] });
    await page.send({ type: 'seek', row: 400 });
    const journal = await journalOf(page);
    expect(journal.split('"CommandReceived"')).toHaveLength(2);
    await page.send({ type: 'open-session', id: page.keeping?.session ?? '' });
    expect(await journalOf(page)).toBe(journal);
    const file = await stored(page, { what: 'session', id: page.keeping?.session ?? '', as: 'bundle' });
    const other = await fresh();
    await other.ask({ ask: 'archive', file, restore: true });
    expect(await journalOf(other)).toBe(journal);
  });

  it('that is opened while a file is read leaves no sign of that reading behind', async () => {
    const page = await used();
    const file = await stored(page, { what: 'session', id: page.keeping?.session ?? '', as: 'bundle' });
    const slow = new File(['ts,price'], 'slow.csv');
    slow.slice = () => Object.assign(new Blob(), { arrayBuffer: () => new Promise<ArrayBuffer>(() => undefined) });
    const files = [{ file: slow, options: {} }];
    void page.send({ type: 'open-files', files, policy: 'intraday', barPath: 'adverse-first' });
    const progress = () => page.frames.findLast((frame) => frame.progress !== undefined)?.progress;
    await expect.poll(progress).toMatchObject({ label: 'Reading' });
    await page.ask({ ask: 'archive', file, restore: true });
    expect(progress()).toBeNull();
  });

  it('is refused where a byte of it is another', async () => {
    const page = await used();
    const file = await stored(page, { what: 'session', id: page.keeping?.session ?? '', as: 'bundle' });
    const bytes = new Uint8Array(await file.arrayBuffer());
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
    const other = await fresh();
    const before = await other.ask({ ask: 'library' });
    const look = other.ask({ ask: 'archive', file: new File([bytes], file.name), restore: true });
    await expect(look).rejects.toThrow(file.name);
    expect(await other.ask({ ask: 'library' })).toEqual(before);
  });

  it('is nothing that any other file is', async () => {
    const page = await fresh();
    expect(await page.ask({ ask: 'archive', file: new File(['PK not a zip'], 'x.zip'), restore: true })).toBeNull();
    expect(await page.ask({ ask: 'archive', file: new File(['ts,open'], 'x.csv'), restore: true })).toBeNull();
  });
});

describe('a backup', () => {
  it('gives another browser everything: sessions with their branches, recordings, policies and settings; and restored twice it is there once', async () => {
    const page = await used();
    await page.ask({ ask: 'library', change: { what: 'keep-policy', name: 'mine', policy: { name: 'mine' } } });
    const file = await stored(page, { what: 'backup', settings: { theme: 'dark' } });
    const kept = await page.ask({ ask: 'library' });
    const { store } = await storeInMemory();
    const other = new Page(() => Promise.resolve(store));
    await other.send({ type: 'start', policy: 'active', remembered: null });
    const view = await other.ask({ ask: 'archive', file, restore: true });
    expect(view).toMatchObject({ kind: 'backup', faults: [], settings: { theme: 'dark' }, policies: 1 });
    expect(view?.restored).toBe('1 recordings, 1 policies, 2 sessions');
    const now = await other.ask({ ask: 'library' });
    for (const session of kept.sessions) {
      const { id, name, parent, digests, policy, records } = session;
      expect(now.sessions.find((one) => one.id === id)).toMatchObject({ name, parent, digests, policy, records });
      await page.send({ type: 'open-session', id });
      await other.send({ type: 'open-session', id });
      for (const one of [page, other]) await one.send({ type: 'seek', row: 600 });
      expect(await journalOf(other)).toBe(await journalOf(page));
    }
    expect(now.policies).toEqual(kept.policies);
    const again = await other.ask({ ask: 'archive', file, restore: true });
    expect(again?.restored).toBe('1 recordings, 1 policies, 0 sessions; 2 were here already');
    expect((await other.ask({ ask: 'library' })).sessions).toHaveLength(kept.sessions.length);
  });

  it('[F15] brings a session back whose journal is damaged here, beside it and with its branches, and once', async () => {
    const { store, db } = await storeInMemory();
    const page = await used(() => Promise.resolve(store));
    const kept = await page.ask({ ask: 'library' });
    const file = await stored(page, { what: 'backup', settings: {} });
    damage(db);
    const view = await page.ask({ ask: 'archive', file, restore: true });
    expect(view?.restored).toBe('1 recordings, 0 policies, 2 sessions');
    const { sessions } = await page.ask({ ask: 'library' });
    expect(sessions).toHaveLength(2 * kept.sessions.length);
    const back = sessions.filter(({ id }) => !kept.sessions.some((one) => one.id === id));
    const whole = back.find(({ parent }) => parent === null);
    expect(back.find(({ parent }) => parent !== null)?.parent?.session).toBe(whole?.id);
    for (const { id } of back) await page.send({ type: 'open-session', id });
    expect(page.faults).toEqual([]);
    const again = await page.ask({ ask: 'archive', file, restore: true });
    expect(again?.restored).toBe('1 recordings, 0 policies, 0 sessions; 2 were here already');
  });

  it('whose branches begin with each other is restored all the same', async () => {
    const page = await used();
    const file = await stored(page, { what: 'backup', settings: {} });
    const backup = await readBackup(new Uint8Array(await file.arrayBuffer()), file.name);
    const [a, b] = backup.sessions;
    if (!a || !b) throw new Error('expected a session and its branch');
    const sessions = [
      { ...a, parent: { session: b.id, record: 1 } },
      { ...b, parent: { session: a.id, record: 1 } },
    ];
    const { store } = await storeInMemory();
    expect(await restore(store, { ...backup, sessions }, () => 'another')).toContain('2 sessions');
    expect((await store.read(a.id)).lines).toHaveLength(a.journal.split('\n').length - 1);
  });

  it('that was restored leaves the session that is open the one that is come back to', async () => {
    const page = await used();
    const file = await stored(page, { what: 'backup', settings: {} });
    const { store } = await storeInMemory();
    const other = new Page(() => Promise.resolve(store));
    await other.send({ type: 'start', policy: 'active', remembered: null });
    const id = other.keeping?.session;
    await other.ask({ ask: 'archive', file, restore: true });
    const again = new Page(() => Promise.resolve(store));
    await again.send({ type: 'start', policy: 'active', remembered: null });
    expect(again.keeping?.session).toBe(id);
  });

  it('[F15] makes a recording whole that is damaged here, and with it the sessions that need it', async () => {
    const { store, db } = await storeInMemory();
    const page = await used(() => Promise.resolve(store));
    const file = await stored(page, { what: 'backup', settings: {} });
    db.exec("UPDATE recordings SET data = CAST(replace(data, 'PAR1', 'PAR2') AS BLOB)");
    const id = page.keeping?.session ?? '';
    await page.send({ type: 'open-session', id });
    expect(page.faults).toHaveLength(1);
    await page.ask({ ask: 'archive', file, restore: true });
    await page.send({ type: 'open-session', id });
    expect(page.faults).toHaveLength(1);
  });

  it('[F15] holds every session that can be read, and names the one that cannot', async () => {
    const { store, db } = await storeInMemory();
    const page = await used(() => Promise.resolve(store));
    await page.send({ type: 'open-bundled', policy: 'active' });
    await page.send({ type: 'seek', row: 300 });
    const { sessions } = await page.ask({ ask: 'library' });
    damage(db);
    const { name, data, left } = await page.ask({ ask: 'stored', file: { what: 'backup', settings: {} } });
    expect(left).toHaveLength(2);
    expect(left?.[0]).toMatch(/DEMO.*record 1/);
    const other = await fresh();
    const view = await other.ask({ ask: 'archive', file: new File([data], name), restore: false });
    expect(view).toMatchObject({ faults: [], sessions: [{ id: sessions[0]?.id }] });
  });
});

describe('the files of a session', () => {
  it('are its journal to the letter, its tables, and a database', async () => {
    const page = await used();
    const id = page.keeping?.session ?? '';
    const journal = await stored(page, { what: 'session', id, as: 'journal.jsonl' });
    expect(await journal.text()).toBe(await journalOf(page));
    const events = await (await stored(page, { what: 'session', id, as: 'position_events.csv' })).text();
    expect(events).toMatch(/^id,trade_id,event_type,event_time,price,profit_pct,/);
    expect(events).toContain('DEMO-1');
    const sqlite = new Uint8Array(await (await stored(page, { what: 'session', id, as: 'sqlite' })).arrayBuffer());
    expect(new TextDecoder().decode(sqlite.subarray(0, 15))).toBe('SQLite format 3');
    const [digest = ''] = (await page.ask({ ask: 'library' })).recordings.map((recording) => recording.digest);
    const recording = await stored(page, { what: 'recording', digest });
    await page.send({
      type: 'open-files',
      files: [{ file: recording, options: {} }],
      policy: 'intraday',
      barPath: 'adverse-first',
    });
    expect(page.session).toMatchObject({ digest, synthetic: true });
    expect((await page.ask({ ask: 'library' })).recordings).toHaveLength(1);
  });
});
