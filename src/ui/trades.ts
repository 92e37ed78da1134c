import type { ChartPosition, SessionView } from '../projections/views.ts';
import type { TradeEntry, TradesFound } from '../worker/protocol.ts';

/** What of trades belongs to the session that is open. */
export interface Matched {
  /** of each symbol of the file, in order: how many trades, and whether the session has it */
  symbols: { symbol: string; trades: number; here: boolean }[];
  /** trades of the session's instruments */
  trades: number;
  /** entries of its instruments within its time, which a policy can be given */
  entries: TradeEntry[];
  /** those of its instruments outside of it */
  outside: number;
}

export function matched({ trades, entries, symbols }: TradesFound, session: SessionView | null): Matched {
  const here = new Set(session?.symbols);
  const own = entries.filter(({ entry }) => here.has(entry.symbol));
  const within = own.filter(({ ts }) => session !== null && ts >= session.fromTs && ts <= session.toTs);
  return {
    symbols: symbols.map((symbol) => ({
      symbol,
      trades: trades.filter((trade) => trade.symbol === symbol).length,
      here: here.has(symbol),
    })),
    trades: trades.filter(({ symbol }) => here.has(symbol)).length,
    entries: within,
    outside: own.length - within.length,
  };
}

const NONE: readonly ChartPosition[] = [];

/** Tells what of positions has happened at an instant: nothing later is shown. The same list as long as nothing more has happened. */
export function pastOf(positions: readonly ChartPosition[]): (ts: number) => readonly ChartPosition[] {
  const times = positions.flatMap(({ marks }) => marks.map(({ ts }) => ts)).sort((a, b) => a - b);
  let shown = NONE;
  let passed = 0;
  return (ts) => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= ts) low = middle + 1;
      else high = middle;
    }
    if (low === passed) return shown;
    passed = low;
    shown = low === 0 ? NONE : positions.filter(({ openTs }) => openTs <= ts).map((position) => upTo(position, ts));
    return shown;
  };
}

/** A position as it was at an instant. */
function upTo(position: ChartPosition, ts: number): ChartPosition {
  if (position.closeTs !== null && position.closeTs <= ts) return position;
  return {
    ...position,
    closeTs: null,
    marks: position.marks.filter((mark) => mark.ts <= ts),
    tranches: position.tranches
      .filter(({ openTs }) => openTs <= ts)
      .map((tranche) => Object.assign({}, tranche, { closeTs: null })),
    averages: position.averages.filter((average) => average.ts <= ts),
  };
}
