import type { Places, Role } from '../../domain/layout.ts';
import type { Head } from '../head.ts';
import { byNames, placeOf } from '../names.ts';
import type { Format } from './format.ts';

const at = (head: Head, words: Partial<Record<Role, string>>): Places =>
  Object.fromEntries(
    Object.entries(words).flatMap(([role, word]) => (head.names.includes(word) ? [[role, head.names.indexOf(word)]] : [])),
  );
const hasAll = (head: Head, names: readonly string[]): boolean => names.every((name) => head.names.includes(name));

/**
 * Bars, with the names of the API (`t,o,h,l,c,v,n,vw`) or of its Python library (`[symbol,]timestamp,open,high,low,close,volume,trade_count,vwap`).
 * Times are RFC 3339 and the starts of the bars.
 * @source docs.alpaca.markets, market data, "Historical bars"
 */
export const alpacaBars: Format = {
  name: 'Alpaca bars',
  find(head) {
    if (hasAll(head, ['t', 'o', 'h', 'l', 'c']))
      return {
        places: at(head, { ts: 't', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', symbol: 's' }),
        stamp: 'open',
      };
    const long =
      hasAll(head, ['timestamp', 'open', 'high', 'low', 'close']) && placeOf(head, ['tradecount', 'vwap']) !== undefined;
    return long ? { places: byNames(head), stamp: 'open' } : undefined;
  },
};

/**
 * Trades, with the names of the API (`t,x,p,s,c,i,z`: time, exchange, price, size, conditions, id, tape) or of its Python library. Ids are the
 * exchanges' own: they are unique within one exchange and one day.
 * @source docs.alpaca.markets, market data, "Historical trades"
 */
export const alpacaTrades: Format = {
  name: 'Alpaca trades',
  find(head) {
    const short = hasAll(head, ['t', 'p', 's']);
    if (!short && !hasAll(head, ['timestamp', 'exchange', 'price', 'size'])) return undefined;
    const places = short
      ? at(head, { ts: 't', price: 'p', size: 's', id: 'i', venue: 'x' })
      : { ...byNames(head), ...at(head, { venue: 'exchange' }) };
    return { places, idsRestartDaily: true };
  },
};
