import { isZone } from '../domain/calendar.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a local time is in UTC, or why it is no single instant there. */
export type Instant = number | 'twice' | 'skipped';

interface Zone {
  name: string;
  /** what its clocks are ahead of the named zone's */
  shiftMs: number;
}

/** "America/New_York", "UTC+02:00", "America/New_York+07:00"; undefined where it is none of these. */
function parseZone(text: string): Zone | undefined {
  if (isZone(text) && !/^[+-]/.test(text)) return { name: text, shiftMs: 0 };
  const [, name = '', sign, hours = '', minutes = '0'] = /^(.+?)([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text) ?? [];
  if (!isZone(name) || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return { name, shiftMs: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE };
}

/**
 * Local wall clock of a zone → UTC. A time that happens twice in autumn, or is skipped in spring, is no single instant: it is said to be so and
 * never guessed. Intl is asked once a day, and once a minute within a day of a clock change.
 */
export class WallClock {
  private readonly zone: Zone;
  private readonly format: Intl.DateTimeFormat;
  private day = NaN;
  /** UTC minus local, while `day` lasts; NaN where the clocks change near it */
  private dayShift = NaN;
  private minute = NaN;
  private minuteShift: Instant = NaN;

  /** @throws RangeError when the text names no zone */
  constructor(text: string) {
    const zone = parseZone(text);
    if (!zone)
      throw new RangeError(
        `time zone "${text}": expected a zone such as America/New_York, UTC+02:00 or, for clocks a fixed time ahead of a zone's, America/New_York+07:00`,
      );
    this.zone = zone;
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone.name,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** @param wall the local date and time as if it were UTC, in milliseconds */
  toUtc(wall: number): Instant {
    if (this.zone.name === 'UTC') return wall - this.zone.shiftMs;
    const local = wall - this.zone.shiftMs;
    const day = Math.floor(local / DAY);
    if (day !== this.day) {
      const before = this.ahead((day - 1) * DAY);
      this.day = day;
      this.dayShift = before === this.ahead((day + 2) * DAY) ? -before : NaN;
    }
    if (!Number.isNaN(this.dayShift)) return local + this.dayShift;
    const minute = Math.floor(local / MINUTE);
    if (minute !== this.minute) {
      this.minute = minute;
      this.minuteShift = this.shiftNearChange(minute * MINUTE);
    }
    return typeof this.minuteShift === 'number' ? local + this.minuteShift : this.minuteShift;
  }

  private shiftNearChange(local: number): Instant {
    const [early, late] = [this.ahead(local - DAY), this.ahead(local + DAY)];
    const fits = [...new Set([early, late])].filter((ahead) => this.ahead(local - ahead) === ahead);
    const [only, other] = fits;
    return only === undefined ? 'skipped' : other === undefined ? -only : 'twice';
  }

  /** What the zone's clocks are ahead of UTC at an instant. */
  private ahead(ts: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(ts)) part[type] = Number(value);
    const wall = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
    return wall - Math.floor(ts / 1_000) * 1_000;
  }
}
