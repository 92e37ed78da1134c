import type { Instrument } from '../domain/instrument.ts';
import { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';
import { Atr } from '../indicators/atr.ts';
import { SwingLevels } from '../indicators/levels.ts';
import { Macd } from '../indicators/macd.ts';
import { Rsi } from '../indicators/rsi.ts';
import { VolumeMean } from '../indicators/volume.ts';
import type { MarketReading } from '../rules/rule.ts';

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

/**
 * One instrument's market as the engine holds it: doubles only, rebuilt from the tape, never journaled.
 * `lower`, `upper` and `due` are the nearest levels and times of the positions on it: a price strictly between them before `due` wakes nothing.
 */
export class Market implements MarketReading {
  readonly instrument: Instrument;
  readonly clock: ZoneClock;
  readonly hasSession: boolean;
  readonly intervalMs: Milliseconds;
  last = Number.NaN;
  lower = Number.NEGATIVE_INFINITY;
  upper = Number.POSITIVE_INFINITY;
  due = Number.POSITIVE_INFINITY;
  /** highest and lowest price since the positions' peaks were last brought up to date */
  runHigh = Number.NEGATIVE_INFINITY;
  runLow = Number.POSITIVE_INFINITY;
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
  volumeNow = Number.NaN;
  readonly levels = new SwingLevels();
  readonly history: BarHistory;
  private readonly atrIndicator = new Atr();
  private readonly rsiIndicator = new Rsi();
  private readonly macdIndicator = new Macd();
  private readonly volumeMean = new VolumeMean();

  /** @param bars how many bars to make room for */
  constructor(instrument: Instrument, intervalMs: Milliseconds, bars = 1_024) {
    this.history = new BarHistory(bars);
    this.instrument = instrument;
    this.intervalMs = intervalMs;
    this.clock = new ZoneClock(instrument.session);
    this.hasSession = instrument.session.open !== undefined;
  }

  /** Begins the bar that holds `ts` with its first price. */
  startBar(ts: Milliseconds, price: number): void {
    this.barStart = Math.floor(ts / this.intervalMs) * this.intervalMs;
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
    this.volumeNow = this.volumeMean.update(this.volume);
    this.levels.update(this.high, this.low, this.clock.day(this.barStart).start);
    const i = history.push();
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
