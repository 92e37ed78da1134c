import { describe, expect, it } from 'vitest';
import { migrate, type SqliteStore, versionOf } from './sqlite.ts';
import { SCHEMA_VERSION } from './schema.ts';
import type { NewRecord, NewSession } from './store.ts';
import { sqliteInMemory, storeInMemory } from './testing.ts';

const session = (id: string, over: Partial<NewSession> = {}): NewSession => ({
  id,
  name: `session ${id}`,
  parent: null,
  digests: ['d1'],
  policy: 'intraday',
  entries: [],
  ...over,
});

const record = (seq: number, text = `fact ${seq}`): NewRecord => ({
  seq,
  line: JSON.stringify({ seq, text }),
  tape: { row: seq, point: 1 },
  ts: 1_000 * seq,
  type: 'Fact',
  position: seq % 2 ? 'TEST-1' : null,
  columns:
    seq % 2
      ? {
          event_type: 'scale_in',
          price: '1.10',
          profit_pct: null,
          position_size: '5',
          trigger_reason: 'why',
          ml_prediction: null,
          indicators: '{}',
          action_taken: 'add',
          amount_saved_or_gained: null,
        }
      : null,
});

const records = (from: number, to: number): NewRecord[] => Array.from({ length: to - from + 1 }, (_, i) => record(from + i));
const lines = (from: number, to: number): string[] => records(from, to).map(({ line }) => line);
const place = { row: 9, point: 2 };

describe('the journal in SQLite', () => {
  it('is only appended to', async () => {
    const { store, db } = await storeInMemory();
    await store.begin(session('a'));
    await store.append('a', records(1, 2), place);
    expect(() => db.exec("UPDATE events SET record = 'x'")).toThrow('only appended to');
    expect(() => db.exec('DELETE FROM events')).toThrow('only appended to');
  });

  it('[F14] changes nothing where there is no room, says so, and goes on once there is', async () => {
    const { store, db } = await storeInMemory();
    await store.begin(session('a'));
    await store.append('a', records(1, 3), place);
    db.exec(`PRAGMA max_page_count = ${Number(db.selectValue('PRAGMA page_count'))}`);
    const more = records(4, 2_000);
    await expect(store.append('a', more, { row: 99, point: 1 })).rejects.toMatchObject({
      fault: 'quota',
      message: expect.stringContaining('no room left'),
    });
    expect(await store.read('a')).toMatchObject({ lines: lines(1, 3), session: { place, records: 3 } });
    db.exec('PRAGMA max_page_count = 1000000');
    await store.append('a', more, { row: 99, point: 1 });
    expect(await store.read('a')).toMatchObject({ lines: lines(1, 2_000), session: { place: { row: 99 } } });
  });

  const tampered = async (sql: string): Promise<SqliteStore> => {
    const { store, db } = await storeInMemory();
    await store.begin(session('a'));
    await store.append('a', records(1, 5), place);
    db.exec('DROP TRIGGER events_stay; DROP TRIGGER events_stay_with_their_session');
    db.exec(sql);
    return (await storeInMemory(db)).store;
  };

  it.each([
    ['a flipped byte', "UPDATE events SET record = replace(record, 'fact 3', 'fact 2') WHERE seq = 3", 'record 3'],
    ['a hash of its own', 'UPDATE events SET hash = zeroblob(32) WHERE seq = 2', 'record 2'],
    ['a record that is missing', 'DELETE FROM events WHERE seq = 2', 'record 3 stands where 2 belongs'],
    [
      'two records in each other’s place',
      'UPDATE events SET seq = 99 WHERE seq = 2; UPDATE events SET seq = 2 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = 99',
      'record 2',
    ],
    ['a first record that is missing', 'DELETE FROM events WHERE seq = 1', 'record 2 stands where 1 belongs'],
  ])('[F15] refuses a journal with %s, and names it', async (_, sql, place) => {
    const store = await tampered(sql);
    await expect(store.read('a')).rejects.toMatchObject({ fault: 'damaged', message: expect.stringContaining(place) });
  });

  it('[F15] gives what is left of a journal whose tail is missing, and says how much is', async () => {
    const store = await tampered('DELETE FROM events WHERE seq > 3');
    expect(await store.read('a')).toMatchObject({ lines: lines(1, 3), cut: 2 });
    await store.append('a', [record(4, 'anew')], place);
    expect(await store.read('a')).toMatchObject({ lines: [...lines(1, 3), record(4, 'anew').line], cut: 0 });
  });

  it('has the tables of S0 as views over it, with their columns', async () => {
    const { store, db } = await storeInMemory();
    await store.begin(session('a'));
    await store.append('a', records(1, 4), place);
    const rows = db.selectObjects('SELECT * FROM position_events');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      id: 'a:3',
      trade_id: 'TEST-1',
      event_type: 'scale_in',
      event_time: '1970-01-01T00:00:03.000Z',
      price: '1.10',
      profit_pct: null,
      position_size: '5',
      trigger_reason: 'why',
      ml_prediction: null,
      indicators: '{}',
      action_taken: 'add',
      amount_saved_or_gained: null,
      created_at: expect.stringMatching(/^2023-11-14T22:13:20\.\d{3}Z$/),
    });
    expect(db.selectArrays('SELECT name FROM pragma_table_info(?)', ['ml_position_predictions']).flat()).toEqual([
      'id',
      'trade_id',
      'prediction_time',
      'recovery_probability',
      'profit_potential',
      'optimal_stop_distance',
      'scale_in_confidence',
      'recommended_action',
      'actual_action',
      'prediction_accuracy',
      'created_at',
    ]);
  });

  it('gives a session, its parent’s part included, as a database of its own', async () => {
    const { store } = await storeInMemory();
    await store.begin(session('a'));
    await store.append('a', records(1, 4), place);
    await store.begin(session('b', { parent: { session: 'a', seq: 3 } }));
    await store.append('b', [record(4, 'other')], place);
    const bytes = await store.sessionFile('b');
    const sqlite = await sqliteInMemory();
    const memory = sqlite.wasm.allocFromTypedArray(bytes);
    const db = new sqlite.oo1.DB(':memory:');
    const { SQLITE_DESERIALIZE_FREEONCLOSE } = sqlite.capi;
    sqlite.capi.sqlite3_deserialize(db, 'main', memory, bytes.length, bytes.length, SQLITE_DESERIALIZE_FREEONCLOSE);
    expect(db.selectValues('SELECT record FROM events ORDER BY seq')).toEqual([...lines(1, 3), record(4, 'other').line]);
    expect(db.selectValue('SELECT count(*) FROM position_events')).toBe(2);
    expect((await (await storeInMemory(db)).store.read('b')).lines).toEqual([...lines(1, 3), record(4, 'other').line]);
  });

  it('[F17] comes from every older version to the newest with what it holds, and a step that fails is not half done', async () => {
    const sqlite = await sqliteInMemory();
    const db = new sqlite.oo1.DB(':memory:');
    migrate(db, 1);
    db.exec(`INSERT INTO sessions VALUES (1, 'a', 'old', NULL, NULL, '[]', 'intraday', '[]', 1, 1, 0, NULL, NULL)`);
    db.exec('CREATE TABLE settings (other TEXT)');
    expect(() => migrate(db)).toThrow('already exists');
    expect(versionOf(db)).toBe(1);
    expect(db.selectValue("SELECT count(*) FROM sqlite_schema WHERE name = 'recordings'")).toBe(0);
    db.exec('DROP TABLE settings');
    const { store } = await storeInMemory(db);
    expect(versionOf(db)).toBe(SCHEMA_VERSION);
    await store.append('a', records(1, 2), place);
    expect((await store.read('a')).lines).toEqual(lines(1, 2));
  });
});
