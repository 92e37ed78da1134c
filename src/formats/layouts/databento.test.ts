import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, readLines, timesOf, tradesOf } from '../testing.ts';

const OHLCV = 'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume';
const TRADES = 'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size,flags,ts_in_delta,sequence,symbol';

describe('Databento ohlcv', () => {
  it('is read with pretty times and prices', () => {
    const result = readLines([
      `${OHLCV},symbol`,
      '2026-06-03T00:00:00.000000000Z,35,95,38,313.080000000,316.920000000,308.860000000,313.900000000,2087399,AAPL',
      '2026-06-04T00:00:00.000000000Z,35,95,38,,,,,0,AAPL',
    ]);
    const { open, close, volume } = barsOf(result);
    expect([open[0], close[0], volume[0]]).toEqual([313.08, 313.9, 2_087_399]);
    expect(result.table).toMatchObject({ format: 'Databento ohlcv', priceScale: 0, time: 'ymd', zone: undefined });
    expect([result.intervalMs, result.tape.instrument.symbol]).toEqual([86_400_000, 'AAPL']);
    expect(leftOut(result)).toEqual([[3, "price '' in column open: expected a decimal above 0"]]);
  });

  it('is read with nanoseconds and prices that count 1e-9', () => {
    const result = readLines(
      [
        OHLCV,
        '1704067200000000000,33,1,12345,4500250000000,4510000000000,4490000000000,4505000000000,1000',
        '1704067260000000000,33,1,12345,4505000000000,4520000000000,4500000000000,9223372036854775807,1500',
      ],
      'glbx-mdp3-20240101.ohlcv-1m.csv',
    );
    const { open, high } = barsOf(result);
    expect([open[0], high[0], timesOf(result)[0]]).toEqual([4500.25, 4510, '2024-01-01T00:00:00.000Z']);
    expect(result.table).toMatchObject({ priceScale: -9, time: 'ns' });
    expect(result.tape.instrument.tick).toBe('0.01');
    expect(result.intervalMs).toBe(60_000);
    expect(result.notes).toContain('Prices count 1e-9.');
    expect(leftOut(result)).toEqual([
      [3, "price '9223372036854775807' in column close: 19 significant digits, expected at most 15"],
    ]);
  });

  it('takes another price scale where the user says so', () => {
    const rows = [OHLCV, '1704067200000000000,33,1,12345,45002500,45100000,44900000,45050000,1000'];
    expect(barsOf(readLines(rows, 'x.csv', { layout: { priceScale: -4 } })).open[0]).toBe(4500.25);
    expect(() => readLines(rows, 'x.csv', { layout: { priceScale: 1 } })).toThrow('price scale 1: expected 0 to -12');
  });

  it('of several instruments is refused with all of them, though rows of one time look like duplicates', () => {
    const row = (id: number): string => `1704067200000000000,33,1,${id},1.0,1.0,1.0,1.0,1`;
    expect(() => readLines([OHLCV, row(12), row(13), row(14)])).toThrow(
      'several symbols in column instrument_id: 12, 13, 14; expected a file of one',
    );
  });
});

describe('Databento trades', () => {
  it("are read with the aggressor's side: B buys, A sells, N is not stated", () => {
    const row = (ms: number, action: string, side: string, price = '6505.000000000'): string =>
      `2025-09-08T00:00:00.005301633Z,2025-09-08T00:00:00.00${ms}194717Z,0,1,14160,${action},${side},0,${price},2,0,13730,245991,ESU5`;
    const result = readLines(
      [TRADES, row(1, 'T', 'B'), row(2, 'T', 'A'), row(3, 'T', 'N'), row(4, 'A', 'B'), row(5, 'T', 'X'), row(6, 'T', 'B', '')],
      'glbx-mdp3-20250908.trades.csv',
    );
    expect([...tradesOf(result).side]).toEqual([1, -1, 0]);
    expect(timesOf(result)).toEqual(['2025-09-08T00:00:00.001Z', '2025-09-08T00:00:00.002Z', '2025-09-08T00:00:00.003Z']);
    expect(leftOut(result)).toEqual([
      [5, "action 'A': expected T, a trade"],
      [6, "side 'X': expected buy, sell or nothing"],
      [7, "price '' in column price: expected a decimal above 0"],
    ]);
    expect([result.table.format, result.tape.instrument.symbol]).toEqual(['Databento trades', 'ESU5']);
  });
});
