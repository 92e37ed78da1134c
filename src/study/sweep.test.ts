import { describe, expect, it } from 'vitest';
import { type Bar, flat, still } from '../engine/testing.ts';
import { loadPreset } from '../policy/load.ts';
import { heatMap, lonePeak } from './heat-map.ts';
import { sweepCells, sweptCell, sweptKey } from './sweep.ts';
import { sessionOf } from './testing.ts';

const nothing = (): void => undefined;
const { source: intraday } = loadPreset('intraday');

describe('the values of a swept key', () => {
  it.each([
    ['rules.breakeven.trigger', '0.5R:2R:0.5R', ['0.5R', '1R', '1.5R', '2R']],
    ['rules.breakeven.trigger', '0.1R:0.35R:0.1R', ['0.1R', '0.2R', '0.3R']],
    ['rules.breakeven.trigger', '1R, 5%', ['1R', '5%']],
    ['rules.session-flat.at', '15:00:15:50:20m', ['15:00', '15:20', '15:40']],
    ['rules.session-flat.at', '15:00,15:45', ['15:00', '15:45']],
    ['account.equity', '10000,20000', ['10000', '20000']],
    ['rules.scale-in.adds', '0:2:1', [0, 1, 2]],
    ['rules.partial-exit.steps.0.at', '1R:2R:1R', ['1R', '2R']],
  ])('of %s, "%s", are listed', (path, spec, values) => {
    expect(sweptKey(path, spec).values).toEqual(values);
    expect(sweepCells([sweptKey(path, spec)], intraday).map(({ values: [value] }) => value)).toEqual(values);
  });

  it.each([
    ['rules.breakeven.nonsense', '1R', /rules\.breakeven\.nonsense: expected a key of the policy/],
    ['name', 'a,b', /name: expected a key of the policy whose value is a number/],
    ['rules.breakeven.trigger', '1R:2R', /1R:2R: expected a list/],
    ['rules.breakeven.trigger', '1R:2%:1R', /1R:2%:1R: expected a list.*one unit/],
    ['rules.breakeven.trigger', '2R:1R:1R', /2R:1R:1R: expected/],
    ['rules.breakeven.trigger', '1R:2R:0R', /1R:2R:0R: expected/],
    ['rules.breakeven.trigger', '0R:1R:0.0001R', /at most 200 values/],
    ['rules.breakeven.trigger', '1R,,2R', /1R,,2R: expected/],
    ['rules.breakeven.trigger', '1R,1R', /1R stands there twice/],
    ['rules.breakeven.trigger', '1parsec', /"1parsec" is not a measure/],
    ['sizing.most', '1%,99999%', /"99999%" is out of range/],
    ['rules.partial-exit.steps.7.at', '1R', /the policy has no such step/],
  ])('of %s, "%s", are refused in words', (path, spec, message) => {
    expect(() => sweepCells([sweptKey(path, spec)], intraday)).toThrow(message);
  });

  it('are refused where two keys are one, or there are too many cells', () => {
    const key = sweptKey('rules.breakeven.trigger', '1R,2R');
    expect(() => sweepCells([key, key], intraday)).toThrow(/given twice/);
    expect(() => sweepCells([], intraday)).toThrow(/expected one or two/);
    const many = sweptKey('rules.breakeven.trigger', '0.1R:10R:0.1R');
    expect(() => sweepCells([many, sweptKey('rules.trailing-stop.activate', '0.1R:10R:0.1R')], intraday)).toThrow(/10000 cells/);
  });
});

describe('a cell of a sweep', () => {
  const bars: Bar[] = [
    ...still(3, flat(100)),
    [100, 104.5, 100, 104],
    ...still(3, flat(104)),
    [104, 104, 97, 98],
    ...still(3, flat(98)),
  ];
  const one = sessionOf(bars, [{ minute: 1 }]);
  const setup = {
    sessions: [{ made: one, policy: one.policy }],
    paths: ['target.distance', 'initialStop.percent'],
    decider: 'own' as const,
  };
  const cells = sweepCells([sweptKey('target.distance', '2%:4%:1%'), sweptKey('initialStop.percent', '1%,2%')], one.policy);

  it('is each value of one key with each of the other, the last fastest', () => {
    expect(cells.map(({ cell, values }) => [cell, ...values])).toEqual([
      [0, '2%', '1%'],
      [1, '2%', '2%'],
      [2, '3%', '1%'],
      [3, '3%', '2%'],
      [4, '4%', '1%'],
      [5, '4%', '2%'],
    ]);
  });

  it('is the sessions under the policy with its values, and leaves the policy as it was', () => {
    const policy = { ...one.policy, target: { kind: 'reward', distance: '4%', rewardRisk: '0' } };
    const rows = cells.map((cell) => sweptCell({ ...setup, sessions: [{ made: one, policy }] }, cell, nothing));
    expect(rows.map(({ figures, trades }) => [trades, figures.pnl])).toEqual([
      [1, '200.00'],
      [1, '200.00'],
      [1, '300.00'],
      [1, '300.00'],
      [1, '400.00'],
      [1, '400.00'],
    ]);
    expect(policy.target).toEqual({ kind: 'reward', distance: '4%', rewardRisk: '0' });
  });

  it('says what is wrong with it instead of ending the others', () => {
    const row = sweptCell({ ...setup, paths: ['initialStop.percent'] }, { cell: 3, values: ['-5%'] }, nothing);
    expect(row.error).toMatch(/cell 4: initialStop\.percent: "-5%" is out of range/);
    expect(row.figures).toEqual({});
  });
});

describe('a heat map', () => {
  const keys = [
    { path: 'a', values: ['1', '2', '3'] },
    { path: 'b', values: ['x', 'y', 'z'] },
  ];
  const rowsOf = (values: (number | null)[]) =>
    values.map((value, cell) => ({
      cell,
      values: [],
      entries: 1,
      trades: 1,
      figures: { pnl: value === null ? null : String(value), 'max-drawdown': value === null ? null : String(value) },
      error: '',
    }));

  it('has a row a value of the first key, a column a value of the second, and says which is best', () => {
    const map = heatMap(keys, rowsOf([1, 2, 3, 4, 5, 6, 7, 8, null]), 'pnl');
    expect(map.cells.map((line) => line.map(({ value }) => value))).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
      ['7', '8', null],
    ]);
    expect(map.cells.flat().flatMap(({ best, cell }) => (best ? [cell] : []))).toEqual([7]);
    expect(map.cells[0]?.[0]?.heat).toBe(0);
    expect(map.cells[2]?.[1]?.heat).toBe(1);
    expect(map.cells[2]?.[2]).toMatchObject({ value: null, why: 'not enough data' });
    expect(heatMap(keys, rowsOf([1]), 'pnl').cells[1]?.[1]).toMatchObject({ value: null, why: 'not run' });
  });

  it('has the least drawdown as its best', () => {
    const map = heatMap(keys, rowsOf([9, 2, 3, 4, 5, 6, 7, 8, 1]), 'max-drawdown');
    expect(map.cells.flat().flatMap(({ best, cell }) => (best ? [cell] : []))).toEqual([8]);
  });

  it('warns of a peak that stands alone, and of no other', () => {
    const lone = [1, 1.2, 0.9, 1.1, 9, 1, 1, 1.2, 0.8];
    expect(heatMap(keys, rowsOf(lone), 'pnl').warning).toMatch(/^A lone peak: its neighbours do not hold/);
    expect(heatMap(keys, rowsOf([1, 2, 3, 2, 3, 4, 3, 4, 5]), 'pnl').warning).toBe('');
    expect(heatMap(keys, rowsOf([1, 1, 1, 1, 1, 1, 1, 1, 1]), 'pnl').warning).toBe('');
  });

  it('warns where the neighbours of a gain lose, however smooth the way is', () => {
    expect(lonePeak([[-3, -2, -1, 0.5]], 0)).toBe(true);
    expect(lonePeak([[1, 2, 3, 4]], 0)).toBe(false);
    expect(lonePeak([[-4, -3, -2, -1]], 0)).toBe(false);
  });

  it('warns of nothing where there is nothing beside the best', () => {
    expect(lonePeak([[5]], 0)).toBe(false);
    expect(lonePeak([[5, Number.NaN]], 0)).toBe(false);
  });
});
