import type { CalendarSpec } from '../domain/calendar.ts';
import type { Command, PlaceEntry } from '../domain/commands.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { RejectedRow, Timeline } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { LayoutChoice, TableLook } from '../domain/layout.ts';
import type { Outlook, ProposalStatus } from '../domain/proposal.ts';
import type { BarPath, Columns, Stamp } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Bytes, Library, StoreKind } from '../journal/store.ts';
import type { Difference, PolicyKey } from '../policy/explain.ts';
import type { PolicyFault } from '../policy/load.ts';
import type { FillsFormat, FillsOptions } from '../formats/fills/file.ts';
import type { Standing } from '../study/branch.ts';
import type { Comparison } from '../study/compare.ts';
import type { Decider } from '../study/decide.ts';
import type { HeatFigure, HeatMap } from '../study/heat-map.ts';
import type { SweepRow, SweptKey } from '../study/sweep.ts';
import type { EquityCurve, Walked } from '../study/walk.ts';
import type { PerformanceTable } from '../projections/performance-tables.ts';
import type { PerformanceView, TradeFilter, WorthView } from '../projections/performance-views.ts';
import type { TradeEntry, TradeTotals } from '../projections/trades.ts';
import type { MarkedLines } from './marks.ts';
import type {
  AccountView,
  BarsDelta,
  BesideView,
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

/** Where one step of the replay goes: `latest` is where the run had come farthest before it went back. */
export type StepTo = 'tick' | 'bar' | 'bar-back' | 'event' | 'event-back' | 'proposal' | 'stop-move' | 'latest';

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
  /** instruments to be seen besides the one on the chart, all of them; those that the session has not are left out */
  | { type: 'beside'; symbols: readonly string[] }
  | { type: 'command'; command: Command }
  /**
   * goes back to just before a place, with what was decided before it, and takes the other branch: a session of its own that begins with the records
   * so far and is kept under a name. What was decided after the place is not repeated in it. Without a decision the user decides there by hand.
   */
  | { type: 'fork'; at: ForkAt; decision?: Command; name?: string }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'step'; to: StepTo }
  | { type: 'seek'; row: number }
  | { type: 'speed'; speed: number }
  | { type: 'pause-on-proposal'; on: boolean }
  /** the session anew, with these entries instead of the user's, under the policy in force */
  | { type: 'run-entries'; entries: TradeEntry[] }
  /** the session anew, with this policy */
  | { type: 'policy'; policy: PolicyChoice }
  | { type: 'ack'; seq: number }
  | { type: 'ask'; id: number; question: Question }
  /** nobody waits for that answer any more */
  | { type: 'forget'; id: number };

/** Where another branch is taken: at a record of the journal, at a proposal where it was decided (or came up), or at the present moment (null). */
export type ForkAt = { seq: number } | { proposalId: string } | null;

/** What there is to be decided where a branch is to be taken. */
export interface ForkPoint {
  ts: Milliseconds;
  row: number;
  /** true where nobody decided what came there: the branch begins at the end of the row before */
  before: boolean;
  /** what was decided or came up there: "scale-in approved"; '' of what came by itself */
  text: string;
  /** the proposal that waits there; null where none is meant */
  proposal: { id: string; title: string; quantity: string | null; actionable: boolean; was: ProposalStatus } | null;
  /** decisions before it, which the branch shares, and after it, which it does not repeat */
  kept: number;
  dropped: number;
  /** presets and policies of the user's own, and why one cannot be put in force there; null where it can */
  policies: { name: string; policy: PolicyDocument; refused: string | null }[];
}

/** A session of the family of the one that is open: those that share its first records, and theirs. */
export interface BranchView {
  id: string;
  name: string;
  /** null of the root */
  parent: string | null;
  open: boolean;
  policy: string;
  records: number;
  /** when it left its parent; null of the root */
  leftTs: Milliseconds | null;
  /** what was decided in it there, and in its parent; '' where nothing was */
  otherwise: string;
  instead: string;
  /** as far as it has come; null while it is not known, or cannot be */
  end: Standing | null;
  /** against its parent, where both stood at the earlier of their ends; null of the root and while it is not known */
  apart: { ts: Milliseconds; realized: string; equity: string; r: string | null; atEnd: boolean } | null;
  /** why its figures cannot be known; '' where they can */
  fault: string;
}

/** What is drawn of a branch; prices and money are numbers for drawing. */
export interface BranchDrawing {
  id: string;
  name: string;
  /** when it left its parent; null of the root */
  leftTs: Milliseconds | null;
  endTs: Milliseconds;
  /** on the instrument that was asked for */
  positions: ChartPosition[];
  equity: EquityCurve;
}

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
  /** how many rows are over at a time, as a person writes it in the zone of the instrument on the chart */
  | { ask: 'row-at'; written: string }
  /** what is marked between two rows, both included */
  | { ask: 'marks'; fromRow: number; toRow: number }
  | { ask: 'export' }
  /** the session as it stands, walked again: its journal and its equity */
  | { ask: 'walk' }
  /** two policies or branches on the same entries; parts tell how far it is */
  | { ask: 'compare'; a: CompareSide; b: CompareSide; sessions: CompareSessions; decider: PolicyDecider }
  /** a policy for each value of one or two keys; every part is a row as it comes */
  | { ask: 'sweep'; policy: PolicyChoice; keys: readonly KeyToSweep[]; sessions: CompareSessions; decider: PolicyDecider }
  /** the values of a key as they are written in a field, or what is wrong with them */
  | { ask: 'sweep-values'; policy: PolicyChoice; key: KeyToSweep }
  /** a comparison, or the rows of a sweep, as CSV */
  | { ask: 'study-csv'; of: Comparison | { keys: readonly SweptKey[]; rows: readonly SweepRow[] } }
  /** rows of a sweep as a table */
  | { ask: 'heat-map'; keys: readonly SweptKey[]; rows: readonly SweepRow[]; figure: HeatFigure }
  /** how the session went so far, or a part of it */
  | { ask: 'performance'; filter: TradeFilter }
  /** one table of the same, as CSV */
  | { ask: 'performance-csv'; filter: TradeFilter; table: PerformanceTable }
  /** its figures as OpenMetrics text */
  | { ask: 'metrics' }
  /** what every decision of the session was worth, as far as it stands */
  | { ask: 'worth' }
  /** what there is to be decided where a branch is to be taken */
  | { ask: 'fork-point'; at: ForkAt }
  /** the family of the session that is open; each part is the list as far as it is known */
  | { ask: 'branches' }
  /** branches of that family as the chart draws them */
  | { ask: 'branch-drawings'; ids: string[]; symbol: string }
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

/** One side of a comparison: a policy, or a session that was kept as it went. */
export type CompareSide = { policy: PolicyChoice } | { branch: string };

/** Which sessions entries are taken from: those that are kept under these ids; null is the one that is open. */
export type CompareSessions = readonly (string | null)[];

/** Who decides where a policy is run on the entries of a session. */
export type PolicyDecider = Exclude<Decider, 'branch'>;

/** A policy key, and its values as they were typed: "0.5R:2R:0.25R". */
export interface KeyToSweep {
  path: string;
  values: string;
}

export type { Comparison, HeatFigure, HeatMap, SweepRow, SweptKey };

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
  /** the session that it is a branch of; null where it is none */
  parent: string | null;
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
  'row-at': number;
  marks: MarkedLines;
  'fork-point': ForkPoint;
  branches: BranchView[];
  'branch-drawings': BranchDrawing[];
  library: Library;
  stored: StoredFile;
  archive: ArchiveView | null;
  export: { journal: string; positions: string; figures: string; sha256: string; records: number };
  walk: Walked[];
  compare: Comparison;
  sweep: { keys: SweptKey[]; cells: number; rows: SweepRow[] };
  'sweep-values': { ok: true; values: readonly (string | number)[] } | { ok: false; message: string };
  'heat-map': HeatMap;
  'study-csv': string;
  performance: PerformanceView;
  'performance-csv': string;
  metrics: string;
  worth: WorthView;
  'policy-keys': { keys: readonly PolicyKey[]; presets: Record<string, PolicyDocument> };
  'policy-check': PolicyReview;
  'policy-effect': PolicyEffect;
}

/** Worker → page. At most one frame is under way: the next is sent after the page has acknowledged the last. */
export type FromWorker = Frame | Fault | Answer | AnswerPart | { type: 'tab'; tab: TabView };

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
  /** the instruments that are seen besides the one on the chart, all of them */
  beside?: BesideView[];
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

/** How far an answer is, 0..1, and what of it there is so far, where it comes in parts. */
export interface AnswerPart {
  type: 'part';
  id: number;
  share: number;
  part: unknown;
}

export type Answer =
  | { type: 'answer'; id: number; ok: true; value: Answers[keyof Answers] }
  | { type: 'answer'; id: number; ok: false; message: string };
