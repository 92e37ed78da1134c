import type { Command } from '../domain/commands.ts';
import { type Decimal, dec, text } from '../domain/decimal.ts';
import { type PolicyDocument, valueAt, withValue } from '../domain/document.ts';
import { Grid } from '../domain/grid.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { parseMeasure, type Unit } from '../domain/measure.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import type { BarPath, Tape } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { type PolicyKey, policyKeys } from '../policy/explain.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { Engine, type Setup } from './engine.ts';
import {
  type Bar,
  barsTape,
  COIN,
  documentWith,
  FUTURE,
  merge,
  MINUTE,
  type Nested,
  NINE_THIRTY,
  policyWith,
  quotedBarsTape,
  quotesTape,
  STOCK,
  tradesTape,
} from './testing.ts';

/*
 * Worlds for the property tests: tapes, policies and users that follow from a seed alone.
 */

type Dice = () => number;

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<T>(next: Dice, items: readonly T[]): T {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

/** A walk of bars on the tick grid, with drifts that change, gaps between bars, and bars that are missing. Prices in steps of the grid. */
function walk(next: Dice, length: number): { ticks: [number, number, number, number]; volume: number }[] {
  let price = 10_000;
  let drift = 0;
  return Array.from({ length }, () => {
    if (next() < 0.06) drift = (next() - 0.5) * 16;
    const open = price + (next() < 0.05 ? Math.round((next() - 0.5) * 160) : Math.round((next() - 0.5) * 4));
    const close = Math.round(open + drift + (next() - 0.5) * 24);
    const high = Math.max(open, close) + Math.floor(next() * 12);
    const low = Math.min(open, close) - Math.floor(next() * 12);
    price = close;
    return { ticks: [open, high, low, close], volume: 100 + Math.floor(next() * 900) };
  });
}

/** What a tape has, and from when on. */
interface TapeShape {
  kind: 'bars' | 'trades' | 'quotes' | 'quoted bars';
  intervalMs: Milliseconds;
  start: Milliseconds;
  length: number;
}

/** Random bars; one in fifty is missing. `mirror` turns every price upside down about the 10 000th step. */
export function randomBars(
  seed: number,
  length: number,
  instrument: InstrumentSpec,
  mirror = false,
  start = NINE_THIRTY,
  intervalMs = MINUTE,
): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  const at = (n: number): number => grid.at(mirror ? 20_000 - n : n);
  const rows = walk(next, length).map(({ ticks: [open, high, low, close], volume }, i): Bar | undefined =>
    i > 0 && next() < 0.02 ? undefined : [at(open), at(mirror ? low : high), at(mirror ? high : low), at(close), volume],
  );
  return barsTape(rows, instrument, start, intervalMs);
}

/** Seconds at which trades or quotes come: some at the same time, some after a pause. */
function seconds(next: Dice): () => number {
  let second = 0;
  return () => {
    second += next() < 0.2 ? 0 : Math.ceil(next() * (next() < 0.05 ? 300 : 30));
    return second;
  };
}

/** Random trades, some of them between two steps of the grid. */
function randomTrades(seed: number, length: number, instrument: InstrumentSpec, start: Milliseconds): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  const second = seconds(next);
  const rows = walk(next, Math.ceil(length / 4)).flatMap(({ ticks }) =>
    ticks.map((n): [number, number] => [second(), next() < 0.05 ? (grid.at(n) + grid.at(n + 1)) / 2 : grid.at(n)]),
  );
  return tradesTape(rows.slice(0, length), instrument, start);
}

/** Random quotes whose spread changes, now and then to nothing. */
function randomQuotes(seed: number, length: number, instrument: InstrumentSpec, start: Milliseconds): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  const second = seconds(next);
  const rows = walk(next, Math.ceil(length / 4)).flatMap(({ ticks }) =>
    ticks.map((n): [number, number, number] => [grid.at(n), grid.at(n + Math.floor(next() * 6)), second()]),
  );
  return quotesTape(rows.slice(0, length), instrument, start);
}

/** Random bars of bid and ask; in one of twenty the ask is below the bid. */
function randomQuotedBars(seed: number, { length, start, intervalMs }: TapeShape, instrument: InstrumentSpec): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  const rows = walk(next, length).map(({ ticks: [open, high, low, close], volume }): [Bar, Bar] => {
    const spread = next() < 0.05 ? -2 : Math.floor(next() * 6);
    const at = (by: number): Bar => [grid.at(open + by), grid.at(high + by), grid.at(low + by), grid.at(close + by), volume];
    return [at(0), at(spread)];
  });
  return quotedBarsTape(rows, instrument, start, intervalMs);
}

function randomTape(seed: number, shape: TapeShape, instrument: InstrumentSpec): Tape {
  const { kind, start, length, intervalMs } = shape;
  switch (kind) {
    case 'bars':
      return randomBars(seed, length, instrument, false, start, intervalMs);
    case 'trades':
      return randomTrades(seed, length * 3, instrument, start);
    case 'quotes':
      return randomQuotes(seed, length * 3, instrument, start);
    case 'quoted bars':
      return randomQuotedBars(seed, shape, instrument);
    default:
      return kind satisfies never;
  }
}

/** A policy, as it is written, in which rules act often and limits bite, with costs. */
function livelyDocument(next: Dice): Nested {
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

/** Keys that a running session cannot change. */
const FIXED = ['interval', 'account.equity', 'account.leverage', 'indicators'];

/** Random values of the keys that a running session cannot change: short indicators, so that a short tape knows them. */
function fixedKeys(next: Dice): Nested {
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

const PATHS: readonly BarPath[] = ['adverse-first', 'ohlc', 'olhc', 'nearest-first'];

const NOT_POLICIES: readonly unknown[] = [
  null,
  'intraday',
  { name: 'odd', rules: { breakeven: { trigger: '1 furlong' } } },
  { name: 'odd', unheard: true },
];

/** A policy that a user puts in force: one that fits the session, now and then one that does not, or that is none. */
function randomChange(engine: Engine, next: Dice): unknown {
  const roll = next();
  if (roll < 0.1) return pick(next, NOT_POLICIES);
  const document: PolicyDocument = livelyDocument(next);
  if (roll < 0.2) return merge(document, { account: { leverage: '7' } });
  return FIXED.reduce((kept, path) => withValue(kept, path, valueAt(engine.core.policySource, path)), document);
}

/** A user who does anything at any time, sensible or not. */
function randomCommand(engine: Engine, next: Dice): Command {
  const { state, core } = engine;
  const choose = (items: Iterable<string>, otherwise: string): string =>
    [...items].at(-1 - Math.floor(next() * next() * 6)) ?? [...items].at(-1) ?? otherwise;
  const opens = [...state.positions.values()].filter(({ status }) => status !== 'CLOSED');
  const open = opens.length > 0 ? pick(next, opens) : undefined;
  const { market, symbol } = open && next() < 0.6 ? core.lane(open.symbol) : pick(next, core.lanes);
  const { prices, lots } = market.instrument;
  const near = (reach: number): string =>
    prices.decimalAt(Math.max(1, prices.floor(market.last) + Math.round((next() - 0.5) * 2 * reach))).toFixed();
  const price = Number.isNaN(market.last) ? 1 : market.last;
  const money = (share: number): Decimal => dec(1_000_000).times(share);
  /** lots worth up to a share of the money at the start, at least one */
  const quantity = (share: number): string => {
    const unit = dec(price).times(market.instrument.spec.multiplier).times(lots.step);
    const most = Math.max(1, money(share).div(unit).floor().toNumber());
    return lots.decimalAt(1 + Math.floor(next() * most)).toFixed();
  };
  const positionId = open?.id ?? choose(state.positions.keys(), 'none');
  const waiting = [...state.proposals.values()].filter(({ status }) => status === 'proposed').map(({ proposal }) => proposal.id);
  const proposalId = next() < 0.7 ? choose(waiting, 'P1') : choose(state.proposals.keys(), 'P1');
  const roll = next();
  if (!open || roll < 0.24) {
    const side = open && next() < 0.75 ? open.side : next() < 0.5 ? 'long' : 'short';
    const kind = roll < 0.12 || next() < 0.6 ? 'market' : next() < 0.5 ? 'limit' : 'stop';
    const at = kind === 'market' ? {} : { price: near(15) };
    const from = prices.decimalAt(Math.max(1, prices.floor(at.price === undefined ? price : Number(at.price))));
    const reach = 10 + Math.floor(next() * (next() < 0.1 ? 900 : 40));
    const away = prices.decimalAt(reach).times(side === 'long' ? -1 : 1);
    const levels = {
      ...(next() < 0.85 ? { stop: from.plus(away).toFixed() } : {}),
      ...(next() < 0.2 ? { target: from.minus(away).toFixed() } : {}),
    };
    return {
      type: 'PlaceEntry',
      symbol: next() < 0.01 ? 'NONE' : symbol,
      side,
      kind,
      ...(next() < 0.2 ? { account: 'other' } : {}),
      ...at,
      ...levels,
      ...(next() < 0.85 ? { quantity: quantity(next() < 0.1 ? 2 : 0.03) } : {}),
      source: 'ticket',
    };
  }
  if (roll < 0.46) return { type: 'ApproveProposal', proposalId, ...(next() < 0.2 ? { quantity: quantity(0.01) } : {}) };
  if (roll < 0.53) return { type: 'RejectProposal', proposalId };
  if (roll < 0.56) return { type: 'SnoozeProposal', proposalId, forMs: 30_000 };
  if (roll < 0.63) return { type: 'ReducePosition', positionId, quantity: quantity(0.02) };
  if (roll < 0.66) return { type: 'ClosePosition', positionId };
  if (roll < 0.77) return { type: 'MoveStop', positionId, price: near(30), loosen: next() < 0.5 };
  if (roll < 0.84) return { type: 'MoveTarget', positionId, price: next() < 0.1 ? null : near(60) };
  if (roll < 0.87) return { type: 'CancelOrder', orderId: choose(state.orders.keys(), 'O1') };
  if (roll < 0.9) return { type: 'SetAutonomyLevel', level: next() < 0.6 ? 'assisted' : next() < 0.5 ? 'manual' : 'auto' };
  if (roll < 0.93)
    return {
      type: 'SetAutonomy',
      kind: pick(next, ['scale-in', 'partial-exit', 'tranche-entry', 'daily-loss']),
      autonomy: { mode: next() < 0.5 ? 'auto' : 'approve' },
    };
  if (roll < 0.96) return { type: 'SetPolicy', policy: randomChange(engine, next) };
  if (roll < 0.985)
    return {
      type: 'ResetPeak',
      reason: next() < 0.8 ? 'a fresh start' : ' ',
      ...(next() < 0.2 ? { account: 'other' } : {}),
    };
  return { type: 'StopAll' };
}

/** Commands of a script: what a user who does not look at the market asks for at given times, on one instrument. */
function randomScript(next: Dice, { instrument }: Tape, times: readonly Milliseconds[]): NonNullable<Setup['entries']> {
  const { symbol } = instrument;
  const grid = new Grid(instrument.tick);
  const lots = new Grid(instrument.lot);
  const near = (): string => text(grid.decimalAt(10_000 + Math.round((next() - 0.5) * 60)));
  const command = (): Command => {
    const positionId = `${symbol}-${1 + Math.floor(next() * 4)}`;
    const proposalId = `P${1 + Math.floor(next() * 12)}`;
    const quantity = text(lots.decimalAt(1 + Math.floor(next() * 60)));
    const roll = next();
    if (roll < 0.5) {
      const kind = pick(next, ['market', 'market', 'limit', 'stop'] as const);
      const price = kind === 'market' ? {} : { price: near() };
      const side = next() < 0.5 ? 'long' : 'short';
      return { type: 'PlaceEntry', symbol, side, kind, ...price, quantity, source: 'ticket' };
    }
    if (roll < 0.65) return { type: 'ApproveProposal', proposalId };
    if (roll < 0.7) return { type: 'RejectProposal', proposalId };
    if (roll < 0.78) return { type: 'ReducePosition', positionId, quantity };
    if (roll < 0.83) return { type: 'ClosePosition', positionId };
    if (roll < 0.93) return { type: 'MoveStop', positionId, price: near(), loosen: true };
    return next() < 0.7 ? { type: 'MoveTarget', positionId, price: near() } : { type: 'StopAll' };
  };
  return times.filter(() => next() < 0.4).map((ts) => ({ ts, command: command() }));
}

/** The instants at which a row of a tape has prices. */
function instantsOf({ columns }: Tape, row: number): Milliseconds[] {
  const start = columns.ts[row] ?? Number.NaN;
  if (columns.kind !== 'bars') return [start];
  return [0, 1, 2, 3].map((third) => start + Math.floor((third * columns.intervalMs) / 3));
}

/** A tape without some of its rows. */
function keepingRows(tape: Tape, keep: (row: number) => boolean): Tape {
  const rows = Array.from(tape.columns.ts, (_, row) => row).filter(keep);
  const kept = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  const { columns } = tape;
  if (columns.kind === 'trades')
    return {
      ...tape,
      columns: {
        ...columns,
        ...{ ts: kept(columns.ts), price: kept(columns.price), size: kept(columns.size) },
        side: Int8Array.from(rows, (row) => columns.side[row] ?? 0),
      },
    };
  if (columns.kind === 'quotes')
    return { ...tape, columns: { ...columns, ts: kept(columns.ts), bid: kept(columns.bid), ask: kept(columns.ask) } };
  const { ts, open, high, low, close, volume, ask } = columns;
  const prices = { open: kept(open), high: kept(high), low: kept(low), close: kept(close) };
  return {
    ...tape,
    columns: {
      ...{ kind: 'bars', intervalMs: columns.intervalMs, ts: kept(ts), ...prices, volume: kept(volume) },
      ...(ask && { ask: { open: kept(ask.open), high: kept(ask.high), low: kept(ask.low), close: kept(ask.close) } }),
    },
  };
}

/**
 * A session of one instrument with a script, and the same session with another instrument beside it, before or after it by symbol, on which
 * nothing is entered and whose prices come at instants at which the first has some: it adds no time of its own.
 */
export function besideOf(seed: number): { alone: Setup; beside: Setup } {
  const next = dice(seed ^ 0x7feb352d);
  const session = pick(next, ['UTC/24h', STOCK.session]);
  // no bar reaches over midnight: the day begins with the first row that begins in it
  const start = Math.floor(pick(next, STARTS) / (3 * MINUTE)) * 3 * MINUTE;
  const named = (spec: InstrumentSpec, symbol: string): InstrumentSpec => ({ ...spec, symbol, session });
  const instrument = named(pick(next, INSTRUMENTS), 'MID');
  const other = named(pick(next, INSTRUMENTS), pick(next, ['AAA', 'ZZZ']));
  const shape: TapeShape = { kind: pick(next, KINDS), intervalMs: pick(next, [1, 1, 3]) * MINUTE, start, length: 45 };
  const tape = randomTape(seed, shape, instrument);
  const instants = new Set(Array.from(tape.columns.ts, (_, row) => instantsOf(tape, row)).flat());
  const same = tape.columns.kind === 'bars' ? pick(next, KINDS) : pick(next, ['trades', 'quotes'] as const);
  const wide = next() < 0.3 ? 3 * shape.intervalMs : shape.intervalMs;
  const raw = randomTape(seed + 1, { ...shape, kind: same, intervalMs: wide }, other);
  // trades and quotes are put on instants of the first
  const sorted = [...instants].toSorted((a, b) => a - b);
  const ts = raw.columns.ts;
  if (raw.columns.kind !== 'bars') for (let row = 0; row < ts.length; row += 1) ts[row] = sorted[row % sorted.length] ?? start;
  if (raw.columns.kind !== 'bars') ts.sort();
  // what falls due before a bar's close comes before it: only where the first has a close of its own may the other have one
  const closes = new Set(Array.from(tape.columns.ts, (_, row) => instantsOf(tape, row).at(-1)));
  const fits = (times: Milliseconds[]): boolean =>
    times.every((instant) => instants.has(instant)) && (times.length === 1 || closes.has(times.at(-1)));
  const quiet = keepingRows(raw, (row) => next() < 0.7 && fits(instantsOf(raw, row)));
  const policy = livelyPolicy(
    seed,
    merge(fixedKeys(next), {
      rules: { 'tranche-entry': { plan: 'none' } },
      initialStop: { kind: 'percent' },
      target: { kind: 'none' },
      sizing: { strategy: 'fixed' },
    }),
  );
  const entries = randomScript(next, tape, [...new Set(tape.columns.ts)]);
  const common = { policy, barPath: pick(next, PATHS), entries };
  return { alone: { ...common, tapes: [tape] }, beside: { ...common, tapes: [tape, quiet] } };
}

/**
 * Walks the whole tape price by price while a random user does something after one price in ten, now and then twice.
 * @param watch sees every step @param begin sees the engine before its first price
 */
export function runWith(
  setup: Setup,
  seed: number,
  watch: (engine: Engine) => void = () => {},
  begin: (engine: Engine) => void = () => {},
): Engine {
  const next = dice(seed ^ 0x2545f491);
  const engine = new Engine(setup);
  begin(engine);
  while (!engine.ended) {
    engine.step();
    if (next() < 0.1) {
      const command = randomCommand(engine, next);
      engine.command(command);
      if (next() < 0.1) engine.command(command);
    }
    watch(engine);
  }
  return engine;
}

/** Instruments whose orders are worth about the same money. */
const INSTRUMENTS: readonly InstrumentSpec[] = [
  STOCK,
  { ...FUTURE, symbol: 'FUT', multiplier: '5' },
  { ...COIN, symbol: 'COIN', minNotional: '300' },
  { ...STOCK, symbol: 'ALSO', tick: '0.05', session: 'UTC/24h' },
];

/** Days and times of day at which worlds begin: an open, the end of a session, the end of a day. */
const STARTS = [NINE_THIRTY, NINE_THIRTY + 345 * MINUTE, Date.UTC(2019, 1, 15, 23, 35)];
const KINDS: readonly TapeShape['kind'][] = ['bars', 'trades', 'quotes', 'quoted bars'];
const LENGTHS = [60, 34, 24];

/** Tapes of one to three instruments on one clock, a policy, a bar path and entries that follow from a seed. */
export function worldOf(seed: number, over: Nested = {}): Setup {
  const next = dice(seed ^ 0x1b873593);
  const count = pick(next, [1, 1, 2, 2, 3]);
  const start = pick(next, STARTS);
  const length = LENGTHS[count - 1] ?? 24;
  const together = next() < 0.25;
  const sameKind = next() < 0.4 ? pick(next, KINDS) : undefined;
  const sameInterval = next() < 0.5;
  const first = Math.floor(next() * INSTRUMENTS.length);
  const tapes = Array.from({ length: count }, (_, i): Tape => {
    const instrument = INSTRUMENTS[(first + i) % INSTRUMENTS.length] ?? STOCK;
    const intervalMs = sameInterval || next() < 0.5 ? MINUTE : pick(next, [2, 3, 5]) * MINUTE;
    const shape: TapeShape = {
      kind: sameKind ?? pick(next, KINDS),
      intervalMs,
      start: start + (next() < 0.3 ? MINUTE : 0),
      length: Math.ceil((length * MINUTE) / Math.min(intervalMs, 2 * MINUTE)),
    };
    return randomTape(together ? seed : seed + i, shape, instrument);
  });
  const entries = Array.from({ length: Math.floor(next() * 3) }, (): NonNullable<Setup['entries']>[number] => {
    const { instrument } = pick(next, tapes);
    const side = next() < 0.5 ? 'long' : 'short';
    return {
      ts: start + Math.floor(next() * 40) * MINUTE,
      command: {
        type: 'PlaceEntry',
        symbol: instrument.symbol,
        side,
        kind: 'market',
        ...(next() < 0.5 ? { quantity: instrument.lot } : {}),
        source: 'entries',
      },
    };
  });
  return {
    tapes,
    policy: livelyPolicy(seed, merge(fixedKeys(next), over)),
    barPath: pick(next, PATHS),
    entries: entries.toSorted((a, b) => a.ts - b.ts),
  };
}
