import { describe, expect, it } from 'vitest';
import { readCells } from './cells.ts';
import { performanceCsv } from './performance-tables.ts';
import type { PerformanceView, TradePoint } from './performance-views.ts';

const trade = (part: Partial<TradePoint>): TradePoint => ({
  positionId: 'p1',
  symbol: 'DEMO',
  side: 'long',
  causedBy: 'stop-loss',
  policy: 'intraday',
  openedTs: 1_700_000_000_000,
  closedTs: 1_700_000_600_000,
  pnl: '-12.30',
  r: -1.02,
  maeR: -1.1,
  mfeR: 0.4,
  givenBack: null,
  seq: 9,
  place: { row: 3, point: 1 },
  ...part,
});

const view: PerformanceView = {
  total: 2,
  trades: [trade({}), trade({ positionId: 'p2', symbol: '=SUM(A1)', pnl: '8.00' })],
  symbols: ['DEMO', '=SUM(A1)'],
  causes: ['stop-loss'],
  policies: ['intraday'],
  figures: [
    {
      id: 'win-rate',
      group: 'Outcome',
      label: 'Win rate',
      value: '50.0 %',
      why: '',
      formula: 'wins / trades',
      convention: 'net of fees, "after" all of them',
      source: 'S0',
      target: '≥ 45 %',
      reached: true,
    },
  ],
  equity: [{ ts: 1_700_000_600_000, equity: -12.3, drawdown: -12.3 }],
  histogram: [{ from: -1.5, to: -1, trades: 2 }],
  byCause: [{ name: 'stop-loss', trades: 2, wins: 1, pnl: '-4.30', r: '-2.04' }],
  bySymbol: [{ name: '=SUM(A1)', trades: 1, wins: 1, pnl: '8.00', r: null }],
  byPolicy: [{ name: 'intraday', trades: 2, wins: 1, pnl: '-4.30', r: '-2.04' }],
  byHour: [{ weekday: 2, hour: 22, trades: 2, pnl: '-4.30', sum: -4.3 }],
};

describe('the tables of a performance', () => {
  it.each([
    ['figures', 2],
    ['trades', 3],
    ['equity', 2],
    ['histogram', 2],
    ['by-rule', 2],
    ['by-symbol', 2],
    ['by-policy', 2],
    ['by-hour', 2],
  ] as const)('%s has a header and a row each, all of one width', (table, rows) => {
    const cells = readCells(performanceCsv(view, table));
    expect(cells).toHaveLength(rows);
    expect(new Set(cells.map((row) => row.length)).size).toBe(1);
  });

  it('say what a figure came to, with commas and quotes as they are', () => {
    const [, row] = readCells(performanceCsv(view, 'figures'));
    expect(row).toEqual([
      'win-rate',
      'Outcome',
      'Win rate',
      '50.0 %',
      '',
      '≥ 45 %',
      'yes',
      'wins / trades',
      'net of fees, "after" all of them',
      'S0',
    ]);
  });

  it('keep a name that a spreadsheet would run from running', () => {
    expect(performanceCsv(view, 'by-symbol')).toContain("\n'=SUM(A1),1,1,8.00,\n");
    expect(performanceCsv(view, 'trades')).toContain(",'=SUM(A1),");
  });

  it('write losses as numbers and times as text in UTC', () => {
    expect(performanceCsv(view, 'equity')).toBe('ts,time,equity,drawdown\n1700000600000,2023-11-14T22:23:20.000Z,-12.3,-12.3\n');
  });
});
