import { expect, it } from 'vitest';
import { group } from '../domain/keys.ts';
import { initialStop, sizeLimits, sizing } from './schema.ts';
import { limitsOf } from './size.ts';

const limits = group(sizeLimits);
const faultOf = (schema: typeof sizing | typeof limits | typeof initialStop, over: object): string =>
  schema
    .safeParse(over)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('\n') ?? '';

it.each([
  [sizing, { of: ['kelly', 'martingale'] }, 'of.1: "martingale" is not one of fixed, risk, kelly, volatility, model'],
  [sizing, { of: [] }, 'of: expected at least one of fixed, risk, kelly, volatility, model'],
  [sizing, { of: 'kelly' }, 'of: "kelly" is not a list of strategies'],
  [sizing, { fallback: 'model' }, 'fallback: "model" is not one of fixed, risk, kelly, volatility'],
  [sizing, { kellyPayoff: '0' }, 'kellyPayoff: "0" is out of range; expected "1.2" from 0.01 to 1000'],
  [sizing, { correlation: '1.1' }, 'correlation: "1.1" is out of range; expected "1.2" from 0 to 1'],
  [limits, { positionMoney: '100' }, 'positionMoney: "100" has the unit plain; expected none or "$250" from 0'],
  [limits, { positionEquity: 'none' }, 'positionEquity: "none" is not a measure; expected "1.5%" from 0 to 1000'],
  [initialStop, { vixSymbol: '' }, 'vixSymbol: expected a symbol, e.g. "VIX"'],
])('a key that cannot be used names itself, the value and what is allowed: %#', (schema, over, wanted) => {
  expect(faultOf(schema, over)).toBe(wanted);
});

it('a limit that is "none" keeps its word in writing and binds nothing', () => {
  const keys = limits.parse({ positionMoney: '$100', totalExposure: '20%', positionEquity: '15%' });
  expect(keys.positionUnits).toBe('none');
  const { positionEquity, positionMoney, totalExposure, ...others } = limitsOf(keys);
  expect([positionEquity, positionMoney, totalExposure].map((limit) => limit?.toFixed())).toEqual(['0.15', '100', '0.2']);
  expect(Object.values(others)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

it('the defaults are those of the contract', () => {
  const keys = sizing.parse({});
  expect(
    [keys.least, keys.most, keys.kellyWinRate, keys.kellyPayoff, keys.kellyFraction, keys.correlation].map(({ text }) => text),
  ).toEqual(['5%', '10%', '0.50', '2.0', '0.25', '0.7']);
  expect([keys.kellyTrades, keys.riskCountsLeverage, keys.shareBetweenPositions]).toEqual([20, true, true]);
});
