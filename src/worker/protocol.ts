import type { CalendarSpec } from '../domain/calendar.ts';
import type { Command, PlaceEntry } from '../domain/commands.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { RejectedRow } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Outlook } from '../domain/proposal.ts';
import type { BarPath, Columns, Stamp } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Difference, PolicyKey } from '../policy/explain.ts';
import type { PolicyFault } from '../policy/load.ts';
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
} from '../projections/views.ts';

/** How a file is to be read, as far as it does not say itself; what is left out is detected. */
export interface ImportOptions {
  instrument?: Partial<InstrumentSpec>;
  stamp?: Stamp;
  intervalMs?: Milliseconds;
}

export interface FileToOpen {
  file: File;
  options: ImportOptions;
}

/** What a look at a file found, to be shown and corrected before it is opened. */
export interface Inspection {
  name: string;
  kind: Columns['kind'];
  instrument: InstrumentSpec;
  stamp: Stamp | 'event';
  intervalMs: Milliseconds | null;
  rows: number;
  rejectedRows: number;
  rejected: RejectedRow[];
  fromTs: Milliseconds;
  toTs: Milliseconds;
  /** where each guess comes from, a sentence each */
  notes: string[];
}

/** The name of a preset, or a policy as it is written. */
export type PolicyChoice = string | PolicyDocument;

/** Page → worker. */
export type ToWorker =
  | { type: 'open-bundled'; policy: PolicyChoice }
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
  /** the session anew, with this policy */
  | { type: 'policy'; policy: PolicyChoice }
  | { type: 'ack'; seq: number }
  | { type: 'ask'; id: number; question: Question };

/** A question with one answer. */
export type Question =
  | { ask: 'inspect'; file: File; options: ImportOptions }
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
  | { ask: 'policy-keys' }
  /** `preset` is what it is compared with; the nearest where it is left out */
  | { ask: 'policy-check'; policy: unknown; preset?: string }
  | { ask: 'policy-effect'; policy: unknown };

export type { Difference, PolicyFault, PolicyKey };

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
  calendar: CalendarSpec;
  quote: TicketQuote;
  /** the position as it is, and with its stop at the price */
  stop: { before: Outlook; after: Outlook };
  /** `refusal` where it could not be approved with it: then the outlook is that of the proposal as it is */
  outlook: { before: Outlook; after: Outlook; refusal: string };
  record: JournalRecord;
  'row-time': Milliseconds;
  export: { journal: string; positions: string; figures: string; sha256: string; records: number };
  'policy-keys': { keys: readonly PolicyKey[]; presets: Record<string, PolicyDocument> };
  'policy-check': PolicyReview;
  'policy-effect': PolicyEffect;
}

/** Worker → page. At most one frame is under way: the next is sent after the page has acknowledged the last. */
export type FromWorker = Frame | Fault | Answer;

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
}

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
