import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import { expectancy, fullKelly, tradeRecord } from './kelly.ts';

describe('the Kelly fraction', () => {
  it.each([
    ['0.6', '2', '0.4', '0.1'],
    ['0.5', '2', '0.25', '0.0625'],
    ['0.65', '2.1', '0.483333333333', '0.120833333333'],
    ['0.25', '3', '0', '0'],
    ['0', '2', '-0.5', '-0.125'],
    ['1', '0.5', '1', '0.25'],
  ])('(S3) of W %s and R %s is %s, a quarter of it %s', (winRate, payoff, full, quarter) => {
    const found = fullKelly(dec(winRate), dec(payoff));
    expect(found.toDecimalPlaces(12).toFixed()).toBe(full);
    expect(found.times('0.25').toDecimalPlaces(12).toFixed()).toBe(quarter);
  });
});

it('(S3) expectancy of 60 % wins of 20 and 40 % losses of 10 is +8 a trade', () => {
  expect(expectancy(dec('0.6'), dec(20), dec(10)).toFixed()).toBe('8');
});

describe('the record of closed trades', () => {
  const of = (...pnls: number[]): [count: number, winRate: string, payoff: string] => {
    const { count, winRate, payoff } = tradeRecord(pnls.map((pnl) => dec(pnl)));
    return [count, winRate.toDecimalPlaces(6).toFixed(), payoff.toDecimalPlaces(6).toFixed()];
  };

  it('has W 0.65 and R 2.1 after 13 wins of 21 and 7 losses of 10 (S3)', () => {
    expect(of(...Array.from({ length: 20 }, (_, i) => (i < 13 ? 21 : -10)))).toEqual([20, '0.65', '2.1']);
  });

  it.each([
    ['no trades', [], [0, '0', '0']],
    ['only wins', [5, 7], [2, '1', '0']],
    ['only losses', [-5, -7], [2, '0', '0']],
    ['trades that made nothing', [0, 0], [2, '0', '0']],
  ] as const)('has no payoff, never an infinite one, with %s', (_, pnls, wanted) => {
    expect(of(...pnls)).toEqual(wanted);
  });

  it('counts a trade that made nothing as no win, and in neither average', () => {
    expect(of(20, 0, -10, 40)).toEqual([4, '0.5', '3']);
  });
});
