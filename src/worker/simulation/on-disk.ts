import type { Database, Sqlite3Static, SqlValue } from '@sqlite.org/sqlite-wasm';
import type { TapePosition } from '../../domain/tape.ts';
import type { NewSession } from '../../journal/store.ts';

/*
 * What stands in the database, read past the store, and what may become of it when the power is gone.
 */

/** A session as it stands on the disk. */
export interface OnDisk {
  id: string;
  parent: NewSession['parent'];
  /** records that it says it has */
  records: number;
  place: TapePosition | null;
  lines: string[];
}

const textOf = (value: SqlValue | undefined): string => (typeof value === 'string' ? value : '');

export const idsOn = (db: Database): string[] => db.selectValues('SELECT id FROM sessions ORDER BY key').map(textOf);

export function sessionOn(db: Database, id: string): OnDisk | undefined {
  const row = db.selectObject('SELECT key, parent, parent_seq, records, place FROM sessions WHERE id = ?', [id]);
  if (!row) return undefined;
  const parent = row.parent === null ? null : { session: textOf(row.parent), seq: Number(row.parent_seq) };
  const own = db.selectValues('SELECT record FROM events WHERE session = ? ORDER BY seq', [row.key ?? null]);
  const before = parent ? (sessionOn(db, parent.session)?.lines.slice(0, parent.seq) ?? []) : [];
  return {
    id,
    parent,
    records: Number(row.records),
    place: row.place === null ? null : (JSON.parse(textOf(row.place)) as TapePosition),
    lines: [...before, ...own.map(textOf)],
  };
}

export const recordingsOn = (db: Database): { digest: string; symbol: string }[] =>
  db
    .selectObjects('SELECT digest, symbol FROM recordings ORDER BY rowid')
    .map(({ digest, symbol }) => ({ digest: textOf(digest), symbol: textOf(symbol) }));

/** What stands in the tables that a session is made of, by their sizes. */
export const rowsOn = (db: Database): string =>
  JSON.stringify(db.selectArray('SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM events)'));

/** The rows of a session from one on are gone, and all else says that they are there. */
export function tearTail(db: Database, session: string, from: number): void {
  const guard = 'events_stay_with_their_session';
  const made = db.selectValue('SELECT sql FROM sqlite_schema WHERE name = ?', [guard]);
  db.exec(`DROP TRIGGER ${guard}`);
  const sql = 'DELETE FROM events WHERE session = (SELECT key FROM sessions WHERE id = ?) AND seq >= ?';
  db.exec({ sql, bind: [session, from] });
  db.exec(textOf(made));
}

/** The same database as its bytes have it; the one before is closed. */
export function copyOf({ capi, oo1, wasm }: Sqlite3Static, db: Database): Database {
  const bytes = capi.sqlite3_js_db_export(db);
  db.close();
  const copy = new oo1.DB(':memory:');
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
  capi.sqlite3_deserialize(copy, 'main', wasm.allocFromTypedArray(bytes), bytes.length, bytes.length, flags);
  return copy;
}
