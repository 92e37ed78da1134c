import { describe, expect, it } from 'vitest';
import { dayNumber, TradingCalendar, weekdayOf } from './calendar.ts';
import { CALENDARS } from './nyse.ts';

const spec = (name: string) => {
  const found = CALENDARS[name];
  if (!found) throw new Error(`${name} is not there`);
  return found;
};
const inYear = (dates: { date: string }[], year: number): string =>
  dates
    .filter(({ date }) => date.startsWith(String(year)))
    .map(({ date }) => date.slice(5))
    .join(' ');
const YEARS = Array.from({ length: 21 }, (_, i) => 2010 + i);
/** Closed for what no rule foresees. */
const UNFORESEEN: Record<number, number> = { 2012: 2, 2018: 1, 2025: 1 };

describe.each(['XNYS', 'XNAS'])('the calendar %s', (name) => {
  const { closures, otherHours, hours } = spec(name);

  /*
   * As the exchange published them: NYSE, "Holidays and Trading Hours" of each year; announcements "NYSE Group announces … Holiday and
   * Early Closings Calendar" of December 2020 (2021–2023), December 2021 (2022–2024), November 2024 (2025–2027) and December 2025
   * (2026–2028); NYSE Euronext, 28 and 29 October 2012 (Hurricane Sandy); NYSE, 1 December 2018, and ICE, 30 December 2024 (days of mourning).
   */
  it.each([
    [2010, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', '11-26'],
    [2011, '01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26', '11-25'],
    [2012, '01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25', '07-03 11-23 12-24'],
    [2013, '01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
    [2014, '01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
    [2015, '01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25', '11-27 12-24'],
    [2016, '01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26', '11-25'],
    [2017, '01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25', '07-03 11-24'],
    [2018, '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25', '07-03 11-23 12-24'],
    [2019, '01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
    [2020, '01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25', '11-27 12-24'],
    [2021, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', '11-26'],
    [2022, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26', '11-25'],
    [2023, '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25', '07-03 11-24'],
    [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
    [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
    [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25', '11-27 12-24'],
    [2027, '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24', '11-26'],
    [2028, '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25', '07-03 11-24'],
  ])('[F19] is closed in %i on %s and closes at 13:00 on %s', (year, closed, early) => {
    expect(inYear(closures, year)).toBe(closed);
    expect(inYear(otherHours, year)).toBe(early);
  });

  it.each(YEARS)(
    '[F19] loses no weekday holiday of %i: nine a year, ten with Juneteenth, one fewer where New Year is a Saturday',
    (year) => {
      const newYear = weekdayOf(dayNumber(`${year}-01-01`) ?? Number.NaN);
      const usual = (year < 2022 ? 9 : 10) - (newYear === 5 ? 1 : 0) + (UNFORESEEN[year] ?? 0);
      const days = closures.filter(({ date }) => date.startsWith(String(year)));
      expect(days.length).toBe(usual);
      for (const { date, reason } of days) {
        expect(weekdayOf(dayNumber(date) ?? Number.NaN)).toBeLessThan(5);
        expect(reason).not.toBe('');
      }
      const half = otherHours.filter(({ date }) => date.startsWith(String(year)));
      expect(half.length).toBeGreaterThanOrEqual(1);
      expect(half.length).toBeLessThanOrEqual(3);
      for (const { date, hours: shortened } of half) {
        expect(weekdayOf(dayNumber(date) ?? Number.NaN)).toBeLessThan(5);
        expect(shortened).toBe('09:30-13:00');
        expect(closures.map((day) => day.date)).not.toContain(date);
      }
    },
  );

  it('is open on the last day of the accounting year before a New Year on a Saturday', () => {
    const calendar = new TradingCalendar(spec(name));
    for (const date of ['2010-12-31', '2021-12-31', '2027-12-31'])
      expect(calendar.on(dayNumber(date) ?? Number.NaN)).toMatchObject({ hours: { open: 570, close: 960 }, reason: '' });
  });

  it('says why a day is kept on another, and has Juneteenth from 2022 only', () => {
    const reasonOn = (date: string) => closures.find((day) => day.date === date)?.reason;
    expect(reasonOn('2020-07-03')).toBe('Independence Day (observed)');
    expect(reasonOn('2022-12-26')).toBe('Christmas Day (observed)');
    expect(reasonOn('2023-06-19')).toBe('Juneteenth National Independence Day');
    expect(reasonOn('2021-06-18')).toBeUndefined();
    expect(reasonOn('2025-01-09')).toBe('National Day of Mourning for Jimmy Carter');
  });

  it('has regular hours from Monday to Friday', () => {
    expect(Object.keys(hours)).toEqual(['mon', 'tue', 'wed', 'thu', 'fri']);
    expect(new Set(Object.values(hours))).toEqual(new Set(['09:30-16:00']));
  });
});

it.each([
  [2010, '2010-04-02'],
  [2011, '2011-04-22'],
  [2016, '2016-03-25'],
  [2018, '2018-03-30'],
  [2024, '2024-03-29'],
  [2029, '2029-03-30'],
  [2030, '2030-04-19'],
])('finds Good Friday of %i on %s', (_, date) => {
  expect(spec('XNYS').closures.find((day) => day.date === date)?.reason).toBe('Good Friday');
});
