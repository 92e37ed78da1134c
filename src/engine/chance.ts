import type { Command } from '../domain/commands.ts';
import { Grid } from '../domain/grid.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { BarPath, Tape } from '../domain/tape.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { Engine, type Setup } from './engine.ts';
import { type Bar, barsTape, COIN, FUTURE, merge, type Nested, policyWith, STOCK, tradesTape } from './testing.ts';

/*
 * Worlds for the property tests: tapes, policies and users that follow from a seed alone.
 */

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A walk of bars on the tick grid, with drifts that change, gaps between bars, and bars that are missing. Prices in steps of the grid. */
function walk(next: () => number, length: number): { ticks: [number, number, number, number]; volume: number }[] {
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

/** Random bars; one in fifty is missing. `mirror` turns every price upside down about the 10 000th step. */
export function randomBars(seed: number, length: number, instrument: InstrumentSpec, mirror = false): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  const at = (n: number): number => grid.at(mirror ? 20_000 - n : n);
  const rows = walk(next, length).map(({ ticks: [open, high, low, close], volume }, i): Bar | undefined =>
    i > 0 && next() < 0.02 ? undefined : [at(open), at(mirror ? low : high), at(mirror ? high : low), at(close), volume],
  );
  return barsTape(rows, instrument);
}

/** Random trades, some of them between two steps of the grid, some at the same time, some after a pause. */
function randomTrades(seed: number, length: number, instrument: InstrumentSpec): Tape {
  const next = dice(seed);
  const grid = new Grid(instrument.tick);
  let second = 0;
  const rows = walk(next, Math.ceil(length / 4)).flatMap(({ ticks }) =>
    ticks.map((n): [number, number] => {
      second += next() < 0.2 ? 0 : Math.ceil(next() * (next() < 0.05 ? 300 : 30));
      return [second, next() < 0.05 ? (grid.at(n) + grid.at(n + 1)) / 2 : grid.at(n)];
    }),
  );
  return tradesTape(rows.slice(0, length), instrument);
}

/** A policy in which every rule acts often, with costs. Same seed, same policy. */
export function livelyPolicy(seed: number, over: Nested = {}): LoadedPolicy {
  const next = dice(seed ^ 0x5bd1e995);
  const one = (...choices: string[]): string => choices[Math.floor(next() * choices.length)] ?? '';
  const mode = (): string => one('auto', 'auto', 'auto', 'approve', 'auto-after 45s', 'suggest', 'off');
  const rules = {
    breakeven: {
      enabled: true,
      trigger: one('1R', '0.6R', '0.3ATR', '0.1%', '$30'),
      buffer: one('0%', '0.1R', '0.01%', '0.1ATR'),
    },
    'partial-exit': {
      enabled: true,
      steps: [
        { at: one('0.5R', '0.7R'), fraction: one('25%', '50%'), of: one('initial', 'remaining'), leastAge: one('0m', '3m') },
        { at: '1.5R', fraction: one('40%', '100%') },
      ],
    },
    'trailing-stop': { enabled: true, activate: one('1R', '1.2R', '0.5ATR'), distance: one('1ATR', '0.5R', '0.4%') },
    'scale-in': {
      enabled: true,
      profit: one('0.1R', '0R'),
      volume: one('0', '0.8'),
      rsi: one('0', '40'),
      size: one('50%', '30%'),
      adds: 2,
    },
    'session-flat': { enabled: true, at: '10:45' },
    'take-profit': { fraction: one('100%', '50%') },
  };
  const autonomy = {
    'partial-exit': mode(),
    'stop-move': mode(),
    'scale-in': mode(),
    'take-profit': mode(),
    'session-flat': one('auto', 'auto-after 30s'),
  };
  const account = {
    slippage: one('0bps', '2bps', '1ticks'),
    commissionPerUnit: one('0', '0.003'),
    commissionPercent: one('0%', '0.01%'),
    commissionMinimum: one('0', '1'),
  };
  const policy = {
    rules,
    autonomy,
    account,
    allotment: one('pro-rata', 'fifo', 'lifo', 'highest-cost'),
    evaluateEvery: one('bar', 'bar', 'tick', '15s'),
  };
  return policyWith(
    merge(
      merge(policy, {
        limits: { totalSize: one('100', '100', '1.6') },
        stopBeyondPrice: one('clamp', 'exit'),
        averagingDown: one('forbidden', 'forbidden', 'allowed'),
      }),
      over,
    ),
  );
}

const PATHS: readonly BarPath[] = ['adverse-first', 'ohlc', 'olhc', 'nearest-first'];

/** A user who does anything at any time, sensible or not. */
function randomCommand(engine: Engine, next: () => number): Command {
  const { state, market } = engine;
  const { prices, lots, spec } = market.instrument;
  const pick = <T>(items: Iterable<T>, otherwise: T): T =>
    [...items].at(-1 - Math.floor(next() * next() * 6)) ?? [...items].at(-1) ?? otherwise;
  const near = (reach: number): string =>
    prices.decimalAt(Math.max(1, prices.floor(market.last) + Math.round((next() - 0.5) * 2 * reach))).toFixed();
  const quantity = (most: number): string => lots.decimalAt(1 + Math.floor(next() * most)).toFixed();
  const open = [...state.positions.values()].findLast(({ status }) => status !== 'CLOSED');
  const positionId = open?.id ?? pick(state.positions.keys(), 'none');
  const side = open?.side ?? (next() < 0.5 ? 'long' : 'short');
  const waiting = [...state.proposals.values()].filter(({ status }) => status === 'proposed').map(({ proposal }) => proposal.id);
  const proposalId = next() < 0.7 ? pick(waiting, 'P1') : pick(state.proposals.keys(), 'P1');
  const roll = next();
  if (!open || roll < 0.2) {
    const kind = roll < 0.1 || next() < 0.6 ? 'market' : next() < 0.5 ? 'limit' : 'stop';
    const price = kind === 'market' ? {} : { price: near(15) };
    const away = prices.decimalAt(10 + Math.floor(next() * 40)).times(side === 'long' ? -1 : 1);
    const stop = prices
      .decimalAt(Math.max(1, prices.floor(price.price === undefined ? market.last : Number(price.price))))
      .plus(away);
    return {
      type: 'PlaceEntry',
      symbol: spec.symbol,
      side,
      kind,
      ...price,
      quantity: quantity(200),
      stop: stop.toFixed(),
      source: 'ticket',
    };
  }
  if (roll < 0.45) return { type: 'ApproveProposal', proposalId, ...(next() < 0.2 ? { quantity: quantity(100) } : {}) };
  if (roll < 0.52) return { type: 'RejectProposal', proposalId };
  if (roll < 0.55) return { type: 'SnoozeProposal', proposalId, forMs: 30_000 };
  if (roll < 0.63) return { type: 'ReducePosition', positionId, quantity: quantity(80) };
  if (roll < 0.66) return { type: 'ClosePosition', positionId };
  if (roll < 0.8) return { type: 'MoveStop', positionId, price: near(30), loosen: next() < 0.5 };
  if (roll < 0.88) return { type: 'MoveTarget', positionId, price: next() < 0.1 ? null : near(60) };
  if (roll < 0.92) return { type: 'CancelOrder', orderId: pick(state.orders.keys(), 'O1') };
  if (roll < 0.95) return { type: 'SetAutonomyLevel', level: next() < 0.6 ? 'assisted' : next() < 0.5 ? 'manual' : 'auto' };
  if (roll < 0.99)
    return {
      type: 'SetAutonomy',
      kind: next() < 0.5 ? 'scale-in' : 'partial-exit',
      autonomy: { mode: next() < 0.5 ? 'auto' : 'approve' },
    };
  return { type: 'StopAll' };
}

/** Walks the whole tape price by price while a random user does something after one price in ten; `watch` sees every step. */
export function runWith(setup: Setup, seed: number, watch: (engine: Engine) => void = () => {}): Engine {
  const next = dice(seed ^ 0x2545f491);
  const engine = new Engine(setup);
  while (!engine.ended) {
    engine.step();
    if (next() < 0.1) engine.command(randomCommand(engine, next));
    watch(engine);
  }
  return engine;
}

/** A tape, a policy and a bar path that follow from a seed. */
export const worldOf = (seed: number, over: Nested = {}): Setup => {
  const instrument = [STOCK, FUTURE, COIN][seed % 3] ?? STOCK;
  const tape = seed % 2 === 0 ? randomBars(seed, 70, instrument) : randomTrades(seed, 200, instrument);
  return { tapes: [tape], policy: livelyPolicy(seed, over), barPath: PATHS[seed % 4] ?? 'ohlc' };
};
