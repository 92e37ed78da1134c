import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import type { Side } from '../domain/position.ts';
import { initialStop, target } from './schema.ts';
import {
  firstStopPlan,
  firstTargetPlan,
  regimeMultiple,
  type StopReading,
  stopPrice,
  targetReward,
  technicalStop,
} from './stops.ts';
import { measure } from '../domain/testing.ts';

const reading = (over: Partial<StopReading> = {}): StopReading => ({
  side: 'long',
  entry: dec(100),
  atr: 2,
  vix: NaN,
  volatilityPercentile: NaN,
  support: NaN,
  resistance: NaN,
  modelDistance: NaN,
  ...over,
});

/** Where the first stop of these keys stands, and why; or the refusal's code and message. */
function stopOf(over: Partial<StopReading>, keys: object): [at: string, why: string] {
  const given = reading(over);
  const found = firstStopPlan(given, initialStop.parse(keys));
  return 'code' in found ? [found.code, found.message] : [stopPrice(given.side, given.entry, found.plan).toFixed(), found.detail];
}

describe('S0 stops by regime', () => {
  it.each([
    ['long', 12, '98', 'low'],
    ['long', 20, '97', 'normal'],
    ['long', 30, '96', 'high'],
    ['short', 12, '102', 'low'],
    ['short', 20, '103', 'normal'],
    ['short', 30, '104', 'high'],
  ] as const)('of a %s at 100 with an ATR of 2 and a VIX of %d stand at %s', (side, vix, at, regime) => {
    expect(stopOf({ side, vix }, { kind: 'regime' })).toEqual([at, expect.stringContaining(`VIX ${vix}: ${regime}`)]);
  });

  it.each([
    [{ vix: 14.99, volatilityPercentile: 99 }, '1'],
    [{ vix: 15, volatilityPercentile: NaN }, '1.5'],
    [{ vix: 24.99, volatilityPercentile: NaN }, '1.5'],
    [{ vix: 25, volatilityPercentile: 0 }, '2'],
    [{ vix: NaN, volatilityPercentile: 31.9 }, '1'],
    [{ vix: NaN, volatilityPercentile: 32 }, '1.5'],
    [{ vix: NaN, volatilityPercentile: 83 }, '2'],
    [{ vix: NaN, volatilityPercentile: NaN }, undefined],
  ])('%j is a market of %s ATR: the VIX counts first, a bound belongs to the regime above it', (nervousness, wanted) => {
    expect(regimeMultiple(nervousness, initialStop.parse({}))?.multiple.toFixed()).toBe(wanted);
  });

  it('say that the own volatility stands in for a VIX', () => {
    expect(stopOf({ volatilityPercentile: 90 }, { kind: 'regime' })).toEqual([
      '96',
      '2 × ATR 2, no VIX, own volatility at percentile 90: high',
    ]);
  });
});

describe('S0 technical stops', () => {
  it.each([
    ['long', '98', '97.51'],
    ['short', '102', '102.51'],
  ] as const)('of a %s with its level at %s stand at %s', (side, level, at) => {
    expect(technicalStop(side, dec(level), measure('0.5%')).toFixed()).toBe(at);
    expect(stopOf({ side, support: 98, resistance: 102 }, { kind: 'technical' })[0]).toBe(at);
  });

  it('need a level whose far side is the far side of the entry', () => {
    const [at, why] = stopOf({ side: 'short', resistance: 99 }, { kind: 'technical' });
    expect([at, why]).toEqual(['103', 'no level on the far side of the entry is known: atr, 1.5 × ATR 2']);
  });
});

describe('S3 exits', () => {
  it.each([
    ['long', '623.45', 18.2, '577.95', '714.45'],
    ['long', '100', 3.5, '91.25', '117.5'],
    ['short', '100', 3.5, '108.75', '82.5'],
  ] as const)(
    'of a %s at %s with an ATR of %d are a stop at %s and a target at %s, reward:risk 2',
    (side, entry, atr, at, wanted) => {
      expect(stopOf({ side, entry: dec(entry), atr }, { kind: 'atr', atr: '2.5ATR' })[0]).toBe(at);
      const risk = dec(entry).minus(at).abs();
      const plan = firstTargetPlan(atr, target.parse({ kind: 'reward', distance: '5ATR', rewardRisk: '2' }));
      if (!('kind' in plan) || plan.kind !== 'reward') throw new Error('no plan');
      const reward = targetReward(dec(entry), risk, plan);
      expect(
        dec(entry)
          .plus(side === 'long' ? reward : reward.negated())
          .toFixed(),
      ).toBe(wanted);
      expect(reward.div(risk).toFixed()).toBe('2');
    },
  );
});

describe('a first target', () => {
  it.each([
    ['5ATR', '2', '10'],
    ['1ATR', '3', '12'],
    ['4%', '0', '4'],
    ['0ATR', '2', '8'],
  ])(
    'at %s with a least reward:risk of %s is %s away: the greater of both, at an ATR of 2 and a risk of 4',
    (distance, rewardRisk, wanted) => {
      const plan = firstTargetPlan(2, target.parse({ kind: 'reward', distance, rewardRisk }));
      if (!('kind' in plan) || plan.kind !== 'reward') throw new Error('no plan');
      expect(targetReward(dec(100), dec(4), plan).toFixed()).toBe(wanted);
    },
  );

  it('counted in an ATR that is not known yet refuses; one that is not counted in it does not', () => {
    expect(firstTargetPlan(NaN, target.parse({ kind: 'reward', distance: '5ATR' }))).toMatchObject({ code: 'ATR_UNKNOWN' });
    expect(firstTargetPlan(NaN, target.parse({ kind: 'reward', distance: '0ATR' }))).toMatchObject({ kind: 'reward' });
    expect(firstTargetPlan(NaN, target.parse({}))).toEqual({ kind: 'none' });
  });
});

describe('a kind of stop that has nothing to go by', () => {
  it.each([
    ['model', 'regime', { vix: 30 }, '96', 'no model may speak: regime, 2 × ATR 2, VIX 30: high'],
    ['model', 'percent', {}, '98', 'no model may speak: percent, 2 % of the entry'],
    ['technical', 'atr', {}, '97', 'no level on the far side of the entry is known: atr, 1.5 × ATR 2'],
    ['regime', 'atr', {}, '97', 'neither VIX nor own volatility is known: atr, 1.5 × ATR 2'],
    ['model', 'percent', { modelDistance: 1.25 }, '98.75', 'the model: 1.25 away'],
    ['model', 'regime', {}, 'STOP_UNKNOWN', 'no stop follows from model: no model may speak'],
    ['regime', 'regime', {}, 'STOP_UNKNOWN', 'no stop follows from regime: neither VIX nor own volatility is known'],
    ['model', 'atr', { atr: NaN }, 'ATR_UNKNOWN', 'the stop needs an ATR, which is not known yet'],
    ['regime', 'percent', { vix: 20, atr: NaN }, 'ATR_UNKNOWN', 'the stop needs an ATR, which is not known yet'],
    ['atr', 'percent', { atr: 0 }, 'ATR_ZERO', 'the ATR is 0, so no stop follows from it'],
  ] as [string, string, Partial<StopReading>, string, string][])(
    '%s gives way to %s, and says so: %j → %s',
    (kind, fallback, over, at, why) => {
      expect(stopOf(over, { kind, fallback })).toEqual([at, why]);
    },
  );
});

it.each([
  ['long', '98'],
  ['short', '102'],
] as [Side, string][])('a stop in per cent of the entry of a %s at 100 stands at %s', (side, at) => {
  expect(stopOf({ side }, { kind: 'percent', percent: '2%' })[0]).toBe(at);
});
