import type { CalendarSpec } from '../domain/calendar.ts';
import type { Command, PlaceEntry } from '../domain/commands.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { RejectedRow, Timeline } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { LayoutChoice, TableLook } from '../domain/layout.ts';
import type { Outlook } from '../domain/proposal.ts';
import type { BarPath, Columns, Stamp } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Bytes, Library, StoreKind } from '../journal/store.ts';
import type { Difference, PolicyKey } from '../policy/explain.ts';
import type { PolicyFault } from '../policy/load.ts';
import type { FillsFormat, FillsOptions } from '../formats/fills/file.ts';
import type { TradeEntry, TradeTotals } from '../projections/trades.ts';
import type {
  AccountView,
  BarsDelta,
  ChartPosition,
  ChartView,
  ClockView,
  InstrumentView,
  JournalLine,
  OrderView,
  PositionView,
  ProposalView,
  SessionView,
  TicketQuote,
  TradeView,
} from '../projections/views.ts';

/** How a file is to be read, as far as it does not say itself; what is left out is detected. */
export interface ImportOptions {
  instrument?: Partial<InstrumentSpec>;
  stamp?: Stamp;
  intervalMs?: Milliseconds;
  /** of a text table */
  layout?: LayoutChoice;
}

export interface FileToOpen {
  file: File;
  options: ImportOptions;
}

/** What a look at a file found, to be shown and corrected before it is opened. */
export type Inspection = FoundFile | UnreadTable;

/** A text table that cannot be read as it is: which column is which is for the user to say. */
export interface UnreadTable {
  kind: 'unread';
  name: string;
  fault: string;
  table: TableLook;
}

export interface FoundFile {
  name: string;
  kind: Columns['kind'];
  instrument: InstrumentSpec;
  stamp: Stamp | 'event';
  intervalMs: Milliseconds | null;
  rows: number;
  rejectedRows: number;
  rejected: RejectedRow[];
  /** of the rows left out, one entry a reason */
  counts: { reason: string; rows: number }[];
  timeline: Timeline;
  fromTs: Milliseconds;
  toTs: Milliseconds;
  /** where each guess comes from, a sentence each */
  notes: string[];
  /** how its text was laid out, where that may be corrected */
  table?: TableLook;
}

/** How a file of the user's own trades is to be read. `keepQuantity`: its entries carry the quantities of the fills, else the policy sizes them. */
export interface TradesOptions extends FillsOptions {
  keepQuantity?: boolean;
}

export type { FillsFormat, FillsOptions, TradeEntry, TradeTotals, TradeView };

/** The user's own trades, as a file has them. */
export interface TradesFound {
  name: string;
  format: FillsFormat;
  /** "executions of NinjaTrader" */
  formatName: string;
  /** fills that were taken */
  fills: number;
  /** in the order of their opening */
  trades: TradeView[];
  totals: TradeTotals;
  /** the trades as the chart draws positions, in the same order */
  drawn: { symbol: string; position: ChartPosition }[];
  /** what they ask of a policy that is to manage them */
  entries: TradeEntry[];
  rejectedRows: number;
  /** the first of them */
  rejected: RejectedRow[];
  notes: string[];
  symbols: string[];
  /** of a price, by symbol: the finest of its fills */
  decimals: Record<string, number>;
  /** accounts or strategies of the file, of which one is read */
  parts: string[];
}

/** The name of a preset, or a policy as it is written. */
export type PolicyChoice = string | PolicyDocument;

/** What the page remembers of the journal that was kept last: the browser may have cleared the journal and not this. */
export interface Remembered {
  session: string;
  name: string;
  records: number;
}

/** Page → worker. */
export type ToWorker =
  /** opens what was open last, and where there is nothing yet the bundled session */
  | { type: 'start'; policy: PolicyChoice; remembered: Remembered | null }
  | { type: 'open-bundled'; policy: PolicyChoice }
  /** a session that was kept, where it was left */
  | { type: 'open-session'; id: string }
  /** recordings as a new session */
  | { type: 'open-recordings'; digests: string[]; policy: PolicyChoice; barPath: BarPath }
  /** stops the reading of files, which leaves nothing behind */
  | { type: 'cancel' }
  /** this tab is to drive, and whichever drives now to look on */
  | { type: 'take-over' }
  /** one an instrument, on one clock */
  | { type: 'open-files'; files: FileToOpen[]; policy: PolicyChoice; barPath: BarPath }
  /** puts another instrument of the session on the chart */
  | { type: 'show'; symbol: string }
  | { type: 'command'; command: Command }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'step'; to: 'tick' | 'bar' | 'bar-back' | 'event' | 'proposal' }
  | { type: 'seek'; row: number }
  | { type: 'speed'; speed: number }
  | { type: 'pause-on-proposal'; on: boolean }
  /** the session anew, with these entries instead of the user's, under the policy in force */
  | { type: 'run-entries'; entries: TradeEntry[] }
  /** the session anew, with this policy */
  | { type: 'policy'; policy: PolicyChoice }
  | { type: 'ack'; seq: number }
  | { type: 'ask'; id: number; question: Question };

/** A question with one answer. */
export type Question =
  | { ask: 'inspect'; file: File; options: ImportOptions }
  /** a file of the user's own trades; refused where it is none */
  | { ask: 'trades'; file: File; options: TradesOptions }
  /** a calendar of the user's own, for an instrument */
  | { ask: 'calendar'; file: File }
  | { ask: 'quote'; entry: PlaceEntry }
  | { ask: 'stop'; positionId: string; price: string }
  /** an open proposal with another quantity */
  | { ask: 'outlook'; proposalId: string; quantity: string }
  | { ask: 'record'; seq: number }
  /** market time at which a row of the session begins */
  | { ask: 'row-time'; row: number }
  | { ask: 'export' }
  /** what is kept in this browser, after a change where one is asked for */
  | { ask: 'library'; change?: LibraryChange }
  /** a session bundle or a backup: what is in it, and with `restore` it is kept, and a bundle's session opened */
  | { ask: 'archive'; file: File; restore: boolean }
  /** a file made of what is kept */
  | { ask: 'stored'; file: StoredForm }
  | { ask: 'policy-keys' }
  /** `preset` is what it is compared with; the nearest where it is left out */
  | { ask: 'policy-check'; policy: unknown; preset?: string }
  | { ask: 'policy-effect'; policy: unknown };

/** What a user does to what is kept. */
export type LibraryChange =
  | { what: 'rename-session'; id: string; name: string }
  /** and every branch that begins with it */
  | { what: 'remove-session'; id: string }
  | { what: 'rename-recording'; digest: string; name: string }
  | { what: 'remove-recording'; digest: string }
  | { what: 'keep-policy'; name: string; policy: PolicyDocument }
  | { what: 'remove-policy'; name: string };

/** The tables that a session's journal reads out as. */
export type TableName =
  | 'journal.csv'
  | 'position_events.csv'
  | 'position_events.jsonl'
  | 'ml_position_predictions.csv'
  | 'ml_position_predictions.jsonl'
  | 'positions.csv'
  | 'trades.csv'
  | 'exits.csv';

/** What of all that is kept is to be made a file. */
export type StoredForm =
  | { what: 'session'; id: string; as: 'bundle' | 'journal.jsonl' | 'sqlite' | TableName }
  | { what: 'recording'; digest: string }
  /** everything, with the page's own settings */
  | { what: 'backup'; settings: Readonly<Record<string, unknown>> }
  /** the database as it is, for where it cannot be read any more */
  | { what: 'database' };

/** What a session bundle or a backup holds, every digest of it checked. */
export interface ArchiveView {
  kind: 'bundle' | 'backup';
  /** when a backup was made, as it says; '' of a bundle */
  created: string;
  sessions: { id: string; name: string; records: number }[];
  recordings: number;
  policies: number;
  /** what is broken in a backup and left out */
  faults: { entry: string; problem: string }[];
  /** the page's own settings, as `backup` was given them */
  settings: Readonly<Record<string, unknown>>;
  /** what was restored, for a person; '' where it was only looked at */
  restored: string;
}

export interface StoredFile {
  name: string;
  type: string;
  data: string | Bytes;
  /** what could not be read and is not in it, a sentence each */
  left?: string[];
}

/** How what happens is kept. */
export interface KeepingView {
  /**
   * `kept`: every frame shows only what is durable. `failing`: the last change could not be kept and was not made; what happens now is in memory,
   * and nothing that adds risk is done. `unkept`: nothing is kept, and `message` says why.
   */
  state: 'opening' | 'kept' | 'failing' | 'unkept';
  kind: StoreKind | null;
  /** '' while all is well */
  message: string;
  session: string | null;
  name: string;
  /** records that are durable */
  records: number;
  /** why nothing is open; null where something is, or is being opened */
  trouble: Trouble | null;
}

/** A journal that was expected and cannot be gone on with: nothing is opened in its stead before the user has said so. */
export interface Trouble {
  /** `missing`: the browser has it no more; `damaged`: it is not what was kept; `other`: of another version of the program */
  kind: 'missing' | 'damaged' | 'other';
  message: string;
  /** whose journal can still be exported as it stands */
  session: string | null;
}

export type { Difference, Library, PolicyFault, PolicyKey };

/** What the schema says of a policy, and how it differs from a preset and from what is in force (null without a session); names do not count. */
export type PolicyReview = ({ ok: true; policy: PolicyDocument } | { ok: false; faults: PolicyFault[] }) & {
  preset: string;
  differences: Difference[];
  inForce: Difference[] | null;
};

/** What a policy would change now, before it is applied. */
export interface PolicyEffect {
  /** every open position; without lines where nothing changes for it */
  positions: { positionId: string; symbol: string; changes: string[] }[];
  /** why the running session cannot take it; null where it can */
  refused: string | null;
  /** where rules would act next */
  levels: ChartView['nextLevels'];
}

export interface Answers {
  inspect: Inspection;
  trades: TradesFound;
  calendar: CalendarSpec;
  quote: TicketQuote;
  /** the position as it is, and with its stop at the price */
  stop: { before: Outlook; after: Outlook };
  /** `refusal` where it could not be approved with it: then the outlook is that of the proposal as it is */
  outlook: { before: Outlook; after: Outlook; refusal: string };
  record: JournalRecord;
  'row-time': Milliseconds;
  library: Library;
  stored: StoredFile;
  archive: ArchiveView | null;
  export: { journal: string; positions: string; figures: string; sha256: string; records: number };
  'policy-keys': { keys: readonly PolicyKey[]; presets: Record<string, PolicyDocument> };
  'policy-check': PolicyReview;
  'policy-effect': PolicyEffect;
}

/** Worker → page. At most one frame is under way: the next is sent after the page has acknowledged the last. */
export type FromWorker = Frame | Fault | Answer | { type: 'tab'; tab: TabView };

/** What has changed since the frame before; views that did not change are left out. */
export interface Frame {
  type: 'frame';
  /** 1, 2, 3 …; a gap is a fault */
  seq: number;
  /** grows when the session changes, the replay goes back, or another instrument is shown: the page drops the bars of the epoch before */
  epoch: number;
  /** grows when the session changes or the replay goes back: the page drops the journal, and what was sent before has no answer any more */
  run: number;
  session?: SessionView;
  /** the policy in force, as it is written */
  policy?: PolicyDocument;
  clock?: ClockView;
  account?: AccountView;
  instruments?: InstrumentView[];
  /** those that are not closed */
  positions?: PositionView[];
  /** those that are, in the order of their close: sent once, for nothing of them changes any more */
  closed?: { from: number; positions: PositionView[] };
  proposals?: ProposalView[];
  orders?: OrderView[];
  chart?: ChartView;
  /** closed positions of the instrument on the chart, sent once an epoch */
  drawn?: { from: number; positions: ChartPosition[] };
  bars?: BarsDelta;
  journal?: { from: number; lines: JournalLine[] };
  progress?: { label: string; share: number } | null;
  keeping?: KeepingView;
}

/** Which part this tab has: it drives, looks on at the tab that does, or is about to take over from one that is gone. */
export type TabView = { role: 'driver' } | { role: 'mirror' } | { role: 'heir'; inMs: Milliseconds };

/** Something went wrong; `fatal` when the engine has stopped. Shown, never swallowed. */
export interface Fault {
  type: 'fault';
  fatal: boolean;
  message: string;
  detail: string;
}

export type Answer =
  | { type: 'answer'; id: number; ok: true; value: Answers[keyof Answers] }
  | { type: 'answer'; id: number; ok: false; message: string };
