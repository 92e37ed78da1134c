import type { Places } from '../domain/layout.ts';
import { timeFormOf } from './cells.ts';
import type { Head } from './head.ts';
import { byNames } from './names.ts';

const isNumber = (cell: string): boolean => /^[+-]?\d+(?:[.,]\d+)?$/.test(cell);

/**
 * The likeliest roles of the columns of a table that is of no known format, to begin with when a person says them: by names, and without a
 * header by what the cells look like. It is never read without being confirmed.
 */
export function guess(head: Head): Places {
  if (head.header) return byNames(head);
  const columns = head.titles.map((_, at) => head.rows.map((cells) => cells[at] ?? ''));
  const ts = columns.findIndex((cells) => cells.some(looksLikeTime));
  if (ts < 0) return {};
  const clock = columns[ts + 1]?.some((cell) => /^\d{1,2}:\d{2}/.test(cell)) ? ts + 1 : undefined;
  const numbers = columns.flatMap((cells, at) => (at > (clock ?? ts) && cells.every(isNumber) ? [at] : []));
  const when: Places = clock === undefined ? { ts } : { ts, clock };
  const [first, second, third, fourth, fifth] = numbers;
  if (first === undefined) return when;
  if (second !== undefined && third !== undefined && fourth !== undefined) {
    const bars: Places = { ...when, open: first, high: second, low: third, close: fourth };
    return fifth === undefined ? bars : { ...bars, volume: fifth };
  }
  return second === undefined ? { ...when, price: first } : { ...when, price: first, size: second };
}

/** A date, or a count since 1970 that no price or size reaches. */
const looksLikeTime = (cell: string): boolean =>
  /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|^\d{8}(?:[ T]?\d{4,6})?$/.test(cell) ||
  (/^\d{10,19}$/.test(cell) && timeFormOf([cell]).form !== 'ymd');
