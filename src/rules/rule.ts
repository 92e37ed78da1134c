import type { z } from 'zod';
import type { Decimal } from '../domain/decimal.ts';
import type { Grid } from '../domain/grid.ts';
import type { Measure } from '../domain/measure.ts';
import type { Position } from '../domain/position.ts';
import type { Action, ActionKind, CriterionReading, Urgency } from '../domain/proposal.ts';
import type { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';

/** The market as rules see it: doubles, NaN while unknown. */
export interface MarketReading {
  readonly atr: number;
  readonly rsi: number;
  readonly macd: number;
  readonly macdSignal: number;
  /** mean volume of the last 5 bars */
  readonly volumeNow: number;
}

/**
 * What one position looks like to a rule at an instant. Numbers mirror the decimals of `position`; they are compared, never booked.
 * `side` is +1 for long and −1 for short; rules are written once and mirrored by it.
 */
export interface Context {
  readonly side: 1 | -1;
  readonly position: Position;
  readonly market: MarketReading;
  readonly prices: Grid;
  readonly lots: Grid;
  /** money per unit and price point */
  readonly multiplier: Decimal;
  /** what closing everything at a price would cost in commission */
  exitFee(price: Decimal): Decimal;
  readonly clock: ZoneClock;
  /** false for a 24-hour market, which has no session to end */
  readonly hasSession: boolean;
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
  /** best price since the trailing stop came on; NaN while it is off */
  readonly best: number;
  /** the market at the first fill */
  readonly entryVolume: number;
  /** nearest level on the favourable side of the entry, NaN when there was none */
  readonly entryResistance: number;
  /** price on the tick grid at which open profit reaches `threshold`, rounded to the side that hurts; NaN while unknown */
  profitLevel(threshold: Measure): number;
  /** open profit now, in the threshold's own unit */
  profitIn(threshold: Measure): number;
  /** a distance from a price, in price; NaN while unknown */
  distance(measure: Measure): number;
}

/** One condition of a rule. It knows whether it holds, at which price or time it will, and how to read itself out. */
export interface Criterion {
  readonly kind: 'price' | 'time' | 'value';
  holds(c: Context): boolean;
  /** price at which it becomes true; NaN when it has none */
  level(c: Context): number;
  /** time at which it becomes true; Infinity when it has none */
  due(c: Context): Milliseconds;
  read(c: Context): CriterionReading;
}

/** A list of criteria and what follows when all of them hold. A ladder has one trigger a step. */
export interface Trigger {
  /** '' where a rule has only one */
  readonly key: string;
  readonly criteria: Criterion[];
  /** true where its levels move with the ATR, so that they are drawn anew at every bar's close */
  readonly moving: boolean;
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
  triggers(params: P): Trigger[];
  /** short name of the level a trigger waits for, as the chart writes it */
  levelLabel(params: P, trigger: Trigger): string;
}

export const defineRule = <const Id extends string, P>(rule: Rule<Id, P>): Rule<Id, P> => rule;
