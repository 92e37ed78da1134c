import { Indicators } from './indicators.ts';

const TICKS = 100;
const DAY = 86_400_000;
/** A new entry follows a close after this much market time. */
const PAUSE = 30_000;
/** An entry after a day's flat waits for 09:31. */
const MORNING = (9 * 60 + 31) * 60_000;
/** No entry is planned within this time before the flat. */
const LAST_ENTRY = 15 * 60_000;

/** A tape flattened: `perRow` prices a row, in the order in which they are walked; bars have four, trades one. */
export interface Prints {
  perRow: 1 | 4;
  price: Float64Array;
  /** a row's time; a bar's start */
  ts: Float64Array;
  volume: Float64Array;
  intervalMs: number;
  /** time of day at which everything closes, ms after midnight UTC; Infinity in a market that never closes */
  flatAt: number;
}

/** Market entries by time; prices in ticks. */
export interface Entries {
  count: number;
  ts: Float64Array;
  slot: Int32Array;
  side: Int8Array;
  quantity: Int32Array;
  stop: Int32Array;
}

/** What became of each position, in the order of their entries. P&L in ticks × units; the last stop in ticks. */
export interface Results {
  count: number;
  pnl: Float64Array;
  fills: Int32Array;
  moves: Int32Array;
  stop: Int32Array;
}

const MOST = 100_000;
const ENTRY = 1;
const REDUCE = 2;
const ADD = 4;

/** The greatest whole number of ticks at or below `price`. */
function floorTicks(price: number): number {
  const n = Math.round(price * TICKS);
  return n / TICKS > price ? n - 1 : n;
}

/**
 * The rules of the bench policy written out by hand as one loop over typed arrays: no objects, no events, nothing allocated, no band; every
 * rule of every position is tested at every price. Prices and levels of a short are negated, so that each rule is one comparison.
 */
export class Inline {
  readonly results: Results = {
    count: 0,
    pnl: new Float64Array(MOST),
    fills: new Int32Array(MOST),
    moves: new Int32Array(MOST),
    stop: new Int32Array(MOST),
  };
  /** rows × positions held */
  heldRows = 0;
  private readonly prints: Prints;
  private readonly slots: number;
  private readonly indicators = new Indicators();
  private readonly side: Float64Array;
  private readonly index: Int32Array;
  private readonly pending: Uint8Array;
  private readonly quantity: Float64Array;
  private readonly initial: Float64Array;
  /** money paid for what is held, in ticks × units */
  private readonly cost: Float64Array;
  private readonly risk: Float64Array;
  private readonly adds: Uint8Array;
  private readonly stopTicks: Float64Array;
  /** negated for a short, as are all prices from here on */
  private readonly stop: Float64Array;
  private readonly half: Float64Array;
  private readonly one: Float64Array;
  /** Infinity once the partial exit is ordered */
  private readonly oneAndHalf: Float64Array;
  private readonly two: Float64Array;
  private readonly evenTicks: Float64Array;
  private readonly best: Float64Array;
  private readonly entryLevel: Float64Array;
  private readonly entryVolume: Float64Array;
  private readonly bandLow: Float64Array;
  private readonly bandHigh: Float64Array;
  private readonly flat: Float64Array;

  constructor(prints: Prints, slots: number) {
    const column = (): Float64Array => new Float64Array(slots);
    this.prints = prints;
    this.slots = slots;
    this.side = column();
    this.index = new Int32Array(slots);
    this.pending = new Uint8Array(slots);
    this.quantity = column();
    this.initial = column();
    this.cost = column();
    this.risk = column();
    this.adds = new Uint8Array(slots);
    this.stopTicks = column();
    this.stop = column();
    this.half = column();
    this.one = column();
    this.oneAndHalf = column();
    this.two = column();
    this.evenTicks = column();
    this.best = column();
    this.entryLevel = column();
    this.entryVolume = column();
    this.bandLow = column();
    this.bandHigh = column();
    this.flat = column();
  }

  /** Walks the tape and notes an entry whenever a slot is free: at the start, after each close, the next morning after a flat. */
  plan(first: number, gapMs: number): Entries {
    const entries: Entries = {
      count: 0,
      ts: new Float64Array(MOST),
      slot: new Int32Array(MOST),
      side: new Int8Array(MOST),
      quantity: new Int32Array(MOST),
      stop: new Int32Array(MOST),
    };
    for (let slot = 0; slot < this.slots; slot += 1) this.note(entries, slot, first + slot * gapMs);
    this.walk(entries, true);
    entries.count = this.results.count;
    return entries;
  }

  /** Walks the tape with the entries given. */
  run(entries: Entries): Results {
    this.walk(entries, false);
    return this.results;
  }

  private note(entries: Entries, slot: number, ts: number): void {
    const i = entries.count;
    entries.count += 1;
    entries.slot[i] = slot;
    entries.ts[i] = i === 0 ? ts : Math.max(ts, (entries.ts[i - 1] ?? 0) + 500);
    entries.side[i] = (slot + i) % 2 === 0 ? 1 : -1;
    entries.quantity[i] = 100 * (1 + (i % 7)) * 2;
  }

  /** Where a free slot enters next: a little later, or the next morning where the flat is near. */
  private noteNext(entries: Entries, slot: number, ts: number): void {
    const { flatAt } = this.prints;
    const midnight = Math.floor(ts / DAY) * DAY;
    this.note(entries, slot, ts + PAUSE >= midnight + flatAt - LAST_ENTRY ? midnight + DAY + MORNING : ts + PAUSE);
  }

  private reset(): void {
    this.results.fills.fill(0, 0, this.results.count);
    this.results.moves.fill(0, 0, this.results.count);
    this.results.pnl.fill(0, 0, this.results.count);
    this.results.count = 0;
    this.heldRows = 0;
    this.side.fill(0);
    this.pending.fill(0);
    this.indicators.reset();
  }

  private walk(entries: Entries, planning: boolean): void {
    this.reset();
    const { prints, slots, side, pending, stop, one, oneAndHalf, two, evenTicks, best, flat, stopTicks, indicators } = this;
    const { price: prices, ts: times, volume, perRow, intervalMs } = prints;
    const rows = times.length;
    let barEnd = Number.NaN;
    let high = 0;
    let low = 0;
    let traded = 0;
    let last = Number.NaN;
    let next = 0;
    let nextEntry = entries.ts[0] ?? Number.POSITIVE_INFINITY;
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      const ts = times[row] as number;
      if (ts >= barEnd) {
        indicators.close(high, low, last, traded, barEnd - intervalMs);
        barEnd = Number.NaN;
        this.atBar(last, ts);
      }
      while (ts >= nextEntry) {
        this.place(entries, next, last, planning);
        next += 1;
        nextEntry = next < entries.count ? (entries.ts[next] as number) : Number.POSITIVE_INFINITY;
      }
      if (barEnd !== barEnd) {
        barEnd = Math.floor(ts / intervalMs) * intervalMs + intervalMs;
        high = prices[at] as number;
        low = high;
        traded = 0;
      }
      for (let point = 0; point < perRow; point += 1, at += 1) {
        const price = prices[at] as number;
        last = price;
        if (price > high) high = price;
        if (price < low) low = price;
        const { atr } = indicators;
        for (let k = 0; k < slots; k += 1) {
          const s = side[k] as number;
          if (s === 0) continue;
          const x = s * price;
          // Along a bar the stop lies before the price; after a jump what was ordered comes first.
          if (pending[k] !== 0 && (point === 0 || !(x <= (stop[k] as number)))) this.fill(k, price, ts);
          if (x <= (stop[k] as number)) {
            this.exit(k, point === 0 ? price : s * (stop[k] as number));
            if (planning) this.replan(entries, k, ts);
            continue;
          }
          if (ts >= (flat[k] as number)) {
            this.exit(k, price);
            if (planning) this.replan(entries, k, ts);
            continue;
          }
          if (x >= (oneAndHalf[k] as number)) {
            pending[k] = (pending[k] as number) | REDUCE;
            oneAndHalf[k] = Number.POSITIVE_INFINITY;
          }
          let wanted = Number.NEGATIVE_INFINITY;
          if (x >= (one[k] as number) && (stopTicks[k] as number) < (evenTicks[k] as number)) wanted = evenTicks[k] as number;
          let b = best[k] as number;
          if (b === b) {
            if (x > b) {
              b = x;
              best[k] = x;
            }
            const behind = floorTicks(b - atr);
            if (behind > wanted) wanted = behind;
          } else if (x >= (two[k] as number) && atr > 0) {
            best[k] = x;
            const behind = floorTicks(x - atr);
            if (behind > wanted) wanted = behind;
          }
          if (wanted > (stopTicks[k] as number)) this.raise(k, wanted, x);
        }
        if (planning && next < entries.count && nextEntry === Number.POSITIVE_INFINITY) nextEntry = entries.ts[next] as number;
      }
      if (planning) for (let k = 0; k < slots; k += 1) if (side[k] !== 0) this.heldRows += 1;
      traded += volume[row] as number;
      if (perRow === 4 && ts + intervalMs >= barEnd) {
        indicators.close(high, low, last, traded, barEnd - intervalMs);
        barEnd = Number.NaN;
        this.atBar(last, ts + intervalMs);
      }
    }
    for (let k = 0; k < slots; k += 1) if (side[k] !== 0) this.results.stop[this.index[k] as number] = (side[k] as number) * (stopTicks[k] as number);
    this.results.count = next;
  }

  /** The stop `wanted`, but at least a tick behind the price; only ever nearer. */
  private raise(k: number, wanted: number, x: number): void {
    const nearest = Math.round(x * TICKS) - 1;
    const ticks = wanted < nearest ? wanted : nearest;
    if (ticks <= (this.stopTicks[k] as number)) return;
    this.setStop(k, ticks);
    const i = this.index[k] as number;
    this.results.moves[i] = (this.results.moves[i] as number) + 1;
  }

  private setStop(k: number, ticks: number): void {
    this.stopTicks[k] = ticks;
    this.stop[k] = ticks / TICKS;
  }

  /** What a bar's close changes: the trail's distance, and whether to add. */
  private atBar(last: number, ts: number): void {
    const { side, flat, best, pending, half, two, entryLevel, entryVolume, adds, indicators, slots } = this;
    const { atr, rsi, macd, macdSignal, volumeNow } = indicators;
    for (let k = 0; k < slots; k += 1) {
      const s = side[k] as number;
      if (s === 0 || pending[k] === ENTRY || ts >= (flat[k] as number)) continue;
      const x = s * last;
      let b = best[k] as number;
      if (b !== b && x >= (two[k] as number) && atr > 0) {
        b = x;
        best[k] = x;
      }
      if (b === b) this.raise(k, floorTicks(b - atr), x);
      if (
        pending[k] === 0 &&
        adds[k] === 0 &&
        x >= (half[k] as number) &&
        volumeNow / (entryVolume[k] as number) > 1.2 &&
        (macd - macdSignal) * s > 0 &&
        (s > 0 ? rsi > 50 : rsi < 50) &&
        x > (entryLevel[k] as number)
      ) {
        pending[k] = ADD;
        const reach = (0.25 * (this.risk[k] as number)) / TICKS;
        this.bandLow[k] = floorTicks(last - reach) / TICKS;
        this.bandHigh[k] = -floorTicks(-(last + reach)) / TICKS;
      }
    }
  }

  private place(entries: Entries, next: number, last: number, planning: boolean): void {
    const k = entries.slot[next] as number;
    const s = entries.side[next] as number;
    if (planning) entries.stop[next] = Math.round(last * TICKS) - s * (120 + ((next * 7 + k * 37) % 61) * 10);
    this.index[k] = next;
    this.side[k] = s;
    this.pending[k] = ENTRY;
    this.quantity[k] = entries.quantity[next] as number;
    this.setStop(k, s * (entries.stop[next] as number));
  }

  private replan(entries: Entries, k: number, ts: number): void {
    this.noteNext(entries, k, this.prints.perRow === 4 ? ts + this.prints.intervalMs : ts);
  }

  private count(k: number): number {
    const i = this.index[k] as number;
    this.results.fills[i] = (this.results.fills[i] as number) + 1;
    return i;
  }

  /** Everything ordered fills at this price: the entry, or the partial exit, or the add unless the price has gone too far. */
  private fill(k: number, price: number, ts: number): void {
    const ordered = this.pending[k] as number;
    this.pending[k] = 0;
    const ticks = Math.round(price * TICKS);
    const s = this.side[k] as number;
    if (ordered === ENTRY) {
      this.enter(k, price, ticks, ts);
      return;
    }
    // What is ordered when the flat falls due is taken back.
    if (ts >= (this.flat[k] as number)) return;
    if ((ordered & ADD) !== 0) {
      const losing = s * (ticks * (this.quantity[k] as number) - (this.cost[k] as number)) <= 0;
      if (!losing && price >= (this.bandLow[k] as number) && price <= (this.bandHigh[k] as number)) this.add(k, ticks);
    }
    if ((ordered & REDUCE) !== 0) {
      const i = this.count(k);
      const part = Math.floor((this.quantity[k] as number) / 2);
      const share = ((this.cost[k] as number) * part) / (this.quantity[k] as number);
      this.results.pnl[i] = (this.results.pnl[i] as number) + s * (ticks * part - share);
      this.quantity[k] = (this.quantity[k] as number) - part;
      this.cost[k] = (this.cost[k] as number) - share;
    }
  }

  private enter(k: number, price: number, ticks: number, ts: number): void {
    const { indicators } = this;
    const s = this.side[k] as number;
    this.count(k);
    this.initial[k] = this.quantity[k] as number;
    this.cost[k] = ticks * (this.quantity[k] as number);
    this.setStop(k, Math.min(this.stopTicks[k] as number, s * ticks - 1));
    this.risk[k] = s * ticks - (this.stopTicks[k] as number);
    this.adds[k] = 0;
    this.best[k] = Number.NaN;
    this.entryVolume[k] = indicators.volumeNow;
    this.entryLevel[k] = s * (s > 0 ? indicators.levelAbove(price) : indicators.levelBelow(price));
    const flat = Math.floor(ts / DAY) * DAY + this.prints.flatAt;
    this.flat[k] = flat > ts ? flat : flat + DAY;
    this.oneAndHalf[k] = 0;
    this.drawLevels(k);
  }

  private add(k: number, ticks: number): void {
    this.count(k);
    const s = this.side[k] as number;
    const part = Math.floor((this.initial[k] as number) / 2);
    this.quantity[k] = (this.quantity[k] as number) + part;
    this.cost[k] = (this.cost[k] as number) + ticks * part;
    this.adds[k] = 1;
    this.drawLevels(k);
    const whole = Math.floor((s * (this.cost[k] as number)) / (this.quantity[k] as number) - (this.risk[k] as number));
    if (whole <= (this.stopTicks[k] as number)) return;
    this.setStop(k, whole);
    const i = this.index[k] as number;
    this.results.moves[i] = (this.results.moves[i] as number) + 1;
  }

  /** The levels that rest on average entry and R, each rounded to the tick that is harder to reach. */
  private drawLevels(k: number): void {
    const cost = (this.side[k] as number) * (this.cost[k] as number);
    const quantity = this.quantity[k] as number;
    const halfRisk = (this.risk[k] as number) * quantity;
    this.evenTicks[k] = Math.ceil(cost / quantity);
    this.half[k] = Math.ceil((2 * cost + halfRisk) / (2 * quantity)) / TICKS;
    this.one[k] = Math.ceil((2 * cost + 2 * halfRisk) / (2 * quantity)) / TICKS;
    if (this.oneAndHalf[k] !== Number.POSITIVE_INFINITY)
      this.oneAndHalf[k] = Math.ceil((2 * cost + 3 * halfRisk) / (2 * quantity)) / TICKS;
    this.two[k] = Math.ceil((2 * cost + 4 * halfRisk) / (2 * quantity)) / TICKS;
  }

  private exit(k: number, price: number): void {
    const i = this.count(k);
    const s = this.side[k] as number;
    const quantity = this.quantity[k] as number;
    this.results.pnl[i] = (this.results.pnl[i] as number) + s * (Math.round(price * TICKS) * quantity - (this.cost[k] as number));
    this.results.stop[i] = s * (this.stopTicks[k] as number);
    this.side[k] = 0;
    this.pending[k] = 0;
  }
}
