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
/** One array holds all, a stride a slot: what a price touches lies in one cache line or two. A short's prices are negated throughout. */
const STRIDE = 32;
const SIDE = 0;
const PENDING = 1;
const STOP = 2;
const FLAT = 3;
/** Infinity once the partial exit is ordered */
const ONE_AND_HALF = 4;
const ONE = 5;
const STOP_TICKS = 6;
const EVEN_TICKS = 7;
const BEST = 8;
const TWO = 9;
const HALF = 10;
const INDEX = 11;
const QUANTITY = 12;
const INITIAL = 13;
/** money paid for what is held, in ticks × units */
const COST = 14;
const RISK = 15;
const ADDS = 16;
const ENTRY_VOLUME = 17;
const ENTRY_LEVEL = 18;
const BAND_LOW = 19;
const BAND_HIGH = 20;

/** what is ordered and fills at the next price */
const [ENTRY, REDUCE, ADD] = [1, 2, 3];

/** The greatest whole number of ticks at or below `price`. */
function floorTicks(price: number): number {
  const n = Math.round(price * 100);
  return n / 100 > price ? n - 1 : n;
}

/**
 * The rules of the bench policy written out by hand as one loop over one typed array: no objects, no events, nothing allocated, no band;
 * every rule of every position is tested at every price. Shorts are negated, so that each rule is one comparison.
 */
export class Inline {
  readonly results: Results = {
    count: 0,
    pnl: new Float64Array(MOST),
    fills: new Int32Array(MOST),
    moves: new Int32Array(MOST),
    stop: new Int32Array(MOST),
  };
  private readonly prints: Prints;
  private readonly slots: number;
  private readonly held: Float64Array;
  private readonly indicators = new Indicators();

  constructor(prints: Prints, slots: number) {
    this.prints = prints;
    this.slots = slots;
    this.held = new Float64Array(slots * STRIDE);
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
    entries.ts[i] = i === 0 ? ts : Math.max(ts, (entries.ts[i - 1] as number) + 500);
    entries.side[i] = (slot + i) % 2 === 0 ? 1 : -1;
    entries.quantity[i] = 200 * (1 + (i % 7));
  }

  /** Where a free slot enters next: a little later, or the next morning where the flat is near. */
  private noteNext(entries: Entries, slot: number, ts: number): void {
    const { flatAt } = this.prints;
    const midnight = Math.floor(ts / DAY) * DAY;
    this.note(entries, slot, ts + PAUSE >= midnight + flatAt - LAST_ENTRY ? midnight + DAY + MORNING : ts + PAUSE);
  }

  private reset(): void {
    const { results } = this;
    for (const column of [results.pnl, results.fills, results.moves]) column.fill(0, 0, results.count);
    results.count = 0;
    this.held.fill(0);
    this.indicators.reset();
  }

  private walk(entries: Entries, planning: boolean): void {
    this.reset();
    const { prints, held, indicators } = this;
    const { price: prices, ts: times, volume, perRow, intervalMs } = prints;
    // A bundler makes variables of a module's constants, and V8 folds only constants into a loop: its offsets are its own, once more.
    const STRIDE = 32;
    const SIDE = 0;
    const PENDING = 1;
    const STOP = 2;
    const FLAT = 3;
    const ONE_AND_HALF = 4;
    const ONE = 5;
    const STOP_TICKS = 6;
    const EVEN_TICKS = 7;
    const BEST = 8;
    const TWO = 9;
    const rows = times.length;
    const end = held.length;
    let barEnd = Number.NaN;
    let high = 0;
    let low = 0;
    let traded = 0;
    let last = Number.NaN;
    let atr = Number.NaN;
    let next = 0;
    let nextEntry = entries.ts[0] as number;
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      const ts = times[row] as number;
      if (ts >= barEnd) {
        indicators.close(high, low, last, traded, barEnd - intervalMs);
        atr = indicators.atr;
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
        for (let o = 0; o < end; o += STRIDE) {
          const side = held[o + SIDE] as number;
          if (side === 0) continue;
          const x = side * price;
          // Along a bar the stop lies before the price; after a jump what was ordered comes first.
          if (held[o + PENDING] !== 0 && (point === 0 || x > (held[o + STOP] as number))) this.fill(o, price, ts);
          if (x <= (held[o + STOP] as number) || ts >= (held[o + FLAT] as number)) {
            const stopped = x <= (held[o + STOP] as number) && point > 0;
            this.exit(o, stopped ? side * (held[o + STOP] as number) : price);
            if (planning) this.noteNext(entries, o / STRIDE, perRow === 4 ? ts + intervalMs : ts);
            continue;
          }
          if (x >= (held[o + ONE_AND_HALF] as number)) {
            held[o + PENDING] = REDUCE;
            held[o + ONE_AND_HALF] = Number.POSITIVE_INFINITY;
          }
          let wanted = Number.NEGATIVE_INFINITY;
          if (x >= (held[o + ONE] as number) && (held[o + STOP_TICKS] as number) < (held[o + EVEN_TICKS] as number))
            wanted = held[o + EVEN_TICKS] as number;
          const best = held[o + BEST] as number;
          if (best === best) {
            if (x > best) held[o + BEST] = x;
            const behind = floorTicks((x > best ? x : best) - atr);
            if (behind > wanted) wanted = behind;
          } else if (x >= (held[o + TWO] as number) && atr > 0) {
            held[o + BEST] = x;
            const behind = floorTicks(x - atr);
            if (behind > wanted) wanted = behind;
          }
          if (wanted > (held[o + STOP_TICKS] as number)) this.raise(o, wanted, x);
        }
      }
      traded += volume[row] as number;
      if (perRow === 4 && ts + intervalMs >= barEnd) {
        indicators.close(high, low, last, traded, barEnd - intervalMs);
        atr = indicators.atr;
        barEnd = Number.NaN;
        this.atBar(last, ts + intervalMs);
      }
      if (planning && next < entries.count) nextEntry = entries.ts[next] as number;
    }
    for (let o = 0; o < end; o += STRIDE) if (held[o + SIDE] !== 0) this.keepStop(o);
    this.results.count = next;
  }

  private keepStop(o: number): void {
    const { held } = this;
    this.results.stop[held[o + INDEX] as number] = (held[o + SIDE] as number) * (held[o + STOP_TICKS] as number);
  }

  /** The stop `wanted`, but at least a tick behind the price; only ever nearer. */
  private raise(o: number, wanted: number, x: number): void {
    const nearest = Math.round(x * TICKS) - 1;
    const ticks = wanted < nearest ? wanted : nearest;
    if (ticks > (this.held[o + STOP_TICKS] as number)) this.moveStop(o, ticks);
  }

  private moveStop(o: number, ticks: number): void {
    const i = this.held[o + INDEX] as number;
    this.setStop(o, ticks);
    this.results.moves[i] = (this.results.moves[i] as number) + 1;
  }

  private setStop(o: number, ticks: number): void {
    this.held[o + STOP_TICKS] = ticks;
    this.held[o + STOP] = ticks / TICKS;
  }

  /** What a bar's close changes: the trail's distance, and whether to add. */
  private atBar(last: number, ts: number): void {
    const { held } = this;
    const { atr, rsi, macd, macdSignal, volumeNow } = this.indicators;
    for (let o = 0; o < held.length; o += STRIDE) {
      const side = held[o + SIDE] as number;
      if (side === 0 || held[o + PENDING] === ENTRY || ts >= (held[o + FLAT] as number)) continue;
      const x = side * last;
      const best = held[o + BEST] as number;
      if (best !== best && x >= (held[o + TWO] as number) && atr > 0) {
        held[o + BEST] = x;
        this.raise(o, floorTicks(x - atr), x);
      } else if (best === best) this.raise(o, floorTicks(best - atr), x);
      if (
        held[o + PENDING] === 0 &&
        held[o + ADDS] === 0 &&
        x >= (held[o + HALF] as number) &&
        volumeNow / (held[o + ENTRY_VOLUME] as number) > 1.2 &&
        (macd - macdSignal) * side > 0 &&
        (side > 0 ? rsi > 50 : rsi < 50) &&
        x > (held[o + ENTRY_LEVEL] as number)
      ) {
        held[o + PENDING] = ADD;
        const reach = (0.25 * (held[o + RISK] as number)) / TICKS;
        held[o + BAND_LOW] = floorTicks(last - reach) / TICKS;
        held[o + BAND_HIGH] = -floorTicks(-(last + reach)) / TICKS;
      }
    }
  }

  private place(entries: Entries, next: number, last: number, planning: boolean): void {
    const { held } = this;
    const slot = entries.slot[next] as number;
    const side = entries.side[next] as number;
    const o = slot * STRIDE;
    if (planning) entries.stop[next] = Math.round(last * TICKS) - side * (40 + ((next * 7 + slot * 37) % 61) * 8);
    held[o + INDEX] = next;
    held[o + SIDE] = side;
    held[o + PENDING] = ENTRY;
    held[o + QUANTITY] = entries.quantity[next] as number;
    this.setStop(o, side * (entries.stop[next] as number));
  }

  /** Counts a fill of the slot's position and returns the position's index. */
  private filled(o: number): number {
    const i = this.held[o + INDEX] as number;
    this.results.fills[i] = (this.results.fills[i] as number) + 1;
    return i;
  }

  /** What is ordered fills at this price: the entry, the partial exit, or the add unless the price has gone too far. */
  private fill(o: number, price: number, ts: number): void {
    const { held, results } = this;
    const ordered = held[o + PENDING];
    const side = held[o + SIDE] as number;
    const quantity = held[o + QUANTITY] as number;
    const cost = held[o + COST] as number;
    const ticks = Math.round(price * TICKS);
    held[o + PENDING] = 0;
    if (ordered === ENTRY) return this.enter(o, price, ticks, ts);
    // What is ordered when the flat falls due is taken back.
    if (ts >= (held[o + FLAT] as number)) return undefined;
    if (ordered === ADD) {
      const losing = side * (ticks * quantity - cost) <= 0;
      if (!losing && price >= (held[o + BAND_LOW] as number) && price <= (held[o + BAND_HIGH] as number)) this.add(o, ticks);
      return undefined;
    }
    const i = this.filled(o);
    const part = Math.floor(quantity / 2);
    const share = (cost * part) / quantity;
    results.pnl[i] = (results.pnl[i] as number) + side * (ticks * part - share);
    held[o + QUANTITY] = quantity - part;
    held[o + COST] = cost - share;
    return undefined;
  }

  private enter(o: number, price: number, ticks: number, ts: number): void {
    const { held, indicators } = this;
    const side = held[o + SIDE] as number;
    this.filled(o);
    this.setStop(o, Math.min(held[o + STOP_TICKS] as number, side * ticks - 1));
    held[o + INITIAL] = held[o + QUANTITY] as number;
    held[o + COST] = ticks * (held[o + QUANTITY] as number);
    held[o + RISK] = side * ticks - (held[o + STOP_TICKS] as number);
    held[o + ADDS] = 0;
    held[o + BEST] = Number.NaN;
    held[o + ENTRY_VOLUME] = indicators.volumeNow;
    held[o + ENTRY_LEVEL] = side * (side > 0 ? indicators.levelAbove(price) : indicators.levelBelow(price));
    const flat = Math.floor(ts / DAY) * DAY + this.prints.flatAt;
    held[o + FLAT] = flat > ts ? flat : flat + DAY;
    held[o + ONE_AND_HALF] = 0;
    this.drawLevels(o);
  }

  private add(o: number, ticks: number): void {
    const { held } = this;
    const part = Math.floor((held[o + INITIAL] as number) / 2);
    this.filled(o);
    held[o + QUANTITY] = (held[o + QUANTITY] as number) + part;
    held[o + COST] = (held[o + COST] as number) + ticks * part;
    held[o + ADDS] = 1;
    this.drawLevels(o);
    const average = ((held[o + SIDE] as number) * (held[o + COST] as number)) / (held[o + QUANTITY] as number);
    const whole = Math.floor(average - (held[o + RISK] as number));
    if (whole > (held[o + STOP_TICKS] as number)) this.moveStop(o, whole);
  }

  /** The levels that rest on average entry and R, each rounded to the tick that is harder to reach. */
  private drawLevels(o: number): void {
    const { held } = this;
    const cost = (held[o + SIDE] as number) * (held[o + COST] as number);
    const quantity = held[o + QUANTITY] as number;
    const halfRisk = (held[o + RISK] as number) * quantity;
    held[o + EVEN_TICKS] = Math.ceil(cost / quantity);
    held[o + HALF] = Math.ceil((2 * cost + halfRisk) / (2 * quantity)) / TICKS;
    held[o + ONE] = Math.ceil((2 * cost + 2 * halfRisk) / (2 * quantity)) / TICKS;
    held[o + TWO] = Math.ceil((2 * cost + 4 * halfRisk) / (2 * quantity)) / TICKS;
    if (held[o + ONE_AND_HALF] !== Number.POSITIVE_INFINITY)
      held[o + ONE_AND_HALF] = Math.ceil((2 * cost + 3 * halfRisk) / (2 * quantity)) / TICKS;
  }

  private exit(o: number, price: number): void {
    const { held, results } = this;
    const i = this.filled(o);
    const side = held[o + SIDE] as number;
    results.pnl[i] =
      (results.pnl[i] as number) +
      side * (Math.round(price * TICKS) * (held[o + QUANTITY] as number) - (held[o + COST] as number));
    this.keepStop(o);
    held[o + SIDE] = 0;
    held[o + PENDING] = 0;
  }
}
