import type { FileFill } from '../fills.ts';
import type { DateOrder } from './times.ts';
import type { LeftOut } from './report.ts';

/** What is known of a file of fills beforehand; what is left out is taken from the file or assumed, and said in a note. */
export interface FillsOptions {
  /** IANA zone of times that do not say theirs; else UTC */
  zone?: string;
  /** name for the one instrument of the file: of one that names none, or names it otherwise than the market file does */
  symbol?: string;
  /** money per unit and price point where the file has no such column, a decimal above 0; else 1 */
  multiplier?: string;
  /** of a file with several accounts or strategies the one that is read; else the first */
  part?: string;
  /** of dates such as 03/04/2024 that could be either */
  dates?: DateOrder;
}

/** What a reader finds: fills in the order in which they happened. */
export interface FoundFills {
  fills: FileFill[];
  left: LeftOut;
  notes: string[];
  /** accounts or strategies of the file, where it names any; the first is read, unless another was asked for */
  parts: string[];
}

/** Which account or strategy is read, with a note where there are several. @param what "accounts" */
export function partOf(parts: readonly string[], what: string, { part }: FillsOptions, notes: string[]): string | undefined {
  const read = part ?? parts[0];
  if (parts.length > 1 && read !== undefined)
    notes.push(`The file has ${parts.length} ${what} (${parts.slice(0, 5).join(', ')}): what follows is of ${read} alone.`);
  return read;
}

const timesBack = (times: readonly number[]): number => times.filter((ts, at) => at > 0 && ts < (times[at - 1] ?? 0)).length;

/** Fills by time. Where the file has the newest first, those of one time are turned round as well. */
export function inOrder<T extends { ts: number }>(rows: readonly T[], notes: string[]): T[] {
  const times = rows.map(({ ts }) => ts);
  const back = timesBack(times);
  const newestFirst = back > timesBack(times.toReversed());
  if (newestFirst) notes.push('The newest rows come first in the file: they are read from its end.');
  const left = newestFirst ? timesBack(times.toReversed()) : back;
  if (left > 0) notes.push(`The time goes back ${left} times in the file: its rows are sorted by time.`);
  return (newestFirst ? rows.toReversed() : [...rows]).sort((a, b) => a.ts - b.ts);
}
