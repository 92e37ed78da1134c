import type { Command } from '../domain/commands.ts';
import { type Decimal, dec, text } from '../domain/decimal.ts';
import { type PolicyDocument, valueAt, withValue } from '../domain/document.ts';
import { Grid } from '../domain/grid.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { BarPath, Tape } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { fixedKeys, livelyDocument, livelyPolicy } from './chance-policy.ts';
import { type Dice, dice, pick } from './dice.ts';
import { Engine, type Setup } from './engine.ts';
import { FIXED } from './policy.ts';
import {
  type Bar,
  barsTape,
  COIN,
  FUTURE,
  merge,
  MINUTE,
  type Nested,
  NINE_THIRTY,
  quotedBarsTape,
  quotesTape,
  STOCK,
  tradesTape,
} from './testing.ts';

/*
 * Worlds for the property tests: tapes and users that follow from a seed alone.
 */

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
export function randomCommand(engine: Engine, next: Dice): Command {
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
  if (roll < 0.98)
    return {
      type: 'ResetPeak',
      reason: next() < 0.8 ? 'a fresh start' : ' ',
      ...(next() < 0.2 ? { account: 'other' } : {}),
    };
  if (roll < 0.985) return { type: 'SetHold', reason: 'store', on: next() < 0.4 };
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
