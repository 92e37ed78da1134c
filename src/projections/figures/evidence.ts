import type { Decimal } from '../../domain/decimal.ts';
import type { Purpose } from '../../domain/order.ts';
import type { Side } from '../../domain/position.ts';
import type { TapePosition } from '../../domain/tape.ts';
import type { Milliseconds } from '../../domain/time.ts';
import type { EventType } from '../event-types.ts';
import type { DecisionWorth, Outcome } from '../performance-views.ts';

/** A closed position, as far as a list of trades says it. */
export interface Trade {
  closedTs: Milliseconds;
  /** net of every fee */
  pnl: Decimal;
  /** the same in initial risk; null where no stop was set */
  r: Decimal | null;
  /** what only a journal says */
  detail: Detail | null;
}

/** What a journal says of a closed position besides. Moves are in price, from the first entry, good ones positive. */
export interface Detail {
  positionId: string;
  symbol: string;
  side: Side;
  causedBy: string;
  policy: string;
  openedTs: Milliseconds;
  /** its record, and where on the tape */
  seq: number;
  place: TapePosition;
  fees: Decimal;
  /** maximum adverse (≤ 0) and favourable (≥ 0) excursion, and the average exit */
  mae: Decimal;
  mfe: Decimal;
  exitMove: Decimal;
  /** initial risk a unit, in price */
  rPrice: Decimal | null;
  /** of the first tranche, in units and money a price point */
  initialValue: Decimal;
  heldMs: Milliseconds;
  /** what its last fill was for */
  closedBy: Purpose;
  /** closed whole at the place of its first stop: nothing added, nothing taken, the stop never moved */
  untouched: boolean;
  /** money that exits after the trail had come on made against leaving at the price of that instant; null where it never came on */
  trailGain: Decimal | null;
  /** net P&L of each tranche that the rule scale-in added */
  scaleIns: readonly Decimal[];
  /** of an early exit: what the stop would have lost (< 0), and what was saved of it */
  saving: { atStop: Decimal; saved: Decimal } | null;
}

/** What became of a proposal. */
export interface Fate {
  positionId: string;
  symbol: string;
  outcome: Outcome | 'open';
  /** market time from its opening to the user's word; null where the user said nothing */
  delayMs: Milliseconds | null;
}

/** A position that is still held. */
export interface Holding {
  positionId: string;
  symbol: string;
  side: Side;
  policy: string;
  /** money paid for what is held */
  cost: Decimal;
}

/** What a figure may be reckoned from. */
export interface Evidence {
  /** in the order of their close */
  trades: readonly Trade[];
  /** P&L of each trading day, those without a close among them; and how many make a year */
  days: { pnl: readonly Decimal[]; perYear: number };
  /** before the first trade; null where nothing says it */
  equity: Decimal | null;
  journal: {
    fates: readonly Fate[];
    actions: ReadonlyMap<EventType, number>;
    holdings: readonly Holding[];
    /** what decisions were worth; null where nobody has walked the tape the other way */
    worth: readonly DecisionWorth[] | null;
  } | null;
  /** null where there is no tape to ask */
  market: MarketSense | null;
}

/** What only the market tells. */
export interface MarketSense {
  /** correlation of the returns of two instruments, −1..1; null where they have too few in common */
  correlation(a: string, b: string): number | null;
  /** what every decision of the session was worth, where that was found out */
  worth?: readonly DecisionWorth[];
}

/** The details of the trades, where there are any: a list of trades has none. */
export const detailsOf = ({ trades }: Evidence): Detail[] => trades.flatMap(({ detail }) => (detail ? [detail] : []));
