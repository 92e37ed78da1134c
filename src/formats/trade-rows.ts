import type { TradeColumns } from '../domain/tape.ts';
import { Column } from './bytes.ts';
import { Fields, type Table } from './fields.ts';
import type { Rejections } from './rejections.ts';

/** Ids of trades that are remembered for finding duplicates: between this many and twice as many. */
const IDS_KEPT = 1 << 20;
const DAY = 86_400_000;

export interface TradeRows {
  columns: TradeColumns;
  fields: Fields;
}

/**
 * Reads the rows of a file of trades. Without a column `id` nothing counts as a duplicate; an id counts within its venue, where there is such a
 * column, and within its day, where the format's ids begin anew every day. Without `side` and `maker` every side is 0.
 */
export function readTradeRows(table: Table, found: Rejections): TradeRows {
  const fields = new Fields(table);
  const { lines } = fields;
  const [atPrice, atSize, atSide, atMaker] = [fields.at('price'), fields.at('size'), fields.at('side'), fields.at('maker')];
  const [atId, atVenue, atAction] = [fields.at('id'), fields.at('venue'), fields.at('action')];
  const out = { ts: new Column(), price: new Column(), size: new Column(), side: new Column() };
  const ids = new RecentIds();
  while (fields.advance(found)) {
    if (atAction >= 0 && lines.field(atAction) !== 'T') {
      found.add(lines, 'action', () => `action '${fields.shown(atAction)}': expected T, a trade`);
      continue;
    }
    const ts = fields.time(found);
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
    const side = atSide >= 0 ? sideOf(lines.field(atSide)) : atMaker >= 0 ? sideOfMaker(lines.field(atMaker)) : 0;
    if (side === undefined) {
      found.add(lines, 'side', () =>
        atSide >= 0
          ? `side '${fields.shown(atSide)}': expected buy, sell or nothing`
          : `buyer is maker '${fields.shown(atMaker)}': expected true or false`,
      );
      continue;
    }
    if (!fields.inOrder(ts, found)) continue;
    if (atId >= 0 && !fields.isEmpty(atId)) {
      const venue = atVenue < 0 ? '' : `${lines.field(atVenue)} `;
      const day = table.layout.idsRestartDaily ? `${Math.floor(ts / DAY)} ` : '';
      if (!ids.take(`${day}${venue}${lines.field(atId)}`)) {
        found.add(lines, 'duplicate', () => `duplicate: a trade with the id ${fields.shown(atId)} was taken already`);
        continue;
      }
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
    fields,
  };
}

/** The aggressor's side: 1 buy, -1 sell, 0 not stated; undefined for any other word. */
function sideOf(word: string): number | undefined {
  switch (word.toLowerCase()) {
    case 'buy':
    case 'b':
    case 'bid':
      return 1;
    case 'sell':
    case 's':
    case 'a':
    case 'ask':
      return -1;
    case '':
    case 'n':
    case 'none':
    case 'unknown':
      return 0;
    default:
      return undefined;
  }
}

/** The aggressor's side by whether the buyer was the maker: then the seller came to him. */
function sideOfMaker(word: string): number | undefined {
  const lower = word.toLowerCase();
  return lower === 'true' ? -1 : lower === 'false' ? 1 : undefined;
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
