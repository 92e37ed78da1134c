import { type CalendarSpec, type Hours, isZone, parseHours, type Schedule, TradingCalendar, dateOf } from './calendar.ts';
import type { Measure } from './measure.ts';
import { CALENDARS } from './nyse.ts';
import type { Milliseconds } from './time.ts';

/** Trading hours in an exchange's own zone. */
export interface SessionHours {
  /** as the instrument's `session` says it */
  text: string;
  zone: string;
  /**
   * regular hours (of the first weekday that has any), minutes after local midnight; an open on the evening before is negative.
   * A 24-hour market has neither.
   */
  open: number | undefined;
  close: number | undefined;
  /** weekdays, holidays and half days; undefined where every day has the same hours */
  calendar: TradingCalendar | undefined;
}

/**
 * One trading day. Days follow each other without gap or overlap: a day begins at local midnight, or at its open where that is on the
 * evening before. For a 24-hour market the session is the whole local day.
 */
export interface SessionDay {
  /** local date, "2019-02-15"; of an overnight session the date of its close */
  date: string;
  start: Milliseconds;
  end: Milliseconds;
  /** bounds of the session; NaN where there is none */
  open: Milliseconds;
  close: Milliseconds;
  /** false on a weekend, a holiday, and where the clock change leaves nothing of the session */
  trading: boolean;
  /** closes before its weekday's regular close */
  early: boolean;
  /** why it is closed or has other hours; '' on a regular day */
  reason: string;
  /** false where the calendar does not reach: holidays and half days are unknown there */
  known: boolean;
}

/** A time of day, or a duration before the close. */
export type SessionTime = Pick<Measure, 'unit' | 'value'>;

const MINUTE = 60_000;
const DAY = 86_400_000;
const DAY_MINUTES = 1_440;
/** Minutes before the close that stand for a time of day at which the exchange has closed already. */
const LATEST_MINUTES = 15;

/**
 * Reads "XNYS", "XNAS", `ZONE/HH:MM-HH:MM` (the same hours every day of the week, opening on the evening before where the open is at or
 * after the close) or `ZONE/24h`.
 * @throws RangeError when it is none of these or the zone is unknown
 */
export function parseSession(text: string): SessionHours {
  const known = Object.hasOwn(CALENDARS, text) ? CALENDARS[text] : undefined;
  if (known) return hoursOf(known);
  const cut = text.lastIndexOf('/');
  const zone = cut > 0 ? text.slice(0, cut) : '';
  const expected = `expected ${Object.keys(CALENDARS).join(', ')}, ZONE/HH:MM-HH:MM or ZONE/24h, e.g. America/New_York/09:30-16:00`;
  if (!isZone(zone)) throw new RangeError(`session "${text}": unknown time zone "${zone}"; ${expected}`);
  if (text.slice(cut + 1) === '24h') return { text, zone, open: undefined, close: undefined, calendar: undefined };
  const hours = parseHours(text.slice(cut + 1));
  if (!hours) throw new RangeError(`session "${text}": ${expected}`);
  return { text, zone, ...hours, calendar: undefined };
}

function hoursOf(spec: CalendarSpec): SessionHours {
  const calendar = new TradingCalendar(spec);
  const [first] = calendar.regularHours;
  return { text: spec.name, zone: spec.zone, open: first?.open, close: first?.close, calendar };
}

/**
 * The hours of an instrument: its own calendar, which `session` then names, or what `session` says.
 * @throws RangeError naming the key and the value that cannot be used
 */
export function sessionOf({ session, calendar }: { session: string; calendar?: CalendarSpec }): SessionHours {
  if (!calendar) return parseSession(session);
  if (session !== calendar.name)
    throw new RangeError(`session "${session}": expected "${calendar.name}", the name of the instrument's calendar`);
  return hoursOf(calendar);
}

/** A day, and what its times are computed from. */
interface Day extends SessionDay {
  /** days since 1970-01-01 */
  number: number;
  schedule: Schedule;
  /** UTC minus local time; NaN where the clock changes within the day */
  shift: Milliseconds;
}

const AROUND_THE_CLOCK: Hours = { open: 0, close: DAY_MINUTES };

/** Local wall clock and trading days of an exchange, with the bounds of days cached: Intl is asked once a day, not once a tick. */
export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  private readonly zone: string;
  private readonly calendar: TradingCalendar | undefined;
  private readonly daily: Schedule;
  private readonly days = new Map<number, Day>();
  private current: Day | undefined;
  private start: Milliseconds = 0;
  private end: Milliseconds = 0;

  constructor({ zone, open, close, calendar }: SessionHours) {
    this.zone = zone;
    this.calendar = calendar;
    const hours = open === undefined || close === undefined ? AROUND_THE_CLOCK : { open, close };
    this.daily = { hours, regular: hours, reason: '', known: true };
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** The trading day that holds `ts`. */
  day(ts: Milliseconds): SessionDay {
    return this.find(ts);
  }

  /** The first day with a session that begins after the day of `ts`. */
  nextTradingDay(ts: Milliseconds): SessionDay {
    let day = this.dayOf(this.find(ts).number + 1);
    while (!day.trading) day = this.dayOf(day.number + 1);
    return day;
  }

  /**
   * UTC time of a session time on the trading day that holds `ts`, never outside its session; NaN where there is none.
   * On a day that closes early it comes as much earlier: 15:45 of a 16:00 close is 12:45 of a 13:00 close. In an overnight session
   * the times of day after its open are the evening before. See `isPastClose` for a time of day at which the exchange is closed.
   * @param at a time of day, or a duration before the close, at least 0
   */
  sessionTime(ts: Milliseconds, at: SessionTime): Milliseconds {
    const day = this.find(ts);
    const { hours, regular = hours } = day.schedule;
    if (!day.trading || !hours || !regular) return Number.NaN;
    const value = at.value.toNumber();
    const within = (time: Milliseconds): Milliseconds => Math.min(day.close, Math.max(day.open, time));
    if (at.unit === 'duration') return within(day.close - value);
    const evening = regular.open < 0 && value > regular.open + DAY_MINUTES;
    const minutes = pastClose(regular, value) ? regular.close - LATEST_MINUTES : evening ? value - DAY_MINUTES : value;
    return within(this.onDay(day, minutes - Math.max(0, regular.close - hours.close)));
  }

  /** True for a time of day at which the exchange has closed already, on some weekday: it counts as a quarter of an hour before the close. */
  isPastClose(at: SessionTime): boolean {
    if (at.unit !== 'time') return false;
    const regular = this.calendar?.regularHours ?? [this.daily.regular ?? AROUND_THE_CLOCK];
    return regular.some((hours) => pastClose(hours, at.value.toNumber()));
  }

  /** UTC time of a local time of day on the date of the trading day that holds `ts`; `minutes` after local midnight. */
  at(ts: Milliseconds, minutes: number): Milliseconds {
    return this.onDay(this.find(ts), minutes);
  }

  /** Local time of day of an instant, "15:45". */
  timeOfDay(ts: Milliseconds): string {
    return new Date(this.localMillis(ts)).toISOString().slice(11, 16);
  }

  private find(ts: Milliseconds): Day {
    if (this.current && ts >= this.start && ts < this.end) return this.current;
    // The local date is at most a day away; of an overnight session the trading day is too.
    let day = this.dayOf(Math.floor(ts / DAY));
    while (ts >= day.end) day = this.dayOf(day.number + 1);
    while (ts < day.start) day = this.dayOf(day.number - 1);
    this.current = day;
    this.start = day.start;
    this.end = day.end;
    return day;
  }

  private dayOf(number: number): Day {
    const known = this.days.get(number);
    if (known) return known;
    const schedule = this.scheduleOf(number);
    const { hours, regular, reason } = schedule;
    const localStart = beginning(number, schedule);
    const localEnd = beginning(number + 1, this.scheduleOf(number + 1));
    const start = this.days.get(number - 1)?.end ?? this.toUtc(localStart);
    const end = this.days.get(number + 1)?.start ?? this.toUtc(localEnd);
    const shift = start - localStart === end - localEnd ? start - localStart : Number.NaN;
    const bounds = { number, start, end, shift };
    const open = hours ? this.onDay(bounds, hours.open) : Number.NaN;
    const close = hours ? this.onDay(bounds, hours.close) : Number.NaN;
    const trading = open < close;
    const day: Day = {
      ...bounds,
      date: dateOf(number),
      open: trading ? open : Number.NaN,
      close: trading ? close : Number.NaN,
      trading,
      early: trading && hours !== undefined && regular !== undefined && hours.close < regular.close,
      reason,
      known: schedule.known,
      schedule,
    };
    this.days.set(number, day);
    return day;
  }

  private scheduleOf(number: number): Schedule {
    return this.calendar?.on(number) ?? this.daily;
  }

  /** UTC of a local time, without Intl where the clock stands on the day. */
  private onDay(day: Pick<Day, 'number' | 'start' | 'end' | 'shift'>, minutes: number): Milliseconds {
    const local = day.number * DAY + minutes * MINUTE;
    const ts = local + day.shift;
    return ts >= day.start && ts <= day.end ? ts : this.toUtc(local);
  }

  private localMillis(ts: Milliseconds): number {
    if (this.zone === 'UTC') return ts;
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

/** Local time at which a trading day begins. */
const beginning = (number: number, { hours }: Schedule): number => number * DAY + Math.min(0, hours?.open ?? 0) * MINUTE;

/** True for a time of day after the close; of an overnight session, one in the pause between close and open. */
const pastClose = ({ open, close }: Hours, minutes: number): boolean =>
  minutes >= close && (open >= 0 || minutes <= open + DAY_MINUTES);
