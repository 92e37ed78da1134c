import type { PolicyDocument } from '../domain/document.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { TimedEntry } from '../formats/decisions.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** Where the journal is kept: SQLite in the browser's private files, its own database, or nowhere (gone with the page). */
export type StoreKind = 'sqlite' | 'indexeddb' | 'memory';

export interface StoreState {
  kind: StoreKind;
  /** why nothing is written; null where it is */
  readOnly: string | null;
}

/** Why the store could not do what it was asked. */
export type StoreFault =
  /** no room is left */
  | 'quota'
  /** another tab holds the files */
  | 'busy'
  /** what is read is not what was written */
  | 'damaged'
  /** written by a newer version, of which this one reads only */
  | 'newer'
  /** there is no such session or recording */
  | 'missing'
  /** records do not follow the last one that is kept */
  | 'order'
  /** anything else: a lost handle, a failed write */
  | 'failed';

/** Says what could not be kept or read, and why. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** What S0's table `position_events` says of a record besides what stands in it; amounts and prices are decimal text, the two last JSON. */
export interface EventColumns {
  event_type: string;
  price: string | null;
  profit_pct: string | null;
  position_size: string | null;
  trigger_reason: string | null;
  ml_prediction: string | null;
  indicators: string | null;
  action_taken: string | null;
  amount_saved_or_gained: string | null;
}

/** A record to be kept: its line of `journal.jsonl` without the line's end, and what it is found by. */
export interface NewRecord {
  seq: number;
  line: string;
  tape: TapePosition;
  ts: Milliseconds;
  type: string;
  position: string | null;
  columns: EventColumns | null;
}

/** What the page shows of a session and is to find again: none of it decides anything. */
export interface SessionView {
  /** the instrument on the chart */
  shown: string;
  /** null: as fast as it goes */
  speed: number | null;
  pauseOnProposal: boolean;
}

export interface NewSession {
  id: string;
  name: string;
  /** the session whose first `seq` records this one begins with */
  parent: { session: string; seq: number } | null;
  /** of its recordings */
  digests: string[];
  /** name of the policy that it begins with */
  policy: string;
  /** entries by time, which it began with */
  entries: readonly TimedEntry[];
}

/** A session as the library lists it; times are wall time. */
export interface KeptSession extends Omit<NewSession, 'entries'> {
  created: Milliseconds;
  /** when something was last done in it: later than in any session before, also where the computer's clock has gone back */
  touched: Milliseconds;
  /** records of its journal, its parent's part included */
  records: number;
  place: TapePosition | null;
  view: SessionView | null;
}

/** A recording without its data. */
export interface KeptRecording {
  digest: string;
  name: string;
  symbol: string;
  kind: string;
  rows: number;
  fromTs: Milliseconds;
  toTs: Milliseconds;
  synthetic: boolean;
  /** as kept */
  bytes: number;
  created: Milliseconds;
}

export type NewRecording = Omit<KeptRecording, 'bytes' | 'created'> & { data: Bytes };

/** A policy of the user's own. */
export interface KeptPolicy {
  name: string;
  policy: PolicyDocument;
}

export interface Library {
  sessions: KeptSession[];
  recordings: KeptRecording[];
  policies: KeptPolicy[];
}

/** A session's journal from its first record on, whose chain of hashes holds. */
export interface KeptJournal {
  session: KeptSession;
  entries: NewSession['entries'];
  /** lines of `journal.jsonl`, without their ends */
  lines: string[];
  /** wall time of each */
  walls: Milliseconds[];
  /** records that the store says it has kept and that are not there: the tail is missing */
  cut: number;
}

/**
 * What keeps the journal. Whatever resolves is durable: it outlives the page, the browser and the power. Whatever rejects has changed nothing.
 * @throws StoreError from every method
 */
export interface Store {
  state(): Promise<StoreState>;
  library(): Promise<Library>;
  /** One that is there already, by its id, stays as it is: a beginning whose answer was lost may be made again. */
  begin(session: NewSession): Promise<void>;
  /**
   * Appends records that follow the last one kept, and moves the place on the tape with them. What is kept already, to the letter, is not kept twice:
   * an append whose answer was lost may be made again.
   */
  append(session: string, records: readonly NewRecord[], place: TapePosition): Promise<void>;
  mark(session: string, mark: { place?: TapePosition; view?: SessionView; name?: string }): Promise<void>;
  read(session: string): Promise<KeptJournal>;
  /** A session and every branch that begins with it. */
  remove(session: string): Promise<void>;
  keepRecording(recording: NewRecording): Promise<void>;
  recording(digest: string): Promise<Bytes>;
  renameRecording(digest: string, name: string): Promise<void>;
  removeRecording(digest: string): Promise<void>;
  keepPolicy(policy: KeptPolicy): Promise<void>;
  removePolicy(name: string): Promise<void>;
  setting(key: string): Promise<unknown>;
  keepSetting(key: string, value: unknown): Promise<void>;
  /** A session's journal from its first record on, as a database of its own with the same tables. */
  sessionFile(session: string): Promise<Bytes>;
  /** Everything that is kept, as it is: for where it cannot be read any more. SQLite's own file, or JSON lines of what stands in the browser's database. */
  dump(): Promise<Bytes>;
  close(): Promise<void>;
}
