import type { BarColumns, QuoteColumns, TradeColumns } from '../domain/tape.ts';
import { Column, DecimalReader, EXACT_DIGITS, type Lines } from './bytes.ts';
import type { Table } from './header.ts';
import type { Rejections } from './rejections.ts';

/** First millisecond after the years that a timestamp may name. */
const AFTER_2100 = Date.UTC(2101, 0, 1);

/** Ids of trades that are remembered for finding duplicates: between this many and twice as many. */
const IDS_KEPT = 1 << 20;

/** The finest decimals among the rows that were taken; `size` is undefined where none was above 0. */
export interface Decimals {
  price: number;
  size: number | undefined;
}

export interface BarRows {
  columns: BarColumns;
  decimals: Decimals;
  /** bars of bid and ask that were taken though a bid is above its ask: at the close, and in any of the four prices */
  crossed: { closes: number; bars: number };
}

export interface TradeRows {
  columns: TradeColumns;
  decimals: Decimals;
}

export interface QuoteRows {
  columns: QuoteColumns;
  decimals: Decimals;
}

/** Reads single fields of the current line, and remembers of the lines that were taken when the last was and how fine their decimals are. */
class Fields {
  readonly lines: Lines;
  readonly names: string[];
  readonly decimals: Decimals = { price: 0, size: undefined };
  /** time of the last line taken */
  last = -1;
  /** finest decimals among the prices of this line */
  private places = 0;
  private readonly decimal = new DecimalReader();

  constructor({ lines, names }: Table) {
    this.lines = lines;
    this.names = names;
  }

  /** A price above 0 of at most 15 digits; NaN otherwise. */
  price(field: number): number {
    const value = this.number(field);
    if (!(value > 0) || this.decimal.digits > EXACT_DIGITS) return NaN;
    if (this.decimal.places > this.places) this.places = this.decimal.places;
    return value;
  }

  /** Any decimal; NaN otherwise. */
  number(field: number): number {
    return this.decimal.read(this.lines.bytes, this.lines.start(field), this.lines.end(field));
  }

  /** Decimals of the field that `number` read last. */
  get lastPlaces(): number {
    return this.decimal.places;
  }

  /** Whole milliseconds of the years 1970 to 2100; NaN otherwise, and counted. */
  time(field: number, found: Rejections): number {
    const value = this.number(field);
    if (value >= 0 && value < AFTER_2100 && Number.isInteger(value)) return value;
    found.add(
      this.lines,
      'time',
      () => `time '${this.shown(field)}' in column ${this.names[field]}: expected whole milliseconds of the years 1970 to 2100`,
    );
    return NaN;
  }

  /** False where a time is before the last line taken, which is then counted. */
  inOrder(ts: number, found: Rejections): boolean {
    if (ts >= this.last) return true;
    found.add(this.lines, 'back', () => `time goes back: ${ts} is ${this.last - ts} ms before the last row taken`);
    return false;
  }

  /** Counts the current line among those taken. */
  take(ts: number): void {
    this.last = ts;
    if (this.places > this.decimals.price) this.decimals.price = this.places;
  }

  /** Counts the decimals of a size above 0. */
  takeSize(places: number): void {
    this.decimals.size = Math.max(this.decimals.size ?? 0, places);
  }

  /** What is wrong with the first of these fields that is no usable price. */
  rejectPrice(fields: number[], found: Rejections): void {
    const field = fields.find((each) => Number.isNaN(this.price(each))) ?? 0;
    const value = this.number(field);
    const digits = value > 0 ? this.decimal.digits : 0;
    const what = `price '${this.shown(field)}' in column ${this.names[field]}`;
    if (digits > EXACT_DIGITS)
      found.add(this.lines, 'digits', () => `${what}: ${digits} significant digits, expected at most ${EXACT_DIGITS}`);
    else found.add(this.lines, 'price', () => `${what}: expected a decimal above 0`);
  }

  shown(field: number): string {
    return this.lines.field(field).slice(0, 40);
  }

  /** Goes to the next line that has the header's number of fields; false at the end. */
  advance(found: Rejections): boolean {
    const { lines } = this;
    while (lines.advance()) {
      if (lines.blankBefore > 0) found.addBlank(lines, this.names.length);
      this.places = 0;
      if (lines.fields === this.names.length) return true;
      found.add(lines, 'fields', () => `${lines.fields} fields: expected ${this.names.length}`);
    }
    return false;
  }
}

/** The four prices of bars: the only ones, or those of the bid or the ask. */
class BarPrices {
  /** of the current line */
  open = NaN;
  high = NaN;
  low = NaN;
  close = NaN;
  private readonly prefix: string;
  private readonly at: { open: number; high: number; low: number; close: number };
  private readonly taken = { open: new Column(), high: new Column(), low: new Column(), close: new Column() };

  /** @param prefix what stands before open, high, low and close in the names of the columns */
  constructor(names: string[], prefix: '' | 'bid_' | 'ask_') {
    const place = (name: string): number => names.indexOf(prefix + name);
    this.prefix = prefix;
    this.at = { open: place('open'), high: place('high'), low: place('low'), close: place('close') };
  }

  /** Reads the current line; false where these cannot be the prices of a bar, which is then counted. */
  read(fields: Fields, found: Rejections): boolean {
    const { at, prefix } = this;
    const open = fields.price(at.open);
    const high = fields.price(at.high);
    const low = fields.price(at.low);
    const close = fields.price(at.close);
    if (Number.isNaN(open + high + low + close)) {
      fields.rejectPrice([at.open, at.high, at.low, at.close], found);
      return false;
    }
    if (high < low) {
      found.add(fields.lines, 'range', () => `${prefix}high ${high} below ${prefix}low ${low}`);
      return false;
    }
    if (open < low || open > high || close < low || close > high) {
      found.add(fields.lines, 'inside', () => {
        const [name, value] = open < low || open > high ? ['open', open] : ['close', close];
        return `${prefix}${name} ${value} outside ${prefix}low ${low} to ${prefix}high ${high}`;
      });
      return false;
    }
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    return true;
  }

  /** Takes the prices of the current line. */
  take(): void {
    this.taken.open.push(this.open);
    this.taken.high.push(this.high);
    this.taken.low.push(this.low);
    this.taken.close.push(this.close);
  }

  columns(): Pick<BarColumns, 'open' | 'high' | 'low' | 'close'> {
    const { open, high, low, close } = this.taken;
    return { open: open.array(), high: high.array(), low: low.array(), close: close.array() };
  }
}

/**
 * Reads the rows of a file of bars; `ts` stays as the source stamped it and `intervalMs` is 0: both follow from all rows.
 * @param sides `bid-ask`: the columns are those of the bid, beside them the ask's. Each side must be right in itself; a bid above its ask is
 * counted and kept, because the two are sampled apart.
 */
export function readBarRows(table: Table, found: Rejections, sides: 'one' | 'bid-ask'): BarRows {
  const fields = new Fields(table);
  const { lines, names } = table;
  const atTs = names.indexOf('ts');
  const atVolume = names.indexOf('volume');
  const main = new BarPrices(names, sides === 'one' ? '' : 'bid_');
  const ask = sides === 'one' ? undefined : new BarPrices(names, 'ask_');
  const times = new Column();
  const volumes = new Column();
  const crossed = { closes: 0, bars: 0 };
  while (fields.advance(found)) {
    const ts = fields.time(atTs, found);
    if (Number.isNaN(ts)) continue;
    if (!main.read(fields, found) || ask?.read(fields, found) === false) continue;
    const volume = atVolume < 0 ? 0 : fields.number(atVolume);
    if (!(volume >= 0)) {
      found.add(lines, 'volume', () => `volume '${fields.shown(atVolume)}': expected a decimal of at least 0`);
      continue;
    }
    if (!fields.inOrder(ts, found)) continue;
    if (ts === fields.last) {
      found.add(lines, 'duplicate', () => `duplicate: a bar with the time ${ts} was taken already`);
      continue;
    }
    fields.take(ts);
    if (volume > 0) fields.takeSize(fields.lastPlaces);
    times.push(ts);
    main.take();
    volumes.push(volume);
    if (!ask) continue;
    ask.take();
    if (main.close > ask.close) crossed.closes += 1;
    if (main.close > ask.close || main.open > ask.open || main.high > ask.high || main.low > ask.low) crossed.bars += 1;
  }
  return {
    columns: {
      kind: 'bars',
      intervalMs: 0,
      ts: times.array(),
      ...main.columns(),
      volume: volumes.array(),
      ...(ask ? { ask: ask.columns() } : {}),
    },
    decimals: fields.decimals,
    crossed,
  };
}

/** Reads the rows of a file of trades. Without a column `id` nothing counts as a duplicate; without `side` every side is 0. */
export function readTradeRows(table: Table, found: Rejections): TradeRows {
  const fields = new Fields(table);
  const { lines } = table;
  const place = (name: string): number => table.names.indexOf(name);
  const [atTs, atPrice, atSize, atSide, atId] = [place('ts'), place('price'), place('size'), place('side'), place('id')];
  const out = { ts: new Column(), price: new Column(), size: new Column(), side: new Column() };
  const ids = new RecentIds();
  while (fields.advance(found)) {
    const ts = fields.time(atTs, found);
    if (Number.isNaN(ts)) continue;
    const price = fields.price(atPrice);
    if (Number.isNaN(price)) {
      fields.rejectPrice([atPrice], found);
      continue;
    }
    const size = fields.number(atSize);
    const places = fields.lastPlaces;
    if (!(size > 0)) {
      found.add(lines, 'size', () => `size '${fields.shown(atSize)}': expected a decimal above 0`);
      continue;
    }
    const side = atSide < 0 ? 0 : sideOf(lines.field(atSide));
    if (side === undefined) {
      found.add(lines, 'side', () => `side '${fields.shown(atSide)}': expected buy, sell or nothing`);
      continue;
    }
    if (!fields.inOrder(ts, found)) continue;
    const id = atId < 0 ? '' : lines.field(atId);
    if (id !== '' && !ids.take(id)) {
      found.add(lines, 'duplicate', () => `duplicate: a trade with the id ${fields.shown(atId)} was taken already`);
      continue;
    }
    fields.take(ts);
    fields.takeSize(places);
    out.ts.push(ts);
    out.price.push(price);
    out.size.push(size);
    out.side.push(side);
  }
  return {
    columns: {
      kind: 'trades',
      ts: out.ts.array(),
      price: out.price.array(),
      size: out.size.array(),
      side: Int8Array.from(out.side.array()),
    },
    decimals: fields.decimals,
  };
}

/** Sizes of a quote by their usual names: they say how finely the market counts, no more. */
const QUOTE_SIZES = ['bid_size', 'ask_size', 'bid_qty', 'ask_qty'];

/**
 * Reads the rows of a file of quotes. A bid above its ask is left out, an equal one is kept, and so is a quote that repeats the one before:
 * equal values are not duplicates.
 */
export function readQuoteRows(table: Table, found: Rejections): QuoteRows {
  const fields = new Fields(table);
  const { lines, names } = table;
  const [atTs, atBid, atAsk] = [names.indexOf('ts'), names.indexOf('bid'), names.indexOf('ask')];
  const prices = [atBid, atAsk];
  const sizes = QUOTE_SIZES.map((name) => names.indexOf(name)).filter((at) => at >= 0);
  const out = { ts: new Column(), bid: new Column(), ask: new Column() };
  while (fields.advance(found)) {
    const ts = fields.time(atTs, found);
    if (Number.isNaN(ts)) continue;
    const bid = fields.price(atBid);
    const ask = fields.price(atAsk);
    if (Number.isNaN(bid + ask)) {
      fields.rejectPrice(prices, found);
      continue;
    }
    if (bid > ask) {
      found.add(lines, 'crossed', () => `crossed: bid ${bid} above ask ${ask}`);
      continue;
    }
    if (!fields.inOrder(ts, found)) continue;
    fields.take(ts);
    for (const at of sizes) if (fields.number(at) > 0) fields.takeSize(fields.lastPlaces);
    out.ts.push(ts);
    out.bid.push(bid);
    out.ask.push(ask);
  }
  return {
    columns: { kind: 'quotes', ts: out.ts.array(), bid: out.bid.array(), ask: out.ask.array() },
    decimals: fields.decimals,
  };
}

/** The aggressor's side: 1 buy, -1 sell, 0 not stated; undefined for any other word. */
function sideOf(word: string): number | undefined {
  switch (word.toLowerCase()) {
    case 'buy':
    case 'b':
      return 1;
    case 'sell':
    case 's':
      return -1;
    case '':
    case 'unknown':
      return 0;
    default:
      return undefined;
  }
}

/** Remembers the last million or two of ids, in two generations, so that a long file needs no more memory than a short one. */
class RecentIds {
  private young = new Set<string>();
  private old = new Set<string>();

  /** Takes an id; false when it is among those remembered. */
  take(id: string): boolean {
    if (this.young.has(id) || this.old.has(id)) return false;
    if (this.young.size >= IDS_KEPT) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(id);
    return true;
  }
}
