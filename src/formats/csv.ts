import type { ImportReport } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { sessionOf } from '../domain/session.ts';
import type { BarColumns, Stamp, Tape } from '../domain/tape.ts';
import { detectInstrument, detectInterval, detectStamp, noteCalendar } from './detect.ts';
import { FormatError } from './error.ts';
import { readHeader, type Table } from './header.ts';
import { Rejections } from './rejections.ts';
import { type BarRows, type QuoteRows, readBarRows, readQuoteRows, readTradeRows, type TradeRows } from './rows.ts';

export { FormatError } from './error.ts';

/** What is known about a file beforehand; what is left out is detected. */
export interface ReadOptions {
  stamp?: Stamp;
  intervalMs?: number;
  instrument?: Partial<InstrumentSpec>;
}

/** A file that was read. `notes` say where each guess comes from, a sentence each; `intervalMs` is null for trades and quotes without a given one. */
export interface ReadResult {
  tape: Tape;
  report: ImportReport;
  notes: string[];
  intervalMs: number | null;
}

/** What a file may hold, by the columns that it must have; the first that fits is taken. */
const LAYOUTS = [
  { name: 'bars', columns: ['ts', 'open', 'high', 'low', 'close'], optional: ['volume'] },
  { name: 'trades', columns: ['ts', 'price', 'size'], optional: ['side', 'id'] },
  {
    name: 'bars of bid and ask',
    columns: ['ts', 'bid_open', 'bid_high', 'bid_low', 'bid_close', 'ask_open', 'ask_high', 'ask_low', 'ask_close'],
    optional: ['volume'],
  },
  { name: 'quotes', columns: ['ts', 'bid', 'ask'], optional: [] },
] as const;
type Layout = (typeof LAYOUTS)[number];
/** Milliseconds before this (1973) are more likely seconds. */
const LIKELY_SECONDS = 1e11;
const DAY = 86_400_000;

/**
 * Reads bars, trades, bars of bid and ask, or quotes from CSV in UTF-8: columns found by name in any order, others ignored. `ts` is UTC
 * milliseconds; in the result, bars carry their start. Bad rows are left out, counted and listed; nothing is repaired. Prices of at most
 * 15 significant digits become the nearest double.
 * @param bytes the unpacked file
 * @param fileName for messages and for what it says of symbol and market
 * @param digest SHA-256 of `bytes`, hex; kept as it is
 * @throws FormatError when the file has no usable header or not one good row, is binary, or a given option cannot be used
 */
export function readCsv(bytes: Uint8Array, fileName: string, digest: string, options: ReadOptions): ReadResult {
  const table = readHeader(bytes, fileName);
  const layout = layoutOf(table.names, fileName, table.lines.line);
  const found = new Rejections();
  const read = readRows(table, layout, found);
  const { columns, decimals } = read;
  const report = reportOf(columns.ts, found, fileName);

  const notes: string[] = [];
  if ((columns.ts.at(-1) ?? 0) < LIKELY_SECONDS)
    notes.push('The times lie before 1973: if they are seconds, multiply them by 1000 first.');
  const given = options.instrument ?? {};
  if (columns.kind !== 'bars') {
    const instrument = detectInstrument(fileName, decimals, given, false, notes);
    if (columns.kind === 'trades') {
      if (!table.names.includes('id')) notes.push('Duplicates cannot be told: the file has no column id.');
      if (!table.names.includes('side')) notes.push("The aggressor's side is unknown: the file has no column side.");
    }
    const intervalMs = options.intervalMs === undefined ? null : detectInterval(fileName, columns.ts, options.intervalMs, notes);
    noteCalendar(columns.ts, 0, sessionOf(instrument), notes);
    return { tape: { instrument, columns, digest, stamp: 'event', synthetic: false }, report, notes, intervalMs };
  }
  const ofInterval: string[] = [];
  const intervalMs = detectInterval(fileName, columns.ts, options.intervalMs, ofInterval);
  const instrument = detectInstrument(fileName, decimals, given, intervalMs >= DAY, notes);
  const hours = sessionOf(instrument);
  notes.push(...ofInterval);
  const stamp = detectStamp(columns.ts, intervalMs, hours, options.stamp, notes);
  const bars = started(columns, intervalMs, stamp);
  noteCalendar(bars.ts, intervalMs, hours, notes);
  if ('crossed' in read) notes.push(...sidesInWords(read));
  return {
    tape: { instrument, columns: bars, digest, stamp, synthetic: false },
    report,
    notes,
    intervalMs,
  };
}

function readRows(table: Table, layout: Layout['name'], found: Rejections): BarRows | TradeRows | QuoteRows {
  switch (layout) {
    case 'bars':
      return readBarRows(table, found, 'one');
    case 'bars of bid and ask':
      return readBarRows(table, found, 'bid-ask');
    case 'trades':
      return readTradeRows(table, found);
    case 'quotes':
      return readQuoteRows(table, found);
    default:
      return layout satisfies never;
  }
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

function reportOf(ts: Float64Array, found: Rejections, file: string): ImportReport {
  if (ts.length > 0) return found.report(ts.length);
  const first = found.first;
  if (!first) throw new FormatError(file, undefined, 'no rows after the header; expected at least one');
  throw new FormatError(file, first.line, `${first.reason}; none of the ${found.report(0).rejectedRows} rows can be used`);
}

/** The columns with `ts` at the start of each bar. */
function started(columns: BarColumns, intervalMs: number, stamp: Stamp): BarColumns {
  return { ...columns, intervalMs, ts: stamp === 'open' ? columns.ts : columns.ts.map((end) => end - intervalMs) };
}

/** @throws FormatError when the columns are those of no layout */
function layoutOf(names: string[], file: string, line: number): Layout['name'] {
  const layout = LAYOUTS.find(({ columns }) => columns.every((name) => names.includes(name)));
  if (layout) return layout.name;
  const expected = LAYOUTS.map(({ name, columns, optional }) => {
    const more = optional.length > 0 ? ` and optionally ${optional.join(', ')}` : '';
    return `${name} (${columns.join(', ')}${more})`;
  });
  throw new FormatError(file, line, `found the columns ${names.join(', ').slice(0, 200)}; expected ${expected.join(' or ')}`);
}
