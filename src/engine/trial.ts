import type { Command, PlaceEntry } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { type Position, sign } from '../domain/position.ts';
import type { Proposal } from '../domain/proposal.ts';
import { rowsOf, type Tape } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { dice } from './dice.ts';
import { Engine, type Setup } from './engine.ts';
import { COIN, STOCK } from './testing.ts';

/*
 * Sessions that run by themselves, for tests and benchmarks: entries at even distances, and a user whose decisions follow from a seed.
 */

type Dice = () => number;

/** Entries at even distances along each tape, long and short in turn, sized by the policy. Symbols in `unheld` are only looked at. */
export function automaticEntries(
  tapes: readonly Tape[],
  count: number,
  unheld: readonly string[] = [],
): { ts: Milliseconds; command: PlaceEntry }[] {
  return tapes
    .filter(({ instrument }) => !unheld.includes(instrument.symbol))
    .flatMap((tape, nth) =>
      Array.from({ length: count }, (_, i) => ({
        ts: tape.columns.ts[Math.floor(((i + 0.5) * rowsOf(tape)) / count)] ?? Number.NaN,
        command: {
          type: 'PlaceEntry' as const,
          symbol: tape.instrument.symbol,
          side: (i + nth) % 2 === 0 ? ('long' as const) : ('short' as const),
          kind: 'market' as const,
          source: 'entries' as const,
        },
      })),
    )
    .toSorted((a, b) => a.ts - b.ts);
}

/** How the user of a trial behaves. */
export interface Manner {
  seed: number;
  /** times that they look at what is open without having been asked, spread over the session */
  looks: number;
  /** true where they also do what few users do: orders that rest, the emergency stop, another autonomy, what must be refused */
  wild?: boolean;
}

/** An answer to a proposal; undefined where the user lets it be. */
function answer(engine: Engine, { id, action, symbol }: Proposal, next: Dice): Command | undefined {
  const roll = next();
  if (roll < 0.4) return { type: 'ApproveProposal', proposalId: id };
  if (roll < 0.6) {
    const asked = 'quantity' in action ? action.quantity : null;
    const half = asked === null ? undefined : engine.core.lane(symbol).market.instrument.lots.snap(dec(asked).div(2), 'down');
    return { type: 'ApproveProposal', proposalId: id, ...(half?.greaterThan(0) ? { quantity: text(half) } : {}) };
  }
  if (roll < 0.8) return { type: 'RejectProposal', proposalId: id };
  return roll < 0.9 ? { type: 'SnoozeProposal', proposalId: id, forMs: 30_000 } : undefined;
}

/** Something that a user does with an open position of their own accord. */
function manage(engine: Engine, position: Position, next: Dice): Command {
  const { id: positionId, symbol, side, stop, quantity } = position;
  const { market } = engine.core.lane(symbol);
  const { prices, lots } = market.instrument;
  const last = dec(market.exitPrice(sign(side)));
  const away = stop ? last.minus(stop).abs() : last.times(0.01);
  const at = (share: number): string =>
    text(prices.snap(last.plus(away.times(share * sign(side))), side === 'long' ? 'down' : 'up'));
  const roll = next();
  if (roll < 0.4) return { type: 'MoveStop', positionId, price: at(-0.3 - 0.6 * next()), loosen: false };
  if (roll < 0.5) return { type: 'MoveStop', positionId, price: at(-1.2), loosen: true };
  if (roll < 0.7) return { type: 'MoveTarget', positionId, price: roll < 0.52 ? null : at(0.5 + 3 * next()) };
  if (roll < 0.9) return { type: 'ReducePosition', positionId, quantity: text(lots.snap(quantity.times(next()), 'up')) };
  return { type: 'ClosePosition', positionId };
}

function wildCommand(engine: Engine, next: Dice): Command {
  const { core, state } = engine;
  const lane = core.lanes[Math.floor(next() * core.lanes.length)];
  if (!lane || next() < 0.4) {
    const roll = next();
    if (roll < 0.2) return { type: 'StopAll' };
    if (roll < 0.4) return { type: 'CancelOrder', orderId: [...state.orders.keys()].at(-1) ?? 'O1' };
    if (roll < 0.6) return { type: 'ApproveProposal', proposalId: `P${1 + Math.floor(next() * (state.proposals.size + 1))}` };
    if (roll < 0.75) return { type: 'ResetPeak', reason: 'a trial' };
    if (roll < 0.9) return { type: 'SetAutonomyLevel', level: next() < 0.5 ? 'assisted' : next() < 0.5 ? 'manual' : 'auto' };
    return { type: 'SetAutonomy', kind: 'scale-in', autonomy: { mode: next() < 0.5 ? 'auto' : 'approve' } };
  }
  const { market, symbol } = lane;
  const { prices } = market.instrument;
  const last = Number.isNaN(market.last) ? prices.at(100) : market.last;
  const side = next() < 0.5 ? 'long' : 'short';
  const reach = Number.isNaN(market.atr) ? last * 0.002 : market.atr;
  const price = text(prices.decimalAt(Math.max(1, prices.floor(last + reach * (next() - 0.5)))));
  return { type: 'PlaceEntry', symbol, side, kind: next() < 0.5 ? 'limit' : 'stop', price, source: 'ticket' };
}

/**
 * Walks a session to its end with a user who answers what is proposed and now and then does something of their own.
 * @param watch sees the engine after each of its stops @param begin sees it before its first price
 */
export function runTrial(
  setup: Setup,
  { seed, looks, wild }: Manner,
  watch: (engine: Engine) => void = () => {},
  begin: (engine: Engine) => void = () => {},
): Engine {
  const next = dice(seed);
  const engine = new Engine(setup);
  begin(engine);
  const every = setup.tapes.reduce((sum, tape) => sum + rowsOf(tape), 0) / looks;
  let asked = 0;
  let until = every * next();
  for (;;) {
    const stop = engine.run(Math.ceil(until), 'proposal');
    const from = asked;
    asked = engine.journal.length;
    for (const { event } of engine.journal.slice(from)) {
      if (event.type !== 'ProposalOpened') continue;
      const { id, autonomy } = event.proposal;
      if (autonomy.mode === 'auto' || engine.state.proposals.get(id)?.status !== 'proposed') continue;
      const command = answer(engine, event.proposal, next);
      if (command) engine.command(command);
    }
    if (stop !== 'proposal') {
      const open = engine.core.book[Math.floor(next() * engine.core.book.length)];
      if (wild && next() < 0.2) engine.command(wildCommand(engine, next));
      else if (open) engine.command(manage(engine, open.position, next));
      until = engine.rowsDone + every * 2 * next();
    }
    watch(engine);
    if (stop === 'end') return engine;
  }
}

/** A walk on the tick grid that drifts for a while, then another way; a step is `step` ticks at most. */
function walkOf(next: Dice, from: number, step: number): () => number {
  let ticks = from;
  let drift = 0;
  return () => {
    if (next() < 0.02) drift = (next() - 0.5) * 0.6 * step;
    ticks = Math.max(10, Math.round(ticks + drift + (next() - 0.5) * 2 * step));
    return ticks;
  };
}

const tapeOf = (instrument: InstrumentSpec, columns: Tape['columns']): Tape => ({
  instrument,
  columns,
  digest: '0'.repeat(64),
  stamp: columns.kind === 'bars' ? 'open' : 'event',
  synthetic: true,
});

interface Ohlc {
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
}

/** The same bars some ticks higher: an ask over its bid, now and then crossed, as recordings have it. */
function shifted(next: Dice, { open, high, low, close }: Ohlc, tick: number, decimals: number): Ohlc {
  const spreads = Float64Array.from(open, () => (next() < 0.02 ? -1 : 1 + Math.floor(next() * 4)));
  const higher = (column: Float64Array): Float64Array =>
    column.map((price, i) => Number((price + (spreads[i] ?? 1) * tick).toFixed(decimals)));
  return { open: higher(open), high: higher(high), low: higher(low), close: higher(close) };
}

function barsOf(
  next: Dice,
  instrument: InstrumentSpec,
  starts: readonly Milliseconds[],
  intervalMs: number,
  both: boolean,
): Tape {
  const price = walkOf(next, 20_000, 12);
  const decimals = dec(instrument.tick).decimalPlaces();
  const at = (ticks: number): number => Number(dec(instrument.tick).times(ticks).toFixed(decimals));
  const rows = starts.map(() => {
    const path = Array.from({ length: 6 }, price);
    return { open: path[0] ?? 1, high: Math.max(...path), low: Math.min(...path), close: path[5] ?? 1 };
  });
  const column = (name: keyof Ohlc): Float64Array => Float64Array.from(rows, (row) => at(row[name]));
  const bid: Ohlc = { open: column('open'), high: column('high'), low: column('low'), close: column('close') };
  return tapeOf(instrument, {
    kind: 'bars',
    intervalMs,
    ts: Float64Array.from(starts),
    ...bid,
    volume: Float64Array.from(rows, () => 500 + Math.floor(next() * next() * 60_000)),
    ...(both ? { ask: shifted(next, bid, at(1), decimals) } : {}),
  });
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Monday 11 February 2019, 09:30 in New York. */
const MONDAY = Date.UTC(2019, 1, 11, 14, 30);

/** Minutes of `days` sessions of New York; one in two hundred is missing. */
const sessionMinutes = (next: Dice, days: number): number[] =>
  Array.from({ length: days * 390 }, (_, i) => MONDAY + Math.floor(i / 390) * DAY + (i % 390) * MINUTE).filter(
    () => next() >= 0.005,
  );

/** What a tape of trades or quotes is like: how many, and how far apart in time at most. */
function eventsOf(next: Dice, count: number, most: Milliseconds): Float64Array {
  let ts = MONDAY;
  return Float64Array.from({ length: count }, () => {
    ts += next() < 0.3 ? 0 : Math.floor(next() * next() * most * (next() < 0.001 ? 100 : 1));
    return ts;
  });
}

/** Generated tapes of every kind, by name, that follow from a seed: bars of a session, bars of bid and ask, daily bars, trades and quotes. */
export function generatedTapes(seed: number): Record<'bars' | 'bars of bid and ask' | 'daily' | 'trades' | 'quotes', Tape> {
  const next = dice(seed);
  const coin: InstrumentSpec = { ...COIN, symbol: 'COIN' };
  const trades = eventsOf(next, 12_000, 1_500);
  const traded = walkOf(next, 30_000, 6);
  const quotes = eventsOf(next, 16_000, 2_000);
  const bid = Float64Array.from(quotes, walkOf(next, 110_000, 5)).map((ticks) => Number((ticks / 1e5).toFixed(5)));
  return {
    bars: barsOf(next, { ...STOCK, symbol: 'STOCK', session: 'XNYS' }, sessionMinutes(next, 5), MINUTE, false),
    'bars of bid and ask': barsOf(
      next,
      { ...STOCK, symbol: 'PAIR', tick: '0.001', session: 'America/New_York/24h' },
      Array.from({ length: 3_000 }, (_, i) => MONDAY + i * MINUTE),
      MINUTE,
      true,
    ),
    daily: barsOf(
      next,
      { ...STOCK, symbol: 'DAILY', session: 'UTC/24h' },
      Array.from({ length: 1_500 }, (_, i) => Date.UTC(2010, 0, 4) + (i + Math.floor(i / 5) * 2) * DAY),
      DAY,
      false,
    ),
    trades: tapeOf(coin, {
      kind: 'trades',
      ts: trades,
      price: Float64Array.from(trades, () => Number((traded() / 10).toFixed(1))),
      size: Float64Array.from(trades, () => (1 + Math.floor(next() * 4_000)) / 1_000),
      side: Int8Array.from(trades, () => (next() < 0.5 ? 1 : -1)),
    }),
    quotes: tapeOf(
      { ...STOCK, symbol: 'EURO', tick: '0.00001', session: 'America/New_York/24h' },
      {
        kind: 'quotes',
        ts: quotes,
        bid,
        ask: bid.map((price) => Number((price + Math.floor(next() * 6) / 1e5).toFixed(5))),
      },
    ),
  };
}
