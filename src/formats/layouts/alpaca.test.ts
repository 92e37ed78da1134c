import { describe, expect, it } from 'vitest';
import { FormatError } from '../error.ts';
import { barsOf, leftOut, readLines, timesOf, tradesOf } from '../testing.ts';

describe('Alpaca bars', () => {
  it('are read by the short names of the API', () => {
    const result = readLines(['t,o,h,l,c,v,n,vw', '2022-02-28T05:00:00Z,163.02,165.42,162.43,165.12,90552883,743379,164.274348']);
    const { open, volume } = barsOf(result);
    expect([open[0], volume[0], timesOf(result)[0]]).toEqual([163.02, 90_552_883, '2022-02-28T05:00:00.000Z']);
    expect([result.table.format, result.table.zone, result.tape.stamp]).toEqual(['Alpaca bars', undefined, 'open']);
  });

  it('are read by the long names of the library, newest first and with their symbol', () => {
    const result = readLines([
      'symbol,timestamp,open,high,low,close,volume,trade_count,vwap',
      'TSLA,2024-01-02 09:02:00+00:00,3,3,3,3,1.0,1.0,3',
      'TSLA,2024-01-02 09:01:00+00:00,2,2,2,2,1.0,1.0,2',
      'TSLA,2024-01-02 09:00:00+00:00,1,1,1,,1.0,1.0,1',
      'TSLA,2024-01-02 08:59:00+00:00,1,1,1,1,1.0,1.0,1',
    ]);
    expect([...barsOf(result).open]).toEqual([1, 2, 3]);
    expect(result.report.timeline).toMatchObject({ newestFirst: true, stepsBack: 0 });
    expect(leftOut(result)).toEqual([[4, "price '' in column close: expected a decimal above 0"]]);
    expect(result.tape.instrument.symbol).toBe('TSLA');
    expect(result.notes).toContain("Symbol TSLA: from the file's column.");
  });

  it('of several symbols are refused with all of them', () => {
    const rows = ['AAPL', 'TSLA', 'MSFT'].map((symbol) => `${symbol},2024-01-02 09:00:00+00:00,1,1,1,1,1,1,1`);
    const lines = ['symbol,timestamp,open,high,low,close,volume,trade_count,vwap', ...rows];
    expect(() => readLines(lines)).toThrow(FormatError);
    expect(() => readLines(lines)).toThrow('x.csv: several symbols in column symbol: AAPL, TSLA, MSFT; expected a file of one');
  });
});

describe('Alpaca trades', () => {
  it('are read by the short names, a quoted list of conditions and all; ids count within exchange and day', () => {
    const result = readLines([
      't,x,p,s,c,i,z',
      `2024-01-02T14:30:00.123456789Z,V,100.5,10,"['@', 'I']",1,C`,
      `2024-01-02T14:30:00.2Z,D,100.6,20,"['@']",1,C`,
      `2024-01-02T14:30:00.3Z,D,100.7,20,"['@']",1,C`,
      `2024-01-02T14:30:01Z,D,NaN,20,"a ""quoted"", word",2,C`,
      `2024-01-03T14:30:00Z,D,100.8,20,"['@']",1,C`,
    ]);
    expect([...tradesOf(result).price]).toEqual([100.5, 100.6, 100.8]);
    expect(timesOf(result)[0]).toBe('2024-01-02T14:30:00.123Z');
    expect(leftOut(result)).toEqual([
      [4, 'duplicate: a trade with the id 1 was taken already'],
      [5, "price 'NaN' in column p: expected a decimal above 0"],
    ]);
    expect(result.table.format).toBe('Alpaca trades');
  });

  it('are read by the long names of the library', () => {
    const result = readLines([
      'symbol,timestamp,exchange,price,size,id,conditions,tape',
      "SPY,2024-01-02 14:30:00.000001+00:00,V,470.1,100.0,7,['@'],B",
      "SPY,2024-01-02 14:30:00.000002+00:00,P,470.2,100.0,7,['@'],B",
    ]);
    expect([...tradesOf(result).price]).toEqual([470.1, 470.2]);
    expect([result.table.format, result.tape.instrument.symbol]).toEqual(['Alpaca trades', 'SPY']);
  });
});
