import { rowsOf, type Tape } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { WallClock } from '../domain/wall-clock.ts';
import { rowsOver } from './rows.ts';

const WRITTEN = /^(?:(\d{4}-\d{2}-\d{2})(?:[ T]+|$))?(?:(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?$/;
const DAY = 86_400_000;
const EXAMPLE = 'expected a date and a time such as 2019-02-15 10:42, a date, or a time of the day that is shown';

/** When the market of a tape begins, and when its last row is over. */
const endsOf = ({ columns }: Tape): [Milliseconds, Milliseconds] => [
  columns.ts[0] ?? Number.POSITIVE_INFINITY,
  (columns.ts.at(-1) ?? Number.NEGATIVE_INFINITY) + (columns.kind === 'bars' ? columns.intervalMs : 0),
];

/**
 * How many rows are over at a time that a person has written down in a zone: a date with a time, a date (its midnight, or the beginning of the
 * market where that comes later on the day), or a time of the day of `now`. At the very end every row is over.
 * @throws RangeError naming what was written and what was expected
 */
export function rowAt(tapes: readonly Tape[], zone: string, written: string, now: Milliseconds): number {
  const refuse = (expected: string): never => {
    throw new RangeError(`"${written}": ${expected}`);
  };
  const clock = new WallClock(zone);
  const match = WRITTEN.exec(written.trim());
  const [, date = clock.written(now).slice(0, 10), time = '00:00'] = match ?? [];
  if (!match || (match[1] === undefined && match[2] === undefined)) return refuse(EXAMPLE);
  const local = Date.parse(`${date}T${time.padStart(time.length + (time.indexOf(':') === 1 ? 1 : 0), '0')}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date) return refuse(EXAMPLE);
  const ts = clock.utc(local);
  if (ts === undefined) return refuse(`the clocks of ${zone} skip it: expected a time that they show`);
  const ends = tapes.map(endsOf);
  const [from, to] = [Math.min(...ends.map(([first]) => first)), Math.max(...ends.map(([, last]) => last))];
  if (match[2] === undefined && ts < from && from < ts + DAY) return 0;
  if (ts < from || ts > to)
    return refuse(`expected a time from ${clock.written(from)} to ${clock.written(to)}, the session's own (${zone})`);
  return ts === to ? tapes.reduce((rows, tape) => rows + rowsOf(tape), 0) : rowsOver(tapes, ts);
}
