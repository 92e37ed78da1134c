import type { CalendarSpec } from './calendar.ts';
import { type Measure, parseMeasure } from './measure.ts';

/*
 * Measures and calendars for tests.
 */

/** A measure as a policy writes it. */
export function measure(text: string): Measure {
  const found = parseMeasure(text);
  if (!found) throw new RangeError(`"${text}" is not a measure`);
  return found;
}

/** A calendar of 2019 with the same hours from Monday to Friday. */
export const calendarOf = (
  spec: Pick<CalendarSpec, 'name' | 'zone' | 'closures' | 'otherHours'> & { hours: string },
): CalendarSpec => ({
  ...spec,
  hours: { mon: spec.hours, tue: spec.hours, wed: spec.hours, thu: spec.hours, fri: spec.hours },
  from: '2019-01-01',
  to: '2019-12-31',
  source: 'a test',
});

/** London: 24 December is a half day, 25 December a holiday. */
export const LONDON = calendarOf({
  name: 'XLON',
  zone: 'Europe/London',
  hours: '08:00-16:30',
  closures: [{ date: '2019-12-25', reason: 'Christmas Day' }],
  otherHours: [{ date: '2019-12-24', hours: '08:00-12:30', reason: 'Christmas Eve' }],
});

/** A calendar of one's own, on which 30 December closes at 14:00. */
export const BERLIN = calendarOf({
  name: 'MINE',
  zone: 'Europe/Berlin',
  hours: '09:00-17:30',
  closures: [{ date: '2019-12-31', reason: "New Year's Eve" }],
  otherHours: [{ date: '2019-12-30', hours: '09:00-14:00', reason: 'last trading day' }],
});
