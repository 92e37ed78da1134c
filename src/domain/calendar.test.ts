import { describe, expect, it } from 'vitest';
import { type CalendarSpec, dayNumber, parseHours, parseTimeOfDay, TradingCalendar } from './calendar.ts';
import { LONDON } from './testing.ts';

const on = (spec: CalendarSpec, date: string) => new TradingCalendar(spec).on(dayNumber(date) ?? Number.NaN);
const REGULAR = { open: 480, close: 990 };

describe('a trading calendar', () => {
  it.each([
    ['a regular day', '2019-12-23', { hours: REGULAR, regular: REGULAR, reason: '', known: true }],
    ['a half day', '2019-12-24', { hours: { open: 480, close: 750 }, regular: REGULAR, reason: 'Christmas Eve', known: true }],
    ['a holiday', '2019-12-25', { hours: undefined, regular: REGULAR, reason: 'Christmas Day', known: true }],
    ['a Saturday', '2019-12-28', { hours: undefined, regular: undefined, reason: '', known: true }],
    ['a day outside its dates', '2020-12-25', { hours: REGULAR, regular: REGULAR, reason: '', known: false }],
    ['a day long ago', '1969-12-31', { hours: REGULAR, regular: REGULAR, reason: '', known: false }],
  ])('says of %s what holds', (_, date, schedule) => {
    expect(on(LONDON, date)).toEqual(schedule);
  });

  it('opens on a day of the weekend where it says so', () => {
    const otherHours = [{ date: '2019-10-27', hours: '18:15-19:15', reason: 'Muhurat trading' }];
    expect(on({ ...LONDON, otherHours }, '2019-10-27')).toMatchObject({
      hours: { open: 1_095, close: 1_155 },
      regular: undefined,
    });
  });

  it.each<[string, Partial<CalendarSpec>, string]>([
    ['an unknown zone', { zone: 'Mars/Olympus' }, 'zone "Mars/Olympus": expected an IANA time zone'],
    ['hours that are none', { hours: { mon: '8-16' } }, 'hours.mon "8-16": expected HH:MM-HH:MM'],
    ['no weekday', { hours: {} }, 'hours "": expected the hours of at least one weekday'],
    ['a first day that is none', { from: '2019-02-29' }, 'from "2019-02-29": expected a day'],
    ['dates that run backwards', { to: '2018-12-31' }, 'to "2018-12-31": expected a day not before 2019-01-01'],
    [
      'a closure that is no day',
      { closures: [{ date: '25.12.2019', reason: 'x' }] },
      'closures.0.date "25.12.2019": expected a day',
    ],
    [
      'a closure outside its dates',
      { closures: [{ date: '2020-01-01', reason: 'x' }] },
      'closures.0.date "2020-01-01": expected a day from 2019-01-01 to 2019-12-31',
    ],
    [
      'a day listed twice',
      { otherHours: [{ date: '2019-12-25', hours: '09:00-12:00', reason: 'x' }] },
      'otherHours.0.date "2019-12-25": expected each day once',
    ],
    [
      'other hours that are none',
      { otherHours: [{ date: '2019-12-24', hours: 'morning', reason: 'x' }] },
      'otherHours.0.hours "morning": expected HH:MM-HH:MM',
    ],
    [
      'weekdays that overlap',
      { hours: { mon: '09:00-18:00', tue: '17:00-16:00' } },
      'hours.tue "17:00-16:00": expected an open not before the close of the day before',
    ],
    [
      'Sunday and Monday that overlap',
      { hours: { mon: '17:00-16:00', sun: '09:00-18:00' } },
      'hours.mon "17:00-16:00": expected an open not before the close of the day before',
    ],
    [
      'other hours that overlap with the day before',
      { otherHours: [{ date: '2019-12-24', hours: '16:00-12:30', reason: 'x' }] },
      'otherHours.0.hours "16:00-12:30": expected no overlap',
    ],
    [
      'other hours that overlap with the day after',
      {
        hours: { mon: '17:00-16:00', tue: '17:00-16:00' },
        otherHours: [{ date: '2019-12-23', hours: '17:00-17:30', reason: 'x' }],
      },
      'otherHours.0.hours "17:00-17:30": expected no overlap',
    ],
  ])('refuses %s and names key, value and what it expects', (_, over, message) => {
    expect(() => new TradingCalendar({ ...LONDON, ...over })).toThrow(`calendar "XLON": ${message}`);
  });
});

describe('hours', () => {
  it.each([
    ['09:30-16:00', 570, 960],
    ['9:30-16:00', 570, 960],
    ['00:00-24:00', 0, 1_440],
    ['17:00-16:00', -420, 960],
    ['17:00-17:00', -420, 1_020],
  ])(
    '%s open at minute %i and close at minute %i of the day, on the evening before where that is below 0',
    (text, open, close) => {
      expect(parseHours(text)).toEqual({ open, close });
    },
  );

  it.each(['', '09:30', '9-16', '09:30-16:00-20:00', '09:61-16:00', '24:00-16:00', '17:00-00:00', '00:00-00:00', '25:00-26:00'])(
    '"%s" are none',
    (text) => expect(parseHours(text)).toBeUndefined(),
  );

  it('are made of times of day up to 24:00', () => {
    expect(['00:00', '9:05', '24:00', '24:01', '12:60', 'noon'].map(parseTimeOfDay)).toEqual([
      0,
      545,
      1_440,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
