import { type Decimal, dec, ZERO } from '../../domain/decimal.ts';
import type { Milliseconds } from '../../domain/time.ts';
import type { Evidence, Trade } from './evidence.ts';

const DAY_MS = 86_400_000;

/** 1 is Monday, of a day counted from 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): number => ((day + 3) % 7) + 1;
const isWeekend = (day: number): boolean => weekdayOf(day) > 5;

/** P&L of each UTC day from the first close to the last; weekends are none unless something closed on one. */
function daysOf(trades: readonly Trade[]): Evidence['days'] {
  const dayOf = ({ closedTs }: Trade): number => Math.floor(closedTs / DAY_MS);
  const [first, last] = [trades[0], trades.at(-1)];
  const always = trades.some((trade) => isWeekend(dayOf(trade)));
  const days = new Map<number, Decimal>();
  if (first && last)
    for (let day = dayOf(first); day <= dayOf(last); day += 1) if (always || !isWeekend(day)) days.set(day, ZERO);
  for (const trade of trades) days.set(dayOf(trade), (days.get(dayOf(trade)) ?? ZERO).plus(trade.pnl));
  return { pnl: [...days.values()], perYear: always ? 365 : 252 };
}

/**
 * What the figures of a list of trades are reckoned from.
 * @param list in the order of their close; numbers are decimal text
 * @param equity before the first; null where nobody says it
 */
export function evidenceOfTrades(
  list: readonly { closedAt: Milliseconds; pnl: string; rMultiple: string | null }[],
  equity: string | null,
): Evidence {
  const trades = list.map(
    ({ closedAt, pnl, rMultiple }): Trade => ({
      closedTs: closedAt,
      pnl: dec(pnl),
      r: rMultiple === null ? null : dec(rMultiple),
      detail: null,
    }),
  );
  return { trades, days: daysOf(trades), equity: equity === null ? null : dec(equity), journal: null, market: null };
}
