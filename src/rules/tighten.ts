import type { Decimal } from '../domain/decimal.ts';
import { dec } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { Context } from './rule.ts';

/**
 * The stop brought nearer by a share of price, but never nearer to the price than `least`, on the tick grid towards safety.
 * Undefined where there is no stop, the distance is unknown, or the stop is as near already.
 */
export function nearerStop(c: Context, by: Measure, least: Measure): Decimal | undefined {
  const { stop } = c.position;
  const room = c.distance(least);
  if (!stop || Number.isNaN(room)) return undefined;
  const price = dec(c.price);
  const nearer = stop.plus(price.times(fraction(by)).times(c.side));
  const nearest = price.minus(dec(room).times(c.side));
  const wanted = c.side > 0 ? (nearer.lessThan(nearest) ? nearer : nearest) : nearer.greaterThan(nearest) ? nearer : nearest;
  const snapped = c.prices.snap(wanted, c.side > 0 ? 'down' : 'up');
  return snapped.minus(stop).times(c.side).greaterThan(0) ? snapped : undefined;
}
