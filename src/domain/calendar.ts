/** Weekdays as a calendar names them, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/**
 * An exchange's trading days, as plain JSON: it may stand in an instrument, and with it in the journal's first record.
 * Hours are "HH:MM-HH:MM" in the exchange's zone. Where they open at or after they close, they open on the evening before:
 * "17:00-16:00" on a Monday is Sunday 17:00 to Monday 16:00, and "17:00-17:00" from Monday to Friday is one stretch from Sunday to Friday.
 */
export interface CalendarSpec {
  /** what the instrument's `session` says, e.g. "XNYS" */
  name: string;
  /** IANA zone, e.g. "America/New_York" */
  zone: string;
  /** regular hours; a weekday that is left out is closed */
  hours: Partial<Record<(typeof WEEKDAYS)[number], string>>;
  /** days without a session: "2019-07-04" */
  closures: { date: string; reason: string }[];
  /** days with other hours than their weekday's: half days, late opens, a Saturday session */
  otherHours: { date: string; hours: string; reason: string }[];
  /** first and last day for which closures and other hours are complete; outside them every weekday keeps its regular hours */
  from: string;
  to: string;
  /** where it was taken from */
  source: string;
}

/** Hours of a trading day in minutes after its local midnight. An open on the evening before is negative. */
export interface Hours {
  open: number;
  close: number;
}

/** What a calendar says of a day. */
export interface Schedule {
  /** undefined where there is no session */
  hours: Hours | undefined;
  /** hours of its weekday, which `hours` differ from on a half day and on a holiday */
  regular: Hours | undefined;
  /** why it differs from its weekday; '' where it does not */
  reason: string;
  /** false outside the calendar's own dates, where holidays and half days are unknown */
  known: boolean;
}

const DAY = 86_400_000;
const DAY_MINUTES = 1_440;

/** Days since 1970-01-01 of a date "YYYY-MM-DD", or undefined where there is no such day. */
export function dayNumber(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const number = Date.parse(`${date}T00:00:00Z`) / DAY;
  return Number.isInteger(number) && dateOf(number) === date ? number : undefined;
}

/** "YYYY-MM-DD" of days since 1970-01-01. */
export const dateOf = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10);

/** Place in `WEEKDAYS` of days since 1970-01-01, a Thursday: 0 for Monday. */
export const weekdayOf = (number: number): number => (((number + 3) % 7) + 7) % 7;

/** Minutes after midnight of "HH:MM" up to "24:00", or undefined. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= DAY_MINUTES ? minutes : undefined;
}

/** Hours of "HH:MM-HH:MM", or undefined. "00:00" is a time to open, "24:00" one to close. */
export function parseHours(text: string): Hours | undefined {
  const [open, close, ...rest] = text.split('-').map(parseTimeOfDay);
  if (open === undefined || close === undefined || rest.length > 0 || open === DAY_MINUTES || close === 0) return undefined;
  return { open: open < close ? open : open - DAY_MINUTES, close };
}

/** Whether Intl knows a zone by this name. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** A calendar made ready to be asked about days, which are counted from 1970-01-01. */
export class TradingCalendar {
  private readonly week: (Hours | undefined)[];
  private readonly dated = new Map<number, { hours: Hours | undefined; reason: string }>();
  private readonly from: number;
  private readonly to: number;

  /** @throws RangeError naming the key, the value and what was expected */
  constructor(spec: CalendarSpec) {
    const refuse = (key: string, value: string, expected: string): never => {
      throw new RangeError(`calendar "${spec.name}": ${key} "${value}": expected ${expected}`);
    };
    const day = (key: string, date: string): number =>
      dayNumber(date) ?? refuse(key, date, 'a day of the calendar such as 2019-07-04');
    const hoursOf = (key: string, text: string): Hours =>
      parseHours(text) ?? refuse(key, text, 'HH:MM-HH:MM such as 09:30-16:00 or 17:00-16:00');

    if (!isZone(spec.zone)) refuse('zone', spec.zone, 'an IANA time zone such as America/New_York');
    this.week = WEEKDAYS.map((name) => {
      const text = spec.hours[name];
      return text === undefined ? undefined : hoursOf(`hours.${name}`, text);
    });
    if (this.week.every((hours) => hours === undefined)) refuse('hours', '', 'the hours of at least one weekday');
    this.from = day('from', spec.from);
    this.to = day('to', spec.to);
    if (this.from > this.to) refuse('to', spec.to, `a day not before ${spec.from}`);
    const enter = (key: string, date: string, hours: Hours | undefined, reason: string): void => {
      const number = day(key, date);
      if (number < this.from || number > this.to) refuse(key, date, `a day from ${spec.from} to ${spec.to}`);
      if (this.dated.has(number)) refuse(key, date, 'each day once in closures and otherHours');
      this.dated.set(number, { hours, reason });
    };
    for (const [i, { date, reason }] of spec.closures.entries()) enter(`closures.${i}.date`, date, undefined, reason);
    for (const [i, { date, hours, reason }] of spec.otherHours.entries())
      enter(`otherHours.${i}.date`, date, hoursOf(`otherHours.${i}.hours`, hours), reason);

    for (const [i, hours] of this.week.entries())
      if (meet(this.week[(i + 6) % 7], hours))
        refuse(`hours.${WEEKDAYS[i]}`, spec.hours[WEEKDAYS[i] ?? 'mon'] ?? '', 'an open not before the close of the day before');
    for (const [i, { date, hours }] of spec.otherHours.entries()) {
      const number = day('', date);
      const own = this.on(number).hours;
      if (meet(this.on(number - 1).hours, own) || meet(own, this.on(number + 1).hours))
        refuse(`otherHours.${i}.hours`, hours, 'no overlap with the hours of the day before and after');
    }
  }

  /** What holds on a day. */
  on(number: number): Schedule {
    const regular = this.week[weekdayOf(number)];
    const known = number >= this.from && number <= this.to;
    const dated = this.dated.get(number);
    return dated ? { ...dated, regular, known } : { hours: regular, regular, reason: '', known };
  }

  /** Regular hours of each weekday that has any, Monday first. */
  get regularHours(): Hours[] {
    return this.week.filter((hours) => hours !== undefined);
  }
}

/** True where a day's session begins before that of the day before has ended. */
const meet = (before: Hours | undefined, hours: Hours | undefined): boolean =>
  before !== undefined && hours !== undefined && before.close > DAY_MINUTES + hours.open;
