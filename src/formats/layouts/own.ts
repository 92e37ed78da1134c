import type { Places, Role } from '../../domain/layout.ts';
import { byNames } from '../names.ts';
import type { Format } from './format.ts';

const OWN: readonly Role[] = ['open', 'high', 'low', 'close', 'volume', 'price', 'size', 'side', 'id', 'bid', 'ask'];
const SIDED = ['open', 'high', 'low', 'close'].flatMap((name) => [`bid_${name}`, `ask_${name}`] as Role[]);

/**
 * The columns that this program writes and documents itself, with `ts` in UTC milliseconds: bars `ts,open,high,low,close[,volume]`, trades
 * `ts,price,size[,side,id]`, quotes `ts,bid,ask` and bars of bid and ask `ts,bid_open,…,ask_close`; further columns are left alone.
 * @source README.md, "Files that it reads"
 */
export const own: Format = {
  name: 'Ratchet columns',
  find(head) {
    const titles = head.titles.map((title) => title.toLowerCase());
    if (!titles.includes('ts')) return undefined;
    const places: Places = {};
    for (const role of ['ts', ...OWN, ...SIDED] as const) if (titles.includes(role)) places[role] = titles.indexOf(role);
    const { bid_size, ask_size } = byNames(head);
    if (bid_size !== undefined) places.bid_size = bid_size;
    if (ask_size !== undefined) places.ask_size = ask_size;
    return { places };
  },
};
