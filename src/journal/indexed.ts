import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { chained, follow, GENESIS, type Link } from './chain.ts';
import { loadSqlite } from './opfs.ts';
import { journalFile, type Row } from './sqlite.ts';
import {
  type Bytes,
  type KeptJournal,
  type KeptPolicy,
  type KeptRecording,
  type KeptSession,
  type Library,
  type NewRecord,
  type NewRecording,
  type NewSession,
  type SessionView,
  type Store,
  StoreError,
  type StoreState,
} from './store.ts';

const NAME = 'ratchet';
const VERSION = 1;

type SessionEntry = KeptSession & Pick<NewSession, 'entries'>;
type EventEntry = Link & { line: string; session: string; wall: number; run: string; record: Omit<NewRecord, 'seq' | 'line'> };

interface Schema extends DBSchema {
  sessions: { key: string; value: SessionEntry };
  events: { key: [string, number]; value: EventEntry };
  recordings: { key: string; value: KeptRecording };
  data: { key: string; value: Bytes };
  policies: { key: string; value: KeptPolicy };
  settings: { key: string; value: unknown };
}
type Name = 'sessions' | 'events' | 'recordings' | 'data' | 'policies' | 'settings';

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  // a browser may leave the message empty
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return name === 'QuotaExceededError'
    ? new StoreError('quota', `The browser has no room left for it${message === '' ? '' : `: ${message}`}`)
    : new StoreError('failed', message || name);
}

/** Opens the store in the browser's own database, for where it has no private files. @throws StoreError */
export async function openIndexed(): Promise<Store> {
  try {
    const db = await openDB<Schema>(NAME, VERSION, {
      upgrade(made) {
        made.createObjectStore('sessions', { keyPath: 'id' });
        made.createObjectStore('events', { keyPath: ['session', 'seq'] });
        made.createObjectStore('recordings', { keyPath: 'digest' });
        made.createObjectStore('data');
        made.createObjectStore('policies', { keyPath: 'name' });
        made.createObjectStore('settings');
      },
    });
    const touched = (await db.getAll('sessions')).map((session) => session.touched);
    return new IndexedStore(db, Math.max(0, ...touched));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'VersionError')
      throw new StoreError('newer', 'the journal was written by a newer version of Ratchet: it is left as it is');
    throw storeError(error);
  }
}

function withoutEntries(entry: SessionEntry): KeptSession {
  const session: KeptSession & { entries?: unknown } = { ...entry };
  delete session.entries;
  return session;
}

/** The records of a session from its own first on. */
const own = (session: string, after = 0, until = Number.MAX_SAFE_INTEGER): IDBKeyRange =>
  IDBKeyRange.bound([session, after], [session, until], true, false);

/** A record as SQLite has it. */
const rowOf = ({ seq, line, hash, run, record }: EventEntry, wall: number): Row => ({
  seq,
  tape_row: record.tape.row,
  tape_point: record.tape.point,
  ts: record.ts,
  type: record.type,
  position: record.position,
  record: line,
  hash,
  wall,
  run,
  ...record.columns,
});

class IndexedStore implements Store {
  private readonly db: IDBPDatabase<Schema>;
  private readonly run = crypto.randomUUID();
  /** when something was last done in a session */
  private touched: number;

  constructor(db: IDBPDatabase<Schema>, touched: number) {
    this.db = db;
    this.touched = touched;
  }

  state(): Promise<StoreState> {
    return Promise.resolve({ kind: 'indexeddb', readOnly: null });
  }

  library(): Promise<Library> {
    return this.doing(async () => {
      const [sessions, recordings, policies] = await Promise.all([
        this.db.getAll('sessions'),
        this.db.getAll('recordings'),
        this.db.getAll('policies'),
      ]);
      return {
        sessions: sessions.map(withoutEntries).toSorted((a, b) => b.touched - a.touched),
        recordings: recordings.toSorted((a, b) => b.created - a.created),
        policies,
      };
    });
  }

  begin(session: NewSession): Promise<void> {
    return this.changing(['sessions'], async (transaction) => {
      const sessions = transaction.objectStore('sessions');
      if (await sessions.get(session.id)) return;
      const { parent } = session;
      if (parent) await this.session(transaction, parent.session);
      const times = { created: Date.now(), touched: this.touch() };
      await sessions.add({ ...session, ...times, records: parent?.seq ?? 0, place: null, view: null });
    });
  }

  append(session: string, records: readonly NewRecord[], place: { row: number; point: number }): Promise<void> {
    return this.changing(['sessions', 'events'], async (transaction) => {
      const row = await this.session(transaction, session);
      const events = transaction.objectStore('events');
      const last = await this.lastOf(transaction, row);
      let { seq, hash } = last;
      for (const { seq: number, line, ...record } of records) {
        if (number <= last.seq) {
          if ((await events.get([session, number]))?.line !== line)
            throw new StoreError('order', `record ${number} of ${session} is kept already, and is another`);
          continue;
        }
        if (number !== seq + 1) throw new StoreError('order', `record ${number} of ${session} does not follow record ${seq}`);
        hash = chained(hash, line);
        seq = number;
        await events.add({ session, seq, line, hash, wall: Date.now(), run: this.run, record });
      }
      await transaction.objectStore('sessions').put({ ...row, records: seq, place, touched: this.touch() });
    });
  }

  mark(session: string, mark: { place?: { row: number; point: number }; view?: SessionView; name?: string }): Promise<void> {
    return this.changing(['sessions'], async (transaction) => {
      const row = await this.session(transaction, session);
      const touched = mark.place || mark.view ? this.touch() : row.touched;
      await transaction.objectStore('sessions').put({ ...row, ...mark, touched });
    });
  }

  read(session: string): Promise<KeptJournal> {
    return this.doing(async () => {
      const row = await this.db.get('sessions', session);
      if (!row) throw new StoreError('missing', `there is no session ${session}`);
      const { entries, ...kept } = row;
      const parts = [{ id: session, until: Number.MAX_SAFE_INTEGER }];
      // a branch may leave its parent before the parent has records of its own
      let least = Number.MAX_SAFE_INTEGER;
      for (let { parent } = kept; parent; ) {
        least = Math.min(least, parent.seq);
        parts.unshift({ id: parent.session, until: least });
        const before = await this.db.get('sessions', parent.session);
        if (!before) throw new StoreError('damaged', `${kept.name}: the session that it begins with is missing`);
        ({ parent } = before);
      }
      const lines: string[] = [];
      const walls: number[] = [];
      let hash = GENESIS;
      for (const { id, until } of parts) {
        const links = until > lines.length ? await this.db.getAll('events', own(id, lines.length, until)) : [];
        const followed = follow(links, hash, lines.length + 1);
        if ('fault' in followed) throw new StoreError('damaged', `${kept.name}: ${followed.fault}`);
        hash = followed.head;
        for (const { line, wall } of links) {
          lines.push(line);
          walls.push(wall);
        }
        if (id !== session && lines.length < until)
          throw new StoreError('damaged', `${kept.name}: its first ${until} records end after ${lines.length}`);
      }
      return { session: kept, entries, lines, walls, cut: Math.max(0, kept.records - lines.length) };
    });
  }

  remove(session: string): Promise<void> {
    return this.changing(['sessions', 'events'], async (transaction) => {
      const sessions = transaction.objectStore('sessions');
      const all = await sessions.getAll();
      const doomed = [session];
      for (const id of doomed) for (const one of all) if (one.parent?.session === id) doomed.push(one.id);
      for (const id of doomed) {
        await sessions.delete(id);
        await transaction.objectStore('events').delete(own(id));
      }
    });
  }

  keepRecording({ data, ...about }: NewRecording): Promise<void> {
    return this.changing(['recordings', 'data'], async (transaction) => {
      if (await transaction.objectStore('recordings').get(about.digest)) return;
      await transaction.objectStore('recordings').add({ ...about, bytes: data.length, created: Date.now() });
      await transaction.objectStore('data').put(data, about.digest);
    });
  }

  recording(digest: string): Promise<Bytes> {
    return this.doing(async () => {
      const data = await this.db.get('data', digest);
      if (!data) throw new StoreError('missing', `there is no recording ${digest.slice(0, 12)}`);
      return data;
    });
  }

  renameRecording(digest: string, name: string): Promise<void> {
    return this.changing(['recordings'], async (transaction) => {
      const store = transaction.objectStore('recordings');
      const about = await store.get(digest);
      if (about) await store.put({ ...about, name });
    });
  }

  removeRecording(digest: string): Promise<void> {
    return this.changing(['recordings', 'data'], async (transaction) => {
      await transaction.objectStore('recordings').delete(digest);
      await transaction.objectStore('data').delete(digest);
    });
  }

  keepPolicy(policy: KeptPolicy): Promise<void> {
    return this.changing(['policies'], (transaction) => transaction.objectStore('policies').put(policy));
  }

  removePolicy(name: string): Promise<void> {
    return this.changing(['policies'], (transaction) => transaction.objectStore('policies').delete(name));
  }

  setting(key: string): Promise<unknown> {
    return this.doing(() => this.db.get('settings', key));
  }

  keepSetting(key: string, value: unknown): Promise<void> {
    return this.changing(['settings'], (transaction) => transaction.objectStore('settings').put(value, key));
  }

  sessionFile(session: string): Promise<Bytes> {
    return this.doing(async () => {
      const { session: kept, entries, lines, walls } = await this.read(session);
      const { digests, policy, name, created, touched, records, place, view } = kept;
      const rows = await Promise.all(lines.map(async (_, at) => rowOf(await this.found(session, at + 1), walls[at] ?? 0)));
      const row: Row = {
        key: 1,
        id: session,
        name,
        parent: null,
        parent_seq: null,
        digests: JSON.stringify(digests),
        policy,
        entries: JSON.stringify(entries),
        created,
        touched,
        records,
        place: place && JSON.stringify(place),
        view: view && JSON.stringify(view),
      };
      return journalFile(await loadSqlite(), row, rows);
    });
  }

  dump(): Promise<Bytes> {
    return this.doing(async () => {
      const rows = [...(await this.db.getAll('sessions')), ...(await this.db.getAll('events'))];
      return new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    });
  }

  close(): Promise<void> {
    this.db.close();
    return Promise.resolve();
  }

  /** Now, and later than whatever was done before: the computer's clock may have gone back. */
  private touch(): number {
    this.touched = Math.max(Date.now(), this.touched + 1);
    return this.touched;
  }

  /** A record of a session, or of one that it begins with. */
  private async found(session: string, seq: number): Promise<EventEntry> {
    for (let id: string | undefined = session; id !== undefined; ) {
      const record: EventEntry | undefined = await this.db.get('events', [id, seq]);
      if (record) return record;
      id = (await this.db.get('sessions', id))?.parent?.session;
    }
    throw new StoreError('damaged', `record ${seq} of ${session} is missing`);
  }

  private async session(transaction: Transaction, id: string): Promise<SessionEntry> {
    const row = await transaction.objectStore('sessions').get(id);
    if (!row) throw new StoreError('missing', `there is no session ${id}`);
    return row;
  }

  /** Where a session's records end: of its own, or of those that it begins with. */
  private async lastOf(transaction: Transaction, session: SessionEntry): Promise<{ seq: number; hash: Uint8Array }> {
    const events = transaction.objectStore('events');
    const cursor = await events.openCursor(own(session.id), 'prev');
    if (cursor) return cursor.value;
    if (!session.parent) return { seq: 0, hash: GENESIS };
    let id = session.parent.session;
    const { seq } = session.parent;
    if (seq === 0) return { seq, hash: GENESIS };
    for (;;) {
      const found = await events.get([id, seq]);
      if (found) return found;
      const { parent } = await this.session(transaction, id);
      if (!parent || seq > parent.seq) throw new StoreError('damaged', `record ${seq} of ${id} is missing`);
      id = parent.session;
    }
  }

  private async doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  }

  /** One transaction that is on the disk when this resolves. */
  private changing(names: Name[], work: (transaction: Transaction) => Promise<unknown>): Promise<void> {
    return this.doing(async () => {
      const transaction = this.db.transaction(names, 'readwrite', { durability: 'strict' });
      const over = transaction.done;
      over.catch(() => undefined);
      try {
        await work(transaction);
      } catch (error) {
        try {
          transaction.abort();
        } catch {
          // it is over already: what ended it counts
        }
        throw error;
      }
      await over;
    });
  }
}

type Transaction = ReturnType<typeof transactionOf>;
const transactionOf = (db: IDBPDatabase<Schema>, names: Name[]) => db.transaction(names, 'readwrite');
