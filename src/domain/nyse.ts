import { type CalendarSpec, dateOf, weekdayOf } from './calendar.ts';

/*
 * Holidays and half days of the two United States stock exchanges, computed from the rules that they publish.
 */

const FIRST_YEAR = 2010;
const LAST_YEAR = 2030;
const DAY = 86_400_000;
/** Places in a week that begins on Monday. */
const [MONDAY, THURSDAY, SATURDAY, SUNDAY] = [0, 3, 5, 6];

const HALF_DAY = '09:30-13:00';

/**
 * Days on which both exchanges were closed for what no rule foresees.
 * @source 2012: NYSE Euronext, press releases of 28 and 29 October 2012; Nasdaq Equity Trader Alerts 2012-44 and 2012-45.
 * 2018: NYSE and Nasdaq, announcements of 1 December 2018. 2025: ICE, press release of 30 December 2024; Nasdaq Equity Trader Alert 2025-1.
 */
const UNFORESEEN: CalendarSpec['closures'] = [
  { date: '2012-10-29', reason: 'Hurricane Sandy' },
  { date: '2012-10-30', reason: 'Hurricane Sandy' },
  { date: '2018-12-05', reason: 'National Day of Mourning for George H. W. Bush' },
  { date: '2025-01-09', reason: 'National Day of Mourning for Jimmy Carter' },
];

/** Days since 1970-01-01; `month` counts from 1. */
const numberOf = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / DAY;

/** First of a weekday on or after a day. */
const onOrAfter = (number: number, weekday: number): number => number + ((weekday - weekdayOf(number) + 7) % 7);

/** Easter Sunday of the Gregorian calendar, in whole numbers only. @source Meeus, Astronomical Algorithms, ch. 8 (Jones, Butcher) */
function easter(year: number): number {
  const whole = (a: number, b: number): number => Math.floor(a / b);
  const a = year % 19;
  const b = whole(year, 100);
  const c = year % 100;
  const h = (19 * a + b - whole(b, 4) - whole(b - whole(b + 8, 25) + 1, 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * whole(c, 4) - h - (c % 4)) % 7;
  const m = whole(a + 11 * h + 22 * l, 451);
  const p = h + l - 7 * m + 114;
  return numberOf(year, whole(p, 31), (p % 31) + 1);
}

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(number: number, reason: string): { number: number; reason: string } {
  const weekday = weekdayOf(number);
  if (weekday === SATURDAY) return { number: number - 1, reason: `${reason} (observed)` };
  if (weekday === SUNDAY) return { number: number + 1, reason: `${reason} (observed)` };
  return { number, reason };
}

function holidaysOf(year: number): { number: number; reason: string }[] {
  const newYear = numberOf(year, 1, 1);
  return [
    // A Friday 31 December ends the accounting year: the exchanges stay open, and the holiday is lost.
    ...(weekdayOf(newYear) === SATURDAY ? [] : [observed(newYear, "New Year's Day")]),
    { number: onOrAfter(numberOf(year, 1, 15), MONDAY), reason: 'Martin Luther King, Jr. Day' },
    { number: onOrAfter(numberOf(year, 2, 15), MONDAY), reason: "Washington's Birthday" },
    { number: easter(year) - 2, reason: 'Good Friday' },
    { number: onOrAfter(numberOf(year, 5, 25), MONDAY), reason: 'Memorial Day' },
    ...(year < 2022 ? [] : [observed(numberOf(year, 6, 19), 'Juneteenth National Independence Day')]),
    observed(numberOf(year, 7, 4), 'Independence Day'),
    { number: onOrAfter(numberOf(year, 9, 1), MONDAY), reason: 'Labor Day' },
    { number: onOrAfter(numberOf(year, 11, 22), THURSDAY), reason: 'Thanksgiving Day' },
    observed(numberOf(year, 12, 25), 'Christmas Day'),
  ];
}

function halfDaysOf(year: number): { number: number; reason: string }[] {
  // On a Friday they are the observed holiday itself; on a weekend there is no session to shorten.
  const eves = [
    { number: numberOf(year, 7, 3), reason: 'the day before Independence Day' },
    { number: numberOf(year, 12, 24), reason: 'Christmas Eve' },
  ].filter(({ number }) => weekdayOf(number) <= THURSDAY);
  return [...eves, { number: onOrAfter(numberOf(year, 11, 22), THURSDAY) + 1, reason: 'the day after Thanksgiving' }];
}

const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);

const calendarOf = (name: string, source: string): CalendarSpec => ({
  name,
  zone: 'America/New_York',
  hours: { mon: '09:30-16:00', tue: '09:30-16:00', wed: '09:30-16:00', thu: '09:30-16:00', fri: '09:30-16:00' },
  closures: [
    ...years.flatMap(holidaysOf).map(({ number, reason }) => ({ date: dateOf(number), reason })),
    ...UNFORESEEN,
  ].toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  otherHours: years
    .flatMap(halfDaysOf)
    .map(({ number, reason }) => ({ date: dateOf(number), hours: HALF_DAY, reason }))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  from: `${FIRST_YEAR}-01-01`,
  to: `${LAST_YEAR}-12-31`,
  source,
});

/**
 * The calendars that ship with the app, by the exchange's ISO 10383 code: regular hours of the New York Stock Exchange and of Nasdaq.
 * Their rules are the same: the holidays of NYSE Rule 7.2 (Juneteenth from 2022), on Saturday kept the Friday before unless that ends
 * an accounting period, on Sunday the Monday after; 13:00 on the day after Thanksgiving, and on 3 July and 24 December from Monday to Thursday.
 * @source NYSE Rule 7.2 and its yearly "Holiday and Early Closings Calendar", the newest of December 2025 for 2026–2028
 * (nyse.com/markets/hours-calendars); Nasdaq, "U.S. Equity and Options Markets Holiday Schedule" (nasdaqtrader.com). 2029 and 2030 follow
 * the same rules and are not announced yet.
 */
export const CALENDARS: Readonly<Record<string, CalendarSpec>> = {
  XNYS: calendarOf('XNYS', 'NYSE Rule 7.2 and the NYSE holiday and early closings calendars, announced to 2028'),
  XNAS: calendarOf('XNAS', 'Nasdaq U.S. equity and options markets holiday schedules; from 2027 by the same rules'),
};
