import type { Instrument } from '../domain/instrument.ts';
import { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';
import { Atr } from '../indicators/atr.ts';
import { SwingLevels } from '../indicators/levels.ts';
import { Macd } from '../indicators/macd.ts';
import { RealizedVolatility } from '../indicators/regime.ts';
import { Returns } from '../indicators/returns.ts';
import { Rsi } from '../indicators/rsi.ts';
import type { MarketReading } from '../rules/rule.ts';

const DAY = 86_400_000;
const COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'rsi', 'macd', 'macdSignal', 'atr'] as const;
export type BarColumn = (typeof COLUMNS)[number];

/** Closed bars and their indicators in growing columns, for the chart; doubles in size when full, so a bar allocates nothing. */
class BarHistory {
  length = 0;
  readonly columns: Record<BarColumn, Float64Array>;
  private capacity: number;

  /** @param capacity bars there is room for before the columns grow */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.columns = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(capacity)])) as typeof this.columns;
  }

  column(name: BarColumn): Float64Array {
    return this.columns[name];
  }

  /** Makes room for one more bar and returns its index. */
  push(): number {
    if (this.length === this.capacity) {
      this.capacity *= 2;
      for (const name of COLUMNS) {
        const grown = new Float64Array(this.capacity);
        grown.set(this.columns[name]);
        this.columns[name] = grown;
      }
    }
    this.length += 1;
    return this.length - 1;
  }
}

/** Mean of the `length` values before index `until`, summed afresh from the oldest; NaN while there are fewer. */
function meanOf(column: Float64Array, until: number, length: number): number {
  if (until < length) return Number.NaN;
  let sum = 0;
  for (let i = until - length; i < until; i += 1) sum += column[i] ?? Number.NaN;
  return sum / length;
}

/** Lengths, in bars, of what a market computes of its closed bars. */
export interface Lengths {
  atr: number;
  rsi: number;
  macdFast: number;
  macdSlow: number;
  macdSignal: number;
  volume: number;
  swing: number;
  momentum: number;
  average: number;
}

/**
 * One instrument's market as the engine holds it: doubles only, rebuilt from the tape, never journaled. Where a tape has quotes, `last` is the bid,
 * `ask` the ask, and bars are the bid's; where it has trades, both are the last price.
 * `lower` and `upper` (`askLower` and `askUpper` of the ask) are the nearest levels of what is on it: a price strictly between them wakes nothing.
 */
export class Market implements MarketReading {
  readonly instrument: Instrument;
  readonly clock: ZoneClock;
  readonly hasClock: boolean;
  readonly hasSession: boolean;
  readonly intervalMs: Milliseconds;
  /** true where the tape has bid and ask */
  readonly quoted: boolean;
  last = Number.NaN;
  ask = Number.NaN;
  lower = Number.NEGATIVE_INFINITY;
  upper = Number.POSITIVE_INFINITY;
  askLower = Number.NEGATIVE_INFINITY;
  askUpper = Number.POSITIVE_INFINITY;
  /** while prices stand strictly between these at its close, and before this time, a bar's close wakes nothing either */
  quietLower = Number.POSITIVE_INFINITY;
  quietUpper = Number.NEGATIVE_INFINITY;
  askQuietLower = Number.POSITIVE_INFINITY;
  askQuietUpper = Number.NEGATIVE_INFINITY;
  quietUntil = Number.NEGATIVE_INFINITY;
  /** strictly between these no account that holds it stands higher than its peak; NaN while unknown */
  peakBelow = Number.NaN;
  peakAbove = Number.NaN;
  /** highest and lowest price since the positions' peaks were last brought up to date, and the same of the ask */
  runHigh = Number.NEGATIVE_INFINITY;
  runLow = Number.POSITIVE_INFINITY;
  askRunHigh = Number.NEGATIVE_INFINITY;
  askRunLow = Number.POSITIVE_INFINITY;
  /** the bar being built from trades or smaller bars; `barEnd` is NaN while there is none */
  barStart = Number.NaN;
  barEnd = Number.NaN;
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  volume = 0;
  atr = Number.NaN;
  rsi = Number.NaN;
  macd = Number.NaN;
  macdSignal = Number.NaN;
  /** the closed bars of the trading day so far */
  dayOpen = Number.NaN;
  dayHigh = Number.NaN;
  dayLow = Number.NaN;
  dayVolume = 0;
  /** bars that had closed, the last included, when MACD was last at or above its signal, and at or below it; −1 while never */
  macdAboveBar = -1;
  macdBelowBar = -1;
  readonly levels: SwingLevels;
  readonly history: BarHistory;
  readonly returns = new Returns();
  readonly volatility = new RealizedVolatility();
  private readonly lengths: Lengths;
  private readonly atrIndicator: Atr;
  private readonly rsiIndicator: Rsi;
  private readonly macdIndicator: Macd;
  private dayStart = Number.NaN;

  /** @param bars how many bars to make room for */
  constructor(instrument: Instrument, intervalMs: Milliseconds, lengths: Lengths, quoted: boolean, bars = 1_024) {
    this.history = new BarHistory(bars);
    this.instrument = instrument;
    this.intervalMs = intervalMs;
    this.lengths = lengths;
    this.quoted = quoted;
    this.clock = new ZoneClock(instrument.session);
    // a daily bar has no time of day
    this.hasClock = intervalMs < DAY;
    this.hasSession = instrument.session.open !== undefined && this.hasClock;
    this.atrIndicator = new Atr(lengths.atr);
    this.rsiIndicator = new Rsi(lengths.rsi);
    this.macdIndicator = new Macd(lengths.macdFast, lengths.macdSlow, lengths.macdSignal);
    this.levels = new SwingLevels(lengths.swing);
  }

  /** What stays as it is, or is the same in every run on the same tape. */
  get lasting(): object[] {
    return [this.instrument, this.clock, this.lengths, ...Object.values(this.history.columns)];
  }

  /** What a position of a side is marked at, triggers on and leaves at: the bid for longs, the ask for shorts. */
  exitPrice(side: 1 | -1): number {
    return side > 0 ? this.last : this.ask;
  }

  /** What an order of a side is entered at. */
  entryPrice(side: 1 | -1): number {
    return side > 0 ? this.ask : this.last;
  }

  /** True where a bar's close wakes nothing that is on it. */
  sleepsThroughBar(ts: Milliseconds): boolean {
    const { last, ask } = this;
    return (
      ts < this.quietUntil &&
      last > this.quietLower &&
      last < this.quietUpper &&
      (!this.quoted || (ask > this.askQuietLower && ask < this.askQuietUpper))
    );
  }

  /** bars that have closed */
  get bars(): number {
    return this.history.length;
  }

  get lastLow(): number {
    return this.levels.lastLow;
  }

  get lastLowBar(): number {
    return this.levels.lastLowBar;
  }

  get lastHigh(): number {
    return this.levels.lastHigh;
  }

  get lastHighBar(): number {
    return this.levels.lastHighBar;
  }

  /** Means of the last volumes, of the last closes, and of the closes up to a bar ago: found when asked for, so that no bar pays for them. */
  get volumeNow(): number {
    return meanOf(this.history.columns.volume, this.history.length, this.lengths.volume);
  }

  get average(): number {
    return meanOf(this.history.columns.close, this.history.length, this.lengths.average);
  }

  get averageBefore(): number {
    return meanOf(this.history.columns.close, this.history.length - 1, this.lengths.average);
  }

  /** Change of the close over the policy's momentum length, in per cent; NaN while unknown. */
  get momentum(): number {
    const { close } = this.history.columns;
    const at = this.history.length - 1;
    const before = close[at - this.lengths.momentum] ?? Number.NaN;
    return (((close[at] ?? Number.NaN) - before) / before) * 100;
  }

  /** Low, high and close of the bar that closed last. */
  get barLow(): number {
    return this.history.columns.low[this.history.length - 1] ?? Number.NaN;
  }

  get barHigh(): number {
    return this.history.columns.high[this.history.length - 1] ?? Number.NaN;
  }

  get barClose(): number {
    return this.history.columns.close[this.history.length - 1] ?? Number.NaN;
  }

  /** Begins the bar that holds `ts` with its first price. @param tapeMs interval of the tape's own bars: of the same length, they are the bars, wherever they begin */
  startBar(ts: Milliseconds, price: number, tapeMs?: Milliseconds): void {
    this.barStart = tapeMs === this.intervalMs ? ts : Math.floor(ts / this.intervalMs) * this.intervalMs;
    this.barEnd = this.barStart + this.intervalMs;
    this.open = price;
    this.high = price;
    this.low = price;
    this.volume = 0;
  }

  /** Takes a further price into the bar's range. */
  stretch(price: number): void {
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
  }

  /** Takes the built bar into the indicators and the history and forgets it. */
  closeBar(): void {
    const { history } = this;
    this.atr = this.atrIndicator.update(this.high, this.low, this.close);
    this.rsi = this.rsiIndicator.update(this.close);
    this.macdIndicator.update(this.close);
    this.macd = this.macdIndicator.line;
    this.macdSignal = this.macdIndicator.signal;
    this.returns.update(this.barStart, this.close);
    this.volatility.update(this.close);
    const { start } = this.clock.day(this.barStart);
    this.levels.update(this.high, this.low, start);
    if (start !== this.dayStart) {
      this.dayStart = start;
      this.dayOpen = this.open;
      this.dayHigh = this.high;
      this.dayLow = this.low;
      this.dayVolume = 0;
    }
    if (this.high > this.dayHigh) this.dayHigh = this.high;
    if (this.low < this.dayLow) this.dayLow = this.low;
    this.dayVolume += this.volume;
    const i = history.push();
    if (this.macd >= this.macdSignal) this.macdAboveBar = history.length;
    if (this.macd <= this.macdSignal) this.macdBelowBar = history.length;
    const { columns } = history;
    columns.ts[i] = this.barStart;
    columns.open[i] = this.open;
    columns.high[i] = this.high;
    columns.low[i] = this.low;
    columns.close[i] = this.close;
    columns.volume[i] = this.volume;
    columns.rsi[i] = this.rsi;
    columns.macd[i] = this.macd;
    columns.macdSignal[i] = this.macdSignal;
    columns.atr[i] = this.atr;
    this.barStart = Number.NaN;
    this.barEnd = Number.NaN;
  }
}
