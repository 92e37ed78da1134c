import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, quotesOf, readLines, tradesOf } from './testing.ts';

const T = 1_700_000_000_000;
const bars = (...minutes: number[]): string[] => [
  'ts,open,high,low,close,volume',
  ...minutes.map((m) => `${T + m * 60_000},1,1,1,1,0`),
];

describe('the order of rows', () => {
  it('is turned round where every step goes back, in every kind of table', () => {
    const both = 'bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close';
    const sided = readLines([
      `ts,${both}`,
      ...[3, 2, 1].map((i) => `${T + i},${i},${i},${i},${i},${i + 1},${i + 1},${i + 1},${i + 1}`),
    ]);
    expect([...barsOf(sided).close, ...(barsOf(sided).ask?.low ?? [])]).toEqual([1, 2, 3, 2, 3, 4]);
    const trades = readLines([
      'ts,price,size,side,id',
      `${T + 2},3,3,sell,3`,
      `${T + 1},2,2,buy,2`,
      `${T + 1},1,2,,1`,
      `${T},1,1,,0`,
    ]);
    expect([...tradesOf(trades).price, ...tradesOf(trades).side]).toEqual([1, 1, 2, 3, 0, 0, 1, -1]);
    const quotes = readLines(['ts,bid,ask', `${T + 2},3,4`, `${T + 1},2,3`, `${T},1,2`]);
    expect([...quotesOf(quotes).bid, ...quotesOf(quotes).ask]).toEqual([1, 2, 3, 2, 3, 4]);
    for (const { report } of [sided, trades, quotes]) expect(report.timeline).toMatchObject({ newestFirst: true, stepsBack: 0 });
  });

  it('stays where one step goes forward, or where only one goes back: those rows are left out', () => {
    const mixed = readLines(bars(5, 4, 3, 6));
    expect(mixed.report.timeline).toMatchObject({ newestFirst: false, stepsBack: 2 });
    expect(leftOut(mixed).map(([line]) => line)).toEqual([3, 4]);
    expect(readLines(bars(5, 4)).report).toMatchObject({ rows: 1, rejectedRows: 1 });
  });

  it('counts steps back from row to row, whatever is taken', () => {
    const { report } = readLines(bars(5, 3, 4, 6, 2, 1));
    expect(report).toMatchObject({ rows: 2, rejectedRows: 4, timeline: { stepsBack: 3 } });
  });
});

describe('what bars leave open', () => {
  it('is counted: gaps with the longest and where it is, and bars that only repeat the close', () => {
    const { report } = readLines(bars(0, 1, 2, 5, 6, 16, 17));
    expect(report.timeline).toMatchObject({ gaps: { count: 2, longestMs: 600_000, afterTs: T + 6 * 60_000 }, repeats: 6 });
  });

  it('does not count repeats without a column of volume, nor gaps of trades', () => {
    expect(readLines(bars(0, 1, 2).map((row) => row.replace(/,[^,]*$/, ''))).report.timeline.repeats).toBe(0);
    expect(readLines(['ts,price,size', `${T},1,1`]).report.timeline).toMatchObject({ gaps: null, repeats: 0 });
  });
});
