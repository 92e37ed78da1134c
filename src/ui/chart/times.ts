import { ZoneClock, sessionOf } from '../../domain/session.ts';
import type { Milliseconds } from '../../domain/time.ts';
import type { SessionView } from '../../projections/views.ts';
import { hiddenDay } from '../practice.ts';
import type { Bucket } from './bars.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

interface SessionTimes {
  instrument: Pick<SessionView['instrument'], 'session' | 'calendar'>;
}

/** The session's days and hours by the exchange's calendar, in its own zone. */
export const sessionClock = ({ instrument }: SessionTimes): ZoneClock => new ZoneClock(sessionOf(instrument));

/**
 * Where bars of a display interval start: within a day they are counted from the session's open (from the day's start where there is
 * no session), from a day on they are whole trading days counted from the epoch.
 * @returns null when the session's own bars are shown as they are
 */
export function bucketOf(session: SessionTimes & Pick<SessionView, 'intervalMs'>, intervalMs: Milliseconds): Bucket | null {
  if (intervalMs <= session.intervalMs) return null;
  const clock = sessionClock(session);
  if (intervalMs >= DAY) {
    const days = Math.round(intervalMs / DAY);
    return (ts) => {
      const day = clock.day(ts);
      const number = Math.round(Date.parse(`${day.date}T00:00:00Z`) / DAY);
      const since = ((number % days) + days) % days;
      // the middle of the local day, so that a day of 23 or 25 hours does not slip
      return since === 0 ? day.start : clock.day(day.start - since * DAY + DAY / 2).start;
    };
  }
  return (ts) => {
    const day = clock.day(ts);
    // an interval that does not divide the day would otherwise let the first bar of a day begin in the day before
    const origin = day.trading ? day.open : day.start;
    return Math.max(day.start, origin + Math.floor((ts - origin) / intervalMs) * intervalMs);
  };
}

/** True where `ts` lies outside the day's session, which a holiday does not have; never for a 24-hour market. */
export function isOutside(clock: ZoneClock, ts: Milliseconds): boolean {
  const day = clock.day(ts);
  return !(ts >= day.open && ts < day.close);
}

/** Clock and date texts of a zone; dates are days of the session in practice. */
export interface ZoneTexts {
  /** "10:42" */
  time(ts: Milliseconds): string;
  /** "10:42:17" */
  seconds(ts: Milliseconds): string;
  /** "15 Feb" */
  day(ts: Milliseconds): string;
  /** "Feb 2019" */
  month(ts: Milliseconds): string;
  year(ts: Milliseconds): string;
  /** "15 Feb 2019 10:42", without the time of day for bars of a day or more, with seconds for bars below a minute */
  full(ts: Milliseconds, intervalMs: Milliseconds): string;
}

export function zoneTexts(timeZone: string): ZoneTexts {
  const make = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options });
  const time = make({ hour: '2-digit', minute: '2-digit' });
  const seconds = make({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = make({ day: 'numeric', month: 'short' });
  const month = make({ month: 'short', year: 'numeric' });
  const year = make({ year: 'numeric' });
  const date = make({ day: 'numeric', month: 'short', year: 'numeric' });
  return {
    time: (ts) => time.format(ts),
    seconds: (ts) => seconds.format(ts),
    day: (ts) => hiddenDay(ts) ?? day.format(ts),
    month: (ts) => hiddenDay(ts) ?? month.format(ts),
    year: (ts) => hiddenDay(ts) ?? year.format(ts),
    full: (ts, intervalMs) => {
      const name = hiddenDay(ts) ?? date.format(ts);
      if (intervalMs >= DAY) return name;
      return `${name} ${(intervalMs < MINUTE ? seconds : time).format(ts)}`;
    },
  };
}
