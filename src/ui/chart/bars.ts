import type { BarsDelta } from '../../projections/views.ts';
import type { Milliseconds } from '../../domain/time.ts';

const NAMES = ['ts', 'open', 'high', 'low', 'close', 'volume', 'rsi', 'macd', 'macdSignal', 'atr'] as const;
type ColumnName = (typeof NAMES)[number];
type Columns = Record<ColumnName, Float64Array<ArrayBuffer>>;

const columns = (capacity: number): Columns => ({
  ts: new Float64Array(capacity),
  open: new Float64Array(capacity),
  high: new Float64Array(capacity),
  low: new Float64Array(capacity),
  close: new Float64Array(capacity),
  volume: new Float64Array(capacity),
  rsi: new Float64Array(capacity),
  macd: new Float64Array(capacity),
  macdSignal: new Float64Array(capacity),
  atr: new Float64Array(capacity),
});

/** Bars in columns that grow by doubling; rows past `length` are stale. */
class Table {
  length = 0;
  columns = columns(1024);

  reserve(rows: number): void {
    if (rows <= this.columns.ts.length) return;
    const grown = columns(Math.max(rows, this.columns.ts.length * 2));
    for (const name of NAMES) grown[name].set(this.columns[name].subarray(0, this.length));
    this.columns = grown;
  }
}

/** Told the first row that changed; every row from it on may be new. */
type BarsListener = (from: number) => void;

/**
 * The session's bars as the worker sent them, outside React: a tick touches a few cells of typed columns and calls the listeners.
 * Times are milliseconds at the bar's start; indicators are NaN until known.
 */
export class BarStore {
  private readonly table = new Table();
  private readonly listeners = new Set<BarsListener>();

  get length(): number {
    return this.table.length;
  }

  /** Value of one cell; NaN outside the rows held. */
  at(name: ColumnName, row: number): number {
    return row < this.table.length ? (this.table.columns[name][row] ?? Number.NaN) : Number.NaN;
  }

  /** A column's live array, valid until the next `apply`; only the first `length` cells mean something. */
  column(name: ColumnName): Float64Array {
    return this.table.columns[name];
  }

  /** Replaces all rows from `delta.from` on.
   *  @throws RangeError when rows would be skipped or times do not rise: the chart library accepts such bars silently */
  apply(delta: BarsDelta): void {
    const { table } = this;
    const rows = delta.ts.length;
    if (!Number.isInteger(delta.from) || delta.from < 0 || delta.from > table.length)
      throw new RangeError(`bars from row ${delta.from}: ${table.length} rows are held`);
    let before = delta.from > 0 ? this.at('ts', delta.from - 1) : Number.NEGATIVE_INFINITY;
    for (let i = 0; i < rows; i += 1) {
      const ts = delta.ts[i] ?? Number.NaN;
      if (!(ts > before) || !Number.isFinite(ts))
        throw new RangeError(`bar ${delta.from + i}: time ${ts} does not follow ${before}`);
      before = ts;
    }
    table.reserve(delta.from + rows);
    for (const name of NAMES) table.columns[name].set(delta[name], delta.from);
    table.length = delta.from + rows;
    this.tell(delta.from);
  }

  clear(): void {
    this.table.length = 0;
    this.tell(0);
  }

  /** @returns the way to stop listening */
  subscribe(listener: BarsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(from: number): void {
    for (const listener of this.listeners) listener(from);
  }
}

/** Names the display bar that a time belongs to by the start of that bar. */
export type Bucket = (ts: Milliseconds) => Milliseconds;

/**
 * The store's bars at a display interval. `bucket` null shows them as they are.
 * A display bar carries the indicator values of the last bar inside it: they are the engine's own, not computed again.
 */
export class DisplayBars {
  private readonly store: BarStore;
  private readonly bucket: Bucket | null;
  private readonly table = new Table();
  /** row of the store that opens each display bar */
  private first = new Int32Array(1024);
  readonly intervalMs: Milliseconds;

  constructor(store: BarStore, intervalMs: Milliseconds, bucket: Bucket | null) {
    this.store = store;
    this.intervalMs = intervalMs;
    this.bucket = bucket;
    this.sync(0);
  }

  get length(): number {
    return this.table.length;
  }

  at(name: ColumnName, index: number): number {
    return index >= 0 && index < this.table.length ? (this.table.columns[name][index] ?? Number.NaN) : Number.NaN;
  }

  column(name: ColumnName): Float64Array {
    return this.table.columns[name];
  }

  /** Brings the display bars up to date after the store changed from row `from` on.
   *  @returns the first display bar that changed */
  sync(from: number): number {
    const index = Math.max(0, this.holding(from));
    let row = this.bucket ? (this.first[index] ?? 0) : index;
    this.table.length = index;
    for (; row < this.store.length; row += 1) this.add(row);
    return index;
  }

  /** Index of the last display bar that starts at or before `ts`; −1 when there is none. */
  indexAt(ts: Milliseconds): number {
    return lastAtOrBefore(this.table.columns.ts, this.table.length, ts);
  }

  /** Place of an exact time in bars: k − 0.5 is the left edge of bar k, k + 0.5 its right edge. Times in a gap stick to the edge before it. */
  placeOf(ts: Milliseconds): number {
    const index = this.indexAt(ts);
    if (index < 0) return -0.5;
    const share = (ts - this.at('ts', index)) / this.intervalMs;
    return index - 0.5 + Math.min(1, share);
  }

  /** Lowest low and highest high of the display bars `from`..`to` (inclusive), or null where there are none. */
  extremes(from: number, to: number): { low: number; high: number } | null {
    const { high: highs, low: lows } = this.table.columns;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = Math.max(0, from); i <= Math.min(to, this.table.length - 1); i += 1) {
      low = Math.min(low, lows[i] ?? low);
      high = Math.max(high, highs[i] ?? high);
    }
    return high >= low ? { low, high } : null;
  }

  /** Display bar from which a change of the store's row has to be shown again; −1 while there is none. */
  private holding(row: number): number {
    return this.bucket ? lastAtOrBefore(this.first, this.table.length, row) : Math.min(row, this.table.length);
  }

  private add(row: number): void {
    const ts = this.bucket ? this.bucket(this.store.at('ts', row)) : this.store.at('ts', row);
    const last = this.table.length - 1;
    if (this.bucket && last >= 0 && this.at('ts', last) >= ts) this.merge(last, row);
    else this.open(row, ts);
  }

  private open(row: number, ts: Milliseconds): void {
    const index = this.table.length;
    this.table.reserve(index + 1);
    if (index >= this.first.length) {
      const grown = new Int32Array(this.first.length * 2);
      grown.set(this.first);
      this.first = grown;
    }
    for (const name of NAMES) this.table.columns[name][index] = this.store.at(name, row);
    this.table.columns.ts[index] = ts;
    this.first[index] = row;
    this.table.length = index + 1;
  }

  private merge(index: number, row: number): void {
    const to = this.table.columns;
    const from = (name: ColumnName) => this.store.at(name, row);
    to.high[index] = Math.max(this.at('high', index), from('high'));
    to.low[index] = Math.min(this.at('low', index), from('low'));
    to.volume[index] = this.at('volume', index) + from('volume');
    for (const name of ['close', 'rsi', 'macd', 'macdSignal', 'atr'] as const) to[name][index] = from(name);
  }
}

/** Last index below `length` whose value is at or below `value`; −1 when there is none. `values` rise. */
function lastAtOrBefore(values: ArrayLike<number>, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
