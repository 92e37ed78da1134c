import { describe, expect, it } from 'vitest';
import { ZoneClock, parseSession, parseTimeOfDay } from './session.ts';

const HOUR = 3_600_000;
const utc = (text: string): number => Date.parse(`${text}Z`);
const clockOf = (session: string): ZoneClock => new ZoneClock(parseSession(session));

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
    const expected = { date, start: utc(start), end: utc(end), open: utc(start), close: utc(end) };
    expect(clock.day(utc(start))).toEqual(expected);
    expect(clock.day(utc(end) - 1)).toEqual(expected);
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
  });
});

describe('parseSession', () => {
  it('reads a zone with hours and a zone around the clock', () => {
    const newYork = 'America/New_York/09:30-16:00';
    expect(parseSession(newYork)).toEqual({ text: newYork, zone: 'America/New_York', open: 570, close: 960 });
    expect(parseSession('UTC/24h')).toEqual({ text: 'UTC/24h', zone: 'UTC', open: undefined, close: undefined });
  });

  it.each([
    '',
    'UTC',
    '09:30-16:00',
    'Mars/Olympus/24h',
    'UTC/16:00-09:30',
    'UTC/09:30',
    'UTC/9-16',
    'UTC/09:30-16:00-20:00',
    'UTC/09:61-16:00',
  ])('refuses "%s" and says what it expects', (session) => {
    expect(() => parseSession(session)).toThrow(/expected ZONE\/HH:MM-HH:MM or ZONE\/24h/);
  });
});
