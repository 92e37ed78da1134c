import type { InstrumentSpec } from './instrument.ts';

/** Whether a bar's timestamp in its source is the start or the end of the bar. */
export type Stamp = 'open' | 'close';

/** Bars in columns, one entry a row; `ts` is always the bar's start. */
export interface BarColumns {
  kind: 'bars';
  intervalMs: number;
  ts: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** the ask's prices where the source has quotes: the columns above are then the bid's */
  ask?: { open: Float64Array; high: Float64Array; low: Float64Array; close: Float64Array };
}

/** Trades in columns; `side` is the aggressor's: 1 buy, -1 sell, 0 unknown. */
export interface TradeColumns {
  kind: 'trades';
  ts: Float64Array;
  price: Float64Array;
  size: Float64Array;
  side: Int8Array;
}

/** Best bid and offer at each change, in columns; `bid` is at or below `ask`. */
export interface QuoteColumns {
  kind: 'quotes';
  ts: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
}

export type Columns = BarColumns | TradeColumns | QuoteColumns;

/**
 * A recorded stretch of one instrument's market. Prices are doubles parsed from decimal text of at most 15 significant digits,
 * so their shortest text is the source's value.
 */
export interface Tape {
  instrument: InstrumentSpec;
  columns: Columns;
  /** SHA-256 of the columns, hex: the same market has the same digest, whatever file it was read from (`feeds/digest.ts`) */
  digest: string;
  /** how the source stamped its bars; trades and quotes carry the event's own time */
  stamp: Stamp | 'event';
  /** true where no market made these prices; said on screen */
  synthetic: boolean;
}

export const rowsOf = (tape: Tape): number => tape.columns.ts.length;

/**
 * A place on a tape: row (0-based) and point inside it. Point 0: the clock reaches the row (bars that close, timers), before its price.
 * Points 1–4: the row's prices in the order they are walked (a trade or quote has only 1). Point 5: the bar has closed.
 * Where several tapes are walked on one clock, `row` counts the rows of all in the order they begin, and `point` the steps since the last began.
 */
export interface TapePosition {
  row: number;
  point: number;
}

/** Whether one place on a tape comes after another. */
export const isAfter = (a: TapePosition, b: TapePosition): boolean => a.row > b.row || (a.row === b.row && a.point > b.point);

/** The order in which a bar's four prices are walked (rules.md §4). */
export const BAR_PATHS = ['adverse-first', 'ohlc', 'olhc', 'nearest-first'] as const;
export type BarPath = (typeof BAR_PATHS)[number];
