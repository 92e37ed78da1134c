import { dec, text } from '../domain/decimal.ts';
import { type PolicyDocument, withValue } from '../domain/document.ts';
import { parseMeasure, type Unit } from '../domain/measure.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { type PolicyKey, policyKeys } from '../policy/explain.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { type Dice, dice, pick } from './dice.ts';
import { documentWith, merge, type Nested, policyWith } from './testing.ts';

/*
 * Policies for the property tests, which follow from a seed alone.
 */

/** A policy, as it is written, in which rules act often and limits bite, with costs. */
export function livelyDocument(next: Dice): Nested {
  const one = (...choices: string[]): string => pick(next, choices);
  const chance = (share: number): boolean => next() < share;
  const mode = (): string => one('auto', 'auto', 'auto', 'approve', 'auto-after 45s', 'suggest', 'off');
  const self = (): string => one('auto', 'auto-after 30s');
  const rules = {
    breakeven: {
      enabled: chance(0.8),
      trigger: one('1R', '0.6R', '0.3ATR', '0.1%', '$30'),
      buffer: one('0%', '0.1R', '0.01%', '0.1ATR'),
    },
    'partial-exit': {
      enabled: chance(0.7),
      steps: [
        { at: one('0.5R', '0.7R'), fraction: one('25%', '50%'), of: one('initial', 'remaining'), leastAge: one('0m', '3m') },
        { at: '1.5R', fraction: one('40%', '100%') },
      ],
    },
    'trailing-stop': {
      enabled: chance(0.7),
      activate: one('1R', '1.2R', '0.5ATR'),
      distance: one('1ATR', '0.5R', '0.4%'),
    },
    'scale-in': {
      enabled: chance(0.6),
      profit: one('0.1R', '0R'),
      volume: one('none', '0', '0.8'),
      macd: chance(0.3),
      rsi: one('none', '0', '40'),
      resistance: chance(0.3),
      youngerThan: one('none', 'none', '10m'),
      momentum: one('none', 'none', '0.01%'),
      calm: one('none', 'none', '0.5%'),
      size: one('50%', '30%'),
      adds: 2,
      after: one('tighter', 'tighter', 'keep'),
    },
    'early-exit': {
      enabled: chance(0.35),
      when: one('losing', 'always'),
      volume: one('0', '0.5', '0.9'),
      momentum: chance(0.5),
      decay: one('0s', '3m', '10m'),
      level: chance(0.5),
    },
    'time-stop': {
      enabled: chance(0.35),
      after: one('3m', '8m', '15m'),
      profit: one('0.5R', '0%', '0.1ATR', '$5', '-0.2R'),
    },
    'volatility-tighten': {
      enabled: chance(0.4),
      above: one('0.1%', '0.3%', '1%'),
      by: one('0.02%', '0.1%'),
      least: one('0.25ATR', '0.01%', '0.1R'),
    },
    'age-tighten': {
      enabled: chance(0.4),
      after: one('2m', '5m'),
      every: one('1m', '3m'),
      by: one('0.02%', '0.1%'),
      least: one('0.25ATR', '0.01%', '0.1R'),
    },
    'technical-stop': { enabled: chance(0.4), beyond: one('0%', '0.02%', '0.1%') },
    'profit-potential': { enabled: chance(0.5) },
    resize: {
      enabled: chance(0.3),
      reduceAt: one('-5', '-25', '0'),
      addAt: one('0', '20', '40'),
      reduceBy: one('25%', '60%'),
      addBy: one('25%', '100%'),
    },
    'daily-loss': { enabled: chance(0.4), limit: one('0.02%', '0.1%', '0.5%'), positions: one('close', 'keep') },
    'drawdown-halt': { enabled: chance(0.4), limit: one('0.02%', '0.1%', '0.5%') },
    'session-flat': { enabled: chance(0.7), at: one('10:15', '10:45', '15:45', '5m') },
    'take-profit': { fraction: one('100%', '50%') },
    'tranche-entry': {
      enabled: true,
      plan: one('none', 'none', 'none', 'single', 'dca', 'graduated', 'multi-signal'),
      side: one('long', 'short'),
      rsi: one('30', '45', '50'),
      dca: { amount: one('$9000', '1%'), every: one('1m', '6m') },
      graduated: [
        { strength: '0.5', amount: '$6000' },
        { strength: '0.55', amount: '1%' },
        { strength: '0.8', amount: '$20000' },
      ],
      signals: { 'rsi-oversold': one('$5000', '0.5%'), 'macd-cross': '$8000', 'average-support': '1%' },
    },
  };
  const autonomy = {
    ...Object.fromEntries(ACTION_KINDS.map((kind) => [kind, mode()])),
    'stop-loss': 'auto',
    emergency: 'auto',
    'session-flat': self(),
    'daily-loss': self(),
  };
  return documentWith({
    enabled: chance(0.95),
    rules,
    autonomy,
    account: {
      slippage: one('0bps', '0bps', '2bps', '1ticks', '0.02%'),
      slippageOf: one('notional', 'size'),
      commissionPerUnit: one('0', '0.003'),
      commissionPercent: one('0%', '0.01%'),
      commissionMinimum: one('0', '1'),
      maintenance: one('0%', '50%', '95%'),
    },
    sizing: {
      strategy: one('fixed', 'risk', 'kelly', 'volatility', 'model', 'portfolio', 'min-of'),
      of: [one('risk', 'kelly', 'volatility', 'fixed'), 'fixed'],
      fallback: one('fixed', 'risk', 'kelly', 'volatility'),
      fixed: one('1%', '5%', '20%'),
      riskCountsLeverage: chance(0.5),
      kellyPayoff: one('2', '0.9'),
      kellyTrades: pick(next, [2, 20]),
      least: one('0%', '5%'),
      most: one('4%', '10%', '1000%'),
      shareBetweenPositions: chance(0.5),
      correlation: one('0', '0.7'),
    },
    initialStop: {
      kind: one('atr', 'regime', 'technical', 'percent', 'model'),
      fallback: one('atr', 'percent', 'percent'),
      percent: one('0.2%', '0.5%', '2%'),
      beyond: one('0.02%', '0.5%'),
    },
    target: { kind: one('none', 'reward'), distance: one('0ATR', '1ATR', '0.3%'), rewardRisk: one('0', '1', '2') },
    limits: {
      positionEquity: one('1000%', '1000%', '10%', '3%'),
      positionMoney: one('none', 'none', 'none', '$30000'),
      positionUnits: one('none', 'none', 'none', '150'),
      totalExposure: one('none', 'none', 'none', '1%', '3%', '8%'),
      marginUse: one('none', 'none', '1%', '4%'),
      instrumentShare: one('none', 'none', '50%'),
      volumeShare: one('none', 'none', 'none', '25%'),
      tranches: pick(next, [1, 2, 3, 6, 6]),
      trancheLeast: one('none', 'none', 'none', '$1500'),
      trancheMost: one('none', 'none', 'none', '$20000'),
      cooldown: one('0s', '2m', '15m'),
      strength: one('0', '0.6'),
      tradesPerDay: one('none', 'none', '6', '15'),
      flips: one('allowed', 'forbidden'),
      openPositions: pick(next, [10, 10, 1, 2]),
      totalSize: one('100', '100', '1.6', 'none'),
      noEntriesFrom: one('15:30', '10:20', '10m'),
      entryWindow: chance(0.4),
    },
    proposals: {
      expireBars: pick(next, [1, 2]),
      expireAfter: one('60s', '10s'),
      tolerance: one('0.25R', '1R', '0.05%', '1ATR'),
    },
    allotment: one('pro-rata', 'fifo', 'lifo', 'highest-cost'),
    evaluateEvery: one('bar', 'bar', 'tick', '15s'),
    stopBeyondPrice: one('clamp', 'exit'),
    averagingDown: one('forbidden', 'forbidden', 'allowed'),
  });
}

/** Random values of the keys that a running session cannot change: short indicators, so that a short tape knows them. */
export function fixedKeys(next: Dice): Nested {
  const leverage = pick(next, ['1', '1', '2', '3', '10', '20']);
  return {
    interval: pick(next, ['1m', '1m', '1m', '30s', '2m']),
    account: { equity: pick(next, ['1000000', '1000000', '1000000', '1000000', '60000']), leverage },
    indicators: { atr: 5, rsi: 5, macdFast: 3, macdSlow: 6, macdSignal: 3, volume: 3, swing: 2, momentum: 4, average: 6 },
  };
}

/** A policy in which rules act often and limits bite, with costs. Same seed, same policy. */
export const livelyPolicy = (seed: number, over: Nested = {}): LoadedPolicy =>
  policyWith(merge(livelyDocument(dice(seed ^ 0x5bd1e995)), over));

/** A number of a unit within bounds, as it is written; without bounds something around 1. */
function randomMeasure(next: Dice, unit: Unit, least: string | null, most: string | null): string {
  const bound = (text: string | null): number | undefined => (text === null ? undefined : parseMeasure(text)?.value.toNumber());
  if (unit === 'time') {
    const minutes = Math.floor(next() * 1_440);
    return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  }
  const low = bound(least) ?? (unit === 'duration' ? 0 : -2);
  const usual = unit === 'duration' ? 600_000 : pick(next, [0.5, 3, 40, 500]);
  const high = Math.min(bound(most) ?? low + usual, Math.max(low + usual, low));
  const roll = next();
  const value = roll < 0.08 ? low : roll < 0.12 ? (bound(most) ?? high) : low + next() * (high - low);
  if (unit === 'duration') return `${Math.max(low, Math.round(value))}ms`;
  const number = dec(Math.min(Math.max(value, low), bound(most) ?? value))
    .toDecimalPlaces(3, value === low ? 0 : 2)
    .toFixed();
  const kept = Number(number) < low ? String(low) : number;
  return unit === '$' ? `$${kept}` : unit === 'plain' ? kept : `${kept}${unit}`;
}

/** True where a step of a ladder may come after another: its threshold, the first of its keys, is not before the other's. */
function inOrder(key: PolicyKey | undefined, before: PolicyDocument | undefined, step: PolicyDocument): boolean {
  const at = (rung: PolicyDocument) => parseMeasure(String(rung[key?.path ?? ''] ?? key?.standard));
  const [one, other] = [before && at(before), at(step)];
  return !one || !other || one.unit !== other.unit || !other.value.lessThan(one.value);
}

function randomValue(next: Dice, key: PolicyKey): unknown {
  const { kind, units, least, most, options, items } = key;
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  switch (kind) {
    case 'switch':
      return next() < 0.5;
    case 'choice':
      return pick(next, options);
    case 'count': {
      const [low, high] = [Number(least), Number(most)];
      return next() < 0.05 ? high : whole(low, Math.min(high, low + pick(next, [2, 8, 30])));
    }
    case 'optional-measure':
      return next() < 0.4 ? pick(next, options) : randomMeasure(next, pick(next, units), least, most);
    case 'measure':
      return randomMeasure(next, pick(next, units), least, most);
    case 'decimal': {
      const [low, high] = [Number(least), most === null ? Number(least) + pick(next, [0.01, 5, 1e6]) : Number(most)];
      return text(dec(low + next() * (high - low)).toDecimalPlaces(4, 2));
    }
    case 'words':
      return Array.from({ length: whole(1, 3) }, () => pick(next, options));
    case 'list': {
      const steps: PolicyDocument[] = [];
      for (let left = whole(Number(least), Math.min(Number(most), 4)); left > 0; left -= 1) {
        const step = randomKeys(next, items, 0.7);
        if (inOrder(items[0], steps.at(-1), step)) steps.push(step);
      }
      return steps;
    }
    case 'autonomy': {
      const mode = pick(next, options);
      return mode === 'auto-after' ? `auto-after ${whole(0, 90)}s` : mode;
    }
    case 'text':
      return 'x'.repeat(whole(Math.max(1, Number(least ?? 1)), 8));
    default:
      return kind satisfies never;
  }
}

/** Random values for a share of the keys; what is left out takes its standard. */
function randomKeys(next: Dice, keys: readonly PolicyKey[], share: number): PolicyDocument {
  return keys.reduce<PolicyDocument>(
    (document, key) => (next() < share || key.path === 'name' ? withValue(document, key.path, randomValue(next, key)) : document),
    {},
  );
}

const MONEY = [
  ['account.equity', '1000000'],
  ['limits.positionEquity', '1000%'],
  ['limits.positionMoney', 'none'],
  ['limits.trancheMost', 'none'],
] as const;

/** A policy whose every key may have any value that the schema allows, as it is written. Same seed, same policy. */
export const anyPolicy = (seed: number): PolicyDocument => {
  const next = dice(seed ^ 0x3c6ef372);
  const policy = randomKeys(next, policyKeys(), pick(next, [0.2, 0.5, 0.9]));
  // most with money enough for something to happen
  return next() < 0.3 ? policy : MONEY.reduce((rich, [path, value]) => withValue(rich, path, value), policy);
};
