import { dec, text } from '../domain/decimal.ts';
import { fraction } from '../domain/measure.ts';
import { brief, nothingToGoBy, percent, spoken, type Strategy } from './strategy.ts';

/**
 * The size whose value moves by `volatilityTarget` of equity when price moves by one ATR: equity × target / ATR as a share of entry.
 * Leverage is not counted. Refuses while the ATR is unknown. @source S4
 */
export const volatility: Strategy = ({ equity, entry, atr }, policy) => {
  if (!(atr > 0))
    return nothingToGoBy({
      code: atr === 0 ? 'ATR_ZERO' : 'ATR_UNKNOWN',
      message: 'the strategy volatility needs an ATR above 0',
      figure: Number.isNaN(atr) ? 'unknown' : text(dec(atr)),
      limit: 'above 0',
    });
  const share = fraction(policy.volatilityTarget);
  const range = dec(atr);
  return {
    amount: equity.times(share).times(entry).div(range),
    detail: `${percent(share)} of ${spoken(equity)} a move of one ATR, ${brief(range, 8)} (${percent(range.div(entry))})`,
  };
};
