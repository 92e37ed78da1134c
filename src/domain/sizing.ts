import type { Decimal } from './decimal.ts';
import type { Refusal } from './events.ts';

/** One step of a size calculation, as it is shown: "risk", "1 % of 100,000 / 1.65 a unit", money after this step as decimal text. */
export interface SizingStep {
  label: string;
  detail: string;
  /** money put in, rounded half-up to two places; the calculation goes on with the full figure */
  amount: string;
}

/** The account's own closed trades, as Kelly's formula sees them. */
export interface TradeRecord {
  count: number;
  /** W, wins / trades, 0 to 1 */
  winRate: Decimal;
  /** R, average win / average loss; 0 while there are no wins or no losses yet, which means unknown */
  payoff: Decimal;
}

/**
 * What a sizing strategy and the constraints may look at. Money is in account currency, prices per unit.
 * A size, an exposure and `cash` are money put in (margin): notional / leverage.
 */
export interface SizingInput {
  equity: Decimal;
  /** money that may still be put in: equity less the margin held */
  cash: Decimal;
  entry: Decimal;
  /** distance from entry to stop, in price */
  stopDistance: Decimal;
  /** average true range in price, NaN while unknown */
  atr: number;
  multiplier: Decimal;
  lot: Decimal;
  /** least notional of an order, 0 for none */
  minNotional: Decimal;
  leverage: Decimal;
  /** positions open besides the one that is being sized */
  openPositions: number;
  /** margin of all open positions and working entries */
  exposure: Decimal;
  /** margin of those on this instrument */
  instrumentExposure: Decimal;
  /** largest return correlation with an open position on the same side, and whose; undefined where none is open, NaN while unknown */
  correlation: { value: number; symbol: string } | undefined;
  /** mean volume of the last bars in units, NaN while unknown */
  recentVolume: number;
  trades: TradeRecord;
  /** size multiplier of the sizing model; undefined while no model may speak */
  model: Decimal | undefined;
  /** adds that the policy plans, as a share of the first tranche: 0.5 for one add of half */
  plannedAdds: Decimal;
  /** undefined: no such limit */
  limits: {
    /** largest position as a share of equity */
    positionEquity: Decimal;
    positionMoney: Decimal | undefined;
    positionUnits: Decimal | undefined;
    /** most money put into one tranche */
    trancheMost: Decimal | undefined;
    /** largest exposure as a share of equity */
    totalExposure: Decimal | undefined;
    /** largest margin as a share of equity */
    marginUse: Decimal | undefined;
    /** largest exposure of one instrument as a share of what the total may be */
    instrumentShare: Decimal | undefined;
    /** largest quantity as a share of `recentVolume` */
    volumeShare: Decimal | undefined;
  };
}

/** The size of an entry with every step that led to it. A refusal comes with quantity, margin and notional 0. */
export interface SizingResult {
  quantity: Decimal;
  /** money put in: notional / leverage */
  margin: Decimal;
  /** quantity × entry × multiplier */
  notional: Decimal;
  steps: SizingStep[];
  refusal: Refusal | undefined;
}
