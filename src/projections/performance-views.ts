import type { Side } from '../domain/position.ts';
import type { CriterionReading, RuleId } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';

/** Which of a session's closed positions are looked at; what is left out does not choose. */
export interface TradeFilter {
  symbol?: string;
  /** the rule that closed it, or "user" */
  causedBy?: string;
  /** the name of the policy in force when it was opened */
  policy?: string;
  /** closed at or after, and before */
  from?: Milliseconds;
  to?: Milliseconds;
}

/** A figure as it is shown. */
export interface FigureView {
  id: string;
  /** what it belongs to: "Outcome", "Risk", "Management" … */
  group: string;
  label: string;
  /** as it is shown, with its unit; null where there is not enough data, and `why` says what is missing */
  value: string | null;
  why: string;
  /** how it is reckoned, what it takes as given, and where it comes from */
  formula: string;
  convention: string;
  source: string;
  /** what a seed asks of it, and whether that is reached; null where there is no target or no value, or where its standard error leaves it open */
  target: string | null;
  reached: boolean | null;
}

/** A closed position as a point of a plot or a line of a table; numbers are for drawing, texts for reading. */
export interface TradePoint {
  positionId: string;
  symbol: string;
  side: Side;
  causedBy: string;
  policy: string;
  openedTs: Milliseconds;
  closedTs: Milliseconds;
  pnl: string;
  /** null where no stop was set, here and below */
  r: number | null;
  /** maximum adverse and favourable excursion in R: adverse ≤ 0 ≤ favourable */
  maeR: number | null;
  mfeR: number | null;
  /** share of the favourable excursion that was given back, 0..1 and more; null where there was none */
  givenBack: number | null;
  /** the record that closed it: a click goes there */
  seq: number;
  /** of a chart: where on the tape it closed */
  place: TapePosition;
}

/** What a group of trades came to, a line of a table. */
export interface TradeGroup {
  name: string;
  trades: number;
  wins: number;
  pnl: string;
  /** sum of R over the trades that have one; null where none has */
  r: string | null;
}

/** How a session, or a part of it, went. */
export interface PerformanceView {
  /** closed positions of the session, of which `trades` are looked at */
  total: number;
  trades: TradePoint[];
  /** what may be chosen, in the order of first appearance */
  symbols: string[];
  causes: string[];
  policies: string[];
  figures: FigureView[];
  /** after each close, what the trades looked at have made so far, and how far that is below its peak (≤ 0), in money */
  equity: { ts: Milliseconds; equity: number; drawdown: number }[];
  /** R of the trades in bins of half an R; empty where no trade has one */
  histogram: { from: number; to: number; trades: number }[];
  byCause: TradeGroup[];
  bySymbol: TradeGroup[];
  byPolicy: TradeGroup[];
  /** by the hour of the close in the session's zone; `weekday` 1 is Monday */
  byHour: { weekday: number; hour: number; trades: number; pnl: string; sum: number }[];
}

/** What became of a proposal, in the words of its review. */
export type Outcome = 'approved' | 'auto' | 'rejected' | 'vetoed' | 'expired' | 'superseded' | 'failed';

/** What a decision on a proposal was worth: the position's net P&L with it, against that without it. */
export interface DecisionWorth {
  proposalId: string;
  positionId: string;
  symbol: string;
  rule: RuleId;
  /** the proposal's record, and the one that ended it */
  openedSeq: number;
  endedSeq: number;
  openedTs: Milliseconds;
  endedTs: Milliseconds;
  outcome: Outcome;
  /** what was done, for a person: "scale in 50 at 101.20" */
  action: string;
  /** P&L of the position at its close as it went, and the other way round; null where `why` says why */
  actual: string | null;
  otherwise: string | null;
  /** of an action that was applied: actual − otherwise; of one that was not: what applying it would have added (otherwise − actual) */
  worth: string | null;
  worthR: string | null;
  /** of one that was approved: actual − what approving it at once would have made; null where it was approved in the same instant */
  delayCost: string | null;
  delayMs: Milliseconds;
  why: string;
}

/** A rule that all but one of its criteria asked for, and what it would have made. */
export interface NearMiss {
  positionId: string;
  symbol: string;
  rule: RuleId;
  trigger: string;
  /** when it was nearest, and where on the tape */
  ts: Milliseconds;
  place: TapePosition;
  /** the criterion that did not hold */
  missing: CriterionReading;
  action: string;
  worth: string | null;
  worthR: string | null;
  why: string;
}

/** Every decision of a session and what it was worth. */
export interface WorthView {
  decisions: DecisionWorth[];
  misses: NearMiss[];
  /** sums by outcome, over those with a worth */
  byOutcome: { outcome: Outcome; decisions: number; counted: number; worth: string; worthR: string | null }[];
}
