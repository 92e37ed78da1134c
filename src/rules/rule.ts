import type { z } from 'zod';
import type { Decimal } from '../domain/decimal.ts';
import type { Grid } from '../domain/grid.ts';
import type { Measure } from '../domain/measure.ts';
import type { Position } from '../domain/position.ts';
import type { Action, ActionKind, CriterionReading, Urgency } from '../domain/proposal.ts';
import type { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';

/** The market as rules see it, of closed bars: doubles, NaN while unknown. */
export interface MarketReading {
  readonly atr: number;
  readonly rsi: number;
  readonly macd: number;
  readonly macdSignal: number;
  /** mean volume of the last bars */
  readonly volumeNow: number;
  /** moving average of closes, and what it was a bar ago */
  readonly average: number;
  readonly averageBefore: number;
  /** change of the close over the policy's momentum length, in per cent */
  readonly momentum: number;
  /** bars that have closed */
  readonly bars: number;
  readonly barLow: number;
  readonly barHigh: number;
  readonly barClose: number;
  /** the trading day so far */
  readonly dayOpen: number;
  readonly dayHigh: number;
  readonly dayLow: number;
  readonly dayVolume: number;
  /** bars that had closed when MACD was last at or above its signal, and at or below it; −1 while never */
  readonly macdAboveBar: number;
  readonly macdBelowBar: number;
  /** the newest confirmed swing low and high, and the bars that had closed when each was confirmed; NaN and −1 while there is none */
  readonly lastLow: number;
  readonly lastLowBar: number;
  readonly lastHigh: number;
  readonly lastHighBar: number;
}

/** The account that a position belongs to, as rules see it. */
export interface AccountReading {
  /** true once the loss of the trading day has reached `limit` of the day's opening equity, until the next day */
  lostOfDay(limit: Measure): boolean;
  /** true while equity stands `limit` or more below its peak */
  belowPeak(limit: Measure): boolean;
  /** loss of the day and distance from the peak, in per cent, as doubles for reading out */
  readonly dayLoss: number;
  readonly drawdown: number;
  /** equity at which each limit is reached */
  dayFloor(limit: Measure): number;
  peakFloor(limit: Measure): number;
  readonly equity: number;
}

/**
 * How a position stands against what the policy allows it, for advice (rules.md §5, rule 17): shares as doubles, 1 is the limit; NaN while unknown.
 */
export interface Standing {
  /** open risk against the risk that the policy allows a position */
  readonly risk: number;
  /** margin against the largest position */
  readonly exposure: number;
  /** largest return correlation with another open position on the same side */
  readonly correlation: number;
}

/**
 * What one position looks like to a rule at an instant. Numbers mirror the decimals of `position`; they are compared, never booked.
 * `side` is +1 for long and −1 for short; rules are written once and mirrored by it.
 */
export interface Context {
  readonly side: 1 | -1;
  readonly position: Position;
  readonly market: MarketReading;
  readonly account: AccountReading;
  readonly prices: Grid;
  readonly lots: Grid;
  /** least money of an order, 0 for none */
  readonly minNotional: Decimal;
  /** money per unit and price point */
  readonly multiplier: Decimal;
  /** what closing everything at a price would cost in commission */
  exitFee(price: Decimal): Decimal;
  readonly clock: ZoneClock;
  /** false on daily bars, which have a date and no time */
  readonly hasClock: boolean;
  /** false for a 24-hour market and for daily bars, which have no session to end */
  readonly hasSession: boolean;
  /** the price that the position is marked at */
  readonly price: number;
  readonly ts: Milliseconds;
  /** grows whenever average, R, quantity or fees change: what was computed from them is stale */
  readonly epoch: number;
  readonly average: number;
  /** initial risk a unit; NaN where no stop was set */
  readonly r: number;
  /** NaN where there is none */
  readonly stop: number;
  readonly target: number;
  /** price at which the margin is used up; NaN without leverage */
  readonly liquidation: number;
  /** best price since the trailing stop came on; NaN while it is off */
  readonly best: number;
  /** when the account last entered the instrument, into whichever position; −Infinity while never */
  readonly lastEntry: Milliseconds;
  /** bars that had closed at the first fill */
  readonly entryBar: number;
  /** the market at the first fill */
  readonly entryVolume: number;
  readonly entryAtr: number;
  /** nearest level on the favourable and on the adverse side of the entry, NaN when there was none */
  readonly entryFavourable: number;
  readonly entryAdverse: number;
  /** the best support (long) or resistance (short) on the right side of a price, of any age; NaN when there is none */
  nearestBehind(price: number): number;
  /** true once the user has pressed the emergency stop */
  readonly emergency: boolean;
  readonly standing: Standing;
  /** price on the tick grid at which open profit reaches `threshold`, rounded to the side that hurts; NaN while unknown */
  profitLevel(threshold: Measure): number;
  /** open profit now, in the threshold's own unit */
  profitIn(threshold: Measure): number;
  /** price on the tick grid at which the account's equity falls to `floor`, all others staying; NaN where it has none */
  equityLevel(floor: number): number;
  /** a distance from a price, in price; NaN while unknown */
  distance(measure: Measure): number;
}

/** One condition of a rule. It knows whether it holds, at which price or time it will, and how to read itself out. */
export interface Criterion {
  /** `model`: left out of its rule while no model may speak */
  readonly kind: 'price' | 'time' | 'value' | 'model';
  holds(c: Context): boolean;
  /** price at which it becomes true; NaN when it has none */
  level(c: Context): number;
  /** time at which it becomes true; Infinity when it has none */
  due(c: Context): Milliseconds;
  read(c: Context): CriterionReading;
  /** how far its value is from its threshold, as a share of that; NaN where that is no measure of nearness. Where it is missing, the level of a price says it */
  gap?(c: Context): number;
}

/** A list of criteria and what follows when all of them hold, and of `any`, where there are some, at least one. A ladder has one trigger a step. */
export interface Trigger {
  /** '' where a rule has only one */
  readonly key: string;
  /** where one rule has actions of several kinds */
  readonly kind?: ActionKind;
  readonly criteria: Criterion[];
  readonly any?: Criterion[];
  /** true where its levels move with the ATR, so that they are drawn anew at every bar's close */
  readonly moving: boolean;
  /** where it acts once each time these of its criteria become true, and not where they were at the first fill */
  readonly crossing?: readonly Criterion[];
  /** which thing it speaks of, where there is a new one from time to time: what was decided on one does not bind the next */
  subject?(c: Context): number;
  /** when time brings the next such thing */
  nextSubject?(c: Context): Milliseconds;
  /** true while it cannot act on this position: done, used up, or not yet switched on */
  idle(c: Context): boolean;
  /** the action, or undefined when there is nothing left to do */
  action(c: Context): Action | undefined;
}

/** `tick`: at every price; `bar`: on the evaluation cadence; `time`: when its time criterion falls due. */
export type Cadence = 'tick' | 'bar' | 'time';

/** A management rule. Its place in the table of `index.ts` is its precedence. */
export interface Rule<Id extends string = string, P = unknown> {
  readonly id: Id;
  readonly title: string;
  readonly kind: ActionKind;
  readonly cadence: Cadence;
  readonly urgency: Urgency;
  readonly params: z.ZodType<P>;
  /** true where it also looks at instruments on which nothing is held */
  readonly opens?: boolean;
  triggers(params: P): Trigger[];
  /** short name of the level a trigger waits for, as the chart writes it */
  levelLabel(params: P, trigger: Trigger): string;
}

export const defineRule = <const Id extends string, P>(rule: Rule<Id, P>): Rule<Id, P> => rule;

/** True where all criteria of a trigger hold and, of those of which any will do, at least one. Models that may not speak are left out. */
export function holds({ criteria, any }: Trigger, c: Context): boolean {
  for (const criterion of criteria) if (!criterion.holds(c)) return false;
  if (any === undefined) return true;
  for (const criterion of any) if (criterion.kind !== 'model' && criterion.holds(c)) return true;
  return false;
}

/** True where a trigger waits for something to cross, and that stands beyond it. */
export const crossed = ({ crossing }: Trigger, c: Context): boolean =>
  crossing !== undefined && crossing.every((criterion) => criterion.holds(c));

const oneOfAny = (criterion: Criterion, c: Context): CriterionReading => ({ ...criterion.read(c), any: true });

/** Reads out every criterion of a trigger; those of which any will do say so. */
export const readingsOf = ({ criteria, any }: Trigger, c: Context): CriterionReading[] => [
  ...criteria.map((criterion) => criterion.read(c)),
  ...(any ?? []).map((criterion) => oneOfAny(criterion, c)),
];
