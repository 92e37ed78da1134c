import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeOfDay } from './calendar.ts';
import { type SessionTime, ZoneClock, parseSession, sessionOf } from './session.ts';
import { calendarOf, measure } from './testing.ts';

const HOUR = 3_600_000;
const utc = (text: string): number => Date.parse(`${text}Z`);
const clockOf = (session: string): ZoneClock => new ZoneClock(parseSession(session));
/** "15:45", or "15m" before the close. */
const time = (text: string): SessionTime => measure(text);
const iso = (ts: number): string => (Number.isNaN(ts) ? 'none' : new Date(ts).toISOString().slice(0, 16));

/** Foreign exchange: one stretch from Sunday 17:00 to Friday 17:00 in New York. */
const FX = calendarOf({
  name: 'FX',
  zone: 'America/New_York',
  hours: '17:00-17:00',
  closures: [{ date: '2019-12-25', reason: 'Christmas Day' }],
  otherHours: [{ date: '2019-12-24', hours: '17:00-13:00', reason: 'Christmas Eve' }],
});
const fx = (): ZoneClock => new ZoneClock(sessionOf({ session: 'FX', calendar: FX }));

describe('ZoneClock', () => {
  it.each([
    ['America/New_York/09:30-16:00', '2011-03-11', '2011-03-11T14:30', '2011-03-11T21:00', 24],
    ['America/New_York/09:30-16:00', '2011-03-13', '2011-03-13T13:30', '2011-03-13T20:00', 23],
    ['America/New_York/09:30-16:00', '2011-03-14', '2011-03-14T13:30', '2011-03-14T20:00', 24],
    ['America/New_York/09:30-16:00', '2019-11-01', '2019-11-01T13:30', '2019-11-01T20:00', 24],
    ['America/New_York/09:30-16:00', '2019-11-03', '2019-11-03T14:30', '2019-11-03T21:00', 25],
    ['America/New_York/09:30-16:00', '2019-11-04', '2019-11-04T14:30', '2019-11-04T21:00', 24],
    ['Europe/London/08:00-16:30', '2011-03-25', '2011-03-25T08:00', '2011-03-25T16:30', 24],
    ['Europe/London/08:00-16:30', '2011-03-27', '2011-03-27T07:00', '2011-03-27T15:30', 23],
    ['Europe/London/08:00-16:30', '2011-03-28', '2011-03-28T07:00', '2011-03-28T15:30', 24],
    ['Europe/London/08:00-16:30', '2019-10-25', '2019-10-25T07:00', '2019-10-25T15:30', 24],
    ['Europe/London/08:00-16:30', '2019-10-27', '2019-10-27T08:00', '2019-10-27T16:30', 25],
    ['Europe/London/08:00-16:30', '2019-11-04', '2019-11-04T08:00', '2019-11-04T16:30', 24],
    ['Australia/Sydney/10:00-16:00', '2019-04-05', '2019-04-04T23:00', '2019-04-05T05:00', 24],
    ['Australia/Sydney/10:00-16:00', '2019-04-07', '2019-04-07T00:00', '2019-04-07T06:00', 25],
    ['Australia/Sydney/10:00-16:00', '2019-04-08', '2019-04-08T00:00', '2019-04-08T06:00', 24],
    ['Australia/Sydney/10:00-16:00', '2019-10-04', '2019-10-04T00:00', '2019-10-04T06:00', 24],
    ['Australia/Sydney/10:00-16:00', '2019-10-06', '2019-10-05T23:00', '2019-10-06T05:00', 23],
    ['Australia/Sydney/10:00-16:00', '2019-10-07', '2019-10-06T23:00', '2019-10-07T05:00', 24],
    ['UTC/09:30-16:00', '2011-03-13', '2011-03-13T09:30', '2011-03-13T16:00', 24],
    ['UTC/09:30-16:00', '2019-11-03', '2019-11-03T09:30', '2019-11-03T16:00', 24],
  ])('%s on %s opens at %s UTC, closes at %s UTC and the day has %i hours', (session, date, open, close, hours) => {
    const day = clockOf(session).day(utc(open) + 90_000);
    expect(day).toMatchObject({ date, open: utc(open), close: utc(close) });
    expect((day.end - day.start) / HOUR).toBe(hours);
  });

  it.each([
    ['America/New_York', '2011-03-13', '2011-03-13T05:00', '2011-03-14T04:00'],
    ['America/New_York', '2019-11-03', '2019-11-03T04:00', '2019-11-04T05:00'],
    ['Europe/London', '2011-03-27', '2011-03-27T00:00', '2011-03-27T23:00'],
    ['Europe/London', '2019-10-27', '2019-10-26T23:00', '2019-10-28T00:00'],
    ['UTC', '2019-11-03', '2019-11-03T00:00', '2019-11-04T00:00'],
  ])('in %s the whole of %s is the session of a market around the clock', (zone, date, start, end) => {
    const clock = clockOf(`${zone}/24h`);
    const expected = { date, start: utc(start), end: utc(end), open: utc(start), close: utc(end), trading: true, early: false };
    expect(clock.day(utc(start))).toMatchObject(expected);
    expect(clock.day(utc(end) - 1)).toMatchObject(expected);
    expect(clock.day(utc(end)).start).toBe(utc(end));
    expect(clock.day(utc(start) - 1).end).toBe(utc(start));
  });

  it('gives the same day whichever day was asked for before', () => {
    const asked = clockOf('America/New_York/09:30-16:00');
    for (let ts = utc('2011-03-10T00:00'); ts < utc('2011-03-18T00:00'); ts += 7 * HOUR) {
      asked.day(utc('2019-11-04T12:00'));
      expect(asked.day(ts)).toEqual(clockOf('America/New_York/09:30-16:00').day(ts));
    }
  });

  it('finds a time of day on the day that holds an instant, on both sides of the change', () => {
    const clock = clockOf('America/New_York/09:30-16:00');
    const flat = parseTimeOfDay('15:45') ?? NaN;
    expect(clock.at(utc('2011-03-11T15:00'), flat)).toBe(utc('2011-03-11T20:45'));
    expect(clock.at(utc('2011-03-14T15:00'), flat)).toBe(utc('2011-03-14T19:45'));
    expect(clock.at(utc('2019-11-01T15:00'), flat)).toBe(utc('2019-11-01T19:45'));
    expect(clock.at(utc('2019-11-04T15:00'), flat)).toBe(utc('2019-11-04T20:45'));
  });

  it('takes a skipped time as the first instant after the gap and a repeated one as its first occurrence', () => {
    const half = parseTimeOfDay('02:30') ?? NaN;
    const one = parseTimeOfDay('01:30') ?? NaN;
    const newYork = clockOf('America/New_York/24h');
    const london = clockOf('Europe/London/24h');
    expect(newYork.at(utc('2011-03-13T12:00'), half)).toBe(utc('2011-03-13T07:00'));
    expect(london.at(utc('2011-03-27T12:00'), one)).toBe(utc('2011-03-27T01:00'));
    expect(newYork.at(utc('2019-11-03T12:00'), one)).toBe(utc('2019-11-03T05:30'));
    expect(london.at(utc('2019-10-27T12:00'), one)).toBe(utc('2019-10-27T00:30'));
    // Saturday's 24:00 comes after Saturday's night session, and after the clock has gone back to 23:00.
    const saoPaulo = clockOf('America/Sao_Paulo/17:00-16:00');
    expect(saoPaulo.at(utc('2019-02-16T12:00'), 1_440)).toBe(utc('2019-02-17T03:00'));
  });

  it('reads the local time of day of an instant, on days of 23 and 25 hours too', () => {
    const clock = clockOf('America/New_York/24h');
    expect(
      ['2019-03-10T06:59', '2019-03-10T07:00', '2019-11-03T05:30', '2019-11-03T06:30'].map((at) => clock.timeOfDay(utc(at))),
    ).toEqual(['01:59', '03:00', '01:30', '01:30']);
  });

  it.each([
    ['XNYS', '2019-07-02', 'opens', '2019-07-02T13:30', '2019-07-02T20:00', false, ''],
    ['XNYS', '2019-07-03', 'closes early', '2019-07-03T13:30', '2019-07-03T17:00', true, 'the day before Independence Day'],
    ['XNYS', '2019-07-04', 'is closed', 'none', 'none', false, 'Independence Day'],
    ['XNYS', '2019-07-06', 'is closed', 'none', 'none', false, ''],
    ['XNAS', '2019-11-29', 'closes early', '2019-11-29T14:30', '2019-11-29T18:00', true, 'the day after Thanksgiving'],
    ['XNAS', '2025-01-09', 'is closed', 'none', 'none', false, 'National Day of Mourning for Jimmy Carter'],
  ])('[F19] %s on %s %s', (session, date, _, open, close, early, reason) => {
    const day = clockOf(session).day(utc(`${date}T16:00`));
    expect([day.date, iso(day.open), iso(day.close)]).toEqual([date, open, close]);
    expect(day).toMatchObject({ trading: open !== 'none', early, reason, known: true });
  });

  it('does not know the holidays of a day that its calendar does not reach, and says so', () => {
    const day = clockOf('XNYS').day(utc('1999-12-24T16:00'));
    expect(day).toMatchObject({ date: '1999-12-24', trading: true, early: false, known: false });
    expect(clockOf('America/New_York/09:30-16:00').day(utc('1999-12-24T16:00')).known).toBe(true);
  });

  it.each([
    ['Thursday evening', '2019-03-07T22:59', '2019-03-07', '2019-03-06T23:00', '2019-03-07T22:00', '2019-03-07T23:00'],
    ['the open of Friday', '2019-03-07T23:00', '2019-03-08', '2019-03-07T23:00', '2019-03-08T22:00', '2019-03-08T23:00'],
    [
      'the open before a change of the clock',
      '2019-03-09T23:00',
      '2019-03-10',
      '2019-03-09T23:00',
      '2019-03-10T21:00',
      '2019-03-10T22:00',
    ],
    ['the open after it', '2019-03-10T22:00', '2019-03-11', '2019-03-10T22:00', '2019-03-11T21:00', '2019-03-11T22:00'],
  ])('of overnight hours in Chicago finds at %s the trading day of the next close', (_, ts, date, start, close, end) => {
    const day = clockOf('America/Chicago/17:00-16:00').day(utc(ts));
    expect([day.date, iso(day.start), iso(day.open), iso(day.close), iso(day.end)]).toEqual([date, start, start, close, end]);
  });

  it.each([
    ['Friday evening, after the close', '2019-03-08T22:00', '2019-03-08', 'none', '2019-03-09T05:00'],
    ['Saturday', '2019-03-09T12:00', '2019-03-09', 'none', '2019-03-10T05:00'],
    ['Sunday before the open', '2019-03-10T20:59', '2019-03-10', 'none', '2019-03-10T21:00'],
    ['Sunday at the open', '2019-03-10T21:00', '2019-03-11', '2019-03-10T21:00', '2019-03-11T21:00'],
    ['the eve of a holiday, shortened', '2019-12-24T12:00', '2019-12-24', '2019-12-23T22:00', '2019-12-25T05:00'],
    ['a holiday', '2019-12-25T12:00', '2019-12-25', 'none', '2019-12-25T22:00'],
    ['the evening of a holiday', '2019-12-25T22:00', '2019-12-26', '2019-12-25T22:00', '2019-12-26T22:00'],
  ])('of a week of foreign exchange knows %s', (_, ts, date, open, end) => {
    const day = fx().day(utc(ts));
    expect([day.date, iso(day.open), iso(day.end)]).toEqual([date, date === '2019-03-08' ? '2019-03-07T22:00' : open, end]);
    expect(day.early).toBe(date === '2019-12-24');
  });

  it.each([
    ['the clock goes back over midnight', 'America/Goose_Bay/24h', '2010-11-07T03:00'],
    ['the clock goes back at midnight', 'America/Sao_Paulo/24h', '2019-02-17T02:00'],
    ['midnight is skipped', 'America/Sao_Paulo/24h', '2018-11-04T03:00'],
    ['a date is skipped', 'Pacific/Apia/24h', '2011-12-30T10:00'],
    ['a date is skipped in a night session', 'Pacific/Apia/22:00-21:00', '2011-12-30T10:00'],
    ['the clock goes back within a night session', 'Africa/Cairo/22:00-21:00', '2023-10-26T21:00'],
  ])('[F19] leaves no gap between days where %s', (_, session, change) => {
    const clock = clockOf(session);
    let before = clock.day(utc(change) - 72 * HOUR);
    for (let ts = utc(change) - 72 * HOUR; ts < utc(change) + 72 * HOUR; ts += HOUR / 4) {
      const day = clock.day(ts);
      expect(day.start <= ts && ts < day.end).toBe(true);
      if (day !== before) expect([day.start, day.date > before.date]).toEqual([before.end, true]);
      before = day;
    }
  });

  it('has no session on a day where the clock change leaves nothing of it', () => {
    const clock = clockOf('America/New_York/02:00-02:30');
    expect(clock.day(utc('2019-03-10T12:00'))).toMatchObject({ date: '2019-03-10', trading: false, open: Number.NaN });
    expect(clock.nextTradingDay(utc('2019-03-09T12:00')).date).toBe('2019-03-11');
  });
});

describe('a session time', () => {
  it.each([
    ['XNYS', '2019-07-02T14:00', '15:45', '2019-07-02T19:45'],
    ['XNYS', '2019-07-02T21:00', '15:45', '2019-07-02T19:45'],
    ['XNYS', '2019-07-03T14:00', '15:45', '2019-07-03T16:45'],
    ['XNYS', '2019-07-03T14:00', '15:30', '2019-07-03T16:30'],
    ['XNYS', '2019-11-29T15:00', '15:45', '2019-11-29T17:45'],
    ['XNYS', '2019-07-03T14:00', '10:00', '2019-07-03T13:30'],
    ['XNYS', '2019-07-02T14:00', '08:00', '2019-07-02T13:30'],
    ['XNYS', '2019-07-02T14:00', '15m', '2019-07-02T19:45'],
    ['XNYS', '2019-07-03T14:00', '15m', '2019-07-03T16:45'],
    ['XNYS', '2019-07-03T14:00', '2d', '2019-07-03T13:30'],
    ['XNYS', '2019-07-04T14:00', '15:45', 'none'],
    ['XNYS', '2019-07-04T14:00', '15m', 'none'],
    ['XNYS', '2019-07-06T14:00', '15:45', 'none'],
    ['Asia/Tokyo/09:00-15:00', '2019-07-02T03:00', '15:45', '2019-07-02T05:45'],
    ['Asia/Tokyo/09:00-15:00', '2019-07-02T03:00', '15:00', '2019-07-02T05:45'],
    ['Asia/Tokyo/09:00-15:00', '2019-07-02T03:00', '14:50', '2019-07-02T05:50'],
    ['America/New_York/09:30-16:00', '2019-03-08T15:00', '15:45', '2019-03-08T20:45'],
    ['America/New_York/09:30-16:00', '2019-03-10T15:00', '15:45', '2019-03-10T19:45'],
    ['America/New_York/09:30-16:00', '2019-11-03T15:00', '15:45', '2019-11-03T20:45'],
    ['Europe/London/08:00-16:30', '2019-10-25T10:00', '16:15', '2019-10-25T15:15'],
    ['Europe/London/08:00-16:30', '2019-10-27T10:00', '16:15', '2019-10-27T16:15'],
    ['Australia/Sydney/10:00-16:00', '2019-10-06T01:00', '15:45', '2019-10-06T04:45'],
    ['America/Chicago/17:00-16:00', '2019-03-08T01:00', '15:45', '2019-03-08T21:45'],
    ['America/Chicago/17:00-16:00', '2019-03-08T01:00', '18:00', '2019-03-08T00:00'],
    ['America/Chicago/17:00-16:00', '2019-03-08T01:00', '16:30', '2019-03-08T21:45'],
    ['America/Chicago/17:00-16:00', '2019-03-10T01:00', '01:00', '2019-03-10T07:00'],
    ['America/Chicago/17:00-16:00', '2019-03-10T01:00', '15:45', '2019-03-10T20:45'],
    ['UTC/24h', '2019-03-10T01:00', '15:45', '2019-03-10T15:45'],
    ['UTC/24h', '2019-03-10T01:00', '15m', '2019-03-10T23:45'],
  ])('[R14] [F19] in %s at %s: %s is at %s', (session, ts, at, due) => {
    expect(iso(clockOf(session).sessionTime(utc(ts), time(at)))).toBe(due);
  });

  it.each([
    ['2019-12-23T12:00', '16:45', '2019-12-23T21:45'],
    ['2019-12-23T12:00', '17:00', '2019-12-23T21:45'],
    ['2019-12-24T12:00', '16:45', '2019-12-24T17:45'],
    ['2019-12-24T12:00', '15m', '2019-12-24T17:45'],
    ['2019-12-25T12:00', '16:45', 'none'],
    ['2019-12-25T23:00', '16:45', '2019-12-26T21:45'],
  ])('[F19] of foreign exchange at %s: %s is at %s', (ts, at, due) => {
    expect(iso(fx().sessionTime(utc(ts), time(at)))).toBe(due);
  });

  it.each([
    ['Asia/Tokyo/09:00-15:00', '15:45', true],
    ['Asia/Tokyo/09:00-15:00', '15:00', true],
    ['Asia/Tokyo/09:00-15:00', '14:59', false],
    ['Asia/Tokyo/09:00-15:00', '15m', false],
    ['America/Chicago/17:00-16:00', '16:30', true],
    ['America/Chicago/17:00-16:00', '17:30', false],
    ['XNYS', '15:45', false],
    ['XNYS', '16:00', true],
    ['UTC/24h', '23:59', false],
  ])('in %s: is the exchange closed already at %s? %s', (session, at, closed) => {
    expect(clockOf(session).isPastClose(time(at))).toBe(closed);
  });
});

describe('the next trading day', () => {
  it.each([
    ['a Tuesday', '2019-07-02T14:00', '2019-07-03'],
    ['the eve of a holiday', '2019-07-03T14:00', '2019-07-05'],
    ['a holiday', '2019-07-04T14:00', '2019-07-05'],
    ['a Friday', '2019-07-05T14:00', '2019-07-08'],
    ['a Saturday', '2019-07-06T14:00', '2019-07-08'],
    ['the Friday before a holiday on Monday', '2019-08-30T14:00', '2019-09-03'],
    ['the Friday before Hurricane Sandy', '2012-10-26T14:00', '2012-10-31'],
  ])('[F19] after %s', (_, ts, date) => {
    expect(clockOf('XNYS').nextTradingDay(utc(ts)).date).toBe(date);
  });
});

const CLOCKS: Record<string, () => ZoneClock> = {
  XNYS: () => clockOf('XNYS'),
  'foreign exchange': fx,
  ...Object.fromEntries(
    [
      'America/New_York/09:30-16:00',
      'Europe/London/08:00-16:30',
      'Australia/Sydney/10:00-16:00',
      'Australia/Sydney/17:10-07:00',
      'America/Chicago/17:00-16:00',
      'America/Sao_Paulo/24h',
      'America/Goose_Bay/24h',
      'Pacific/Apia/22:00-21:00',
      'Africa/Cairo/00:00-24:00',
      'UTC/24h',
    ].map((session) => [session, () => clockOf(session)]),
  ),
};

describe.each(Object.keys(CLOCKS))('the days of %s', (name) => {
  const instants = fc.integer({ min: utc('2010-01-01T00:00'), max: utc('2030-12-31T00:00') });
  const clock = CLOCKS[name]?.() ?? fx();

  it('[F19] follow each other without gap or overlap, whatever is asked in which order', () => {
    fc.assert(
      fc.property(instants, (ts) => {
        const day = clock.day(ts);
        expect(day.start <= ts && ts < day.end).toBe(true);
        expect(clock.day(day.end).start).toBe(day.end);
        expect(clock.day(day.start - 1).end).toBe(day.start);
        expect(clock.day(day.start)).toBe(day);
        expect(CLOCKS[name]?.().day(ts)).toEqual(day);
      }),
      { numRuns: 150 },
    );
  });

  it('hold their session, which opens before it closes', () => {
    fc.assert(
      fc.property(instants, (ts) => {
        const { start, open, close, end, trading } = clock.day(ts);
        expect(trading ? start <= open && open < close && close <= end : Number.isNaN(open) && Number.isNaN(close)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('hold every session time inside the session, and the next trading day begins after them', () => {
    const times = fc.oneof(
      fc
        .integer({ min: 0, max: 1_439 })
        .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`),
      fc.integer({ min: 0, max: 3_000 }).map((minutes) => `${minutes}m`),
    );
    fc.assert(
      fc.property(instants, times, (ts, at) => {
        const day = clock.day(ts);
        const due = clock.sessionTime(ts, time(at));
        expect(day.trading ? day.open <= due && due <= day.close : Number.isNaN(due)).toBe(true);
        const next = clock.nextTradingDay(ts);
        expect(next.trading && next.start >= day.end).toBe(true);
        expect(clock.sessionTime(next.start, time(at))).toBeGreaterThan(ts);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseSession', () => {
  it('reads a zone with hours and a zone around the clock', () => {
    const newYork = 'America/New_York/09:30-16:00';
    expect(parseSession(newYork)).toEqual({ text: newYork, zone: 'America/New_York', open: 570, close: 960 });
    expect(parseSession('UTC/24h')).toEqual({ text: 'UTC/24h', zone: 'UTC', open: undefined, close: undefined });
    expect(parseSession('America/Chicago/17:00-16:00')).toMatchObject({ zone: 'America/Chicago', open: -420, close: 960 });
  });

  it('reads the calendars that ship with the app by their names', () => {
    for (const text of ['XNYS', 'XNAS'])
      expect(parseSession(text)).toMatchObject({ text, zone: 'America/New_York', open: 570, close: 960 });
  });

  it("takes an instrument's own calendar, which its session names", () => {
    expect(sessionOf({ session: 'FX', calendar: FX })).toMatchObject({ text: 'FX', open: -420, close: 1_020 });
    expect(() => sessionOf({ session: 'XNYS', calendar: FX })).toThrow('session "XNYS": expected "FX"');
    expect(() => sessionOf({ session: 'FX', calendar: { ...FX, hours: {} } })).toThrow('calendar "FX": hours');
  });

  it.each([
    '',
    'UTC',
    '09:30-16:00',
    'Mars/Olympus/24h',
    'UTC/00:00-00:00',
    'XXXX',
    'xnys',
    'toString',
    'UTC/09:30',
    'UTC/9-16',
    'UTC/09:30-16:00-20:00',
    'UTC/09:61-16:00',
  ])('refuses "%s" and says what it expects', (session) => {
    expect(() => parseSession(session)).toThrow(/expected XNYS, XNAS, ZONE\/HH:MM-HH:MM or ZONE\/24h/);
  });
});
