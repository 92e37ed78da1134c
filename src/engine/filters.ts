import { type Decimal, dec, text } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import type { Core } from './core.ts';

/*
 * What an instrument asks of any order on it: whole lots, prices on the tick, a least notional.
 */

/** Refuses a quantity that is not a positive number of lots. */
export function lotRefusal(core: Core, symbol: string, quantity: string): Refusal | undefined {
  const { lots } = core.lane(symbol).market.instrument;
  if (!/^\d+(\.\d+)?$/.test(quantity) || !dec(quantity).greaterThan(0))
    return { code: 'QUANTITY', message: 'the quantity must be a decimal above 0', figure: quantity, limit: text(lots.step) };
  return lots.snap(dec(quantity), 'down').equals(quantity)
    ? undefined
    : { code: 'LOT_SIZE', message: 'the quantity must be a multiple of the lot', figure: quantity, limit: text(lots.step) };
}

/** Refuses a price that is not a positive decimal on the tick grid. */
export function tickRefusal(core: Core, symbol: string, price: string, what: string): Refusal | undefined {
  const { prices } = core.lane(symbol).market.instrument;
  if (!/^\d+(\.\d+)?$/.test(price) || !dec(price).greaterThan(0))
    return { code: 'PRICE', message: `the ${what} must be a decimal above 0`, figure: price, limit: text(prices.step) };
  return prices.snap(dec(price), 'down').equals(price)
    ? undefined
    : { code: 'TICK_SIZE', message: `the ${what} must be a multiple of the tick`, figure: price, limit: text(prices.step) };
}

/** Refuses an order that is worth less than the instrument's least notional. An exit of everything is never asked. */
export function leastNotional(core: Core, symbol: string, quantity: Decimal, price: Decimal): Refusal | undefined {
  const least = dec(core.lane(symbol).market.instrument.spec.minNotional);
  const notional = core.worth(symbol, quantity, price);
  return notional.lessThan(least)
    ? {
        code: 'MIN_NOTIONAL',
        message: 'the order is below the least notional of the instrument',
        figure: text(notional),
        limit: text(least),
      }
    : undefined;
}
