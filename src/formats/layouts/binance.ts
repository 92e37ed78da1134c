import type { Places } from '../../domain/layout.ts';
import { byNames } from '../names.ts';
import { type Format, mostly } from './format.ts';

const symbol = /^([A-Z0-9_]+)-(?:\d+(?:s|m|h|d|w|mo)|aggTrades|trades)-\d{4}/;
const KLINES: Places = { ts: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 };
const AGG_TRADES: Places = { id: 0, price: 1, size: 2, ts: 5, maker: 6 };
const TRADES: Places = { id: 0, price: 1, size: 2, ts: 4, maker: 5 };

const isMoment = (cell: string | undefined): boolean => /^\d{13,16}$/.test(cell ?? '');
const isBoolean = (cell: string | undefined): boolean => /^(?:true|false)$/i.test(cell ?? '');

/**
 * Klines of spot and USD-M futures: open time, open, high, low, close, volume, close time, quote volume, trades, taker's base and quote
 * volume, ignored; spot files have no header, futures files have one since 2022. Times are milliseconds, of spot microseconds since 2025.
 * @source github.com/binance/binance-public-data, README, "Klines"
 */
export const binanceKlines: Format = {
  name: 'Binance Vision klines',
  symbol,
  find(head) {
    const { header, names, delimiter, titles, rows } = head;
    if (header && names.includes('opentime') && names.includes('closetime')) return { places: byNames(head), stamp: 'open' };
    const bare =
      !header &&
      delimiter === ',' &&
      titles.length === 12 &&
      mostly(rows, (cells) => isMoment(cells[0]) && isMoment(cells[6]) && Number(cells[6]) > Number(cells[0]));
    return bare ? { places: KLINES, stamp: 'open' } : undefined;
  },
};

/**
 * Aggregate trades of spot and USD-M futures: id, price, quantity, first and last id, time, whether the buyer was the maker and, of spot,
 * whether it was the best match. The aggressor is the seller where the buyer was the maker.
 * @source github.com/binance/binance-public-data, README, "AggTrades"
 */
export const binanceAggTrades: Format = {
  name: 'Binance Vision aggTrades',
  symbol,
  find(head) {
    const { header, names, delimiter, titles, rows } = head;
    if (header && names.includes('aggtradeid') && names.includes('isbuyermaker')) return { places: byNames(head) };
    const bare = !header && delimiter === ',' && (titles.length === 7 || titles.length === 8);
    if (!bare || !mostly(rows, (cells) => isMoment(cells[5]) && isBoolean(cells[6]))) return undefined;
    return { places: AGG_TRADES };
  },
};

/**
 * Single trades of spot and USD-M futures: id, price, quantity, quote quantity, time, whether the buyer was the maker and, of spot, whether it
 * was the best match.
 * @source github.com/binance/binance-public-data, README, "Trades"
 */
export const binanceTrades: Format = {
  name: 'Binance Vision trades',
  symbol,
  find(head) {
    const { header, names, delimiter, titles, rows } = head;
    if (header && names.includes('quoteqty') && names.includes('isbuyermaker')) return { places: byNames(head) };
    const bare = !header && delimiter === ',' && (titles.length === 6 || titles.length === 7);
    if (!bare || !mostly(rows, (cells) => isMoment(cells[4]) && isBoolean(cells[5]))) return undefined;
    return { places: TRADES };
  },
};
