import type { BarColumns } from '../domain/tape.ts';
import { Column } from './bytes.ts';
import { Fields, type Table } from './fields.ts';
import type { Rejections } from './rejections.ts';

/** Rows in columns, and what was learned of them while they were read. */
export interface BarRows {
  columns: BarColumns;
  fields: Fields;
  /** bars of bid and ask that were taken though a bid is above its ask: at the close, and in any of the four prices */
  crossed: { closes: number; bars: number };
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

  /** @param prefix what stands before open, high, low and close in the roles of the columns */
  constructor(fields: Fields, prefix: '' | 'bid_' | 'ask_') {
    this.prefix = prefix;
    this.at = {
      open: fields.at(`${prefix}open`),
      high: fields.at(`${prefix}high`),
      low: fields.at(`${prefix}low`),
      close: fields.at(`${prefix}close`),
    };
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
  const { lines } = fields;
  const atVolume = fields.at('volume');
  const main = new BarPrices(fields, sides === 'one' ? '' : 'bid_');
  const ask = sides === 'one' ? undefined : new BarPrices(fields, 'ask_');
  const times = new Column();
  const volumes = new Column();
  const crossed = { closes: 0, bars: 0 };
  while (fields.advance(found)) {
    const ts = fields.time(found);
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
    fields,
    crossed,
  };
}
