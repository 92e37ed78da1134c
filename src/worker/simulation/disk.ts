import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { TapePosition } from '../../domain/tape.ts';
import { type Dice, pick } from '../../engine/dice.ts';
import { migrate, SqliteStore } from '../../journal/sqlite.ts';
import {
  type KeptJournal,
  type NewRecord,
  type NewSession,
  type Store,
  StoreError,
  type StoreFault,
} from '../../journal/store.ts';
import { copyOf, idsOn, type OnDisk, recordingsOn, rowsOn, sessionOn, tearTail } from './on-disk.ts';
import type { Timeline } from './timeline.ts';
import { isWrite, METHODS, type Method, nextWeather, planOf, type Weather } from './weather.ts';

const MOST_PAGES = 1_000_000;
/** A connection that is lost is refused so often at most before it is to be had again. */
const MOST_REFUSALS = 3;

/** What the disk says of itself. */
export interface Watcher {
  tell(line: string): void;
  /** something will never be answered */
  hangs(): void;
  /** the place that is to be kept of a session */
  placed(session: string, place: TapePosition): void;
  /** a promise of the store itself is broken */
  breaks(promise: string, why: string): void;
}

/** Who asks: nobody, once they are gone. */
interface Asker {
  alive: boolean;
}

interface Connection {
  open: boolean;
}

/** An append as the store is asked for it. */
interface Append {
  session: string;
  records: readonly NewRecord[];
}

/** The place that comes with what the store is asked; undefined where none does. */
function placeIn(method: Method, words: readonly unknown[]): TapePosition | undefined {
  if (method === 'append') return words[2] as TapePosition;
  return isPlaced(method, words) ? (words[1] as { place: TapePosition }).place : undefined;
}

/** True of a note of where a session stands and how it is looked at; its name is neither. */
const isPlaced = (method: Method, [, mark]: readonly unknown[]): boolean => method === 'mark' && 'place' in (mark as object);

/** The database that outlives every host, and all that can go wrong on the way to it. */
export class Disk {
  private readonly sqlite: Sqlite3Static;
  private readonly timeline: Timeline;
  private readonly next: Dice;
  private readonly watcher: Watcher;
  private db: Database;
  private weather: Weather = 'fair';
  private writes = 0;
  private connection: Connection = { open: false };
  /** openings that are still to be refused */
  private refusals = 0;
  /** when all is done that was asked */
  private busyUntil = 0;
  private asked = 0;
  private wall = Date.UTC(2024, 0, 1);
  /** looks at the wall clock until it fails in the middle of what it does: it is looked at once a record */
  private looks = Number.POSITIVE_INFINITY;
  /** what was done, and will not be heard of where its asker is gone before */
  private unanswered: Append | undefined;
  /** whether the place and the view that were to be noted last have been */
  private noted = { place: true, view: true };
  /** sessions, the one in which something was done last at the end */
  private order: string[] = [];
  /** journals, as far as somebody was told that they are kept */
  readonly acknowledged = new Map<string, string[]>();
  /** sessions that the user has asked to delete: no other goes in which anything has happened */
  readonly unwanted = new Set<string>();
  /** faults by their kind, how many, and when the last came up */
  readonly faults = new Map<string, number>();
  faulted = 0;
  faultedAt = 0;

  constructor(sqlite: Sqlite3Static, timeline: Timeline, next: Dice, watcher: Watcher) {
    this.sqlite = sqlite;
    this.timeline = timeline;
    this.next = next;
    this.watcher = watcher;
    this.db = new sqlite.oo1.DB(':memory:');
    migrate(this.db);
  }

  close(): void {
    this.db.close();
  }

  /** A store on the disk without any fault. */
  plain(): SqliteStore {
    const { sqlite } = this;
    return new SqliteStore(this.db, {
      kind: 'sqlite',
      readOnly: null,
      sqlite,
      now: () => this.lookAtWall(),
      run: 'simulated',
      bytes: (db) => new Uint8Array(sqlite.capi.sqlite3_js_db_export(db)),
    });
  }

  /** True while something is asked and not answered. */
  get busy(): boolean {
    return this.asked > 0;
  }

  /** True where a host would come back to the very place and view that it had last. */
  get hasNoted(): boolean {
    return this.noted.place && this.noted.view;
  }

  get isFair(): boolean {
    return this.weather === 'fair' || this.weather === 'slow';
  }

  change(weather: Weather = nextWeather(this.next)): void {
    this.weather = weather;
    this.writes = 0;
    const pages = weather === 'full' ? Number(this.db.selectValue('PRAGMA page_count')) : MOST_PAGES;
    this.db.exec(`PRAGMA max_page_count = ${pages}`);
    if (weather === 'lost') {
      this.connection.open = false;
      this.refusals = Math.floor(this.next() * (MOST_REFUSALS + 1));
    }
    this.watcher.tell(`the disk is ${weather}`);
  }

  /** The computer's clock is set to another time. */
  setWall(): void {
    const by = pick(this.next, [-3_600_000, -1_000, 86_400_000]);
    this.wall += by;
    this.watcher.tell(`the wall clock jumps by ${by} ms`);
  }

  private lookAtWall(): number {
    this.looks -= 1;
    if (this.looks <= 0) throw new Error('the disk is gone');
    return this.wall + Math.floor(this.timeline.now);
  }

  /** Whoever asked is gone. What was done and not answered may be there, or as much of it as nobody was told of may be missing. */
  crash(): void {
    this.connection.open = false;
    this.asked = 0;
    this.busyUntil = this.timeline.now;
    this.looks = Number.POSITIVE_INFINITY;
    if (this.unanswered && this.next() < 0.5) this.tear(this.unanswered);
    this.unanswered = undefined;
    if (this.next() < 0.3) this.db = copyOf(this.sqlite, this.db);
    this.change(this.weather);
  }

  private tear({ session, records }: Append): void {
    const kept = Math.max(1, this.acknowledged.get(session)?.length ?? 0);
    const last = records.at(-1)?.seq ?? 0;
    const from = kept + 1 + Math.floor(this.next() * Math.max(0, last - kept));
    if (from > last) return;
    tearTail(this.db, session, from);
    this.note('torn tail');
    this.watcher.tell(`  the tail of ${session} is missing from record ${from} on`);
  }

  /** Whatever stands on it now has outlived what came before. */
  restart(): void {
    this.acknowledged.clear();
    for (const { id, lines } of this.sessions) this.acknowledged.set(id, lines);
    const known = new Set(this.order);
    this.order.push(...idsOn(this.db).filter((id) => !known.has(id)));
  }

  // What stands on it

  get sessions(): OnDisk[] {
    return idsOn(this.db).flatMap((id) => this.session(id) ?? []);
  }

  session(id: string): OnDisk | undefined {
    return sessionOn(this.db, id);
  }

  get recordings(): { digest: string; symbol: string }[] {
    return recordingsOn(this.db);
  }

  /** The session in which something was done last, of those that have a record. */
  get last(): OnDisk | undefined {
    for (const id of this.order.toReversed()) {
      const session = this.session(id);
      if (session && session.lines.length > 0) return session;
    }
    return undefined;
  }

  // What is asked of it

  /** Opens a connection; the one before is closed. @throws StoreError */
  async open(asker: Asker): Promise<Store> {
    this.connection.open = false;
    this.asked += 1;
    await this.passes(asker, pick(this.next, [0, 1, 20]));
    this.asked -= 1;
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw this.fault('busy', 'open');
    }
    if (this.weather === 'lost') this.weather = 'fair';
    const connection: Connection = { open: true };
    this.connection = connection;
    this.busyUntil = this.timeline.now;
    const store = this.plain();
    const ask =
      (method: Method) =>
      (...words: unknown[]): Promise<unknown> =>
        this.ask(asker, connection, method, words, () => this.doing(store, method, words));
    return Object.fromEntries(METHODS.map((method) => [method, ask(method)])) as unknown as Store;
  }

  /** Resolves after so long, and never where the asker is gone by then. */
  private passes(asker: Asker, ms: number): Promise<void> {
    return new Promise((resolve) => this.timeline.in(ms, () => asker.alive && resolve()));
  }

  private async ask(
    asker: Asker,
    connection: Connection,
    method: Method,
    words: readonly unknown[],
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const { next, timeline } = this;
    if (isWrite(method)) this.writes += 1;
    const { before, after, work: how, answer } = planOf(this.weather, method, this.writes, next);
    if (method === 'append') this.noted.place = false;
    if (isPlaced(method, words)) this.noted = { place: false, view: false };
    const place = placeIn(method, words);
    if (place) this.watcher.placed(String(words[0]), place);
    this.asked += 1;
    this.busyUntil = Math.max(timeline.now, this.busyUntil) + before;
    await this.passes(asker, this.busyUntil - timeline.now);
    try {
      if (!connection.open) throw this.fault('failed', method);
      if (how === 'half') this.looks = 1 + Math.floor(next() * 4);
      const value = how === 'done' || how === 'half' ? await work() : undefined;
      if (answer === 'never') {
        this.fault('failed', method);
        this.watcher.hangs();
        return await new Promise(() => undefined);
      }
      await this.passes(asker, after);
      if (how === 'later') this.doLater(asker, connection, work);
      if (answer !== 'yes') throw this.fault(answer, method);
      this.answered(method, words, value);
      return value;
    } finally {
      this.asked -= 1;
      if (method === 'append') this.unanswered = undefined;
    }
  }

  private doLater(asker: Asker, connection: Connection, work: () => Promise<unknown>): void {
    const ms = pick(this.next, [1, 500, 5_000]);
    this.busyUntil = Math.max(this.busyUntil, this.timeline.now + ms);
    this.timeline.in(ms, () => (asker.alive && connection.open ? work().catch(() => undefined) : undefined));
  }

  /** Does it, whether or not anybody will hear of it. */
  private async doing(store: SqliteStore, method: Method, words: readonly unknown[]): Promise<unknown> {
    if (method === 'close') return undefined;
    const before = isWrite(method) ? rowsOn(this.db) : '';
    try {
      const value: unknown = await Reflect.apply(store[method], store, words);
      this.done(method, words);
      return value;
    } catch (error) {
      this.note(`${method}: ${error instanceof StoreError ? error.fault : 'failed'}`);
      this.watcher.tell(`  ${method} fails: ${String(error)}`);
      if (isWrite(method) && rowsOn(this.db) !== before)
        this.watcher.breaks('what the store refuses has changed nothing', `${method}: ${before}, and then ${rowsOn(this.db)}`);
      throw error;
    } finally {
      this.looks = Number.POSITIVE_INFINITY;
    }
  }

  private done(method: Method, words: readonly unknown[]): void {
    const [about, more] = words as [string | NewSession, unknown];
    if (typeof about === 'object') {
      if (method === 'begin') this.touch(about.id);
    } else if (method === 'append') {
      const records = more as readonly NewRecord[];
      this.unanswered = { session: about, records };
      this.touch(about);
      this.watcher.tell(`  append ${about} ${records[0]?.seq} to ${records.at(-1)?.seq}`);
    } else if (isPlaced(method, words)) this.touch(about);
    else if (method === 'remove') {
      const left = new Set(idsOn(this.db));
      for (const [id, lines] of this.acknowledged)
        if (!left.has(id) && (this.unwanted.has(about) || lines.length <= 1)) this.acknowledged.delete(id);
      this.watcher.tell(`  removed ${about}`);
    }
  }

  private answered(method: Method, words: readonly unknown[], value: unknown): void {
    const [about, more] = words as [string | NewSession, unknown];
    const { acknowledged } = this;
    if (isPlaced(method, words)) this.noted = { place: true, view: true };
    if (method === 'begin' && typeof about === 'object') {
      const { id, parent } = about;
      acknowledged.set(id, acknowledged.get(parent?.session ?? '')?.slice(0, parent?.seq) ?? []);
      this.watcher.tell(`  begun ${id}${parent ? ` after ${parent.seq} of ${parent.session}` : ''}`);
    } else if (method === 'append' && typeof about === 'string') {
      const records = more as readonly NewRecord[];
      const before = acknowledged.get(about)?.slice(0, (records[0]?.seq ?? 1) - 1) ?? [];
      acknowledged.set(about, [...before, ...records.map(({ line }) => line)]);
      this.noted.place = true;
    } else if (method === 'read' && typeof about === 'string') acknowledged.set(about, (value as KeptJournal).lines);
  }

  private touch(id: string): void {
    this.order = [...this.order.filter((other) => other !== id), id];
  }

  private fault(fault: StoreFault, method: Method | 'open'): StoreError {
    this.note(`${method}: ${fault}`);
    this.watcher.tell(`  ${method} fails: ${fault}`);
    return new StoreError(fault, `the disk: ${fault}`);
  }

  private note(kind: string): void {
    this.faulted += 1;
    this.faultedAt = this.timeline.now;
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}
