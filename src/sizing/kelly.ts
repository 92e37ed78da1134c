import { type Decimal, dec, ONE, text, ZERO } from '../domain/decimal.ts';
import type { TradeRecord } from '../domain/sizing.ts';
import { brief, percent, spoken, type Strategy } from './strategy.ts';

/**
 * The fraction of equity that grows it fastest: (W × R − L) / R, with L = 1 − W. Zero or less where there is no edge.
 * @param winRate W, 0 to 1  @param payoff R, average win / average loss, above 0  @source Kelly 1956; S3
 */
export const fullKelly = (winRate: Decimal, payoff: Decimal): Decimal =>
  winRate.times(payoff).minus(ONE.minus(winRate)).div(payoff);

/** What a trade makes on average: W × average win − L × average loss (both positive money). @source S3 */
export const expectancy = (winRate: Decimal, averageWin: Decimal, averageLoss: Decimal): Decimal =>
  winRate.times(averageWin).minus(ONE.minus(winRate).times(averageLoss));

const mean = (values: readonly Decimal[]): Decimal => values.reduce((sum, value) => sum.plus(value), ZERO).div(values.length);

/**
 * Closed trades by their realised P&L, net of fees. A trade that made nothing counts as a trade and not as a win, so L holds it, but in
 * neither average. While there are no wins or no losses there is no payoff: it is 0, never infinite, and Kelly takes the policy's own.
 */
export function tradeRecord(pnls: readonly Decimal[]): TradeRecord {
  const wins = pnls.filter((pnl) => pnl.greaterThan(0));
  const losses = pnls.filter((pnl) => pnl.lessThan(0));
  return {
    count: pnls.length,
    winRate: pnls.length === 0 ? ZERO : dec(wins.length).div(pnls.length),
    payoff: wins.length === 0 || losses.length === 0 ? ZERO : mean(wins).div(mean(losses).abs()),
  };
}

/** A part of the full Kelly fraction of equity, from the account's own trades once there are enough. @source S3 */
export const kelly: Strategy = ({ equity, trades }, policy) => {
  const { kellyFraction, kellyWinRate, kellyPayoff, kellyTrades } = policy;
  const enough = trades.count >= kellyTrades;
  const oneSided = trades.payoff.isZero();
  const winRate = enough ? trades.winRate : kellyWinRate.value;
  const payoff = enough && !oneSided ? trades.payoff : kellyPayoff.value;
  const share = fullKelly(winRate, payoff).times(kellyFraction.value);
  const from = enough
    ? `${trades.count} trades${oneSided ? `, R the policy's: no ${trades.winRate.isZero() ? 'wins' : 'losses'} yet` : ''}`
    : `the policy's: ${trades.count} of ${kellyTrades} trades`;
  const detail = `${percent(share)} of ${spoken(equity)}: W ${brief(winRate)}, R ${brief(payoff)}, × ${text(kellyFraction.value)} (${from})`;
  const amount = equity.times(share);
  if (share.greaterThan(0)) return { amount, detail };
  const message = `the Kelly fraction is not above 0: W ${brief(winRate)} and R ${brief(payoff)} leave no edge`;
  return { amount, detail, refusal: { code: 'SIZE_ZERO', message, figure: percent(share), limit: 'above 0 %' } };
};
