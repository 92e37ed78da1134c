import type { QuoteColumns } from '../domain/tape.ts';
import { Column } from './bytes.ts';
import { Fields, type Table } from './fields.ts';
import type { Rejections } from './rejections.ts';

export interface QuoteRows {
  columns: QuoteColumns;
  fields: Fields;
}

/**
 * Reads the rows of a file of quotes. A bid above its ask is left out, an equal one is kept, and so is a quote that repeats the one before:
 * equal values are not duplicates. Where the format leaves out what has not changed, an empty bid or ask is that of the row above, whether or
 * not that row was taken; sizes only say how finely the market counts.
 */
export function readQuoteRows(table: Table, found: Rejections): QuoteRows {
  const fields = new Fields(table);
  const { lines } = fields;
  const carry = table.layout.carry === true;
  const [atBid, atAsk] = [fields.at('bid'), fields.at('ask')];
  const sizes = [fields.at('bid_size'), fields.at('ask_size')].filter((at) => at >= 0);
  const out = { ts: new Column(), bid: new Column(), ask: new Column() };
  let [bid, ask] = [NaN, NaN];
  while (fields.advance(found)) {
    const ts = fields.time(found);
    const [keepsBid, keepsAsk] = [carry && fields.isEmpty(atBid), carry && fields.isEmpty(atAsk)];
    if (!keepsBid) bid = fields.price(atBid);
    if (!keepsAsk) ask = fields.price(atAsk);
    if (Number.isNaN(ts)) continue;
    if (Number.isNaN(bid + ask)) {
      const wrong = [...(keepsBid ? [] : [atBid]), ...(keepsAsk ? [] : [atAsk])].filter((at) => Number.isNaN(fields.price(at)));
      if (wrong.length > 0) fields.rejectPrice(wrong, found);
      else
        found.add(lines, 'unknown', () => `${Number.isNaN(bid) ? 'bid' : 'ask'}: not known yet, no row above has a usable one`);
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
  return { columns: { kind: 'quotes', ts: out.ts.array(), bid: out.bid.array(), ask: out.ask.array() }, fields };
}
