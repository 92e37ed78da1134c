import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, readLines, timesOf, tradesOf } from '../testing.ts';

/** Rows of the archive's documentation, a year later than there: milliseconds for futures, microseconds for spot. */
const KLINE = (open: number, unit: 1 | 1_000, prices = '4.15070000,4.15870000,4.15060000,4.15540000'): string =>
  `${open * unit},${prices},539.23000000,${(open + 60_000) * unit - 1},2240.39860900,13,401.82000000,1669.98121300,0`;
const T = Date.UTC(2025, 0, 1);
const MINUTE = 60_000;
const KLINE_HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
const TRADES_HEADER = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker';

describe('Binance Vision klines', () => {
  it.each([
    ['spot since 2025, in microseconds', [], 1_000],
    ['spot before 2025, in milliseconds', [], 1],
    ['USD-M futures, with a header', [KLINE_HEADER], 1],
  ] as const)('are read from 12 columns of %s', (_, header, unit) => {
    const rows = [KLINE(T, unit), KLINE(T + MINUTE, unit), KLINE(T + 2 * MINUTE, unit)];
    const result = readLines([...header, ...rows], 'BTCUSDT-1m-2025-01.csv');
    expect(timesOf(result)).toEqual(['2025-01-01T00:00:00.000Z', '2025-01-01T00:01:00.000Z', '2025-01-01T00:02:00.000Z']);
    const { open, high, low, close, volume } = barsOf(result);
    expect([open[0], high[0], low[0], close[0], volume[0]]).toEqual([4.1507, 4.1587, 4.1506, 4.1554, 539.23]);
    expect(result.tape).toMatchObject({ stamp: 'open', instrument: { symbol: 'BTCUSDT', tick: '0.0001', lot: '0.01' } });
    expect(result.intervalMs).toBe(MINUTE);
    expect(result.table).toMatchObject({
      format: 'Binance Vision klines',
      delimiter: ',',
      header: header.length > 0,
      time: unit === 1 ? 'ms' : 'us',
      zone: undefined,
    });
  });

  it('leave bad rows out with their lines, the first of the file among them', () => {
    const result = readLines(
      [
        KLINE(T, 1).replace('4.15070000', ''),
        KLINE(T + MINUTE, 1),
        KLINE(T + MINUTE, 1),
        KLINE(T, 1),
        `${KLINE(T + 2 * MINUTE, 1)},1`,
        KLINE(T + 3 * MINUTE, 1, '4.1,4.0,4.2,4.1'),
        KLINE(T + 4 * MINUTE, 1),
      ],
      'BTCUSDT-1m-2025-01.csv',
      { intervalMs: MINUTE },
    );
    expect(result.table.format).toBe('Binance Vision klines');
    expect(leftOut(result)).toEqual([
      [1, "price '' in column 2: expected a decimal above 0"],
      [3, `duplicate: a bar with the time ${T + MINUTE} was taken already`],
      [4, `time goes back: ${T} is 60000 ms before the last row taken`],
      [5, '13 fields: expected 12'],
      [6, 'high 4 below low 4.2'],
    ]);
    expect(result.report.timeline).toMatchObject({
      stepsBack: 1,
      duplicates: 1,
      gaps: { count: 1, longestMs: 180_000, afterTs: T + MINUTE },
    });
  });
});

describe('Binance Vision aggTrades', () => {
  it.each([
    ['USD-M futures: 7 columns and a header', [TRADES_HEADER], '', 1],
    ['USD-M futures: 7 columns', [], '', 1],
    ['spot: 8 columns in microseconds', [], ',True', 1_000],
    ['spot: 8 columns and a header', [`${TRADES_HEADER},is_best_match`], ',True', 1],
  ] as const)('are read of %s, and the aggressor is the seller where the buyer was the maker', (_, header, tail, unit) => {
    const rows = [
      `26129,0.20000000,50.00000000,27781,27781,${T * unit},true${tail}`,
      `26130,0.20010000,4.70443515,27782,27783,${(T + 7) * unit},False${tail}`,
    ];
    const result = readLines([...header, ...rows], 'ETHUSDT-aggTrades-2025-01-01.csv');
    const { price, size, side } = tradesOf(result);
    expect([[...price], [...size], [...side]]).toEqual([
      [0.2, 0.2001],
      [50, 4.70443515],
      [-1, 1],
    ]);
    expect(timesOf(result)).toEqual(['2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.007Z']);
    expect(result.table.format).toBe('Binance Vision aggTrades');
    expect(result.tape.instrument.symbol).toBe('ETHUSDT');
    expect(result.notes.join()).not.toContain('Duplicates cannot be told');
  });

  it('leave bad rows out with their lines', () => {
    const row = (id: number, time: number | string, maker: string): string => `${id},100,1,${id},${id},${time},${maker}`;
    const result = readLines([
      row(1, T, 'true'),
      row(1, T, 'true'),
      row(2, T, 'maybe'),
      row(3, T - 5, 'true'),
      row(4, 'noon', 'true'),
      row(5, T + 5, 'false'),
    ]);
    expect(leftOut(result)).toEqual([
      [2, 'duplicate: a trade with the id 1 was taken already'],
      [3, "buyer is maker 'maybe': expected true or false"],
      [4, `time goes back: ${T - 5} is 5 ms before the last row taken`],
      [5, "time 'noon' in column 6: expected whole milliseconds of the years 1970 to 2100"],
    ]);
  });
});

describe('Binance Vision trades', () => {
  it.each([
    ['spot, without a header', [], ',True'],
    ['USD-M futures, with a header', ['id,price,qty,quote_qty,time,is_buyer_maker'], ''],
  ] as const)('are read of %s', (_, header, tail) => {
    const rows = [
      `28457,4.00000100,12.00000000,48.00,${T},true${tail}`,
      `28457,4.00000100,12.00000000,48.00,${T},true${tail}`,
      `28458,4.1,1,4.1,${T + 3},false${tail}`,
    ];
    const result = readLines([...header, ...rows], 'BNBUSDT-trades-2025-01.csv');
    expect(result.table.format).toBe('Binance Vision trades');
    expect([...tradesOf(result).side]).toEqual([-1, 1]);
    expect(result.report.timeline.duplicates).toBe(1);
    expect(result.tape.instrument.symbol).toBe('BNBUSDT');
  });
});
