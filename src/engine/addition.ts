import { type Decimal, maxOf, minOf, ONE, ZERO } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { enters, type Order } from '../domain/order.ts';
import type { Position, RuleId, Side } from '../domain/position.ts';
import type { Core } from './core.ts';

/** An order that would add risk, before it is sent. */
export interface Addition {
  account: string;
  symbol: string;
  side: Side;
  quantity: Decimal;
  price: Decimal;
  /** the position it adds to, if there is one */
  position: Position | undefined;
  /** true where it takes the place of a position of the other side */
  flips?: boolean;
  /** the rule that asks for it; undefined: the user */
  rule: RuleId | undefined;
  /** 0..1, of the signal of an entry plan */
  strength: string | undefined;
}

/** Working entries and adds of a position. */
export const entering = (core: Core, position: Position): Order[] =>
  core.ordersOf(position.id).filter(({ purpose }) => enters(purpose));

/** What the position would be with this order and all that already work to enlarge it. */
export const wholeWith = (core: Core, { position, quantity }: Addition): Decimal =>
  position
    ? entering(core, position).reduce((sum, order) => sum.plus(order.quantity), position.quantity.plus(quantity))
    : quantity;

/** Margin that a quantity binds at a price. */
export const marginFor = (core: Core, { symbol, position }: Addition, quantity: Decimal, price: Decimal): Decimal =>
  core.worth(symbol, quantity, price).div(position?.leverage ?? core.leverage);

/** A share of what an account is worth. */
export const ofEquity = (core: Core, account: string, share: Measure): Decimal => core.equity(account).times(fraction(share));

/** Margin that a flip sets free before it binds its own. */
export function released(core: Core, { account, symbol, flips }: Addition): Decimal {
  const held = flips ? core.positionOf(account, symbol) : undefined;
  return held ? core.worth(symbol, held.quantity, core.mark(held)).div(held.leverage) : ZERO;
}

/** Money that may still be put into positions. */
export const freeMoney = (core: Core, account: string): Decimal => core.equity(account).minus(core.exposure(account));

/** The largest quantity, up to the one that is asked for, that the limits in money leave room for at this price, in whole lots. */
export function roomFor(core: Core, addition: Addition): Decimal {
  const { positionEquity, positionMoney } = core.policy.limits;
  const { quantity, symbol, price, account } = addition;
  const held = wholeWith(core, { ...addition, quantity: ZERO });
  const unit = marginFor(core, addition, ONE, price);
  const limit = ofEquity(core, account, positionEquity);
  const room = (positionMoney === 'none' ? limit : minOf(limit, positionMoney.value)).div(unit).minus(held);
  return core.lane(symbol).market.instrument.lots.snap(maxOf(minOf(room, quantity), ZERO), 'down');
}
