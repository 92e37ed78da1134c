import type { Decimal } from '../domain/decimal.ts';
import { dec } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { figure, value } from './criteria.ts';
import type { Context, Criterion } from './rule.ts';

/** The stop further from the price than it may be brought. Unknown without a stop, or where the distance is. */
export const roomToTighten = (least: Measure): Criterion =>
  value({
    label: 'Stop further than the least distance',
    comparison: () => '>',
    value: (c) => (c.price - c.stop) * c.side,
    threshold: (c) => c.distance(least),
    show: (distance, c) => figure(distance, c.prices.decimals),
  });

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
