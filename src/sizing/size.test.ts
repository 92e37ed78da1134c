import { describe, expect, it } from 'vitest';
import { type Decimal, dec, ZERO } from '../domain/decimal.ts';
import { parseMeasure, type Measure } from '../domain/measure.ts';
import type { SizingInput } from '../domain/sizing.ts';
import { fixed } from './fixed.ts';
import { risk } from './risk.ts';
import { sizing } from './schema.ts';
import { plannedAdds, size } from './size.ts';

const share = (text: string): Measure => {
  const measure = parseMeasure(text);
  if (!measure) throw new Error(text);
  return measure;
};
const input = (over: Record<string, string> = {}): SizingInput => {
  const standard = {
    equity: '500',
    buyingPower: '1000000',
    entry: '100',
    stopDistance: '8.75',
    multiplier: '1',
    lot: '0.000001',
    minNotional: '0',
    cap: '10',
    plannedAdds: '0',
  };
  return Object.fromEntries(
    Object.entries({ ...standard, ...over }).map(([key, value]) => [key, dec(value)]),
  ) as unknown as SizingInput;
};
const policy = (over: object = {}) => sizing.parse({ most: '1000%', ...over });
const rounded = (amount: Decimal): string => amount.toFixed(2);

describe('the strategies', () => {
  it('risk puts 57.14 of 500 in, at 1 % risk and a stop 8.75 % away (S3)', () => {
    expect(rounded(risk(input(), share('1%')))).toBe('57.14');
  });

  it('risk loses just its share when the stop fills', () => {
    const { quantity } = size(input({ equity: '100000', stopDistance: '1.65', lot: '1' }), policy({ strategy: 'risk' }));
    expect(quantity.toFixed()).toBe('606');
    expect(quantity.times('1.65').lessThanOrEqualTo(1_000)).toBe(true);
  });

  it('fixed is a share of equity', () => {
    expect(fixed(input(), share('6.25%')).toFixed()).toBe('31.25');
  });

  it('min-of takes the least and shows them all', () => {
    const result = size(input(), policy({ strategy: 'min-of', of: ['risk', 'fixed'], fixed: '10%' }));
    expect(result.steps.slice(0, 3).map(({ label, amount }) => [label, amount])).toEqual([
      ['risk', '57.14'],
      ['fixed', '50.00'],
      ['least of these', '50.00'],
    ]);
    expect(result.quantity.toFixed()).toBe('0.5');
  });
});

describe('the constraints that follow', () => {
  it.each([
    ['clamp', '25.00', input(), { strategy: 'fixed', fixed: '1%', least: '5%' }],
    ['clamp', '50.00', input(), { strategy: 'risk', most: '10%' }],
    ['room for adds', '33.33', input({ cap: '0.1', plannedAdds: '0.5' }), { strategy: 'risk' }],
    ['buying power', '20.00', input({ buyingPower: '20' }), { strategy: 'risk' }],
    ['lots', '0.00', input({ lot: '1', buyingPower: '20' }), { strategy: 'risk' }],
  ] as const)('%s leaves %s', (label, amount, given, keys) => {
    expect(size(given, policy(keys)).steps.find((step) => step.label === label)?.amount).toBe(amount);
  });

  it('are applied in this order: clamp, room for adds, buying power, lots', () => {
    expect(size(input(), policy({ strategy: 'fixed' })).steps.map(({ label }) => label)).toEqual([
      'fixed',
      'clamp',
      'room for adds',
      'buying power',
      'lots',
    ]);
  });

  it('round the quantity down to whole lots, with the multiplier counted', () => {
    expect(
      size(
        input({ equity: '100000', lot: '1', multiplier: '50' }),
        policy({ strategy: 'fixed', fixed: '12%' }),
      ).quantity.toFixed(),
    ).toBe('2');
  });
});

describe('a size that cannot be', () => {
  it('of zero is refused, and no clamp lifts it', () => {
    const result = size(input(), policy({ strategy: 'fixed', fixed: '0%', least: '5%' }));
    expect(result).toMatchObject({ quantity: ZERO, refusal: { code: 'SIZE_ZERO', figure: '0', limit: 'above 0' } });
  });

  it.each([
    ['SIZE_BELOW_LOT', { lot: '1' }, '50.00', '100.00'],
    ['MIN_NOTIONAL', { minNotional: '60' }, '50.00', '60.00'],
    ['SIZE_BELOW_LOT', { buyingPower: '-5' }, '0.00', '0.00'],
  ])('is refused as %s with the figure and the limit', (code, over, figure, limit) => {
    const result = size(input(over), policy({ strategy: 'fixed', fixed: '10%' }));
    expect(result).toMatchObject({ quantity: ZERO, refusal: { code, figure, limit } });
  });
});

it.each([
  [true, '0.5', 1, '2', '0.5'],
  [true, '0.5', 4, '2', '1'],
  [false, '0.5', 1, '2', '0'],
])('plans room for adds: enabled %s, share %s, adds %d, at most %s times the first → %s', (enabled, part, adds, most, wanted) => {
  expect(plannedAdds(enabled, dec(part), adds, dec(most)).toFixed()).toBe(wanted);
});
