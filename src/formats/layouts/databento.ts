import type { Places } from '../../domain/layout.ts';
import type { Head } from '../head.ts';
import { byNames, placeOf } from '../names.ts';
import { type Format, mostly } from './format.ts';

const symbol = /\.([A-Z0-9.]+?)\.(?:ohlcv|trades)/;
/** Lengths of bars by their record type. */
const INTERVALS: Readonly<Record<string, number>> = { 32: 1_000, 33: 60_000, 34: 3_600_000, 35: 86_400_000 };

const isIt = (head: Head): boolean => placeOf(head, ['tsevent']) !== undefined && placeOf(head, ['rtype']) !== undefined;

/** Prices are decimals, or whole counts of 1e-9 that have no point. */
function scaleOf(head: Head, price: number | undefined): number {
  return price !== undefined && mostly(head.rows, (cells) => /^\d{6,}$/.test(cells[price] ?? '')) ? -9 : 0;
}

/** The symbol's column, or the instrument's number where symbols were not asked for. */
function withSymbol(head: Head, places: Places): Places {
  const at = placeOf(head, ['symbol', 'instrumentid']);
  return at === undefined ? places : { ...places, symbol: at };
}

/**
 * `ohlcv-1s` to `ohlcv-1d`: `ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume[,symbol]`; `ts_event` is the start of the bar
 * in nanoseconds or ISO 8601.
 * @source databento.com/docs/schemas/ohlcv
 */
export const databentoBars: Format = {
  name: 'Databento ohlcv',
  symbol,
  find(head) {
    if (!isIt(head) || placeOf(head, ['open']) === undefined) return undefined;
    const places = byNames(head);
    const rtype = placeOf(head, ['rtype']) ?? 0;
    const intervalMs = INTERVALS[head.rows[0]?.[rtype] ?? ''];
    return {
      places: withSymbol(head, places),
      priceScale: scaleOf(head, places.open),
      stamp: 'open',
      ...(intervalMs === undefined ? {} : { intervalMs }),
    };
  },
};

/**
 * `trades`: `ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size,flags,ts_in_delta,sequence[,symbol]`; the action of a
 * trade is T, its side the aggressor's: B buys, A sells, N is not stated.
 * @source databento.com/docs/schemas/trades
 */
export const databentoTrades: Format = {
  name: 'Databento trades',
  symbol,
  find(head) {
    const action = placeOf(head, ['action']);
    if (!isIt(head) || action === undefined) return undefined;
    const { ts, price, size, side } = byNames(head);
    if (ts === undefined || price === undefined || size === undefined) return undefined;
    const places = { ts, price, size, action, ...(side === undefined ? {} : { side }) };
    return { places: withSymbol(head, places), priceScale: scaleOf(head, price) };
  },
};
