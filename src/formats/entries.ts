import type { PlaceEntry } from '../domain/commands.ts';
import type { Side } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { readTable } from './table.ts';

/** An entry that a file asks for at a market time; `line` is its place in the file. */
export interface FileEntry {
  ts: Milliseconds;
  entry: PlaceEntry;
  line: number;
}

const SIDES: Readonly<Record<string, Side>> = { long: 'long', short: 'short', buy: 'long', sell: 'short' };

/**
 * Reads entries at market from CSV `ts,symbol,side,quantity,stop,target`: `ts` in UTC milliseconds, side long, short, buy or sell;
 * quantity, stop and target may be empty or missing: the policy then says. Sorted by time, rows of one time in the file's order.
 * A row for a symbol whose position is open on the same side is an add: the position keeps its own stop and target, those of the row count
 * only when the add is checked and sized. On the other side the engine denies it.
 * @throws FormatError with file and line at the first bad row
 */
export function readEntries(bytes: Uint8Array, file: string): FileEntry[] {
  const entries = readTable(bytes, file, ['ts', 'symbol', 'side'], ['quantity', 'stop', 'target']).map((row): FileEntry => {
    const ts = row.time('ts');
    const entry: PlaceEntry = {
      type: 'PlaceEntry',
      symbol: row.word('symbol'),
      side: row.choice('side', SIDES),
      kind: 'market',
      source: 'entries',
    };
    const quantity = row.optionalPositive('quantity');
    const stop = row.optionalPositive('stop');
    const target = row.optionalPositive('target');
    if (quantity !== undefined) entry.quantity = quantity;
    if (stop !== undefined) entry.stop = stop;
    if (target !== undefined) entry.target = target;
    return { ts, entry, line: row.line };
  });
  return entries.toSorted((a, b) => a.ts - b.ts);
}
