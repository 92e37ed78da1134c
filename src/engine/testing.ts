import type { PlaceEntry } from '../domain/commands.ts';
import { Decimal, dec } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Position, Side } from '../domain/position.ts';
import type { BarPath, Tape } from '../domain/tape.ts';
import { type LoadedPolicy, loadPolicy, loadPreset } from '../policy/load.ts';
import { rules } from '../rules/index.ts';
import { Engine } from './engine.ts';
import { explain, type TriggerReading } from './explain.ts';
import { foldJournal } from './fold.ts';

/*
 * Small worlds for tests, made by hand: tapes, policies, a position to watch.
 */

/** Friday 2019-02-15, 09:30 in New York. */
export const NINE_THIRTY = Date.UTC(2019, 1, 15, 14, 30);
export const MINUTE = 60_000;

export const STOCK: InstrumentSpec = {
  symbol: 'TEST',
  tick: '0.01',
  lot: '1',
  multiplier: '1',
  minNotional: '0',
  session: 'America/New_York/09:30-16:00',
};
export const FUTURE: InstrumentSpec = { ...STOCK, tick: '0.25', multiplier: '50', session: 'UTC/24h' };
export const COIN: InstrumentSpec = { ...STOCK, tick: '0.1', lot: '0.001', session: 'UTC/24h' };

export type Nested = { [key: string]: unknown };
const isGroup = (value: unknown): value is Nested => typeof value === 'object' && value !== null && !Array.isArray(value);
export const merge = (base: Nested, over: Nested): Nested => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => [key, isGroup(value) && isGroup(base[key]) ? merge(base[key], value) : value]),
  ),
});

/** Rules without parameters: they always hold. */
const CANNOT_BE_OFF = new Set<string>(['stop-loss', 'emergency-stop', 'liquidation']);

const BARE = {
  name: 'test',
  account: { equity: '100000000' },
  sizing: { strategy: 'fixed', fixed: '10%', most: '1000%' },
  initialStop: { kind: 'percent', percent: '2%' },
  limits: { positionEquity: '1000%', totalSize: '100', entryWindow: false },
  rules: Object.fromEntries(
    rules.filter(({ id }) => !CANNOT_BE_OFF.has(id) && id !== 'take-profit').map(({ id }) => [id, { enabled: false }]),
  ),
};

/** A policy, as it is written, in which nothing happens but what `over` switches on. */
export const documentWith = (over: Nested = {}): Nested => merge(BARE, over);

/** The same, loaded. */
export const policyWith = (over: Nested = {}): LoadedPolicy => loadPolicy(documentWith(over), 'test');

/** A preset with some of its keys changed. */
export const presetWith = (name: string, over: Nested = {}): LoadedPolicy =>
  loadPolicy(merge(loadPreset(name).source, over), `preset ${name}`);

const tapeOf = (instrument: InstrumentSpec, columns: Tape['columns'], stamp: Tape['stamp']): Tape => ({
  instrument,
  columns,
  digest: '0'.repeat(64),
  stamp,
  synthetic: true,
});

/** Open, high, low, close; then volume (1 000 where left out). */
export type Bar = readonly [number, number, number, number, number?];

/** A bar that stands at one price. */
export const flat = (price: number, volume = 1_000): Bar => [price, price, price, price, volume];

/** The price of a trade, or its second on the tape and its price. */
export type Print = number | readonly [second: number, price: number];

/** The same world for either side: prices, prints and bars as given for longs, turned upside down about 100 for shorts. */
export function mirrored(side: Side): {
  at: (price: number) => number;
  print: (print: Print) => Print;
  bar: (bar: Bar) => Bar;
} {
  const at = (price: number): number => (side === 'long' ? price : Number((200 - price).toFixed(6)));
  const bar = ([open, high, low, close, volume = 1_000]: Bar): Bar =>
    side === 'long' ? [open, high, low, close, volume] : [at(open), at(low), at(high), at(close), volume];
  const print = (print: Print): Print => (typeof print === 'number' ? at(print) : [print[0], at(print[1])]);
  return { at, print, bar };
}

/** The same bar over and over. */
export const still = (count: number, bar: Bar): Bar[] => Array.from({ length: count }, () => bar);

/** Bars one after the other; `undefined` is a bar that is missing. */
export function barsTape(rows: readonly (Bar | undefined)[], instrument = STOCK, start = NINE_THIRTY, intervalMs = MINUTE): Tape {
  const kept = rows.flatMap((bar, i) => (bar ? [{ bar, ts: start + i * intervalMs }] : []));
  const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(kept, ({ bar }) => bar[index]);
  const columns = {
    kind: 'bars' as const,
    intervalMs,
    ts: Float64Array.from(kept, ({ ts }) => ts),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: Float64Array.from(kept, ({ bar }) => bar[4] ?? 1_000),
  };
  return tapeOf(instrument, columns, 'open');
}

/** Trades of one unit, one a second unless a price comes with its own second. */
export function tradesTape(prices: readonly Print[], instrument = STOCK, start = NINE_THIRTY): Tape {
  const rows = prices.map((price, i) => (typeof price === 'number' ? ([i, price] as const) : price));
  const columns = {
    kind: 'trades' as const,
    ts: Float64Array.from(rows, ([second]) => start + second * 1_000),
    price: Float64Array.from(rows, ([, price]) => price),
    size: new Float64Array(rows.length).fill(1),
    side: new Int8Array(rows.length),
  };
  return tapeOf(instrument, columns, 'event');
}

/** Two instruments on one clock: TEST at 100, and ALSO, which falls by 5 % between TEST's prices of 101 and 102. */
export const besideAFall = (): Tape[] => [
  tradesTape([100, 100, 101, [9, 102]]),
  tradesTape([100, 100, [5, 95]], { ...STOCK, symbol: 'ALSO' }),
];

/** Bars of the bid, each with the bar of the ask. */
export function quotedBarsTape(
  rows: readonly (readonly [bid: Bar, ask: Bar])[],
  instrument = STOCK,
  start = NINE_THIRTY,
  intervalMs = MINUTE,
): Tape {
  const bid = barsTape(
    rows.map(([bar]) => bar),
    instrument,
    start,
    intervalMs,
  );
  const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, ([, ask]) => ask[index]);
  if (bid.columns.kind !== 'bars') throw new Error('a tape of bars');
  const ask = { open: column(0), high: column(1), low: column(2), close: column(3) };
  return tapeOf(instrument, { ...bid.columns, ask }, 'open');
}

/** Quotes, one a second unless they come with their own second. */
export function quotesTape(
  quotes: readonly (readonly [bid: number, ask: number, second?: number])[],
  instrument = STOCK,
  start = NINE_THIRTY,
): Tape {
  const columns = {
    kind: 'quotes' as const,
    ts: Float64Array.from(quotes, ([, , second], i) => start + (second ?? i) * 1_000),
    bid: Float64Array.from(quotes, ([bid]) => bid),
    ask: Float64Array.from(quotes, ([, ask]) => ask),
  };
  return tapeOf(instrument, columns, 'event');
}

export const textOf = (engine: Engine): string => engine.journal.map((record) => JSON.stringify(record)).join('\n');

/** A value with decimals as their text, so that equal amounts are equal. */
function plain(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return `#${dec(value).toFixed()}`;
  if (value instanceof Map) return [...value].map(([key, inner]) => [key, plain(inner)]);
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])));
}

/** How the state that a journal's text folds to differs from the engine's own; undefined where it does not. */
export function foldDifference(engine: Engine): string | undefined {
  const records = textOf(engine)
    .split('\n')
    .map((line) => JSON.parse(line) as JournalRecord);
  const [found, wanted] = [foldJournal(records), engine.state].map((state) => JSON.stringify(plain(state)));
  return found === wanted ? undefined : `found ${found}\nwanted ${wanted}`;
}

/** The events of one type, in order. */
export const eventsOf = <T extends Event['type']>(engine: Engine, type: T): Extract<Event, { type: T }>[] =>
  engine.journal.map(({ event }) => event).filter((event): event is Extract<Event, { type: T }> => event.type === type);

/** A market entry of 100 units with its stop one point behind a price of 100. */
export const entryOf = (over: Partial<PlaceEntry> = {}): PlaceEntry => ({
  type: 'PlaceEntry',
  symbol: 'TEST',
  side: 'long',
  kind: 'market',
  quantity: '100',
  stop: over.side === 'short' ? '101' : '99',
  source: 'ticket',
  ...over,
});

/** The same without a stop of its own: the policy's. */
export function unstopped(over: Partial<PlaceEntry> = {}): PlaceEntry {
  const { stop: _, ...entry } = entryOf(over);
  return entry;
}

/** What was filled and how the stop moved, a line each. */
export const storyOf = (engine: Engine): string[] =>
  engine.journal.flatMap(({ event }) =>
    event.type === 'OrderFilled'
      ? [`${event.purpose} ${event.quantity} @ ${event.price}`]
      : event.type === 'StopSet'
        ? [`stop ${event.price}`]
        : event.type === 'StopRaised'
          ? [`stop ${event.to} by ${event.causedBy}`]
          : [],
  );

/** An engine on a tape that has taken an entry after `rows` rows and walked the next. */
export function entered(
  tape: Tape,
  over: Nested = {},
  entry: Partial<PlaceEntry> = {},
  barPath: BarPath = 'ohlc',
  rows = 1,
): Engine {
  const engine = new Engine({ tapes: [tape], policy: policyWith(over), barPath });
  engine.run(rows);
  engine.command(entryOf(entry));
  engine.run(rows + 1);
  return engine;
}

/** A position at 100.00, taken at the second of two trades at that price; the tape goes on with `prices`. */
export const holding = (prices: readonly Print[], over: Nested = {}, entry: Partial<PlaceEntry> = {}): Engine =>
  entered(
    tradesTape([100, 100, ...prices.map((price, i) => (typeof price === 'number' ? ([i + 2, price] as const) : price))]),
    over,
    entry,
  );

/** The last position that was opened. */
export function lastPosition(engine: Engine): Position {
  const position = [...engine.state.positions.values()].at(-1);
  if (!position) throw new Error('no position was opened');
  return position;
}

/** How a trigger of a rule stands on the first position that is open, at the last price, as the page reads it. */
export function readingOf(engine: Engine, rule: string, trigger = 0): TriggerReading {
  const [managed] = engine.core.book;
  const reading = managed && explain(managed, engine.core.ts).find((read) => read.rule === rule)?.triggers[trigger];
  if (!reading) throw new Error(`${rule} is not on the position`);
  return reading;
}

export const end = (engine: Engine): Engine => {
  engine.run(Number.POSITIVE_INFINITY);
  return engine;
};
