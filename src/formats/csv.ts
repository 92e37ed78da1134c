import type { ImportReport } from '../domain/import.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { sessionOf } from '../domain/session.ts';
import type { BarColumns, Stamp, Tape } from '../domain/tape.ts';
import { detectInstrument, detectInterval, detectStamp, noteCalendar } from './detect.ts';
import { FormatError } from './error.ts';
import { readHeader } from './header.ts';
import { Rejections } from './rejections.ts';
import { readBarRows, readTradeRows } from './rows.ts';

export { FormatError } from './error.ts';

/** What is known about a file beforehand; what is left out is detected. */
export interface ReadOptions {
  stamp?: Stamp;
  intervalMs?: number;
  instrument?: Partial<InstrumentSpec>;
}

/** A file that was read. `notes` say where each guess comes from, a sentence each; `intervalMs` is null for trades without a given one. */
export interface ReadResult {
  tape: Tape;
  report: ImportReport;
  notes: string[];
  intervalMs: number | null;
}

const BAR_COLUMNS = ['ts', 'open', 'high', 'low', 'close'];
const TRADE_COLUMNS = ['ts', 'price', 'size'];
/** Milliseconds before this (1973) are more likely seconds. */
const LIKELY_SECONDS = 1e11;

/**
 * Reads bars (ts, open, high, low, close and optionally volume) or trades (ts, price, size and optionally side, id) from CSV in UTF-8,
 * columns found by name in any order, others ignored. `ts` is UTC milliseconds; in the result, bars carry their start. Bad rows are left out,
 * counted and listed; nothing is repaired. Prices of at most 15 significant digits become the nearest double.
 * @param bytes the unpacked file
 * @param fileName for messages and for what it says of symbol and market
 * @param digest SHA-256 of `bytes`, hex; kept as it is
 * @throws FormatError when the file has no usable header or not one good row, is binary, or a given option cannot be used
 */
export function readCsv(bytes: Uint8Array, fileName: string, digest: string, options: ReadOptions): ReadResult {
  const table = readHeader(bytes, fileName);
  const kind = kindOf(table.names, fileName, table.lines.line);
  const found = new Rejections();
  const { columns, decimals } = kind === 'bars' ? readBarRows(table, found) : readTradeRows(table, found);
  const report = reportOf(columns.ts, found, fileName);

  const notes: string[] = [];
  if ((columns.ts.at(-1) ?? 0) < LIKELY_SECONDS)
    notes.push('The times lie before 1973: if they are seconds, multiply them by 1000 first.');
  const instrument = detectInstrument(fileName, decimals, options.instrument ?? {}, notes);
  const hours = sessionOf(instrument);
  if (columns.kind === 'trades') {
    if (!table.names.includes('id')) notes.push('Duplicates cannot be told: the file has no column id.');
    if (!table.names.includes('side')) notes.push("The aggressor's side is unknown: the file has no column side.");
    const intervalMs = options.intervalMs === undefined ? null : detectInterval(fileName, columns.ts, options.intervalMs, notes);
    noteCalendar(columns.ts, 0, hours, notes);
    return { tape: { instrument, columns, digest, stamp: 'event', synthetic: false }, report, notes, intervalMs };
  }
  const intervalMs = detectInterval(fileName, columns.ts, options.intervalMs, notes);
  const stamp = detectStamp(columns.ts, intervalMs, hours, options.stamp, notes);
  const bars = started(columns, intervalMs, stamp);
  noteCalendar(bars.ts, intervalMs, hours, notes);
  return {
    tape: { instrument, columns: bars, digest, stamp, synthetic: false },
    report,
    notes,
    intervalMs,
  };
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

/** @throws FormatError when the columns are neither those of bars nor those of trades */
function kindOf(names: string[], file: string, line: number): 'bars' | 'trades' {
  if (BAR_COLUMNS.every((name) => names.includes(name))) return 'bars';
  if (TRADE_COLUMNS.every((name) => names.includes(name))) return 'trades';
  const expected = `expected bars (${BAR_COLUMNS.join(', ')} and optionally volume) or trades (${TRADE_COLUMNS.join(', ')} and optionally side, id)`;
  const columns = names.join(', ').slice(0, 200);
  if (names.some((name) => /^(bid|ask)(_|$)/.test(name)))
    throw new FormatError(file, line, `quotes are not supported: found the columns ${columns}; ${expected}`);
  throw new FormatError(file, line, `found the columns ${columns}; ${expected}`);
}
