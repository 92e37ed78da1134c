import type { Database, PreparedStatement, Sqlite3Static, SqlValue } from '@sqlite.org/sqlite-wasm';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { chained, follow, GENESIS, type Link } from './chain.ts';
import { SCHEMA_VERSION, STEPS } from './schema.ts';
import {
  type Bytes,
  type KeptJournal,
  type KeptPolicy,
  type KeptSession,
  type Library,
  type NewRecord,
  type NewRecording,
  type NewSession,
  type SessionView,
  type Store,
  StoreError,
  type StoreKind,
  type StoreState,
} from './store.ts';

/** What the database needs of its surroundings. */
export interface Clerk {
  kind: StoreKind;
  /** why nothing may be written; null where it may */
  readOnly: string | null;
  /** wall time, which goes beside a record and never into it */
  now(): number;
  /** names this run of the program */
  run: string;
  /** the bytes of the database, one file */
  bytes(db: Database): Bytes;
  sqlite: Sqlite3Static;
  /** what was said below SQLite of its last fault, of which SQLite itself says only that there was one */
  cause?(): Error | undefined;
  /** lets go of what the database stands on */
  release?(): void;
}

/** SQLite's codes for what went wrong below it, and for a database that is none. */
const BELOW = new Set([10, 13, 14]);
const FULL = 13;
const DAMAGED = new Set([11, 26]);

/** What SQLite says, without the codes in front. */
export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^SQLITE_\w+: sqlite3 result code \d+: /, '');

/** What went wrong in SQLite, or below it, in the store's own words. */
function storeError(error: unknown, said: Error | undefined): StoreError {
  if (error instanceof StoreError) return error;
  const code = typeof error === 'object' && error !== null && 'resultCode' in error ? Number(error.resultCode) & 0xff : 0;
  const cause = BELOW.has(code) ? said : undefined;
  const message = cause?.message ?? wordsOf(error);
  if (code === FULL || cause?.name === 'QuotaExceededError')
    return new StoreError('quota', `The browser has no room left for it: ${message}`);
  return new StoreError(DAMAGED.has(code) ? 'damaged' : 'failed', message);
}

/** Does all of it or nothing, and throws what stopped it. */
function inTransaction<T>(db: Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // where it could not write, SQLite has rolled back already: what stopped it counts
    }
    throw error;
  }
}

/** Brings a database from the version that it has to `version`, a step a transaction; one that is interrupted leaves the step undone. */
export function migrate(db: Database, version = SCHEMA_VERSION): void {
  for (let step = versionOf(db); step < version; step += 1)
    inTransaction(db, () => {
      db.exec(`${STEPS[step] ?? ''} PRAGMA user_version = ${step + 1}`);
    });
}

export const versionOf = (db: Database): number => Number(db.selectValue('PRAGMA user_version'));

export type Row = Record<string, SqlValue>;

const textOf = (value: SqlValue | undefined): string => (typeof value === 'string' ? value : '');

interface Head {
  key: number;
  seq: number;
  hash: Uint8Array;
}

/** Records that are read at once. */
const PART = 2_000;
/** What stands between their lines: no line of JSON has one in it. */
const NEW_LINE = 0x0a;

/** A record as SQLite is given it: numbers and texts in the order of `INSERT`; those that are left out at the end are null. */
type JsonRow = (string | number | null)[];

const at = (place: number): string => `row ->> ${place}`;
/** Takes rows as one JSON text, each of which is parsed once. */
const INSERT = `
  INSERT INTO events
  WITH rows AS MATERIALIZED (SELECT jsonb(value) AS row FROM json_each(?4))
  SELECT ?1, ${[0, 1, 2, 3, 4, 5, 6].map(at).join(', ')}, unhex(${at(7)}), ?2, ?3,
    ${[8, 9, 10, 11, 12, 13, 14, 15, 16].map(at).join(', ')}
  FROM rows`;

interface Part {
  links: Link[];
  lines: string[];
  walls: number[];
}

const SESSION_COLUMNS = 'key, id, name, parent, parent_seq, digests, policy, created, touched, records, place, view';

const sessionOf = (row: Row): KeptSession => ({
  id: textOf(row.id),
  name: textOf(row.name),
  parent: row.parent === null ? null : { session: textOf(row.parent), seq: Number(row.parent_seq) },
  digests: JSON.parse(textOf(row.digests)),
  policy: textOf(row.policy),
  created: Number(row.created),
  touched: Number(row.touched),
  records: Number(row.records),
  place: row.place === null ? null : JSON.parse(textOf(row.place)),
  view: row.view === null ? null : JSON.parse(textOf(row.view)),
});

/** A session as a database of its own: its row, and its records from the first on. */
export function journalFile(sqlite: Sqlite3Static, session: Row, events: readonly Row[]): Bytes {
  const db = new sqlite.oo1.DB(':memory:');
  try {
    migrate(db);
    inTransaction(db, () => {
      insertRow(db, 'sessions', session);
      for (const event of events) insertRow(db, 'events', { ...event, session: 1 });
    });
    return new Uint8Array(sqlite.capi.sqlite3_js_db_export(db));
  } finally {
    db.close();
  }
}

function insertRow(db: Database, table: 'sessions' | 'events', row: Row): void {
  const names = Object.keys(row);
  db.exec({
    sql: `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    bind: Object.values(row),
  });
}

/** The store on SQLite. */
export class SqliteStore implements Store {
  private readonly db: Database;
  private readonly clerk: Clerk;
  private readonly heads = new Map<string, Head>();
  private insert: PreparedStatement | undefined;
  /** when something was last done in a session */
  private touched: number | undefined;

  /** @param db of the newest version */
  constructor(db: Database, clerk: Clerk) {
    this.db = db;
    this.clerk = clerk;
  }

  state(): Promise<StoreState> {
    const { kind, readOnly } = this.clerk;
    return Promise.resolve({ kind, readOnly });
  }

  library(): Promise<Library> {
    return this.doing(() => ({
      sessions: this.rows(`SELECT ${SESSION_COLUMNS} FROM sessions ORDER BY touched DESC, key DESC`).map(sessionOf),
      recordings: this.rows(
        'SELECT digest, name, symbol, kind, rows, from_ts, to_ts, synthetic, created, bytes FROM recordings ORDER BY created DESC, name',
      ).map((row) => ({
        digest: textOf(row.digest),
        name: textOf(row.name),
        symbol: textOf(row.symbol),
        kind: textOf(row.kind),
        rows: Number(row.rows),
        fromTs: Number(row.from_ts),
        toTs: Number(row.to_ts),
        synthetic: row.synthetic === 1,
        bytes: Number(row.bytes),
        created: Number(row.created),
      })),
      policies: this.rows('SELECT name, policy FROM policies ORDER BY name').map((row) => ({
        name: textOf(row.name),
        policy: JSON.parse(textOf(row.policy)),
      })),
    }));
  }

  begin({ id, name, parent, digests, policy, entries }: NewSession): Promise<void> {
    return this.changing(() => {
      const now = this.clerk.now();
      if (parent) this.head(parent.session);
      this.db.exec({
        sql: `INSERT INTO sessions (id, name, parent, parent_seq, digests, policy, entries, created, touched, records)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
        bind: [
          id,
          name,
          parent?.session ?? null,
          parent?.seq ?? null,
          JSON.stringify(digests),
          policy,
          JSON.stringify(entries),
          now,
          this.touch(),
          parent?.seq ?? 0,
        ],
      });
    });
  }

  append(session: string, records: readonly NewRecord[], place: { row: number; point: number }): Promise<void> {
    return this.changing(() => {
      const head = this.head(session);
      const next: Head = { ...head };
      const rows = records.flatMap((record) => {
        const row = this.rowOf(session, head, next, record);
        return row ? [row] : [];
      });
      this.insertAll(head.key, rows);
      this.db.exec({
        sql: 'UPDATE sessions SET records = ?, place = ?, touched = ? WHERE key = ?',
        bind: [next.seq, JSON.stringify(place), this.touch(), head.key],
      });
      return () => this.heads.set(session, next);
    });
  }

  mark(session: string, { place, view, name }: { place?: object; view?: SessionView; name?: string }): Promise<void> {
    return this.changing(() => {
      const { key } = this.head(session);
      if (place) this.db.exec({ sql: 'UPDATE sessions SET place = ? WHERE key = ?', bind: [JSON.stringify(place), key] });
      if (view) this.db.exec({ sql: 'UPDATE sessions SET view = ? WHERE key = ?', bind: [JSON.stringify(view), key] });
      if (name !== undefined) this.db.exec({ sql: 'UPDATE sessions SET name = ? WHERE key = ?', bind: [name, key] });
      if (place || view) this.db.exec({ sql: 'UPDATE sessions SET touched = ? WHERE key = ?', bind: [this.touch(), key] });
    });
  }

  read(session: string): Promise<KeptJournal> {
    return this.doing(() => {
      const [row] = this.rows(`SELECT ${SESSION_COLUMNS}, entries FROM sessions WHERE id = ?`, [session]);
      if (!row) throw new StoreError('missing', `there is no session ${session}`);
      const kept = sessionOf(row);
      const lines: string[] = [];
      const walls: number[] = [];
      let hash = GENESIS;
      for (const { key, until, last } of this.lineage(kept, Number(row.key))) {
        for (let part = this.part(key, lines.length, until); part; part = this.part(key, lines.length, until)) {
          const followed = follow(part.links, hash, lines.length + 1);
          if ('fault' in followed) throw new StoreError('damaged', `${kept.name}: ${followed.fault}`);
          hash = followed.head;
          for (const line of part.lines) lines.push(line);
          for (const wall of part.walls) walls.push(wall);
        }
        if (!last && lines.length < until)
          throw new StoreError('damaged', `${kept.name}: its first ${until} records end after ${lines.length}`);
      }
      return {
        session: kept,
        entries: JSON.parse(textOf(row.entries)),
        lines,
        walls,
        cut: Math.max(0, kept.records - lines.length),
      };
    });
  }

  remove(session: string): Promise<void> {
    return this.changing(() => {
      const doomed = [session];
      for (const id of doomed)
        for (const row of this.rows('SELECT id FROM sessions WHERE parent = ?', [id])) doomed.push(textOf(row.id));
      for (const id of doomed) {
        const key = this.db.selectValue('SELECT key FROM sessions WHERE id = ?', [id]) ?? null;
        this.db.exec({ sql: 'DELETE FROM sessions WHERE id = ?', bind: [id] });
        this.db.exec({ sql: 'DELETE FROM events WHERE session = ?', bind: [key] });
      }
      return () => doomed.forEach((id) => this.heads.delete(id));
    });
  }

  keepRecording({ digest, name, symbol, kind, rows, fromTs, toTs, synthetic, data }: NewRecording): Promise<void> {
    return this.changing(() =>
      this.db.exec({
        sql: `INSERT INTO recordings (digest, name, symbol, kind, rows, from_ts, to_ts, synthetic, created, bytes, data)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING`,
        bind: [digest, name, symbol, kind, rows, fromTs, toTs, synthetic ? 1 : 0, this.clerk.now(), data.length, data],
      }),
    );
  }

  recording(digest: string): Promise<Bytes> {
    return this.doing(() => {
      const data = this.db.selectValue('SELECT data FROM recordings WHERE digest = ?', [digest]);
      if (!(data instanceof Uint8Array)) throw new StoreError('missing', `there is no recording ${digest.slice(0, 12)}`);
      // SQLite copies a blob out of its memory
      return data as Bytes;
    });
  }

  renameRecording(digest: string, name: string): Promise<void> {
    return this.changing(() => this.db.exec({ sql: 'UPDATE recordings SET name = ? WHERE digest = ?', bind: [name, digest] }));
  }

  removeRecording(digest: string): Promise<void> {
    return this.changing(() => this.db.exec({ sql: 'DELETE FROM recordings WHERE digest = ?', bind: [digest] }));
  }

  keepPolicy({ name, policy }: KeptPolicy): Promise<void> {
    return this.changing(() =>
      this.db.exec({
        sql: 'INSERT INTO policies VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET policy = excluded.policy, saved = excluded.saved',
        bind: [name, JSON.stringify(policy), this.clerk.now()],
      }),
    );
  }

  removePolicy(name: string): Promise<void> {
    return this.changing(() => this.db.exec({ sql: 'DELETE FROM policies WHERE name = ?', bind: [name] }));
  }

  setting(key: string): Promise<unknown> {
    return this.doing(() => {
      const value = this.db.selectValue('SELECT value FROM settings WHERE key = ?', [key]);
      return typeof value === 'string' ? (JSON.parse(value) as unknown) : undefined;
    });
  }

  keepSetting(key: string, value: unknown): Promise<void> {
    return this.changing(() =>
      this.db.exec({
        sql: 'INSERT INTO settings VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, saved = excluded.saved',
        bind: [key, JSON.stringify(value), this.clerk.now()],
      }),
    );
  }

  sessionFile(session: string): Promise<Bytes> {
    return this.doing(() => {
      const [row] = this.rows(`SELECT ${SESSION_COLUMNS}, entries FROM sessions WHERE id = ?`, [session]);
      if (!row) throw new StoreError('missing', `there is no session ${session}`);
      const events = this.lineage(sessionOf(row), Number(row.key)).flatMap(({ key, until }, at, all) =>
        this.rows('SELECT * FROM events WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq', [
          key,
          all[at - 1]?.until ?? 0,
          until,
        ]),
      );
      return journalFile(this.clerk.sqlite, { ...row, key: 1, parent: null, parent_seq: null }, events);
    });
  }

  dump(): Promise<Bytes> {
    return this.doing(() => this.clerk.bytes(this.db));
  }

  close(): Promise<void> {
    return this.doing(() => {
      this.insert?.finalize();
      this.db.close();
      this.clerk.release?.();
    });
  }

  /** Now, and later than whatever was done before: the computer's clock may have gone back. */
  private touch(): number {
    this.touched ??= Number(this.db.selectValue('SELECT max(touched) FROM sessions') ?? 0);
    this.touched = Math.max(this.clerk.now(), this.touched + 1);
    return this.touched;
  }

  /** Some records in one statement: that takes less than half of the time of a statement each, most of which is spent on handing over values. */
  private insertAll(key: number, rows: readonly JsonRow[]): void {
    this.insert ??= this.db.prepare(INSERT);
    for (let from = 0; from < rows.length; from += PART)
      this.insert.bind([key, this.clerk.now(), this.clerk.run, JSON.stringify(rows.slice(from, from + PART))]).stepReset();
  }

  /** What is to be inserted of a record that follows `next`; undefined where it is kept already. */
  private rowOf(session: string, head: Head, next: Head, record: NewRecord): JsonRow | undefined {
    const { seq, tape, ts, type, position, line, columns: c } = record;
    if (seq <= head.seq) {
      const kept = this.db.selectValue('SELECT record FROM events WHERE session = ? AND seq = ?', [head.key, seq]);
      if (kept !== line) throw new StoreError('order', `record ${seq} of ${session} is kept already, and is another`);
      return undefined;
    }
    if (seq !== next.seq + 1) throw new StoreError('order', `record ${seq} of ${session} does not follow record ${next.seq}`);
    next.hash = chained(next.hash, line);
    next.seq = seq;
    const row: JsonRow = [seq, tape.row, tape.point, ts, type, position, line, bytesToHex(next.hash)];
    if (c)
      row.push(
        c.event_type,
        c.price,
        c.profit_pct,
        c.position_size,
        c.trigger_reason,
        c.ml_prediction,
        c.indicators,
        c.action_taken,
        c.amount_saved_or_gained,
      );
    return row;
  }

  /** Where a session's records end. */
  private head(session: string): Head {
    const known = this.heads.get(session);
    if (known) return known;
    const [row] = this.rows('SELECT key, parent, parent_seq FROM sessions WHERE id = ?', [session]);
    if (!row) throw new StoreError('missing', `there is no session ${session}`);
    const key = Number(row.key);
    const [last] = this.rows('SELECT seq, hash FROM events WHERE session = ? ORDER BY seq DESC LIMIT 1', [key]);
    const head = { key, seq: Number(last?.seq ?? row.parent_seq ?? 0), hash: this.hashBefore(row, last) };
    this.heads.set(session, head);
    return head;
  }

  private hashBefore(session: Row, last: Row | undefined): Uint8Array {
    if (last) return last.hash as Uint8Array;
    if (session.parent === null) return GENESIS;
    const [parent, seq] = [textOf(session.parent), Number(session.parent_seq)];
    const hash = this.hashAt(parent, seq);
    if (!hash) throw new StoreError('damaged', `record ${seq} of ${parent} is missing`);
    return hash;
  }

  /** The hash of a record of a session, or of the one that it begins with. */
  private hashAt(session: string, seq: number): Uint8Array | undefined {
    if (seq === 0) return GENESIS;
    const [row] = this.rows('SELECT key, parent, parent_seq FROM sessions WHERE id = ?', [session]);
    if (!row) return undefined;
    if (row.parent !== null && seq <= Number(row.parent_seq)) return this.hashAt(textOf(row.parent), seq);
    const hash = this.db.selectValue('SELECT hash FROM events WHERE session = ? AND seq = ?', [row.key ?? null, seq]);
    return hash instanceof Uint8Array ? hash : undefined;
  }

  /** The sessions whose records make up a journal, the first one first, and up to which record each counts. */
  private lineage(session: KeptSession, key: number): { key: number; until: number; last: boolean }[] {
    const found = [{ key, until: Number.MAX_SAFE_INTEGER, last: true }];
    let { parent } = session;
    // a branch may leave its parent before the parent has records of its own
    let until = Number.MAX_SAFE_INTEGER;
    while (parent) {
      until = Math.min(until, parent.seq);
      const [row] = this.rows(`SELECT ${SESSION_COLUMNS} FROM sessions WHERE id = ?`, [parent.session]);
      if (!row) throw new StoreError('damaged', `${session.name}: the session that it begins with is missing`);
      found.unshift({ key: Number(row.key), until, last: false });
      ({ parent } = sessionOf(row));
    }
    return found;
  }

  /** Some records of a session, put together by SQLite: row by row they take several times as long to get out of it. */
  private part(key: number, after: number, until: number): Part | undefined {
    const [row] = this.rows(
      `SELECT group_concat(seq ORDER BY seq) AS seqs, group_concat(hex(hash), '' ORDER BY seq) AS hashes,
         group_concat(wall ORDER BY seq) AS walls, CAST(group_concat(record, char(10) ORDER BY seq) AS BLOB) AS records
       FROM (SELECT seq, hash, wall, record FROM events WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PART})`,
      [key, after, until],
    );
    if (!(row?.records instanceof Uint8Array)) return undefined;
    const { records } = row;
    const hashes = textOf(row.hashes);
    let from = 0;
    const links = textOf(row.seqs)
      .split(',')
      .map((seq, at): Link => {
        const end = records.indexOf(NEW_LINE, from);
        const line = records.subarray(from, end < 0 ? records.length : end);
        from += line.length + 1;
        return { seq: Number(seq), line, hash: hexToBytes(hashes.slice(64 * at, 64 * (at + 1))) };
      });
    return { links, lines: new TextDecoder().decode(records).split('\n'), walls: textOf(row.walls).split(',').map(Number) };
  }

  private rows(sql: string, bind: readonly SqlValue[] = []): Row[] {
    return this.db.selectObjects(sql, [...bind]);
  }

  private doing<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(storeError(error, this.clerk.cause?.()));
    }
  }

  /** One transaction: all of it or nothing. @param work may give what is to be done once it is durable */
  private changing(work: () => unknown): Promise<void> {
    return this.doing(() => {
      if (this.clerk.readOnly !== null) throw new StoreError('newer', this.clerk.readOnly);
      let after: unknown;
      try {
        after = inTransaction(this.db, work);
      } catch (error) {
        // heads that were read inside a transaction that did not come about are read again, and a statement that has failed is made anew
        this.heads.clear();
        this.insert?.finalize();
        this.insert = undefined;
        throw error;
      }
      if (typeof after === 'function') after();
    });
  }
}
