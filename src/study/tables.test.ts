import { expect, it } from 'vitest';
import { readCells } from '../projections/cells.ts';
import { type Comparison, rowsOf } from './compare.ts';
import { failedCell, type SweepRow } from './sweep.ts';
import { comparisonCsv, sweepCsv } from './tables.ts';
import { resultOf } from './testing.ts';

it('a comparison is a row a figure, empty where there is not enough data', () => {
  const rows = rowsOf([resultOf(10)], [resultOf(-5)], [0]);
  const csv = readCells(comparisonCsv({ rows } as Comparison));
  expect(csv[0]).toEqual(['id', 'label', 'a', 'b', 'difference', 'low', 'high', 'why', 'formula']);
  expect(csv[1]?.slice(0, 8)).toEqual([
    'pnl',
    'Total P&L, money',
    '10.00',
    '-5.00',
    '-15.00',
    '',
    '',
    'Not enough data: 1 pair, 20 are needed',
  ]);
  expect(csv).toHaveLength(13);
});

it('a sweep is a row a cell, in their order, with the cells that failed', () => {
  const keys = [{ path: 'a.b', values: ['1R', '2R'] }];
  const done: SweepRow = { cell: 0, values: ['1R'], entries: 3, trades: 2, figures: { pnl: '-1.50', sharpe: null }, error: '' };
  const [head = [], first = [], second = []] = readCells(
    sweepCsv(keys, [failedCell({ cell: 1, values: ['2R'] }, new Error('it broke')), done]),
  );
  expect(head.slice(0, 4)).toEqual(['a.b', 'entries', 'trades', 'pnl']);
  expect(first.slice(0, 5)).toEqual(['1R', '3', '2', '-1.50', '']);
  expect([second[0], second.at(-1)]).toEqual(['2R', 'it broke']);
});
