import type { CalendarSpec } from './calendar.ts';

/*
 * Calendars for tests.
 */

/** The same hours from Monday to Friday. */
export const weekdays = (hours: string): CalendarSpec['hours'] => ({
  mon: hours,
  tue: hours,
  wed: hours,
  thu: hours,
  fri: hours,
});

/** 2019 in London: 24 December is a half day, 25 December a holiday. */
export const LONDON: CalendarSpec = {
  name: 'XLON',
  zone: 'Europe/London',
  hours: weekdays('08:00-16:30'),
  closures: [{ date: '2019-12-25', reason: 'Christmas Day' }],
  otherHours: [{ date: '2019-12-24', hours: '08:00-12:30', reason: 'Christmas Eve' }],
  from: '2019-01-01',
  to: '2019-12-31',
  source: 'a test',
};

/** A calendar of one's own, on which 30 December 2019 closes at 14:00. */
export const BERLIN: CalendarSpec = {
  name: 'MINE',
  zone: 'Europe/Berlin',
  hours: weekdays('09:00-17:30'),
  closures: [{ date: '2019-12-31', reason: "New Year's Eve" }],
  otherHours: [{ date: '2019-12-30', hours: '09:00-14:00', reason: 'last trading day' }],
  from: '2019-01-01',
  to: '2019-12-31',
  source: 'a test',
};
