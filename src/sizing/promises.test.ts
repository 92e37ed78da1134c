import {
  type Arbitrary,
  assert,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  noBias,
  oneof,
  option,
  property,
  record,
  subarray,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, dec, ONE, ZERO } from '../domain/decimal.ts';
import { size } from './size.ts';
import { type Figures, input, type Limits, policy } from './testing.ts';

/** Accounts, policies and limits of every kind; most of them give a size. */
const places = (least: number, most: number, digits: number): Arbitrary<string> => {
  const scale = Number(`1e${digits}`);
  const range = { min: Math.ceil(least * scale), max: Math.floor(most * scale) };
  return noBias(integer(range)).map((n) => (n / scale).toFixed(digits));
};
const rarely = <T>(often: Arbitrary<T>, seldom: T): Arbitrary<T> =>
  oneof({ weight: 19, arbitrary: often }, { weight: 1, arbitrary: constant(seldom) });
const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => option(value, { nil: undefined, freq: 2 });
const share = (number: Arbitrary<string>): Arbitrary<string> => number.map((text) => `${text}%`);
const LIMITS = [
  'positionMoney',
  'positionUnits',
  'trancheMost',
  'totalExposure',
  'marginUse',
  'instrumentShare',
  'volumeShare',
] as const;
const anyLimits: Arbitrary<Limits> = record({
  positionEquity: places(0.01, 1, 3),
  positionMoney: maybe(places(20, 5_000, 2)),
  positionUnits: maybe(places(1, 500, 2)),
  trancheMost: maybe(places(1, 500, 2)),
  totalExposure: maybe(places(0.1, 2, 3)),
  marginUse: maybe(places(0.1, 1, 3)),
  instrumentShare: maybe(places(0.1, 1, 3)),
  volumeShare: maybe(places(0.01, 1, 3)),
});
const anyInput = record({
  equity: rarely(places(500, 100_000, 2), '-10'),
  cash: rarely(places(100, 100_000, 2), '-10'),
  entry: places(0.5, 900, 2),
  stopDistance: rarely(places(0.01, 50, 2), '0'),
  multiplier: constantFrom('1', '5', '0.1'),
  lot: constantFrom('0.000001', '0.001', '0.03', '1'),
  minNotional: constantFrom('0', '10'),
  leverage: constantFrom('1', '3', '7', '2.5'),
  exposure: rarely(places(0, 2_000, 2), '0'),
  instrumentExposure: rarely(places(0, 500, 2), '0'),
  model: maybe(places(0, 3, 2)),
  plannedAdds: constantFrom('0', '0.5', '0.25', '1', '0.33'),
  atr: rarely(places(0.05, 20, 2).map(Number), NaN),
  openPositions: integer({ min: 0, max: 6 }),
  correlation: maybe(record({ value: rarely(double({ min: -1, max: 0.99, noNaN: true }), NaN), symbol: constant('QQQ') })),
  recentVolume: rarely(rarely(places(10, 100_000, 1).map(Number), 0), NaN),
  trades: tuple(integer({ min: 0, max: 40 }), places(0.2, 1, 2), rarely(places(0.8, 4, 2), '0')),
  limits: anyLimits,
});
const STRATEGIES = ['fixed', 'risk', 'kelly', 'volatility', 'model'] as const;
const anyPolicy = record({
  strategy: constantFrom(...STRATEGIES, 'min-of', 'portfolio'),
  of: subarray([...STRATEGIES], { minLength: 1 }),
  fallback: constantFrom('fixed', 'risk', 'kelly', 'volatility'),
  fixed: share(rarely(places(1, 200, 1), '0')),
  least: share(places(0, 20, 1)),
  most: share(rarely(places(5, 200, 1), '0')),
  shareBetweenPositions: boolean(),
  riskCountsLeverage: boolean(),
  correlation: places(0, 1, 2),
});

/** Not above, but for the last of sixty digits. */
const within = (value: Decimal, limit: Decimal): boolean => value.minus(limit).lessThanOrEqualTo('1e-40');

describe('whatever the account, the policy and the limits', () => {
  it('a size is above no limit, never negative, and in whole lots; nothing comes without a reason', () => {
    let [runs, sized] = [0, 0];
    assert(
      property(anyInput, anyPolicy, (given, keys) => {
        runs += 1;
        const the = input(given);
        const chosen = policy(keys);
        const { quantity, margin, notional, refusal, steps } = size(the, chosen);
        expect(quantity.isZero()).toBe(refusal !== undefined);
        expect(quantity.isNegative()).toBe(false);
        if (refusal) {
          expect(refusal.figure).toBeDefined();
          expect(refusal.limit).toBeDefined();
          return;
        }
        sized += 1;
        const { equity, limits, leverage, exposure, instrumentExposure } = the;
        const total = limits.totalExposure?.times(equity);
        expect(notional.equals(quantity.times(the.entry).times(the.multiplier))).toBe(true);
        expect(quantity.mod(the.lot).isZero()).toBe(true);
        expect(steps.at(-1)).toMatchObject({ label: 'lots', amount: margin.toFixed(2) });
        const whole = ONE.plus(the.plannedAdds);
        const tests: [string, Decimal, Decimal | undefined][] = [
          ['most', margin, equity.times(chosen.most.value).div(100)],
          ['equity', margin.times(whole), limits.positionEquity.times(equity)],
          ['money', margin.times(whole), limits.positionMoney],
          ['units', quantity.times(whole), limits.positionUnits],
          ['tranche', margin, limits.trancheMost],
          ['total', margin.plus(exposure), total],
          ['instrument', margin.plus(instrumentExposure), limits.instrumentShare?.times(total ?? equity)],
          ['margin', margin.plus(exposure), limits.marginUse?.times(equity)],
          ['cash', margin, the.cash],
          ['volume', quantity, limits.volumeShare?.times(the.recentVolume)],
          ['least notional', the.minNotional, notional],
        ];
        const over = tests.filter(([, value, limit]) => limit && !within(value, limit)).map(([name]) => name);
        expect(over).toEqual([]);
        // exactly, not within a digit: what the guards will compare
        const cap = limits.positionEquity.times(equity).times(leverage);
        expect(notional.times(whole).lessThanOrEqualTo(cap)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(sized / runs).toBeGreaterThan(0.3);
  });

  it('a stricter limit never gives more', () => {
    assert(
      property(anyInput, anyPolicy, constantFrom('positionEquity', ...LIMITS), places(0, 1, 2), (given, keys, name, part) => {
        const loose = input(given);
        const limit = loose.limits[name] ?? dec(1);
        const strict = { ...loose, limits: { ...loose.limits, [name]: limit.times(part) } };
        const chosen = policy(keys);
        expect(size(strict, chosen).quantity.lessThanOrEqualTo(size(loose, chosen).quantity)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('more positions, more correlation or less cash never give more', () => {
    assert(
      property(anyInput, anyPolicy, places(0, 1, 2), (given, keys, rho) => {
        const chosen = policy(keys);
        const base = { ...given, correlation: { value: Number(rho), symbol: 'QQQ' } };
        const loose = size(input(base), chosen).quantity;
        const worse: Figures[] = [
          { ...base, correlation: { value: Math.min(1, Number(rho) + 0.1), symbol: 'QQQ' } },
          { ...base, openPositions: given.openPositions + 1 },
          { ...base, cash: dec(given.cash).minus(5).toFixed() },
        ];
        for (const one of worse) expect(size(input(one), chosen).quantity.lessThanOrEqualTo(loose)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('an entry that the strategy refuses is not lifted by any least size', () => {
    assert(
      property(anyInput, places(0, 0.33, 2), (given, winRate) => {
        const losing = input({ ...given, trades: [20, winRate, '2'] });
        const chosen = policy({ strategy: 'min-of', of: ['kelly', 'fixed'], least: '100%' });
        expect(size(losing, chosen)).toMatchObject({ quantity: ZERO, refusal: { code: 'SIZE_ZERO' } });
      }),
    );
  });
});
