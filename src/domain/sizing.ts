import type { Decimal } from './decimal.ts';
import type { Refusal } from './events.ts';

/** One step of a size calculation, as it is shown: "risk", "1 % of 100,000 / 1.65 a unit", money after this step as decimal text. */
export interface SizingStep {
  label: string;
  detail: string;
  amount: string;
}

/** What a sizing strategy and the constraints may look at. Money is in account currency, prices per unit. */
export interface SizingInput {
  equity: Decimal;
  /** what may still be put into positions */
  buyingPower: Decimal;
  entry: Decimal;
  /** distance from entry to stop, in price */
  stopDistance: Decimal;
  multiplier: Decimal;
  lot: Decimal;
  minNotional: Decimal;
  /** largest position as a share of equity */
  cap: Decimal;
  /** adds that the policy plans, as a share of the first tranche: 0.5 for one add of half */
  plannedAdds: Decimal;
}

/** The size of an entry with every step that led to it. A refusal comes with quantity 0. */
export interface SizingResult {
  quantity: Decimal;
  steps: SizingStep[];
  refusal: Refusal | undefined;
}
