import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, readLines, timesOf } from '../testing.ts';

const HEADER = 'time,open,high,low,close,Plot,Plot,"MA (9, close)",Volume';

describe('the TradingView chart export', () => {
  it('is read with its time in Unix seconds, indicators and their equal names left alone, volume found by name', () => {
    const result = readLines(
      [HEADER, '1704205800,100,101,99,100.5,1,,100.2,1500', '1704205860,100.5,102,100,101,NaN,3,,900'],
      'NASDAQ_AAPL, 1.csv',
    );
    expect(timesOf(result)).toEqual(['2024-01-02T14:30:00.000Z', '2024-01-02T14:31:00.000Z']);
    expect([...barsOf(result).volume]).toEqual([1_500, 900]);
    expect(result.table).toMatchObject({ format: 'TradingView chart export', time: 's', zone: undefined });
    expect(result.tape).toMatchObject({ stamp: 'open', instrument: { symbol: 'AAPL' } });
  });

  it.each([
    ['BINANCE_BTCUSDT, 60.csv', 'BTCUSDT'],
    ['BTCUSDT, 60_a1b2c.csv', 'BTCUSDT'],
    ['/some/where/BINANCE_BTCUSDT, 1D.csv', 'BTCUSDT'],
    ['CME_MINI_ES1!, 5.csv', 'ES1!'],
  ])('has in the name %s the symbol %s', (name, symbol) => {
    const { tape } = readLines(['time,open,high,low,close', '1704205800,1,1,1,1'], name);
    expect(tape.instrument.symbol).toBe(symbol);
  });

  it('is read with ISO times and their offsets over a clock change, and without volume', () => {
    const result = readLines([
      'time,open,high,low,close',
      '2024-11-03T01:30:00-04:00,1,1,1,1',
      '2024-11-03T01:30:00-05:00,1,1,1,1',
    ]);
    expect(timesOf(result)).toEqual(['2024-11-03T05:30:00.000Z', '2024-11-03T06:30:00.000Z']);
    expect([result.table.zone, barsOf(result).volume[0]]).toEqual([undefined, 0]);
    expect(result.report.timeline.repeats).toBe(0);
  });

  it('is turned round where the newest row stands first, and rows against that order are left out', () => {
    const result = readLines([
      'time,open,high,low,close,Volume',
      '1704206040,4,4,4,4,1',
      '1704205980,3,3,3,3,1',
      '1704205980,9,9,9,9,1',
      '1704205920,x,2,2,2,1',
      '1704205860,1,1,1,1,1',
    ]);
    expect([...barsOf(result).open]).toEqual([1, 3, 4]);
    expect(result.report.timeline).toMatchObject({ newestFirst: true, stepsBack: 0, duplicates: 1, gaps: { count: 1 } });
    expect(leftOut(result)).toEqual([
      [4, 'duplicate: a bar with the time 1704205980000 was taken already'],
      [5, "price 'x' in column open: expected a decimal above 0"],
    ]);
    expect(result.notes).toContain('The newest row stands first: the rows were turned round.');
  });

  it('with dates for daily bars keeps each on its date, whatever the zone', () => {
    const rows = ['time,open,high,low,close', '2024-01-02,1,1,1,1', '2024-01-03,1,1,1,1', '2024-13-04,1,1,1,1'];
    const result = readLines(rows, 'x.csv', { layout: { zone: 'America/New_York' } });
    expect(timesOf(result)).toEqual(['2024-01-02T00:00:00.000Z', '2024-01-03T00:00:00.000Z']);
    expect([result.intervalMs, result.table.zone]).toEqual([86_400_000, undefined]);
    expect(leftOut(result)).toEqual([
      [4, "time '2024-13-04' in column time: expected a date by year, month and day of the years 1970 to 2100"],
    ]);
  });
});
