import { type Decimal, ZERO } from '../../domain/decimal.ts';
import type { ZoneClock } from '../../domain/session.ts';
import type { Milliseconds } from '../../domain/time.ts';
import type { Trade } from './evidence.ts';

/**
 * P&L of each trading day from one instant to another, both within their days; a day without a close made nothing. What closes on a day
 * without a session counts to the trading day before it, or to the first.
 */
export function tradingDays(trades: readonly Trade[], clock: ZoneClock, fromTs: Milliseconds, toTs: Milliseconds): Decimal[] {
  if (fromTs > toTs) return [];
  const starts: Milliseconds[] = [];
  const first = clock.day(fromTs);
  let day = first.trading ? first : clock.nextTradingDay(fromTs);
  for (; day.start <= toTs; day = clock.nextTradingDay(day.start)) starts.push(day.start);
  if (starts.length === 0) return [];
  const pnl: Decimal[] = starts.map(() => ZERO);
  let at = 0;
  for (const trade of trades) {
    while (at + 1 < starts.length && (starts[at + 1] ?? Number.POSITIVE_INFINITY) <= trade.closedTs) at += 1;
    pnl[at] = (pnl[at] ?? ZERO).plus(trade.pnl);
  }
  return pnl;
}
