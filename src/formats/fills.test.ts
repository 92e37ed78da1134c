import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { readFills } from './fills.ts';

const read = (text: string) => readFills(new TextEncoder().encode(text), 'fills.csv');
const HEADER = 'ts,symbol,side,quantity,price,fee';

describe('readFills', () => {
  it('reads fills with exact decimal text, in plain notation', () => {
    expect(read(`${HEADER}\n1000,BTC,buy,0.000707070707,49500.00,-0.10\n1000,BTC,Sell,1,0.1,0\n`)).toEqual([
      {
        line: 2,
        ts: 1_000,
        symbol: 'BTC',
        side: 'buy',
        quantity: '0.000707070707',
        price: '49500',
        fee: '-0.1',
        multiplier: '1',
      },
      { line: 3, ts: 1_000, symbol: 'BTC', side: 'sell', quantity: '1', price: '0.1', fee: '0', multiplier: '1' },
    ]);
  });

  it('keeps digits that a float would lose', () => {
    const [fill] = read(`${HEADER}\n1,BTC,buy,0.1234567890123456789,12345678901234567.89,0\n`);
    expect([fill?.quantity, fill?.price]).toEqual(['0.1234567890123456789', '12345678901234567.89']);
  });

  it('takes a multiplier where it is given', () => {
    const fills = read(`multiplier,${HEADER}\n50,1,ES,buy,1,4000.25,2.10\n,2,ES,sell,1,4001,2.10\n`);
    expect(fills.map(({ multiplier }) => multiplier)).toEqual(['50', '1']);
  });

  it.each([
    ['1.5,A,buy,1,1,0', 'ts "1.5": expected whole milliseconds'],
    ['4,A,buy,1,1,0', 'ts "4": expected at least 5, the time of the row before'],
    ['5,A,long,1,1,0', 'side "long": expected buy, sell'],
    ['5,A,buy,,1,0', 'quantity "": expected a decimal above 0'],
    ['5,A,buy,1,0.00,0', 'price "0.00": expected a decimal above 0'],
    ['5,A,buy,1,NaN,0', 'price "NaN": expected a decimal above 0'],
    ['5,A,buy,1,1,', 'fee "": expected a decimal'],
    ['5,A,buy,1,1,free', 'fee "free": expected a decimal'],
    ['5,A,buy,1,1,0,1', '7 fields; expected 6'],
  ])('refuses the row %s with file and line', (row, message) => {
    const text = `${HEADER}\n5,A,buy,1,1,0\n${row}\n`;
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(`fills.csv, line 3: ${message}`);
  });
});
