import type { SessionDay, ZoneClock } from '../domain/session.ts';

const HALF_DAY_MS = 43_200_000;

/** The trading day of a date as a form has it, "2019-02-15"; null of what is no date. */
export function dayOfDate(clock: ZoneClock, date: string): SessionDay | null {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight)) return null;
  // noon in UTC is in that day or beside it, whatever the zone
  let found = clock.day(midnight + HALF_DAY_MS);
  if (found.date < date) found = clock.day(found.end);
  else if (found.date > date) found = clock.day(found.start - 1);
  return found.date === date ? found : null;
}
