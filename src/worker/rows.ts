import { rowsOf, type Tape } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';

/** Rows of an ascending column that begin before `ts`, or, where it is included, at it. */
function rowsBefore(column: Float64Array, ts: number, included: boolean): number {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = column[middle] ?? Number.POSITIVE_INFINITY;
    if (start < ts || (included && start === ts)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const sum = (tapes: readonly Tape[], rows: (tape: Tape) => number): number =>
  tapes.reduce((total, tape) => total + rows(tape), 0);

/** Market time at which a row begins; rows of all tapes count in the order in which they begin on their one clock. */
export function timeOfRow(tapes: readonly Tape[], row: number): Milliseconds {
  let low = Math.min(...tapes.map(({ columns }) => columns.ts[0] ?? Number.POSITIVE_INFINITY));
  let high = Math.max(...tapes.map(({ columns }) => columns.ts.at(-1) ?? Number.NEGATIVE_INFINITY));
  const wanted = Math.max(0, Math.min(Math.floor(row), sum(tapes, rowsOf) - 1));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sum(tapes, ({ columns }) => rowsBefore(columns.ts, middle, true)) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows of all tapes that are over when a bar starts at `start`: bars that have ended by then, and prints before it, for one at its very start is its own. */
export const rowsOver = (tapes: readonly Tape[], start: Milliseconds): number =>
  sum(tapes, ({ columns }) =>
    columns.kind === 'bars' ? rowsBefore(columns.ts, start - columns.intervalMs, true) : rowsBefore(columns.ts, start, false),
  );
