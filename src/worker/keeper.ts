import type { JournalRecord } from '../domain/events.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { EventColumns, KeptJournal, NewRecord, NewRecording, NewSession, SessionView, Store } from '../journal/store.ts';
import type { PositionEventRow } from '../projections/table-rows.ts';
import { PositionEvents } from '../projections/tables.ts';

/** The position that an event is about; null where it is about none. */
function positionOf({ event }: JournalRecord): string | null {
  if ('positionId' in event && event.positionId !== undefined) return event.positionId;
  if (event.type === 'OrderPlaced') return event.order.positionId;
  return event.type === 'ProposalOpened' ? event.proposal.positionId : null;
}

const columnsOf = (row: PositionEventRow): EventColumns => ({
  event_type: row.event_type,
  price: row.price,
  profit_pct: row.profit_pct,
  position_size: row.position_size,
  trigger_reason: row.trigger_reason,
  ml_prediction: row.ml_prediction,
  indicators: row.indicators && JSON.stringify(row.indicators),
  action_taken: row.action_taken,
  amount_saved_or_gained: row.amount_saved_or_gained,
});

/** Keeps one session's journal as it grows, and knows how much of it is durable. What could not be kept is kept with the next call. */
export class Keeper {
  private store: Store;
  private session: NewSession;
  private recordings: readonly NewRecording[];
  private begun: boolean;
  private kept: number;
  private rows: PositionEvents;
  private folded = 0;

  private constructor(store: Store, session: NewSession, recordings: readonly NewRecording[], kept: number, begun: boolean) {
    this.store = store;
    this.session = session;
    this.recordings = recordings;
    this.kept = kept;
    this.begun = begun;
    this.rows = new PositionEvents(session.id);
  }

  /** A session that begins: it and its recordings are kept with its first records. */
  static of(store: Store, session: NewSession, recordings: readonly NewRecording[]): Keeper {
    return new Keeper(store, session, recordings, session.parent?.seq ?? 0, false);
  }

  /** A session that was read, and goes on. */
  static again(store: Store, { session, entries, lines }: KeptJournal): Keeper {
    return new Keeper(store, { ...session, entries }, [], lines.length, true);
  }

  /** The store was lost and is open again. */
  moveTo(store: Store): void {
    this.store = store;
  }

  get id(): string {
    return this.session.id;
  }

  get name(): string {
    return this.session.name;
  }

  /** The session is called otherwise, and so are branches of it from now on. */
  rename(name: string): void {
    this.session = { ...this.session, name };
  }

  /** The session that it begins with. */
  get parent(): string | undefined {
    return this.session.parent?.session;
  }

  /** Records that are durable. */
  get durable(): number {
    return this.kept;
  }

  /** What is decided from here on belongs to a branch: the records after the first `records` stay with the session that has them. */
  fork(id: string, records: number): void {
    const { parent } = this.session;
    const from = parent && records <= parent.seq ? parent.session : this.session.id;
    this.session = { ...this.session, id, parent: { session: from, seq: records } };
    this.begun = false;
    this.kept = records;
    this.rows = new PositionEvents(id);
    this.folded = 0;
  }

  /** What keeps a branch of this session, which begins with the first `parent.seq` records of one of its family. */
  branch(id: string, name: string, parent: NonNullable<NewSession['parent']>): Keeper {
    return new Keeper(this.store, { ...this.session, id, name, parent }, this.recordings, parent.seq, false);
  }

  /** Makes durable what the journal has grown by, with the place on the tape that it has come to. @throws StoreError where nothing more is durable than before */
  async keep(journal: readonly JournalRecord[], place: TapePosition): Promise<void> {
    if (!this.begun) {
      for (const recording of this.recordings) await this.store.keepRecording(recording);
      this.recordings = [];
      await this.store.begin(this.session);
      this.begun = true;
    }
    if (journal.length <= this.kept) return;
    await this.store.append(this.session.id, this.recordsOf(journal), place);
    this.kept = journal.length;
  }

  /** Notes where the session stands and how it is looked at. */
  mark(place: TapePosition, view: SessionView): Promise<void> {
    return this.begun ? this.store.mark(this.session.id, { place, view }) : Promise.resolve();
  }

  private recordsOf(journal: readonly JournalRecord[]): NewRecord[] {
    if (this.folded > this.kept) {
      this.rows = new PositionEvents(this.session.id);
      this.folded = 0;
    }
    const columns = new Map<string, EventColumns>();
    for (; this.folded < journal.length; this.folded += 1) {
      const record = journal[this.folded];
      const row = record && this.rows.apply(record, null);
      if (row) columns.set(row.id, columnsOf(row));
    }
    return journal.slice(this.kept).map(
      (record): NewRecord => ({
        seq: record.seq,
        line: JSON.stringify(record),
        tape: record.tape,
        ts: record.ts,
        type: record.event.type,
        position: positionOf(record),
        columns: columns.get(`${this.session.id}:${record.seq}`) ?? null,
      }),
    );
  }
}
