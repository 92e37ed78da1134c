import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, text } from '../../domain/decimal.ts';
import type { FileFill } from '../fills.ts';
import { readFillsFile } from './file.ts';

const read = (content: string, name = 'x.csv'): FileFill[] => readFillsFile(new TextEncoder().encode(content), name, {}).fills;
const cents = (most: number) => integer({ min: 1, max: most }).map((n) => text(dec(n).div(100)));
const moment = (ts: number): string => new Date(ts).toISOString().slice(0, 19);

const fills = array(
  record({
    side: constantFrom('buy' as const, 'sell' as const),
    quantity: cents(500),
    price: cents(9_000_000),
    fee: cents(300),
    gap: integer({ min: 1, max: 90_000 }),
  }),
  { minLength: 1, maxLength: 30 },
).map((rows) => {
  let ts = Date.UTC(2024, 1, 27);
  return rows.map(({ gap, ...row }, at): FileFill => {
    ts += gap * 1_000;
    return { ...row, line: at + 2, ts, symbol: 'ES 03-24', multiplier: '1' };
  });
});
const same = (a: readonly FileFill[], b: readonly FileFill[]): void => {
  const facts = (list: readonly FileFill[]) =>
    list.map(({ ts, symbol, side, quantity, price, fee }) => [ts, symbol, side, quantity, price, fee]);
  expect(facts(a)).toEqual(facts(b));
};

describe('fills that were written to a file', () => {
  it('are read back from the generic one', () => {
    assert(
      property(fills, (written) => {
        const rows = written.map(({ ts, symbol, side, quantity, price, fee }) => [ts, symbol, side, quantity, price, fee].join());
        same(read(['ts,symbol,side,quantity,price,fee', ...rows].join('\n')), written);
      }),
    );
  });

  it('are read back from the grid of NinjaTrader, the newest first, in English and in German', () => {
    const header = ['Instrument', 'Action', 'Quantity', 'Price', 'Time', 'ID', 'E/X', 'Commission', 'Account'];
    const grouped = (price: string): string => price.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
    const german = (value: string): string => grouped(value).replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
    assert(
      property(fills, (written) => {
        const english = written.map(({ ts, symbol, side, quantity, price, fee, line }) => {
          const [year, month, day] = moment(ts).slice(0, 10).split('-').map(Number);
          const hour = new Date(ts).getUTCHours();
          const time = `${month}/${day}/${year} ${hour % 12 || 12}${moment(ts).slice(13)} ${hour < 12 ? 'AM' : 'PM'}`;
          return `${symbol},${side === 'buy' ? 'Buy' : 'SellShort'},${quantity},"${grouped(price)}",${time},id${line},Entry,$${fee},Sim,`;
        });
        same(read([`${header.join()},`, ...english.toReversed()].join('\r\n')), written);
        const rows = written.map(({ ts, symbol, side, quantity, price, fee, line }) => {
          const [year, month, day] = moment(ts).slice(0, 10).split('-');
          const numbers = [quantity, price].map((value) => german(value.includes('.') ? value : `${value}.0`));
          const time = `${day}.${month}.${year} ${moment(ts).slice(11)}`;
          return [
            symbol,
            side === 'buy' ? 'Buy' : 'Sell',
            ...numbers,
            time,
            `id${line}`,
            'Entry',
            `${german(fee.includes('.') ? fee : `${fee}.0`)} €`,
            'Sim',
            '',
          ].join(';');
        });
        same(read([`${header.join(';')};`, ...rows.toReversed()].join('\r\n')), written);
      }),
    );
  });

  it('are read back from deals of MetaTrader 5, whose costs are below zero', () => {
    const header = 'Time,Deal,Symbol,Type,Direction,Volume,Price,Order,Commission,Swap,Profit,Balance,Comment';
    assert(
      property(fills, (written) => {
        const rows = written.map(({ ts, symbol, side, quantity, price, fee, line }) => {
          const spaced = price.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ' '));
          const time = moment(ts).replaceAll('-', '.').replace('T', ' ');
          return `${time},${line},${symbol},${side},in,${quantity},${spaced},1,-${fee},0.00,0.00,0.00,`;
        });
        same(read([header, ...rows].join('\n')), written);
      }),
    );
  });
});
