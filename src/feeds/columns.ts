import type { Columns } from '../domain/tape.ts';

/** What a recording's columns can be. */
export type Layout = Columns['kind'] | 'bid-ask bars';

/** Columns by the names that market files give them, in the order in which they are hashed and written. */
const NAMES: Readonly<Record<Layout, readonly string[]>> = {
  bars: ['ts', 'open', 'high', 'low', 'close', 'volume'],
  'bid-ask bars': [
    ...['ts', 'bid_open', 'bid_high', 'bid_low', 'bid_close'],
    ...['ask_open', 'ask_high', 'ask_low', 'ask_close', 'volume'],
  ],
  trades: ['ts', 'price', 'size', 'side'],
  quotes: ['ts', 'bid', 'ask'],
};

export const LAYOUTS = Object.keys(NAMES) as Layout[];

export const layoutOf = (columns: Columns): Layout => (columns.kind === 'bars' && columns.ask ? 'bid-ask bars' : columns.kind);

export const namesOf = (layout: Layout): readonly string[] => NAMES[layout];

/** A tape's columns with their names, in order. */
export function namedColumns(columns: Columns): [name: string, values: Float64Array | Int8Array][] {
  const values = valuesOf(columns);
  return namesOf(layoutOf(columns)).map((name, at) => [name, values[at] ?? new Float64Array()]);
}

function valuesOf(columns: Columns): (Float64Array | Int8Array)[] {
  switch (columns.kind) {
    case 'bars': {
      const { ts, open, high, low, close, volume, ask } = columns;
      return [ts, open, high, low, close, ...(ask ? [ask.open, ask.high, ask.low, ask.close] : []), volume];
    }
    case 'trades':
      return [columns.ts, columns.price, columns.size, columns.side];
    case 'quotes':
      return [columns.ts, columns.bid, columns.ask];
    default:
      return columns satisfies never;
  }
}

/** Columns of a layout from their values, which `take` gives by name. */
export function columnsFrom(layout: Layout, intervalMs: number, take: (name: string) => Float64Array): Columns {
  const prices = (side: '' | 'bid_' | 'ask_') => ({
    open: take(`${side}open`),
    high: take(`${side}high`),
    low: take(`${side}low`),
    close: take(`${side}close`),
  });
  const ts = take('ts');
  switch (layout) {
    case 'bars':
      return { kind: 'bars', intervalMs, ts, ...prices(''), volume: take('volume') };
    case 'bid-ask bars':
      return { kind: 'bars', intervalMs, ts, ...prices('bid_'), volume: take('volume'), ask: prices('ask_') };
    case 'trades':
      return { kind: 'trades', ts, price: take('price'), size: take('size'), side: Int8Array.from(take('side')) };
    case 'quotes':
      return { kind: 'quotes', ts, bid: take('bid'), ask: take('ask') };
    default:
      return layout satisfies never;
  }
}
