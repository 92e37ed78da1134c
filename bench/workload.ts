import type { PlaceEntry } from '../src/domain/commands.ts';
import type { BarColumns, Tape, TradeColumns } from '../src/domain/tape.ts';
import { type LoadedPolicy, loadPolicy } from '../src/policy/load.ts';
import { type Entries, Inline, type Prints } from './inline.ts';

const SYMBOL = 'BENCH';
const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2024, 0, 8);
const minutes = (hour: number, minute: number): number => (hour * 60 + minute) * 60_000;

/** One tape, the entries on it, and the same as flat columns for the inline loop. */
export interface Workload {
  name: 'trades' | 'bars';
  positions: number;
  tape: Tape;
  policy: LoadedPolicy;
  entries: { ts: number; command: PlaceEntry }[];
  prints: Prints;
  plan: Entries;
}

/** A seeded stream of doubles in [0, 1): the same on every machine. @source mulberry32, T. Ettinger, public domain */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The preset `intraday` with everything applied by itself, and room for any number of accounts. No costs, so that P&L is whole ticks. */
/** Rules that the inline loop does not have. */
const NOT_INLINE = [
  'daily-loss',
  'drawdown-halt',
  'early-exit',
  'time-stop',
  'profit-potential',
  'technical-stop',
  'tranche-entry',
];

const policyOf = (interval: string): LoadedPolicy =>
  loadPolicy(
    {
      name: 'bench',
      interval,
      account: { equity: '1000000000' },
      limits: { positionEquity: '100%', openPositions: 1000, totalSize: '2', entryWindow: false },
      autonomy: {
        'stop-loss': 'auto',
        'take-profit': 'auto',
        'session-flat': 'auto',
        'partial-exit': 'auto',
        'stop-move': 'auto',
        'scale-in': 'auto',
      },
      rules: {
        breakeven: { trigger: '1R', buffer: '0%' },
        'partial-exit': { steps: [{ at: '1.5R', fraction: '50%', of: 'remaining' }] },
        'trailing-stop': { activate: '2R', distance: '1ATR' },
        'scale-in': { profit: '0.5R', volume: '1.2', rsi: '50', size: '50%', adds: 1 },
        'session-flat': { at: '15:45' },
        ...Object.fromEntries(NOT_INLINE.map((rule) => [rule, { enabled: false }])),
      },
    },
    'the bench policy',
  );

/** Trades of a random walk on a grid of 0.01, about 100 in 5 s, from 09:30 to 16:00 of as many days as it takes. */
function tradesOf(rows: number): TradeColumns {
  const random = seeded(7);
  const columns: TradeColumns = {
    kind: 'trades',
    ts: new Float64Array(rows),
    price: new Float64Array(rows),
    size: new Float64Array(rows),
    side: new Int8Array(rows),
  };
  let ts = FIRST_DAY + minutes(9, 30);
  let close = FIRST_DAY + minutes(16, 0);
  let ticks = 100_000;
  let busy = 1;
  for (let i = 0; i < rows; i += 1) {
    ts += 1 + Math.floor(random() * 99);
    if (ts >= close) {
      ts = close - minutes(16, 0) + DAY + minutes(9, 30);
      close += DAY;
    }
    const draw = random();
    ticks += draw < 0.2 ? -1 : draw < 0.4 ? 1 : draw < 0.41 ? -3 : draw < 0.42 ? 3 : 0;
    if (i % 700 === 0) busy = 0.5 + random() * 2;
    columns.ts[i] = ts;
    columns.price[i] = ticks / 100;
    columns.size[i] = 1 + Math.floor(random() * 100 * busy);
    columns.side[i] = draw < 0.5 ? 1 : -1;
  }
  return columns;
}

/** One-minute bars of a random walk on a grid of 0.01, in a market that never closes. */
function barsOf(rows: number): BarColumns {
  const random = seeded(11);
  const column = (): Float64Array => new Float64Array(rows);
  const columns: BarColumns = {
    kind: 'bars',
    intervalMs: 60_000,
    ts: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let ticks = 100_000;
  let busy = 1;
  for (let i = 0; i < rows; i += 1) {
    ticks += Math.floor(random() * 3) - 1;
    const open = ticks;
    let high = ticks;
    let low = ticks;
    for (let step = 0; step < 16; step += 1) {
      ticks += Math.floor(random() * 7) - 3;
      if (ticks > high) high = ticks;
      if (ticks < low) low = ticks;
    }
    if (i % 30 === 0) busy = 0.5 + random() * 2;
    columns.ts[i] = FIRST_DAY + i * 60_000;
    columns.open[i] = open / 100;
    columns.high[i] = high / 100;
    columns.low[i] = low / 100;
    columns.close[i] = ticks / 100;
    columns.volume[i] = 1 + Math.floor(random() * 1000 * busy);
  }
  return columns;
}

function printsOf(columns: TradeColumns | BarColumns): Prints {
  if (columns.kind === 'trades')
    return { perRow: 1, price: columns.price, ts: columns.ts, volume: columns.size, intervalMs: 5_000, flatAt: minutes(15, 45) };
  const price = new Float64Array(columns.ts.length * 4);
  for (let i = 0; i < columns.ts.length; i += 1) {
    price[4 * i] = columns.open[i] ?? Number.NaN;
    price[4 * i + 1] = columns.high[i] ?? Number.NaN;
    price[4 * i + 2] = columns.low[i] ?? Number.NaN;
    price[4 * i + 3] = columns.close[i] ?? Number.NaN;
  }
  return {
    perRow: 4,
    price,
    ts: columns.ts,
    volume: columns.volume,
    intervalMs: columns.intervalMs,
    flatAt: Number.POSITIVE_INFINITY,
  };
}

/**
 * A tape with `positions` accounts that each hold one position, long and short in turn, with stops 10 to 60 bar ranges away. The inline
 * loop walks the tape once beforehand and notes an entry wherever an account has become free, so that nearly all are held nearly always.
 */
function workloadOf(name: Workload['name'], columns: TradeColumns | BarColumns, positions: number): Workload {
  const prints = printsOf(columns);
  const planner = new Inline(prints, positions);
  const first = name === 'trades' ? FIRST_DAY + minutes(9, 35) : FIRST_DAY + minutes(1, 0);
  const plan = planner.plan(first, name === 'trades' ? 5_000 : 60_000);
  const entries: Workload['entries'] = [];
  for (let i = 0; i < plan.count; i += 1)
    entries.push({
      ts: plan.ts[i] ?? Number.NaN,
      command: {
        type: 'PlaceEntry',
        account: `A${plan.slot[i]}`,
        symbol: SYMBOL,
        side: (plan.side[i] ?? 0) > 0 ? 'long' : 'short',
        kind: 'market',
        quantity: String(plan.quantity[i]),
        stop: ((plan.stop[i] ?? 0) / 100).toFixed(2),
        source: 'entries',
      },
    });
  const session = name === 'trades' ? 'UTC/09:30-16:00' : 'UTC/24h';
  return {
    name,
    positions,
    tape: {
      instrument: { symbol: SYMBOL, tick: '0.01', lot: '1', multiplier: '1', minNotional: '0', session },
      columns,
      digest: '',
      stamp: name === 'trades' ? 'event' : 'open',
      synthetic: true,
    },
    policy: policyOf(name === 'trades' ? '5s' : '1m'),
    entries,
    prints,
    plan,
  };
}

/** Every workload at 1, 10 and 100 positions: `trades` rows of trades, `bars` rows of bars. */
export function* workloads(trades: number, bars: number): Generator<Workload> {
  const tape = tradesOf(trades);
  for (const positions of [1, 10, 100]) yield workloadOf('trades', tape, positions);
  const barTape = barsOf(bars);
  for (const positions of [1, 10, 100]) yield workloadOf('bars', barTape, positions);
}
