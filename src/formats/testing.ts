import type { BarColumns, QuoteColumns, TradeColumns } from '../domain/tape.ts';
import { type ReadOptions, type ReadResult, type ReadTable, readCsv } from './csv.ts';

/** For tests: reads lines of ASCII as a file of this name. */
export const readLines = (lines: readonly string[], name = 'x.csv', options: ReadOptions = {}): ReadTable =>
  readCsv(
    Uint8Array.from(lines.join('\n'), (character) => character.charCodeAt(0)),
    name,
    options,
  );

export function barsOf({ tape: { columns } }: ReadResult): BarColumns {
  if (columns.kind !== 'bars') throw new Error(`expected bars, found ${columns.kind}`);
  return columns;
}

export function tradesOf({ tape: { columns } }: ReadResult): TradeColumns {
  if (columns.kind !== 'trades') throw new Error(`expected trades, found ${columns.kind}`);
  return columns;
}

export function quotesOf({ tape: { columns } }: ReadResult): QuoteColumns {
  if (columns.kind !== 'quotes') throw new Error(`expected quotes, found ${columns.kind}`);
  return columns;
}

/** Times of rows as ISO 8601. */
export const timesOf = ({ tape: { columns } }: ReadResult): string[] =>
  Array.from(columns.ts, (ts) => new Date(ts).toISOString());

/** Reason and line of each row that was left out. */
export const leftOut = ({ report }: ReadResult): [line: number, reason: string][] =>
  report.rejected.map(({ line, reason }) => [line, reason]);
