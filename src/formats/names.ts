import type { Places, Role } from '../domain/layout.ts';
import type { Head } from './head.ts';

/** Names that columns are given, of letters and digits only, the likeliest first. */
const WORDS: Partial<Record<Role, readonly string[]>> = {
  open: ['open', 'openprice', 'first'],
  high: ['high', 'highprice', 'max'],
  low: ['low', 'lowprice', 'min'],
  close: ['close', 'closeprice'],
  volume: ['volume', 'vol', 'tickvol', 'tickvolume', 'totalvolume', 'basevolume'],
  price: ['price', 'last', 'lastprice', 'tradeprice', 'px'],
  size: ['size', 'quantity', 'qty', 'amount', 'lastsize'],
  side: ['side', 'aggressor', 'takerside', 'direction'],
  maker: ['isbuyermaker', 'buyermaker'],
  id: ['id', 'tradeid', 'aggtradeid', 'tid'],
  bid: ['bid', 'bidprice', 'bestbidprice', 'bestbid', 'bidpx00'],
  ask: ['ask', 'askprice', 'bestaskprice', 'bestask', 'askpx00', 'offer'],
  bid_size: ['bidsize', 'bidqty', 'bestbidqty', 'bidsz00', 'bidvolume'],
  ask_size: ['asksize', 'askqty', 'bestaskqty', 'asksz00', 'askvolume'],
  bid_open: ['bidopen'],
  bid_high: ['bidhigh'],
  bid_low: ['bidlow'],
  bid_close: ['bidclose'],
  ask_open: ['askopen'],
  ask_high: ['askhigh'],
  ask_low: ['asklow'],
  ask_close: ['askclose'],
  symbol: ['symbol', 'ticker'],
};

const MOMENTS = [
  'ts',
  'timestamp',
  'datetime',
  'opentime',
  'tsevent',
  'transacttime',
  'unix',
  'unixtime',
  'epoch',
  'gmttime',
  'localtime',
];

/** Where a name stands first; undefined where it does not. */
export function placeOf(head: Head, words: readonly string[]): number | undefined {
  for (const word of words) {
    const at = head.names.indexOf(word);
    if (at >= 0) return at;
  }
  return undefined;
}

/** The roles of columns, as far as their names say them. */
export function byNames(head: Head): Places {
  const places: Places = {};
  const [date, time] = [placeOf(head, ['date', 'day']), placeOf(head, ['time', 'timeofday'])];
  const moment = placeOf(head, MOMENTS);
  if (moment !== undefined) places.ts = moment;
  else if (date !== undefined && time !== undefined) [places.ts, places.clock] = [date, time];
  else {
    const either = date ?? time;
    if (either !== undefined) places.ts = either;
  }
  for (const [role, words] of Object.entries(WORDS)) {
    const at = placeOf(head, words);
    if (at !== undefined) places[role as Role] = at;
  }
  if (places.size === undefined && places.price !== undefined && places.open === undefined) {
    const { volume, ...rest } = places;
    return volume === undefined ? rest : { ...rest, size: volume };
  }
  return places;
}

/** Columns of somebody's own fills or orders: such a file is no market's, whatever else it names. */
const OF_AN_ACCOUNT = ['fee', 'fees', 'commission', 'commissions', 'orderid', 'execid', 'account', 'realizedpnl', 'pnl'];

export const isOfAnAccount = (head: Head): boolean => placeOf(head, OF_AN_ACCOUNT) !== undefined;
