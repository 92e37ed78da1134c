import type { Decimal } from './decimal.ts';
import type { Milliseconds } from './time.ts';

export type Side = 'long' | 'short';
/** The name of a rule in the table of `rules/index.ts`. */
export type RuleId = string;
export type OrderSide = 'buy' | 'sell';

export const entrySide = (side: Side): OrderSide => (side === 'long' ? 'buy' : 'sell');
export const exitSide = (side: Side): OrderSide => (side === 'long' ? 'sell' : 'buy');
/** +1 for long, -1 for short */
export const sign = (side: Side): 1 | -1 => (side === 'long' ? 1 : -1);

export const ALLOTMENTS = ['pro-rata', 'fifo', 'lifo', 'highest-cost'] as const;
/** Which tranches an exit takes its quantity from. */
export type Allotment = (typeof ALLOTMENTS)[number];

export type TrancheStatus = 'open' | 'reduced' | 'closed';

/** One entry of a position. Cost and P&L are exact money, never derived from rounded averages. */
export interface Tranche {
  id: string;
  orderId: string;
  quantity: Decimal;
  remaining: Decimal;
  entryPrice: Decimal;
  /** money paid for what remains, multiplier included, fees not */
  remainingCost: Decimal;
  entryTs: Milliseconds;
  /** 0..1, how strong the signal was; undefined for entries by hand */
  signalStrength: Decimal | undefined;
  status: TrancheStatus;
  /** net of every fee paid so far, from costs */
  realizedPnl: Decimal;
  /** entry fee plus its share of exit fees */
  fees: Decimal;
  closedTs: Milliseconds | undefined;
}

/** rules.md §3: derived from working orders, quantity and the remaining plan. */
export type PositionStatus = 'CLOSED' | 'BUILDING' | 'OPEN' | 'REDUCING' | 'CLOSING';

/** One logical position per account and instrument, built of tranches. */
export interface Position {
  id: string;
  account: string;
  symbol: string;
  side: Side;
  status: PositionStatus;
  tranches: Tranche[];
  quantity: Decimal;
  /** quantity of the first tranche */
  initialQuantity: Decimal;
  peakQuantity: Decimal;
  /** money paid for what is held */
  cost: Decimal;
  /** average entry just before the exit that closed it, in price */
  closedAverage: Decimal | undefined;
  /** net of every fee paid so far; the sum of its tranches' */
  realizedPnl: Decimal;
  fees: Decimal;
  exitedQuantity: Decimal;
  /** money received for what was sold, multiplier included */
  exitedValue: Decimal;
  /** initial risk a unit, in price; fixed when the position opens; undefined where no stop was set */
  r: Decimal | undefined;
  stop: Decimal | undefined;
  target: Decimal | undefined;
  /** maximum adverse and favourable excursion against the first entry, in price; known once it is closed */
  mae: Decimal | undefined;
  mfe: Decimal | undefined;
  openedTs: Milliseconds;
  closedTs: Milliseconds | undefined;
  /** adds filled so far */
  adds: number;
  /** steps that are done for good, by rule: of a ladder, of an entry plan, full hours that tightened the stop */
  stepsDone: Map<RuleId, number[]>;
  /** notional over margin, fixed when the position opens */
  leverage: Decimal;
  /** price at which the trailing stop came on; undefined while it is off */
  trailingFrom: Decimal | undefined;
  /** best price when the user last loosened the stop by hand: the trail goes on from better prices only */
  loosenedAt: Decimal | undefined;
}

/** A money account on paper. `cash` moves by every fill and fee. */
export interface Account {
  id: string;
  startingEquity: Decimal;
  cash: Decimal;
  fees: Decimal;
}

/** Quantity-weighted average entry of what is held, in price; undefined when nothing is held. */
export function averageEntry(position: Pick<Position, 'quantity' | 'cost'>, multiplier: Decimal): Decimal | undefined {
  return position.quantity.isZero() ? undefined : position.cost.div(position.quantity).div(multiplier);
}

/** Steps of a rule that are done on a position. */
export const stepsOf = (position: Pick<Position, 'stepsDone'>, rule: RuleId): readonly number[] =>
  position.stepsDone.get(rule) ?? [];

/** Margin that what is held binds: its cost over its leverage. */
export const marginOf = (position: Pick<Position, 'cost' | 'leverage'>): Decimal => position.cost.div(position.leverage);
