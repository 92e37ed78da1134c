import { WallClock } from '../../domain/wall-clock.ts';
import type { Milliseconds } from '../../domain/time.ts';
import { FormatError } from '../error.ts';

const TIME = String.raw`(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3})\d*)?)?(?:\s*(am|pm))?)?\s*(z|utc|[+-]\d{2}:?\d{2})?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-./](\d{1,2})[-./](\d{1,2})${TIME}$`, 'i');
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})[-./](\d{1,2})[-./](\d{4})${TIME}$`, 'i');

const AFTER_2100 = Date.UTC(2101, 0, 1);
const MINUTE = 60_000;

export type DateOrder = 'day-first' | 'month-first';

/**
 * Which of the first two numbers of dates such as 03/04/2024 is the day: what the file's own dates leave no doubt of. Undefined where they
 * could all be either, null where none has its year last.
 */
export function dateOrder(cells: readonly string[]): DateOrder | undefined | null {
  let order: DateOrder | undefined | null = null;
  for (const cell of cells) {
    const match = YEAR_LAST.exec(cell);
    if (!match) continue;
    const [, first, second] = match;
    if (Number(second) > 12) return 'month-first';
    if (Number(first) > 12) return 'day-first';
    // a 12-hour clock is written where months come first, points where days do
    if (match[8] !== undefined) order ??= 'month-first';
    else if (cell.includes('.') && /^\d+\.\d+\./.test(cell)) order ??= 'day-first';
    else if (order === null) order = undefined;
  }
  return order;
}

/** Reads the times of one file. */
export class FileClock {
  /** true once a time was read that does not say its zone itself */
  local = false;
  private readonly clock: WallClock;
  private readonly order: DateOrder;
  private readonly zone: string;

  /** @throws FormatError when the zone is unknown */
  constructor(file: string, zone: string | undefined, order: DateOrder) {
    this.zone = zone ?? 'UTC';
    this.order = order;
    try {
      this.clock = new WallClock(this.zone);
    } catch (error) {
      throw new FormatError(file, undefined, error instanceof Error ? error.message : String(error));
    }
  }

  /** UTC of a time as the file writes it, or in words why there is none. */
  read(cell: string): Milliseconds | string {
    const expected = `time "${cell.slice(0, 40)}": expected a date and time such as 2024-03-15 14:31:00 of the years 1970 to 2100`;
    const yearFirst = YEAR_FIRST.exec(cell);
    const match = yearFirst ?? YEAR_LAST.exec(cell);
    if (!match) return expected;
    const [, a, b, c, hour = '0', minute = '0', second = '0', fraction = '', half, zone] = match;
    const [year, month, day] = (yearFirst ? [a, b, c] : this.order === 'day-first' ? [c, b, a] : [c, a, b]).map(Number);
    const hours = hourOf(Number(hour), half);
    const local = Date.UTC(
      year ?? 0,
      (month ?? 0) - 1,
      day,
      hours,
      Number(minute),
      Number(second),
      Number(fraction.padEnd(3, '0')),
    );
    const shown = new Date(local);
    const right =
      shown.getUTCMonth() + 1 === month &&
      shown.getUTCDate() === day &&
      hours < 24 &&
      Number(minute) < 60 &&
      Number(second) < 60 &&
      local >= 0 &&
      local < AFTER_2100;
    if (!right) return expected;
    if (zone !== undefined) return local - offsetOf(zone);
    this.local = true;
    return this.clock.utc(local) ?? `time "${cell.slice(0, 40)}": the clock of ${this.zone} skips it`;
  }

  /** What is to be said of the times that were read; nothing where each said its zone itself. */
  notes(given: string | undefined): string[] {
    if (!this.local) return [];
    return given === undefined
      ? ['Times are taken as UTC: the file does not say of which zone they are.']
      : [`Times are those of ${given}, as was said.`];
  }
}

/** Of a 12-hour clock 12 am is 0; NaN where there is no such hour. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return NaN;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetOf(zone: string): Milliseconds {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * MINUTE;
}
