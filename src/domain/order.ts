import type { Decimal } from './decimal.ts';
import type { OrderSide } from './position.ts';
import type { Milliseconds } from './time.ts';

export type OrderKind = 'market' | 'limit' | 'stop';
/** What an order is for. A flip closes a position and opens the other side with the rest. Stop and target rest as one pair; the fill of one cancels the other. */
export type Purpose = 'entry' | 'add' | 'reduce' | 'close' | 'flip' | 'stop' | 'target' | 'liquidation';

/** True of the orders that open a position or add to it. A flip does both sides' work and is asked for by its own name. */
export const enters = (purpose: Purpose): boolean => purpose === 'entry' || purpose === 'add';

/**
 * How the first stop follows from the fill price: an absolute price, a distance in price, or a fraction of the entry price.
 * `distance`: how far an absolute price was from the price that the order was planned at.
 */
export type StopPlan =
  | { kind: 'price'; price: string; distance?: string }
  | { kind: 'distance'; distance: string }
  | { kind: 'percent'; percent: string };

/** How the target follows from entry and first stop: none, an absolute price, or the greater of a distance and `rewardRisk` × risk. */
export type TargetPlan =
  | { kind: 'none' }
  | { kind: 'price'; price: string }
  | { kind: 'reward'; distance: string; percent: string; rewardRisk: string };

export interface Order {
  id: string;
  positionId: string;
  account: string;
  symbol: string;
  side: OrderSide;
  kind: OrderKind;
  purpose: Purpose;
  quantity: Decimal;
  /** limit or stop price; undefined for market */
  price: Decimal | undefined;
  placedTs: Milliseconds;
  /** rule that asked for it, or "user" */
  causedBy: string;
  proposalId: string | undefined;
  stopPlan: StopPlan | undefined;
  targetPlan: TargetPlan | undefined;
  /** signal strength and steps of the entry plan that asked for it */
  strength: string | undefined;
  steps: number[];
  /** fills outside these prices are cancelled instead (adds) */
  band: { low: Decimal; high: Decimal } | undefined;
}
