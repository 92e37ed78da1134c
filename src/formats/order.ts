import type { Milliseconds } from '../domain/time.ts';
import type { BarColumns, Columns } from '../domain/tape.ts';
import type { Timeline } from '../domain/import.ts';
import { rowsOfTable, type Table } from './fields.ts';
import { TimeReader } from './time.ts';

/** Steps back from which a table is newest first rather than one with a row that goes back. */
const FEWEST_STEPS = 2;

/** Whether every step from a row to the next goes back in time or stays, and at least two go back: then the newest row stands first. */
export function isNewestFirst({ bytes, head, layout }: Pick<Table, 'bytes' | 'head' | 'layout'>): boolean {
  const times = new TimeReader(layout.time, layout.zone);
  const lines = rowsOfTable({ bytes, head });
  const { ts: at = -1, clock } = layout.places;
  let steps = 0;
  let before = NaN;
  while (lines.advance()) {
    if (lines.fields !== head.titles.length) continue;
    const time = times.read(lines, at, clock);
    if (Number.isNaN(time)) continue;
    if (time > before) return false;
    if (time < before) steps += 1;
    before = time;
  }
  return steps >= FEWEST_STEPS;
}

/** Turns the rows round, in place. */
export function turnRound(columns: Columns): void {
  for (const column of arraysOf(columns)) column.reverse();
}

function arraysOf(columns: Columns): readonly (Float64Array | Int8Array)[] {
  switch (columns.kind) {
    case 'bars': {
      const { ts, open, high, low, close, volume, ask } = columns;
      return [ts, open, high, low, close, volume, ...(ask ? [ask.open, ask.high, ask.low, ask.close] : [])];
    }
    case 'trades':
      return [columns.ts, columns.price, columns.size, columns.side];
    case 'quotes':
      return [columns.ts, columns.bid, columns.ask];
    default:
      return columns satisfies never;
  }
}

/** Distances longer than the interval, between bars in order. */
export function gapsOf(ts: Float64Array, intervalMs: Milliseconds): NonNullable<Timeline['gaps']> {
  const gaps = { count: 0, longestMs: 0, afterTs: 0 };
  for (let row = 1; row < ts.length; row += 1) {
    const before = ts[row - 1] ?? 0;
    const distance = (ts[row] ?? 0) - before;
    if (distance <= intervalMs) continue;
    gaps.count += 1;
    if (distance <= gaps.longestMs) continue;
    gaps.longestMs = distance;
    gaps.afterTs = before;
  }
  return gaps;
}

/** Bars without volume that stay at the close before them. */
export function repeatsOf({ open, high, low, close, volume }: BarColumns): number {
  let repeats = 0;
  for (let row = 1; row < close.length; row += 1) {
    const before = close[row - 1];
    if (volume[row] === 0 && open[row] === before && high[row] === before && low[row] === before && close[row] === before)
      repeats += 1;
  }
  return repeats;
}
