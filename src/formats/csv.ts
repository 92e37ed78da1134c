import type { ImportReport } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { LayoutChoice, TableLook } from '../domain/layout.ts';
import { sessionOf } from '../domain/session.ts';
import type { BarColumns, Stamp, Tape } from '../domain/tape.ts';
import { type BarRows, readBarRows } from './bar-rows.ts';
import { detectInstrument, detectInterval, detectStamp, noteCalendar } from './detect.ts';
import { FormatError } from './error.ts';
import type { Table } from './fields.ts';
import { lookAt } from './head.ts';
import { type Layout, layoutOf } from './layout.ts';
import { gapsOf, isNewestFirst, repeatsOf, turnRound } from './order.ts';
import { type QuoteRows, readQuoteRows } from './quote-rows.ts';
import { Rejections } from './rejections.ts';
import { readTradeRows, type TradeRows } from './trade-rows.ts';
import { narrowed } from './utf16.ts';
import { tell, type Watch } from './watch.ts';

export { FormatError } from './error.ts';

/** What is known about a file beforehand; what is left out is detected. */
export interface ReadOptions {
  stamp?: Stamp;
  intervalMs?: number;
  instrument?: Partial<InstrumentSpec>;
  layout?: LayoutChoice;
}

/**
 * A file that was read; its tape gets its digest where the file is opened. `notes` say where each guess comes from, a sentence each;
 * `intervalMs` is null for trades and quotes without a given one; `table` is how its text was laid out, where a
 * person may correct that.
 */
export interface ReadResult {
  tape: Omit<Tape, 'digest'>;
  report: ImportReport;
  notes: string[];
  intervalMs: number | null;
  table?: TableLook;
}

/** A text table that was read. */
export interface ReadTable extends ReadResult {
  table: TableLook;
}

/** A file that was opened: whatever it was read from, its tape has a digest. */
export interface OpenedFile extends ReadResult {
  tape: Tape;
}

/** Milliseconds before this (1973) are more likely something else. */
const LIKELY_OTHERS = 1e11;
const DAY = 86_400_000;

/**
 * Reads bars, trades, bars of bid and ask, or quotes from a text table in UTF-8 (or UTF-16 with its mark), in any of the formats of `layouts/`
 * or as `options.layout` says. In the result times are UTC milliseconds, bars carry their start, and the oldest row stands first. Bad rows are
 * left out, counted and listed; nothing is repaired. Prices of at most 15 significant digits become the nearest double.
 * @param bytes the unpacked file
 * @param fileName for messages and for what it says of symbol and market
 * @throws FormatError when no format fits, there is not one good row or more than one symbol, the file is binary, or a given option cannot be
 * used; where the layout may be at fault it says how the table looks. Or the reason of the watch's signal.
 */
export function readCsv(bytes: Uint8Array, fileName: string, options: ReadOptions, watch: Watch = {}): ReadTable {
  const text = narrowed(bytes);
  const choice = options.layout ?? {};
  const head = lookAt(text, fileName, choice);
  const layout = layoutOf(head, choice);
  const table: Table = { bytes: text, head, layout, newestFirst: isNewestFirst({ bytes: text, head, layout }), watch };
  tell(watch, 0);
  const found = new Rejections();
  const read = readRows(table, found);
  const { columns, fields } = read;
  if (columns.ts.length === 0) throw nothingRead(found, table);
  if (table.newestFirst) turnRound(columns);
  tell(watch, 1);

  const notes = [...layout.notes];
  if (table.newestFirst) notes.push('The newest row stands first: the rows were turned round.');
  if (fields.times.cut) notes.push('What times have beyond the millisecond is cut off.');
  if (layout.time === 'ms' && (columns.ts.at(-1) ?? 0) < LIKELY_OTHERS)
    notes.push('The times lie before 1973: if they do not count milliseconds, correct what they count.');
  const given = { ...options.instrument };
  given.symbol ||= symbolOf(fields.onlySymbol(fileName), layout, notes) ?? '';
  const report = (gaps: ImportReport['timeline']['gaps']): ImportReport =>
    found.report(columns.ts.length, {
      newestFirst: table.newestFirst,
      stepsBack: fields.stepsBack,
      duplicates: found.of('duplicate'),
      repeats: columns.kind === 'bars' && layout.places.volume !== undefined ? repeatsOf(columns) : 0,
      gaps,
    });
  if (columns.kind !== 'bars') {
    const instrument = detectInstrument(fileName, fields.decimals, given, false, notes);
    if (columns.kind === 'trades') {
      if (layout.places.id === undefined) notes.push('Duplicates cannot be told: the file has no column id.');
      if (layout.places.side === undefined && layout.places.maker === undefined)
        notes.push("The aggressor's side is unknown: the file has no column side.");
    }
    const intervalMs = options.intervalMs === undefined ? null : detectInterval(fileName, columns.ts, options.intervalMs, notes);
    noteCalendar(columns.ts, 0, sessionOf(instrument), notes);
    const tape = { instrument, columns, stamp: 'event' as const, synthetic: false };
    return { tape, report: report(null), notes, intervalMs, table: layout.look };
  }
  const ofInterval: string[] = [];
  if (options.intervalMs === undefined && layout.intervalMs !== undefined)
    ofInterval.push("Interval: what the file's own records say.");
  const intervalMs = detectInterval(fileName, columns.ts, options.intervalMs ?? layout.intervalMs, ofInterval);
  const instrument = detectInstrument(fileName, fields.decimals, given, intervalMs >= DAY, notes);
  const hours = sessionOf(instrument);
  notes.push(...ofInterval);
  const stamp = detectStamp(columns.ts, intervalMs, hours, options.stamp, layout, notes);
  const bars = started(columns, intervalMs, stamp);
  noteCalendar(bars.ts, intervalMs, hours, notes);
  if ('crossed' in read) notes.push(...sidesInWords(read));
  const tape = { instrument, columns: bars, stamp, synthetic: false };
  return { tape, report: report(gapsOf(bars.ts, intervalMs)), notes, intervalMs, table: layout.look };
}

function readRows(table: Table, found: Rejections): BarRows | TradeRows | QuoteRows {
  const { kind } = table.layout;
  switch (kind) {
    case 'bars':
      return readBarRows(table, found, 'one');
    case 'bars of bid and ask':
      return readBarRows(table, found, 'bid-ask');
    case 'trades':
      return readTradeRows(table, found);
    case 'quotes':
      return readQuoteRows(table, found);
    default:
      return kind satisfies never;
  }
}

/** The symbol that the table's column names, or that its name has by the habits of its format. */
function symbolOf(column: string | undefined, layout: Layout, notes: string[]): string | undefined {
  // a number is an instrument's key at its vendor, and means nothing to a person
  if (column !== undefined && /\D/.test(column)) {
    notes.push(`Symbol ${column}: from the file's column.`);
    return column;
  }
  if (layout.symbol !== undefined) notes.push(`Symbol ${layout.symbol}: from the file's name.`);
  return layout.symbol;
}

/** What is to be known of bars that have two sides. */
function sidesInWords({ columns, crossed }: BarRows): string[] {
  if (!columns.ask) return [];
  const shown = 'Bars of bid and ask: the bars shown are those of the bid.';
  if (crossed.bars === 0) return [shown];
  const { closes, bars } = crossed;
  return [
    shown,
    `${closes} bars close with the bid above the ask, and ${bars} have a bid above the ask somewhere: the two sides were sampled apart, and the bars are kept as they are.`,
  ];
}

function nothingRead(found: Rejections, { head, layout }: Table): FormatError {
  const { first } = found;
  if (!first) return new FormatError(head.file, undefined, 'no rows after the header; expected at least one');
  const what = `${first.reason}; none of the ${found.all} rows can be used`;
  return new FormatError(head.file, first.line, what, layout.look);
}

/** The columns with `ts` at the start of each bar. */
function started(columns: BarColumns, intervalMs: number, stamp: Stamp): BarColumns {
  return { ...columns, intervalMs, ts: stamp === 'open' ? columns.ts : columns.ts.map((end) => end - intervalMs) };
}
