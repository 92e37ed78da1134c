import { describe, expect, it } from 'vitest';
import { readTradeList } from './trade-list.ts';

const read = (text: string) => {
  const { trades, rejected } = readTradeList(new TextEncoder().encode(text), 'trades.csv');
  return { trades, rejected: rejected.map(({ message }) => message) };
};

describe('a list of closed trades', () => {
  it('is read by the names of its columns, in the order of the closes, and other columns are left alone', () => {
    const { trades, rejected } = read(
      'position,pnl,closedAt,rMultiple,symbol\nA-2,-4.5,1550242860000,-1,A\nA-1,10,1550242800000,,A\n',
    );
    expect(trades).toEqual([
      { closedAt: 1_550_242_800_000, pnl: '10', rMultiple: null },
      { closedAt: 1_550_242_860_000, pnl: '-4.5', rMultiple: '-1' },
    ]);
    expect(rejected).toEqual([]);
  });

  it('needs no R, and takes times as they are written', () => {
    const { trades } = read('closedAt,pnl\n2019-02-15T15:00:00Z,1\n2019-02-15T10:30:00.250-05:00,2\n2019-02-16,+3\n');
    expect(trades.map(({ closedAt }) => new Date(closedAt).toISOString())).toEqual([
      '2019-02-15T15:00:00.000Z',
      '2019-02-15T15:30:00.250Z',
      '2019-02-16T00:00:00.000Z',
    ]);
    expect(trades.map(({ pnl }) => pnl)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['x,1,', 'closedAt "x": expected UTC milliseconds of the years 1970 to 2100, or a time such as 2024-03-01T15:30:00Z'],
    ['2024-02-30,1,', 'closedAt "2024-02-30": expected UTC milliseconds'],
    ['2024-03-01T15:30:00,1,', 'closedAt "2024-03-01T15:30:00": expected UTC milliseconds'],
    ['4133980800000,1,', 'closedAt "4133980800000": expected UTC milliseconds'],
    [',1,', 'closedAt "": expected UTC milliseconds'],
    ['1,,', 'pnl "": expected a decimal'],
    ['1,NaN,', 'pnl "NaN": expected a decimal'],
    ['1,1e5,', 'pnl "1e5": expected a decimal'],
    ['1,2,R', 'rMultiple "R": expected a decimal, or nothing'],
    ['1,2', '2 fields; expected 3'],
    ['', 'blank line; expected 3 fields'],
  ])('leaves out the row %j, says why, and keeps the others', (row, reason) => {
    const { trades, rejected } = read(`closedAt,pnl,rMultiple\n1,2,3\n${row}\n4,5,6\n`);
    expect(trades.map(({ closedAt }) => closedAt)).toEqual([1, 4]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toContain(`trades.csv, line 3: ${reason}`);
  });

  it('may have no rows, but not no such columns', () => {
    expect(read('closedAt,pnl\n')).toEqual({ trades: [], rejected: [] });
    expect(() => read('ts,open\n1,2\n')).toThrow(
      'trades.csv, line 1: no column "closedAt" in "ts,open"; expected closedAt, pnl and optionally rMultiple',
    );
    expect(() => read('')).toThrow('the file is empty');
  });
});
