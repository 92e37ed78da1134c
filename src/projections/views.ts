import type { ImportReport, RejectedRow } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { PositionStatus, Side, TrancheStatus } from '../domain/position.ts';
import type {
  ActionKind,
  Autonomy,
  AutonomyLevel,
  CriterionReading,
  Outlook,
  ProposalStatus,
  RuleId,
  Urgency,
} from '../domain/proposal.ts';
import type { SizingStep } from '../domain/sizing.ts';
import type { BarPath, Columns, Stamp } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';

/*
 * What the page shows, ready made: money, prices and quantities are decimal text (the page only groups digits and colours signs);
 * chart coordinates are numbers. Panels compute no money.
 */

export type { ImportReport, RejectedRow };

export interface SessionView {
  /** "TSLA · 11–15 Feb 2019" */
  title: string;
  source: string;
  /** every instrument of the session, in the order of their symbols; the facts below are those of the one on the chart */
  symbols: string[];
  /** decimals of a price on the tick grid, by symbol */
  decimals: Record<string, number>;
  /** what was read, a file an instrument */
  files: FileView[];
  instrument: InstrumentSpec;
  kind: Columns['kind'];
  synthetic: boolean;
  stamp: Stamp | 'event';
  /** interval of the engine's bars */
  intervalMs: Milliseconds;
  barPath: BarPath;
  digest: string;
  rows: number;
  fromTs: Milliseconds;
  toTs: Milliseconds;
  /** IANA zone of the exchange, for the clock and the time axis */
  zone: string;
  /** name of the policy that it was opened with */
  policy: string;
  policies: string[];
  /** decimals of a price on the tick grid */
  priceDecimals: number;
  report: ImportReport;
  notes: string[];
}

/** A file of a session. */
export interface FileView {
  symbol: string;
  name: string;
  kind: Columns['kind'];
  rows: number;
  rejectedRows: number;
  /** interval of the engine's bars of it */
  intervalMs: Milliseconds;
  stamp: Stamp | 'event';
  /** IANA zone of its exchange */
  zone: string;
  digest: string;
}

/** An instrument as it trades now, for the row of instruments. */
export interface InstrumentView {
  symbol: string;
  /** empty before its first price */
  last: string;
  /** against the open of the trading day; empty while it has none */
  dayPercent: string;
  /** how the entry plan stands while nothing is held; null where there is none */
  plan: RuleView | null;
}

export interface ClockView {
  /** engine time; null before the first row */
  ts: Milliseconds | null;
  /** rows already walked, 0..rows */
  row: number;
  /** point inside the row, 0..5 */
  point: number;
  rows: number;
  playing: boolean;
  /** market seconds a second; Infinity is "as fast as it goes" */
  speed: number;
  stoppedBy: 'user' | 'proposal' | 'end' | null;
  pauseOnProposal: boolean;
  /** decisions recorded later on the tape, which will be repeated unless the user decides anew */
  laterDecisions: number;
  /** places of events along the tape, for the scrubber, in row order */
  marks: { row: number; tone: Tone }[];
  /** rows that were done where this run had come farthest before it went back; null where it stands there now */
  latest: number | null;
  /** marks of what happened between here and there, and will again unless the user decides anew */
  ahead: { row: number; tone: Tone }[];
}

export interface AccountView {
  equity: string;
  cash: string;
  dayPnl: string;
  dayPnlPercent: string;
  realizedPnl: string;
  openRisk: string;
  openRiskLimit: string;
  /** what is controlled with leverage, as a share of equity; margin is the exposure among the gauges */
  notionalPercent: string;
  gauges: GaugeView[];
  /** why what adds risk is refused at present; empty while nothing is */
  halts: HaltView[];
  /** name of the policy in force */
  policy: string;
  /** true where the policy allows adding to a losing position; said in red */
  averagingDown: boolean;
  /** notional over money put in; "1" without leverage */
  leverage: string;
  autonomyLevel: AutonomyLevel;
  autonomy: { kind: ActionKind; autonomy: Autonomy; fixed: boolean }[];
}

/** How full a limit of the account is, ready to show. */
export interface GaugeView {
  id: 'daily-loss' | 'drawdown' | 'exposure' | 'positions' | 'trades';
  figure: string;
  /** "none" where the policy sets none */
  limit: string;
  /** 0 to 1 and beyond; null where there is no limit */
  share: number | null;
}

/** A limit on the account's equity that refuses what adds risk. */
export interface HaltView {
  rule: RuleId;
  /** "Loss of the day", "Below the peak" */
  title: string;
  /** as it is now, and the limit */
  figure: string;
  limit: string;
  /** when it began, with the figure of that instant; null and "" where the journal does not say */
  since: Milliseconds | null;
  began: string;
  /** "no entries or adds until the next trading day" */
  refused: string;
  /** "stops and exits go on" */
  goesOn: string;
  /** true where the user may end it by resetting the peak */
  resettable: boolean;
}

export interface TrancheView {
  id: string;
  /** 0-based, for its colour */
  ordinal: number;
  status: TrancheStatus;
  quantity: string;
  remaining: string;
  entryPrice: string;
  entryTs: Milliseconds;
  /** 0..1, of the signal of an entry plan; empty for entries by hand */
  strength: string;
  pnl: string;
  pnlR: string;
}

export interface PositionView {
  id: string;
  symbol: string;
  side: Side;
  status: PositionStatus;
  quantity: string;
  averageEntry: string;
  last: string;
  /** unrealised, and realised so far net of fees */
  pnl: string;
  realizedPnl: string;
  pnlPercent: string;
  pnlR: string;
  stop: string;
  target: string;
  /** price at which the margin is used up; empty without leverage */
  liquidation: string;
  toStopPercent: string;
  /** money lost if the stop fills at its price; negative when the stop locks in a gain */
  openRisk: string;
  maeR: string;
  mfeR: string;
  openedTs: Milliseconds;
  closedTs: Milliseconds | null;
  ageMs: Milliseconds;
  /** money put in at the entry prices, and what it controls */
  margin: string;
  notional: string;
  leverage: string;
  /** true once a rule has failed: its stop stays, nothing else acts by itself */
  byHand: boolean;
  /** how it ended: "stop · gapped", "early exit"; empty while it is open */
  ending: string;
  /** what leaving early saved against the stop: "+12.30 · 50.0%"; empty where nothing was recorded */
  saved: string;
  tranches: TrancheView[];
  /** what happens next, in words, nearest first */
  next: string[];
  waiting: number;
  rules: RuleView[];
}

/** How a rule stands, from what acts soonest to what does not act at all. */
export type RuleStatus = 'live' | 'armed' | 'waiting' | 'silent' | 'done' | 'off';

/** A rule's state on a position, read out by `explain`. */
export interface RuleView {
  rule: RuleId;
  title: string;
  status: RuleStatus;
  /** of its trigger that acts soonest: "armed at 101.50", "waiting: RSI 48.2, needs > 50", "done 10:42" */
  state: string;
  /** each of its triggers with its criteria; a ladder has several */
  triggers: { label: string; status: RuleStatus; state: string; criteria: CriterionReading[] }[];
}

export interface ProposalView {
  id: string;
  positionId: string;
  symbol: string;
  rule: RuleId;
  kind: ActionKind;
  /** "Scale in · buy 10 TSLA" */
  title: string;
  urgency: Urgency;
  confidence: number;
  riskScore: number;
  /** 0..100, for the order within one urgency */
  score: number;
  status: ProposalStatus;
  reason: string;
  /** approve, auto-after and suggest differ in what the keys do */
  autonomy: Autonomy;
  actionable: boolean;
  quantity: string | null;
  quantityStep: string;
  price: string;
  ts: Milliseconds;
  expiresAt: Milliseconds;
  appliesAt: Milliseconds | null;
  snoozedUntil: Milliseconds | null;
  low: string | null;
  high: string | null;
  /** how far the price may move, in the policy's words: "±0.25R", "−0.25R"; empty where it may go anywhere */
  tolerance: string;
  criteria: CriterionReading[];
  before: Outlook;
  after: Outlook;
}

export interface OrderView {
  id: string;
  positionId: string;
  text: string;
  price: string;
  quantity: string;
}

export type Tone = 'up' | 'down' | 'stop' | 'target' | 'waits' | 'plain' | 'muted' | 'fault';
export type JournalKind = 'order' | 'stop' | 'proposal' | 'position' | 'command' | 'refusal' | 'session';

export interface JournalLine {
  seq: number;
  ts: Milliseconds;
  row: number;
  point: number;
  kind: JournalKind;
  tone: Tone;
  text: string;
  rule: string | null;
  positionId: string | null;
  /** the instrument it speaks of, where it speaks of one */
  symbol: string | null;
  /** price on the chart it belongs to */
  price: number | null;
  /** of a fill that might have been another one */
  other?: OtherWay;
}

/** A bar that holds stop and target alike: what its path says came first, and what the position would have made had the other. */
export interface OtherWay {
  first: 'stop' | 'target';
  /** what the position made; empty where something of it was left */
  pnl: string;
  pnlR: string;
  /** what it would have made; empty where the target asks before it is taken. R is empty without a first stop */
  otherPnl: string;
  otherPnlR: string;
}

/** A fill on the chart. */
export interface MarkView {
  ts: Milliseconds;
  price: number;
  side: 'buy' | 'sell';
  quantity: string;
  text: string;
  /** what a plain fill does not have: "gapped", "stop and target in one bar"; empty else */
  note: string;
  /** where the market itself has not said what came first */
  other?: OtherWay;
  /** record of the journal that it came with; null for a fill of the user's own file */
  seq: number | null;
}

export interface ChartPosition {
  id: string;
  /** true for a trade of the user's own file: it is past, and nothing of it can be moved */
  yours: boolean;
  side: Side;
  openTs: Milliseconds;
  closeTs: Milliseconds | null;
  marks: MarkView[];
  /** a band each, from entry to exit; `ordinal` picks the colour */
  tranches: {
    id: string;
    ordinal: number;
    openTs: Milliseconds;
    closeTs: Milliseconds | null;
    price: number;
    quantity: string;
    label: string;
  }[];
  /** the staircase: each step holds until the next, the last until `closeTs` or now */
  stops: { ts: Milliseconds; price: number; reason: string; seq: number }[];
  targets: { ts: Milliseconds; price: number | null }[];
  averages: { ts: Milliseconds; price: number }[];
  /** true while the trailing stop drives the staircase */
  trailing: boolean;
  /** first entry and initial risk a unit, for the R scale; null where no stop was set */
  entry: number;
  r: number | null;
  /** price at which the margin is used up; null without leverage */
  liquidation: number | null;
  best: number;
  worst: number;
  /** tag texts at the axis: "stop · locks +24.99", "target 2.5R" */
  stopLabel: string;
  targetLabel: string;
}

export interface ChartView {
  positions: ChartPosition[];
  /** where rules will act next: dotted, grey, labelled with their reason */
  nextLevels: { price: number; label: string; positionId: string }[];
  pins: { proposalId: string; ts: Milliseconds; price: number; text: string }[];
  /** working entry orders with a price */
  orders: { orderId: string; price: number; label: string }[];
}

/** A trade of the user's own file. Its R is unknown: a file of fills has no stops. */
export interface TradeView {
  id: string;
  symbol: string;
  side: Side;
  openedTs: Milliseconds;
  /** null while something is held at the end of the file */
  closedTs: Milliseconds | null;
  /** the most that was held, and what still is */
  quantity: string;
  held: string;
  averageEntry: string;
  /** empty where nothing was sold yet */
  averageExit: string;
  /** realised, before fees and after them */
  grossPnl: string;
  netPnl: string;
  fees: string;
  /** entries after the first, and exits */
  adds: number;
  exits: number;
}

/** Bars in columns from index `from` on; a bar already sent comes again while it forms. Indicators are NaN until they are known. */
export interface BarsDelta {
  from: number;
  ts: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  rsi: Float64Array;
  macd: Float64Array;
  macdSignal: Float64Array;
  atr: Float64Array;
}

/** An instrument that is seen beside the one on the chart. Lists go on from where they were; from 0 they begin anew. */
export interface BesideView {
  symbol: string;
  /** with this instrument's own facts; sent once, and again after the replay went back */
  session?: SessionView;
  chart: ChartView;
  /** closed positions of it */
  drawn: { from: number; positions: ChartPosition[] };
  bars: BarsDelta;
}

/** What an entry would be if it were sent now. */
export interface TicketQuote {
  side: Side;
  entry: string;
  quantity: string;
  stop: string;
  target: string;
  riskPerUnit: string;
  riskMoney: string;
  riskPercent: string;
  /** what of the risk is the policy's slippage; empty without any */
  slippage: string;
  /** true where slippage takes as much as the stop is away */
  slipsBeyond: boolean;
  rewardRisk: string;
  exposurePercent: string;
  /** money put in, and what it controls with leverage */
  margin: string;
  notional: string;
  leverage: string;
  /** what the order would do: open, add to, take from or turn a position round */
  purpose: 'entry' | 'add' | 'reduce' | 'flip';
  /** the same in words: "adds 10 to the long of 21" */
  effect: string;
  /** why it would average down: "181.20 is below the average of 181.74"; empty where it would not */
  averagesDown: string;
  /** how the stop follows, in words: "1.5 × ATR 0.42, VIX 18: normal" */
  stopDetail: string;
  steps: SizingStep[];
  /** why it would be refused; empty when it would not */
  refusal: string;
}
