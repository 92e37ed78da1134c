import { text } from '../domain/decimal.ts';
import { fraction } from '../domain/measure.ts';
import { brief, nothingToGoBy, percent, spoken, type Strategy } from './strategy.ts';

/**
 * The size that loses `risk` of equity if the stop fills at its price: equity × risk / stop distance as a share of entry, and divided by
 * leverage where `riskCountsLeverage` is set. S3 does not divide, so at leverage 3 its sizes risk three times what was asked.
 * @source S3
 */
export const risk: Strategy = ({ equity, entry, stopDistance, leverage }, policy) => {
  if (!stopDistance.greaterThan(0))
    return nothingToGoBy({
      code: 'STOP_DISTANCE',
      message: 'risk needs a stop away from the entry',
      figure: text(stopDistance),
      limit: 'above 0',
    });
  const share = fraction(policy.risk);
  const levered = policy.riskCountsLeverage && !leverage.equals(1);
  const distance = stopDistance.div(entry);
  const amount = equity.times(share).times(entry).div(stopDistance);
  return {
    amount: levered ? amount.div(leverage) : amount,
    detail: `${percent(share)} of ${spoken(equity)} at risk, stop ${brief(stopDistance, 8)} (${percent(distance)}) away${levered ? `, leverage ${text(leverage)}` : ''}`,
  };
};
