import { fraction } from '../domain/measure.ts';
import { percent, spoken, type Strategy } from './strategy.ts';

/** A share of equity. @source S3, S4 */
export const fixed: Strategy = ({ equity }, policy) => {
  const share = fraction(policy.fixed);
  return { amount: equity.times(share), detail: `${percent(share)} of ${spoken(equity)}` };
};
