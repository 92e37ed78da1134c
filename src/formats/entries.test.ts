import { describe, expect, it } from 'vitest';
import { readEntries } from './entries.ts';
import { FormatError } from './error.ts';

const read = (text: string) => readEntries(new TextEncoder().encode(text), 'entries.csv');
const HEADER = 'ts,symbol,side,quantity,stop,target';

describe('readEntries', () => {
  it('reads entries at market, with quantity, stop and target where they are given', () => {
    expect(read(`${HEADER}\n1000,TSLA,long,10.0,98.50,\r\n2000,TSLA,SELL,,,\n`)).toEqual([
      {
        ts: 1_000,
        line: 2,
        entry: {
          type: 'PlaceEntry',
          symbol: 'TSLA',
          side: 'long',
          kind: 'market',
          source: 'entries',
          quantity: '10',
          stop: '98.5',
        },
      },
      { ts: 2_000, line: 3, entry: { type: 'PlaceEntry', symbol: 'TSLA', side: 'short', kind: 'market', source: 'entries' } },
    ]);
  });

  it('takes the columns in any order, and does without the optional ones', () => {
    expect(read('side,ts,symbol\nbuy,5,SPY\nshort,6,SPY\n').map(({ entry }) => entry.side)).toEqual(['long', 'short']);
  });

  it('sorts by time and keeps the order of the file within one time', () => {
    const found = read('ts,symbol,side\n9,A,long\n5,B,long\n9,C,long\n5,D,long\n');
    expect(found.map(({ entry, line }) => `${entry.symbol}${line}`)).toEqual(['B3', 'D5', 'A2', 'C4']);
  });

  it.each([
    ['x,TSLA,long,,,', 'ts "x": expected whole milliseconds of the years 1970 to 2100'],
    ['1,,long,,,', 'symbol "": expected some text'],
    ['1,TSLA,up,,,', 'side "up": expected long, short, buy, sell'],
    ['1,TSLA,constructor,,,', 'side "constructor": expected long, short, buy, sell'],
    ['1,TSLA,long,0,,', 'quantity "0": expected a decimal above 0'],
    ['1,TSLA,long,,-1,', 'stop "-1": expected a decimal above 0'],
    ['1,TSLA,long,,,1e5', 'target "1e5": expected a decimal above 0'],
    ['1,TSLA,long,0.00000000000000000000000000001,,', 'expected a decimal above 0 of at most 28 digits'],
    ['1,TSLA,long', '3 fields; expected 6'],
  ])('refuses the row %s with file and line', (row, message) => {
    const text = `${HEADER}\n1,TSLA,long,,,\n${row}\n`;
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(`entries.csv, line 3: ${message.startsWith('expected') ? '' : message}`);
    expect(() => read(text)).toThrow(message);
  });

  it.each([
    ['ts,symbol\n1,A', 'no column "side"'],
    ['ts,symbol,side,stopp\n1,A,long,5', 'unknown column "stopp"'],
    [HEADER, 'no rows after the header'],
    ['ts,symbol,side\n1,A,long\n\n2,A,long', 'line 3: blank line'],
  ])('refuses the file %j', (text, message) => {
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(message);
  });
});
