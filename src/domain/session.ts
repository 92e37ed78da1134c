import type { Milliseconds } from './time.ts';

/** Trading hours in an exchange's own zone; `open` and `close` are minutes after local midnight. A 24-hour market has neither. */
export interface SessionHours {
  text: string;
  zone: string;
  open: number | undefined;
  close: number | undefined;
}

/** One local trading day: UTC bounds of the calendar day and of the session. For a 24-hour market the session is the whole UTC day. */
export interface SessionDay {
  /** local date, "2019-02-15" */
  date: string;
  start: Milliseconds;
  end: Milliseconds;
  open: Milliseconds;
  close: Milliseconds;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Minutes after midnight of "HH:MM", or undefined. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 24 * 60 ? minutes : undefined;
}

/** @throws RangeError when the zone is unknown or the hours are not `HH:MM-HH:MM` or `24h` */
export function parseSession(text: string): SessionHours {
  const cut = text.lastIndexOf('/');
  const zone = cut > 0 ? text.slice(0, cut) : '';
  const hours = text.slice(cut + 1);
  const expected = 'expected ZONE/HH:MM-HH:MM or ZONE/24h, e.g. America/New_York/09:30-16:00';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch {
    throw new RangeError(`session "${text}": unknown time zone "${zone}"; ${expected}`);
  }
  if (hours === '24h') return { text, zone, open: undefined, close: undefined };
  const [from, to, ...rest] = hours.split('-').map(parseTimeOfDay);
  if (from === undefined || to === undefined || rest.length > 0 || from >= to)
    throw new RangeError(`session "${text}": ${expected}`);
  return { text, zone, open: from, close: to };
}

/** Local wall clock of a zone, with the day's bounds cached: Intl is asked once a day and zone, not once a tick. */
export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  private readonly hours: SessionHours;
  private readonly days = new Map<number, SessionDay>();
  private current: SessionDay = { date: '', start: 0, end: 0, open: 0, close: 0 };

  constructor(hours: SessionHours) {
    this.hours = hours;
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone: hours.zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** The local trading day that holds `ts`. */
  day(ts: Milliseconds): SessionDay {
    if (ts >= this.current.start && ts < this.current.end) return this.current;
    const local = this.localMillis(ts);
    const midnight = Math.floor(local / DAY) * DAY;
    let day = this.days.get(midnight);
    if (!day) {
      const date = new Date(midnight).toISOString().slice(0, 10);
      const start = this.toUtc(midnight);
      const end = this.toUtc(midnight + DAY);
      const open = this.hours.open === undefined ? start : this.toUtc(midnight + this.hours.open * MINUTE);
      const close = this.hours.close === undefined ? end : this.toUtc(midnight + this.hours.close * MINUTE);
      day = { date, start, end, open, close };
      this.days.set(midnight, day);
    }
    this.current = day;
    return day;
  }

  /** UTC time of a local time of day on the trading day that holds `ts`; `minutes` after local midnight. */
  at(ts: Milliseconds, minutes: number): Milliseconds {
    const midnight = Date.parse(`${this.day(ts).date}T00:00:00Z`);
    return this.toUtc(midnight + minutes * MINUTE);
  }

  private localMillis(ts: Milliseconds): number {
    if (this.hours.zone === 'UTC') return ts;
    const part: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(ts)) part[type] = Number(value);
    return (
      Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) +
      (ts - Math.floor(ts / 1000) * 1000)
    );
  }

  /** Local to UTC: a local time that happens twice means the first of the two, one that is skipped the first instant after the gap. */
  private toUtc(local: number): Milliseconds {
    const before = local - this.offset(local - DAY);
    if (this.localMillis(before) === local) return before;
    const after = local - this.offset(local + DAY);
    if (this.localMillis(after) === local) return after;
    let early = after;
    let late = before;
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (this.localMillis(middle) < local) early = middle;
      else late = middle;
    }
    return late;
  }

  /** Local time minus UTC at an instant. */
  private offset(ts: Milliseconds): number {
    return this.localMillis(ts) - ts;
  }
}
