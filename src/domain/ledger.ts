import { Decimal, dec, SHARE_DIGITS, ZERO } from './decimal.ts';
import type { Allotment, Side } from './position.ts';

/** What the ledger needs of a tranche. */
export interface Lot {
  remaining: Decimal;
  entryPrice: Decimal;
  /** money paid for what remains */
  remainingCost: Decimal;
}

/** One lot's share of an exit. All money is exact: shares of a division that does not end are cut at 18 places and the last takes the rest. */
export interface ExitShare {
  index: number;
  quantity: Decimal;
  cost: Decimal;
  value: Decimal;
  fee: Decimal;
  /** value against cost, fee not included */
  grossPnl: Decimal;
}

/**
 * Which lots an exit takes its quantity from. `pro-rata` goes by the largest remainder in steps of `lotSize`, oldest first,
 * so that every lot keeps whole steps and the parts sum to the whole.
 * @throws RangeError when `quantity` is above what is held
 */
export function allot(lots: readonly Lot[], quantity: Decimal, lotSize: Decimal, method: Allotment): Decimal[] {
  const held = lots.reduce((sum, lot) => sum.plus(lot.remaining), ZERO);
  if (quantity.greaterThan(held)) throw new RangeError(`exit of ${quantity.toFixed()} from a position of ${held.toFixed()}`);
  if (quantity.equals(held)) return lots.map((lot) => lot.remaining);
  const taken = lots.map(() => ZERO);
  let left = quantity;
  const take = (index: number, most: Decimal): void => {
    const room = (lots[index]?.remaining ?? ZERO).minus(taken[index] ?? ZERO);
    const part = Decimal.min(room, most, left);
    taken[index] = (taken[index] ?? ZERO).plus(part);
    left = left.minus(part);
  };
  const order = lots.map((_, index) => index);
  if (method === 'lifo') order.reverse();
  if (method === 'highest-cost')
    order.sort((a, b) => (lots[b]?.entryPrice ?? ZERO).comparedTo(lots[a]?.entryPrice ?? ZERO) || a - b);
  if (method === 'pro-rata') {
    const ideal = lots.map((lot) => quantity.times(lot.remaining).div(held));
    for (const index of order) take(index, (ideal[index] ?? ZERO).div(lotSize).floor().times(lotSize));
    const remainder = (index: number): Decimal => (ideal[index] ?? ZERO).minus(taken[index] ?? ZERO);
    order.sort((a, b) => remainder(b).comparedTo(remainder(a)) || a - b);
    for (const index of order) take(index, lotSize);
  }
  for (const index of order) take(index, left);
  return taken;
}

/**
 * The shares of an exit: cost, value, fee and gross P&L of each lot it touches.
 * @param price per unit; `multiplier` turns it into money; `fee` is the whole fill's
 */
export function exitShares(
  lots: readonly Lot[],
  taken: readonly Decimal[],
  side: Side,
  price: Decimal,
  multiplier: Decimal,
  fee: Decimal,
): ExitShare[] {
  const quantity = taken.reduce((sum, part) => sum.plus(part), ZERO);
  const touched = lots
    .map((lot, index) => ({ lot, index, part: taken[index] ?? ZERO }))
    .filter(({ part }) => part.greaterThan(0));
  let feeLeft = fee;
  return touched.map(({ lot, index, part }, place) => {
    const whole = part.equals(lot.remaining);
    const cost = whole ? lot.remainingCost : lot.remainingCost.times(part).div(lot.remaining).toDecimalPlaces(SHARE_DIGITS);
    const value = price.times(part).times(multiplier);
    const share = place === touched.length - 1 ? feeLeft : fee.times(part).div(quantity).toDecimalPlaces(SHARE_DIGITS);
    feeLeft = feeLeft.minus(share);
    return { index, quantity: part, cost, value, fee: share, grossPnl: side === 'long' ? value.minus(cost) : cost.minus(value) };
  });
}

/** The step in which quantities are allotted where no lot size is known: fine enough that pro-rata equals average cost to 18 places. */
export const FINEST_LOT = dec('1e-18');
