import { type BarColumns, type BarPath, type QuoteColumns, rowsOf, type Tape, type TradeColumns } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Core, Lane } from './core.ts';
import type { Watch } from './watch.ts';

/** Last step of a row: the bar's close after its four prices, or the one price of a trade or quote. */
const LAST_OF_BAR = 5;
const LAST_OF_PRINT = 1;

/** The order of points at one instant: the last prices of bars, their closes, the clock and its timers, then new prices along their paths (rules.md §4). */
const RANK = [2, 3, 4, 5, 0, 1] as const;
const CLOCK = 2;

/** Hears of time. */
interface Clock {
  reach(ts: Milliseconds): void;
}

/** Where one tape is being walked: the row and the next point of it. */
export class Cursor {
  readonly tape: Tape;
  readonly lane: Lane;
  readonly rows: number;
  row = 0;
  nextPoint = 0;
  private readonly core: Core;
  private readonly watch: Watch;
  private readonly barPath: BarPath;
  private readonly last: number;
  private highFirst = false;

  constructor(tape: Tape, core: Core, watch: Watch, barPath: BarPath) {
    this.tape = tape;
    this.core = core;
    this.watch = watch;
    this.barPath = barPath;
    this.lane = core.lane(tape.instrument.symbol);
    this.rows = rowsOf(tape);
    this.last = tape.columns.kind === 'bars' ? LAST_OF_BAR : LAST_OF_PRINT;
  }

  get ended(): boolean {
    return this.row >= this.rows;
  }

  /** true between two points of one row */
  get midRow(): boolean {
    return this.nextPoint > 0;
  }

  /** Time of the next point; NaN at the end. */
  get nextTs(): Milliseconds {
    const { columns } = this.tape;
    const start = columns.ts[this.row];
    if (start === undefined) return Number.NaN;
    if (columns.kind !== 'bars' || this.nextPoint < 2) return start;
    return this.nextPoint > 3 ? start + columns.intervalMs : start + Math.floor(((this.nextPoint - 1) * columns.intervalMs) / 3);
  }

  /** Where the next point stands among those of the same instant. */
  get rank(): number {
    return RANK[this.nextPoint] ?? 0;
  }

  /** true where the next point ends a bar: its last price, or its close */
  get closing(): boolean {
    return this.rank < CLOCK;
  }

  /**
   * Walks the next point.
   * @param clock is told that market time reaches a row, before its price
   */
  point(clock: Clock): void {
    const { columns } = this.tape;
    const { row, nextPoint } = this;
    const ts = columns.ts[row] ?? this.core.ts;
    if (nextPoint === 0) clock.reach(ts);
    else if (columns.kind === 'bars') this.barPoint(columns, row, nextPoint);
    else if (columns.kind === 'trades') {
      const price = columns.price[row] ?? Number.NaN;
      this.print(price, price, ts, columns.size[row] ?? 0);
    } else this.print(columns.bid[row] ?? Number.NaN, columns.ask[row] ?? Number.NaN, ts, 0);
    this.nextPoint += 1;
    if (this.nextPoint > this.last) this.endRow();
  }

  private endRow(): void {
    this.row += 1;
    this.nextPoint = 0;
  }

  private print(price: number, ask: number, ts: Milliseconds, size: number): void {
    const { market } = this.lane;
    if (Number.isNaN(market.barEnd)) market.startBar(ts, price);
    else market.stretch(price);
    market.close = price;
    market.volume += size;
    this.watch.price(this.lane, price, ask, ts, false, false);
  }

  private barPoint(columns: BarColumns, row: number, point: number): void {
    const { lane, watch } = this;
    const { market } = lane;
    const { intervalMs, ask } = columns;
    const start = columns.ts[row] ?? this.core.ts;
    const open = columns.open[row] ?? Number.NaN;
    switch (point) {
      case 1:
        lane.rowHigh = columns.high[row] ?? Number.NaN;
        lane.rowLow = columns.low[row] ?? Number.NaN;
        if (Number.isNaN(market.barEnd)) market.startBar(start, open, intervalMs);
        else market.stretch(open);
        market.close = open;
        watch.price(lane, open, ask?.open[row] ?? open, start, false, false);
        return;
      case 2:
        this.highFirst = this.goesHighFirst(open, columns.high[row] ?? open, columns.low[row] ?? open);
        this.extreme(columns, row, this.highFirst, start + Math.floor(intervalMs / 3));
        return;
      case 3:
        this.extreme(columns, row, !this.highFirst, start + Math.floor((2 * intervalMs) / 3));
        return;
      case 4: {
        const close = columns.close[row] ?? Number.NaN;
        market.close = close;
        watch.price(lane, close, ask?.close[row] ?? close, start + intervalMs, true, true);
        return;
      }
      default:
        market.volume += columns.volume[row] ?? 0;
        lane.rowHigh = Number.NaN;
        lane.rowLow = Number.NaN;
        if (start + intervalMs >= market.barEnd) watch.barClosed(lane);
    }
  }

  private extreme({ high, low, ask }: BarColumns, row: number, up: boolean, ts: Milliseconds): void {
    const { market } = this.lane;
    const price = (up ? high : low)[row] ?? Number.NaN;
    market.stretch(price);
    market.close = price;
    this.watch.price(this.lane, price, ask ? ((up ? ask.high : ask.low)[row] ?? Number.NaN) : price, ts, true, false);
  }

  /** Which extreme of a bar comes first. Adverse to the open position, or to the working entry, unless the path says otherwise. */
  private goesHighFirst(open: number, high: number, low: number): boolean {
    if (this.barPath === 'ohlc') return true;
    if (this.barPath === 'olhc') return false;
    if (this.barPath === 'nearest-first' && high - open !== open - low) return high - open < open - low;
    const first = this.lane.book[0];
    if (first) return first.side < 0;
    return this.lane.resting[0]?.side === 'sell';
  }

  /**
   * Walks rows in one go as long as nothing on their way wakes. What it leaves behind is what `point` would.
   * @param until row to stop at @param wakeTs time at which something else is to happen @returns rows walked; it stops after a row at which something was recorded
   */
  doze(until: number, wakeTs: Milliseconds): number {
    const { columns } = this.tape;
    const from = this.row;
    if (columns.kind === 'trades') this.dozeTrades(columns, until, wakeTs);
    else if (columns.kind === 'quotes') this.dozeQuotes(columns, until, wakeTs);
    else {
      const records = this.core.journal.length;
      while (this.row < until && this.core.journal.length === records && this.dozeBar(columns, wakeTs)) this.row += 1;
    }
    return this.row - from;
  }

  private dozeTrades({ ts, price, size }: TradeColumns, until: number, wakeTs: Milliseconds): void {
    const { core } = this;
    const { market } = this.lane;
    const { lower, upper } = market;
    const wake = Math.min(market.barEnd, core.due, wakeTs);
    if (!(core.ts < wake)) return;
    let { high, low, last, volume, runHigh, runLow } = market;
    let now = core.ts;
    let row = this.row;
    for (; row < until; row += 1) {
      const time = ts[row] ?? Number.NaN;
      const print = price[row] ?? Number.NaN;
      if (!(time < wake && print > lower && print < upper)) break;
      if (time > now) now = time;
      if (print > high) high = print;
      if (print < low) low = print;
      if (print > runHigh) runHigh = print;
      if (print < runLow) runLow = print;
      volume += size[row] ?? 0;
      last = print;
    }
    if (row === this.row) return;
    this.dozedTo(row, now);
    market.high = high;
    market.low = low;
    market.close = last;
    market.last = last;
    market.ask = last;
    market.volume = volume;
    market.runHigh = runHigh;
    market.runLow = runLow;
  }

  /** Prints have been passed by up to a row, which is the next. */
  private dozedTo(row: number, now: Milliseconds): void {
    const { core } = this;
    this.row = row;
    core.row = row - 1;
    core.point = LAST_OF_PRINT;
    core.ts = now;
  }

  private dozeQuotes({ ts, bid, ask }: QuoteColumns, until: number, wakeTs: Milliseconds): void {
    const { core } = this;
    const { market } = this.lane;
    const { lower, upper, askLower, askUpper } = market;
    const wake = Math.min(market.barEnd, core.due, wakeTs);
    if (!(core.ts < wake)) return;
    let { high, low, last, ask: lastAsk, runHigh, runLow, askRunHigh, askRunLow } = market;
    let now = core.ts;
    let row = this.row;
    for (; row < until; row += 1) {
      const time = ts[row] ?? Number.NaN;
      const sells = bid[row] ?? Number.NaN;
      const buys = ask[row] ?? Number.NaN;
      if (!(time < wake && sells > lower && sells < upper && buys > askLower && buys < askUpper)) break;
      if (time > now) now = time;
      if (sells > high) high = sells;
      if (sells < low) low = sells;
      if (sells > runHigh) runHigh = sells;
      if (sells < runLow) runLow = sells;
      if (buys > askRunHigh) askRunHigh = buys;
      if (buys < askRunLow) askRunLow = buys;
      last = sells;
      lastAsk = buys;
    }
    if (row === this.row) return;
    this.dozedTo(row, now);
    market.high = high;
    market.low = low;
    market.close = last;
    market.last = last;
    market.ask = lastAsk;
    market.runHigh = runHigh;
    market.runLow = runLow;
    market.askRunHigh = askRunHigh;
    market.askRunLow = askRunLow;
  }

  private dozeBar({ ts, open, high, low, close, volume, intervalMs, ask }: BarColumns, wakeTs: Milliseconds): boolean {
    const { core, row, lane } = this;
    const { market } = lane;
    const start = ts[row] ?? Number.NaN;
    const end = start + intervalMs;
    const top = high[row] ?? Number.NaN;
    const bottom = low[row] ?? Number.NaN;
    if (!(bottom > market.lower && top < market.upper && end < core.due && start < wakeTs)) return false;
    if (start >= market.barEnd || (ask && !this.dozeAsk(ask, row))) return false;
    core.row = row;
    core.point = LAST_OF_BAR;
    if (end > core.ts) core.ts = end;
    if (Number.isNaN(market.barEnd)) market.startBar(start, open[row] ?? Number.NaN, intervalMs);
    market.stretch(top);
    market.stretch(bottom);
    market.close = close[row] ?? Number.NaN;
    market.last = market.close;
    if (!ask) market.ask = market.close;
    market.volume += volume[row] ?? 0;
    if (top > market.runHigh) market.runHigh = top;
    if (bottom < market.runLow) market.runLow = bottom;
    if (end >= market.barEnd) this.watch.barClosed(lane);
    this.watch.timers();
    return true;
  }

  /** Takes the ask's side of a bar, unless it reaches a level. @returns false where it does, with nothing taken */
  private dozeAsk({ high, low, close }: NonNullable<BarColumns['ask']>, row: number): boolean {
    const { market } = this.lane;
    const top = high[row] ?? Number.NaN;
    const bottom = low[row] ?? Number.NaN;
    if (!(bottom > market.askLower && top < market.askUpper)) return false;
    market.ask = close[row] ?? Number.NaN;
    if (top > market.askRunHigh) market.askRunHigh = top;
    if (bottom < market.askRunLow) market.askRunLow = bottom;
    return true;
  }
}
