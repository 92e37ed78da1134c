import { type Decimal, dec, text } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction } from '../domain/measure.ts';
import { averageEntry, type Position, type Side, sign } from '../domain/position.ts';
import type { Core } from './core.ts';
import { accountOf, multiplierOf } from './state.ts';

const money = (value: Decimal): string => value.toDecimalPlaces(2).toFixed(2);

/** An order that would add risk, before it is sent. */
export interface Addition {
  account: string;
  symbol: string;
  side: Side;
  quantity: Decimal;
  price: Decimal;
  /** the position it adds to, if there is one */
  position: Position | undefined;
}

type Guard = (core: Core, addition: Addition) => Refusal | undefined;

/** No entries and adds late in the session: asked before an order is sent, and again where one that rests would fill. */
export const entryWindow = (core: Core): Refusal | undefined => {
  const { limits } = core.policy;
  if (!limits.entryWindow || !core.market.hasSession) return undefined;
  const from = core.market.clock.at(core.ts, limits.noEntriesFrom.value.toNumber());
  if (core.ts < from) return undefined;
  const minutes = Math.floor((core.ts - from) / 60_000) + limits.noEntriesFrom.value.toNumber();
  const now = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return {
    code: 'ENTRY_WINDOW',
    message: 'no entries or adds this late in the session',
    figure: now,
    limit: limits.noEntriesFrom.text,
  };
};

const openPositions: Guard = (core, { account, position }) => {
  if (position) return undefined;
  const most = core.policy.limits.openPositions;
  const open = [...core.state.open.values()].filter((id) => core.state.positions.get(id)?.account === account).length;
  return open < most
    ? undefined
    : {
        code: 'OPEN_POSITIONS',
        message: 'as many positions as the policy allows are open',
        figure: String(open + 1),
        limit: String(most),
      };
};

/** What the position would be with this order and all that already work to enlarge it. */
const wholeWith = (core: Core, { position, quantity }: Addition): Decimal =>
  position
    ? core
        .ordersOf(position.id)
        .filter(({ purpose }) => purpose === 'entry' || purpose === 'add')
        .reduce((sum, order) => sum.plus(order.quantity), position.quantity.plus(quantity))
    : quantity;

const totalSize: Guard = (core, addition) => {
  const { position } = addition;
  if (!position || position.quantity.isZero()) return undefined;
  const most = position.initialQuantity.times(core.policy.limits.totalSize.value);
  const whole = wholeWith(core, addition);
  return whole.greaterThan(most)
    ? {
        code: 'TOTAL_SIZE',
        message: 'the position would be too large against its first tranche',
        figure: text(whole),
        limit: text(most),
      }
    : undefined;
};

const positionEquity: Guard = (core, addition) => {
  const { account, symbol, price } = addition;
  const whole = core.worth(symbol, wholeWith(core, addition), price);
  const limit = core.equity(account).times(fraction(core.policy.limits.positionEquity));
  return whole.greaterThan(limit)
    ? {
        code: 'POSITION_LIMIT',
        message: `the position would be above ${core.policy.limits.positionEquity.text} of equity`,
        figure: money(whole),
        limit: money(limit),
      }
    : undefined;
};

const averagingDown: Guard = (core, { position, price }) => {
  if (!position || core.policy.averagingDown === 'allowed') return undefined;
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  if (!average || price.minus(average).times(sign(position.side)).greaterThan(0)) return undefined;
  return {
    code: 'AVERAGING_DOWN',
    message: 'the policy forbids adding to a losing position',
    figure: text(price),
    limit: text(average.toDecimalPlaces(8)),
  };
};

const buyingPower: Guard = (core, { account, symbol, quantity, price }) => {
  const needed = core.worth(symbol, quantity, price);
  const free = core.equity(account).minus(core.exposure(account));
  return needed.greaterThan(free)
    ? { code: 'BUYING_POWER', message: 'not enough money is free', figure: money(needed), limit: money(free) }
    : undefined;
};

const known: Guard = (core, { account }) =>
  core.equity(account).greaterThan(0)
    ? undefined
    : {
        code: 'NO_EQUITY',
        message: 'the account has no money left',
        figure: money(core.equity(account)),
        limit: money(accountOf(core.state, account).startingEquity),
      };

const guards: Guard[] = [known, entryWindow, openPositions, totalSize, averagingDown, positionEquity, buyingPower];

/** The first guard that refuses an order which adds risk; undefined where all let it pass. Exits and stop moves are never asked. */
export function refusalOf(core: Core, addition: Addition): Refusal | undefined {
  for (const guard of guards) {
    const refusal = guard(core, addition);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Money that may still be put into positions. */
export const freeMoney = (core: Core, account: string): Decimal => core.equity(account).minus(core.exposure(account));

/** Refuses a quantity that is not a positive number of lots. */
export function lotRefusal(core: Core, quantity: string): Refusal | undefined {
  const { lots } = core.market.instrument;
  if (!/^\d+(\.\d+)?$/.test(quantity) || !dec(quantity).greaterThan(0))
    return { code: 'QUANTITY', message: 'the quantity must be a decimal above 0', figure: quantity, limit: text(lots.step) };
  return lots.snap(dec(quantity), 'down').equals(quantity)
    ? undefined
    : { code: 'LOT_SIZE', message: 'the quantity must be a multiple of the lot', figure: quantity, limit: text(lots.step) };
}

/** Refuses a price that is not a positive decimal on the tick grid. */
export function tickRefusal(core: Core, price: string, what: string): Refusal | undefined {
  const { prices } = core.market.instrument;
  if (!/^\d+(\.\d+)?$/.test(price) || !dec(price).greaterThan(0))
    return { code: 'PRICE', message: `the ${what} must be a decimal above 0`, figure: price, limit: text(prices.step) };
  return prices.snap(dec(price), 'down').equals(price)
    ? undefined
    : { code: 'TICK_SIZE', message: `the ${what} must be a multiple of the tick`, figure: price, limit: text(prices.step) };
}
