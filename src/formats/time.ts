import type { TimeForm } from '../domain/layout.ts';
import type { Lines } from './bytes.ts';
import { WallClock } from './zone.ts';

const ZERO = 48;
const SPACE = 32;
const COLON = 58;
const POINT = 46;
const COMMA = 44;
const PLUS = 43;
const MINUS = 45;
const SLASH = 47;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** First millisecond after the years that a timestamp may name. */
const AFTER_2100 = Date.UTC(2101, 0, 1);

/** Why a time cannot be used; '' where it can. */
export type TimeFault = '' | 'unreadable' | 'twice' | 'skipped';

/** Digits of the unit beyond whole milliseconds. */
const BEYOND_MS: Partial<Record<TimeForm, number>> = { ms: 0, us: 3, ns: 6 };

/** What a time must look like, in words. */
export const TIME_WORDS: Readonly<Record<TimeForm, string>> = {
  s: 'seconds',
  ms: 'whole milliseconds',
  us: 'whole microseconds',
  ns: 'whole nanoseconds',
  ymd: 'a date by year, month and day',
  dmy: 'a date by day, month and year',
  mdy: 'a date by month, day and year',
};

/** Reads times of one form, in milliseconds of the years 1970 to 2100; what is finer than a millisecond is cut off. */
export class TimeReader {
  /** of the time read last */
  fault: TimeFault = '';
  /** times read that have a time of day but no offset, so that the zone decides what they mean */
  local = 0;
  /** true once something finer than a millisecond was cut off */
  cut = false;
  private readonly form: TimeForm;
  private readonly clock: WallClock;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private to = 0;
  private date = NaN;
  private dayStart = NaN;

  /** @throws RangeError when the zone is not known */
  constructor(form: TimeForm, zone: string) {
    this.form = form;
    this.clock = new WallClock(zone);
  }

  /**
   * The time in a field of the current line, or NaN with its `fault`. A date without a time of day is midnight UTC in any zone: it names a day,
   * not a moment.
   * @param clockField where the time of day stands, if it does not follow the date
   */
  read(lines: Lines, field: number, clockField: number | undefined): number {
    this.fault = '';
    this.bytes = lines.bytes;
    this.at = lines.start(field);
    this.to = lines.end(field);
    const beyond = BEYOND_MS[this.form];
    const time = beyond !== undefined ? this.count(beyond) : this.form === 's' ? this.seconds() : this.dated(lines, clockField);
    if (time >= 0 && time < AFTER_2100) return time;
    if (this.fault === '') this.fault = 'unreadable';
    return NaN;
  }

  private count(beyond: number): number {
    // "1549895460000.0", as programs write a count that they hold as a double
    if (this.byte(this.to - this.at - 2) === POINT && this.bytes[this.to - 1] === ZERO) this.to -= 2;
    const end = this.to - beyond;
    if (end < this.at || this.to === this.at) return NaN;
    const value = end === this.at ? 0 : this.digits(end - this.at);
    return value + this.fraction(beyond, 0);
  }

  private seconds(): number {
    let length = 0;
    while (this.at + length < this.to && this.byte(length) !== POINT) length += 1;
    const whole = length > 0 ? this.digits(length) : NaN;
    if (this.at === this.to) return whole * 1_000;
    this.at += 1;
    return whole * 1_000 + this.fraction(this.to - this.at, 3);
  }

  private dated(lines: Lines, clockField: number | undefined): number {
    const day = this.readDate();
    if (Number.isNaN(day)) return NaN;
    if (clockField !== undefined) {
      if (this.at !== this.to) return NaN;
      this.at = lines.start(clockField);
      this.to = lines.end(clockField);
    } else if (this.at === this.to) return day;
    else if (this.byte() === SPACE || (this.byte() | 32) === 116) this.at += 1;
    const ofDay = this.readClock();
    if (Number.isNaN(ofDay)) return NaN;
    const wall = day + ofDay;
    if (this.at === this.to) {
      this.local += 1;
      const instant = this.clock.toUtc(wall);
      if (typeof instant === 'number') return instant;
      this.fault = instant;
      return NaN;
    }
    return wall - this.readOffset();
  }

  /** Midnight UTC of the date that comes next. */
  private readDate(): number {
    let [year, month, day] = [NaN, NaN, NaN];
    const compact = this.form === 'ymd' && isDigit(this.byte(4));
    if (compact) [year, month, day] = [this.digits(4), this.digits(2), this.digits(2)];
    else {
      const first = this.number(this.form === 'ymd' ? 4 : 2);
      const separator = this.byte();
      if (separator !== MINUS && separator !== POINT && separator !== SLASH) return NaN;
      this.at += 1;
      const second = this.number(2);
      if (this.byte() !== separator) return NaN;
      this.at += 1;
      const third = this.number(this.form === 'ymd' ? 2 : 4);
      [year, month, day] =
        this.form === 'ymd' ? [first, second, third] : this.form === 'dmy' ? [third, second, first] : [third, first, second];
    }
    const date = year * 10_000 + month * 100 + day;
    if (date === this.date) return this.dayStart;
    if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1)) return NaN;
    const start = Date.UTC(year, month - 1, day);
    if (new Date(start).getUTCDate() !== day) return NaN;
    this.date = date;
    this.dayStart = start;
    return start;
  }

  /** Milliseconds after midnight: `HH:mm[:ss[.f]]`, `HHmm` or `HHmmss[ f]`. */
  private readClock(): number {
    const spaced = this.byte(1) === COLON || this.byte(2) === COLON;
    const hours = spaced ? this.number(2) : this.digits(2);
    if (spaced) this.at += 1;
    const minutes = this.digits(2);
    let seconds = 0;
    if (spaced ? this.byte() === COLON : isDigit(this.byte())) {
      if (spaced) this.at += 1;
      seconds = this.digits(2);
    }
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return NaN;
    const time = hours * HOUR + minutes * MINUTE + seconds * 1_000;
    const mark = this.byte();
    if (!(mark === POINT || mark === COMMA || (mark === SPACE && isDigit(this.byte(1))))) return time;
    this.at += 1;
    let length = 0;
    while (isDigit(this.byte(length))) length += 1;
    return time + this.fraction(length, 3);
  }

  /** What a local time is ahead of UTC, by the `Z`, `UTC` or `±HH[[:]mm]` that ends the field. */
  private readOffset(): number {
    if (this.byte() === SPACE) this.at += 1;
    if ((this.byte() | 32) === 122) return this.at + 1 === this.to ? 0 : NaN;
    if (this.to - this.at === 3)
      if ((this.byte() | 32) === 117 && (this.byte(1) | 32) === 116 && (this.byte(2) | 32) === 99) return 0;
    const sign = this.byte() === PLUS ? 1 : this.byte() === MINUS ? -1 : NaN;
    this.at += 1;
    const hours = this.digits(2);
    if (this.byte() === COLON) this.at += 1;
    const minutes = this.at === this.to ? 0 : this.digits(2);
    return this.at === this.to && hours <= 14 && minutes < 60 ? sign * (hours * HOUR + minutes * MINUTE) : NaN;
  }

  /** Digits behind a unit as milliseconds: the first `kept` of `length` count, the rest is cut off. */
  private fraction(length: number, kept: number): number {
    if (length === 0) return 0;
    let value = 0;
    for (let digit = 0; digit < Math.max(length, kept); digit += 1) {
      const next = digit < length ? this.byte(digit) - ZERO : 0;
      if (!(next >= 0 && next <= 9)) return NaN;
      if (digit < kept) value = value * 10 + next;
      else if (next > 0) this.cut = true;
    }
    this.at += length;
    return value;
  }

  /** Exactly this many digits as a number; NaN, and nothing passed, where others stand there. */
  private digits(length: number): number {
    const { bytes } = this;
    const end = this.at + length;
    if (end > this.to) return NaN;
    let value = 0;
    for (let at = this.at; at < end; at += 1) {
      const next = (bytes[at] ?? 0) - ZERO;
      if (!(next >= 0 && next <= 9)) return NaN;
      value = value * 10 + next;
    }
    this.at = end;
    return value;
  }

  /** One to `most` digits as a number. */
  private number(most: number): number {
    let length = 0;
    while (length < most && isDigit(this.byte(length))) length += 1;
    return length === 0 ? NaN : this.digits(length);
  }

  /** The byte so far ahead; 0 at the end of the field. */
  private byte(ahead = 0): number {
    const at = this.at + ahead;
    return at < this.to ? (this.bytes[at] ?? 0) : 0;
  }
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 57;
