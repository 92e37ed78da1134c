import { z } from 'zod';
import { choiceKey, countKey, group, measureKey, optionalMeasureKey, switchKey } from '../domain/keys.ts';

/** The strategies that find a size by themselves, of which `min-of` and `portfolio` take the least. */
const SINGLE = ['fixed', 'risk', 'kelly', 'volatility', 'model'] as const;
/** What may stand in for a model: anything that needs none. */
const FALLBACKS = ['fixed', 'risk', 'kelly', 'volatility'] as const;
const STANDARD_OF = ['risk', 'fixed'] as const;

/** Keys of the size of an entry. A size is money put in (margin): notional / leverage. */
export const sizing = group({
  strategy: choiceKey([...SINGLE, 'portfolio', 'min-of'], 'min-of', {
    help: 'how the size of an entry is found',
    source: 'S0, S3, S4',
  }),
  of: z
    .array(z.enum(SINGLE, { error: (issue) => `${JSON.stringify(issue.input)} is not one of ${SINGLE.join(', ')}` }), {
      error: (issue) => `${JSON.stringify(issue.input)} is not a list of strategies`,
    })
    .min(1, { error: `expected at least one of ${SINGLE.join(', ')}` })
    .default([...STANDARD_OF])
    .meta({ help: 'strategies of which min-of and portfolio take the least', source: 'S3, S4', standard: [...STANDARD_OF] }),
  fallback: choiceKey(FALLBACKS, 'risk', {
    help: 'strategy that the model multiplies, and that holds alone while no model may speak',
    source: 'S0, S4',
  }),
  fixed: measureKey('10%', { units: ['%'], least: 0, most: 1000, help: 'size as a share of equity', source: 'S3, S4' }),
  risk: measureKey('1%', {
    units: ['%'],
    least: 0,
    most: 100,
    help: 'money at risk between entry and stop, as a share of equity',
    source: 'S0, S3 1 % (aggressive 2 %, conservative 0.5 %)',
  }),
  riskCountsLeverage: switchKey(true, {
    help: 'divide the size by leverage, so that the money at risk is what was asked',
    source: 'house; S3 does not',
  }),
  kellyFraction: measureKey('0.25', {
    units: ['plain'],
    least: 0,
    most: 1,
    help: 'part of the full Kelly fraction that is used',
    source: 'S3 0.25 (aggressive 0.5)',
  }),
  kellyWinRate: measureKey('0.50', {
    units: ['plain'],
    least: 0,
    most: 1,
    help: 'win rate W until there are trades enough',
    source: 'S3',
  }),
  kellyPayoff: measureKey('2.0', {
    units: ['plain'],
    least: 0.01,
    most: 1000,
    help: 'payoff R (average win / average loss) until there are trades enough, wins and losses among them',
    source: 'S3',
  }),
  kellyTrades: countKey(20, {
    least: 1,
    most: 100_000,
    help: 'closed trades from which on their own W and R are used',
    source: 'S3',
  }),
  volatilityTarget: measureKey('1%', {
    units: ['%'],
    least: 0,
    most: 1000,
    help: 'size so that one ATR moves the notional at leverage 1 by this share of equity',
    source: 'S4; figure of the house',
  }),
  least: measureKey('5%', {
    units: ['%'],
    least: 0,
    most: 100,
    help: 'least size as a share of equity; a smaller one is lifted to it, before it is shared between positions',
    source: 'S3',
  }),
  most: measureKey('10%', {
    units: ['%'],
    least: 0,
    most: 1000,
    help: 'largest size as a share of equity; it holds where it is below the least',
    source: 'S0, S3 10 % (aggressive 15 %, conservative 7 %)',
  }),
  shareBetweenPositions: switchKey(true, { help: 'divide the size by the number of positions open with it', source: 'S3' }),
  correlation: measureKey('0.7', {
    units: ['plain'],
    least: 0,
    most: 1,
    help: 'return correlation with an open position on the same side above which the size shrinks, to nothing at 1',
    source: 'S4; figure of the house',
  }),
});

/** Limits of size, for the group `limits` of a policy: asked when an entry is sized and again before an order. */
export const sizeLimits = {
  positionEquity: measureKey('10%', {
    units: ['%'],
    least: 0,
    most: 1000,
    help: 'largest position as a share of equity',
    source: 'S0, S3',
  }),
  positionMoney: optionalMeasureKey('none', { units: ['$'], least: 0, help: 'largest position in money', source: 'S2' }),
  positionUnits: optionalMeasureKey('none', { units: ['plain'], least: 0, help: 'largest position in units', source: 'S1' }),
  trancheMost: optionalMeasureKey('none', {
    units: ['$'],
    least: 0,
    help: 'most money put into one tranche',
    source: 'S2 $50',
  }),
  totalExposure: optionalMeasureKey('none', {
    units: ['%'],
    least: 0,
    help: 'largest exposure of all positions and working entries as a share of equity',
    source: 'S3 20 % (aggressive 40 %), S4',
  }),
  marginUse: optionalMeasureKey('none', {
    units: ['%'],
    least: 0,
    help: 'largest margin held as a share of equity',
    source: 'S4',
  }),
  instrumentShare: optionalMeasureKey('none', {
    units: ['%'],
    least: 0,
    help: 'largest share of the total exposure limit (of equity where there is none) that one instrument may take',
    source: 'S4',
  }),
  volumeShare: optionalMeasureKey('none', {
    units: ['%'],
    least: 0,
    help: 'largest quantity as a share of the mean volume of the last bars',
    source: 'S4',
  }),
};

/** Keys of the first stop. */
export const initialStop = group({
  kind: choiceKey(['atr', 'regime', 'technical', 'percent', 'model'], 'atr', {
    help: 'how the first stop is found',
    source: 'S0, S3',
  }),
  fallback: choiceKey(['atr', 'regime', 'percent'], 'atr', {
    help: 'kind that stands in where no model may speak, no level is known, or neither VIX nor its stand-in is',
    source: 'S0',
  }),
  atr: measureKey('1.5ATR', {
    units: ['ATR'],
    least: 0.01,
    most: 100,
    help: 'distance of the first stop',
    source: 'S0 1.0 to 2.0, S3 2.5 (aggressive 2, conservative 3)',
  }),
  percent: measureKey('2%', {
    units: ['%'],
    least: 0.001,
    most: 99,
    help: 'distance of the first stop as a share of the entry price',
    source: 'S0',
  }),
  beyond: measureKey('0.5%', {
    units: ['%'],
    least: 0,
    most: 50,
    help: 'how far a technical stop stands beyond the nearest support or resistance, as a share of that level',
    source: 'S0',
  }),
  low: measureKey('1ATR', {
    units: ['ATR'],
    least: 0.01,
    most: 100,
    help: 'distance in a calm market: VIX below lowVix',
    source: 'S0',
  }),
  normal: measureKey('1.5ATR', {
    units: ['ATR'],
    least: 0.01,
    most: 100,
    help: 'distance in a normal market: VIX from lowVix to below highVix',
    source: 'S0',
  }),
  high: measureKey('2ATR', {
    units: ['ATR'],
    least: 0.01,
    most: 100,
    help: 'distance in a nervous market: VIX at highVix or above',
    source: 'S0',
  }),
  lowVix: measureKey('15', { units: ['plain'], least: 0, most: 1000, help: 'VIX below which the market is calm', source: 'S0' }),
  highVix: measureKey('25', {
    units: ['plain'],
    least: 0,
    most: 1000,
    help: 'VIX from which on the market is nervous',
    source: 'S0',
  }),
  vixSymbol: z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text; expected a symbol, e.g. "VIX"` })
    .min(1, { error: 'expected a symbol, e.g. "VIX"' })
    .max(60)
    .default('VIX')
    .meta({ help: 'symbol of the series that is read as VIX', source: 'S0', standard: 'VIX' }),
  lowPercentile: measureKey('32%', {
    units: ['%'],
    least: 0,
    most: 100,
    help: "without a VIX: percentile of the instrument's own realised volatility below which the market is calm",
    source: 'house: share of daily VIX closes below 15, 1990 to 2026',
  }),
  highPercentile: measureKey('83%', {
    units: ['%'],
    least: 0,
    most: 100,
    help: "without a VIX: percentile of the instrument's own realised volatility from which on the market is nervous",
    source: 'house: share of daily VIX closes below 25, 1990 to 2026',
  }),
});

/** Keys of the first target. */
export const target = group({
  kind: choiceKey(['none', 'reward'], 'none', {
    help: 'no target, or the greater of distance and reward:risk × risk',
    source: 'S3',
  }),
  distance: measureKey('0ATR', {
    units: ['ATR', '%'],
    least: 0,
    most: 1000,
    help: 'distance of the target',
    source: 'S3 5 ATR, S0 4 %',
  }),
  rewardRisk: measureKey('2', { units: ['plain'], least: 0, most: 100, help: 'least reward for one of risk', source: 'S3' }),
});
