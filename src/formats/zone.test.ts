import { describe, expect, it } from 'vitest';
import { WallClock } from './zone.ts';

const wall = (text: string): number => Date.parse(`${text}Z`);
const utc = (zone: string, text: string): string => {
  const instant = new WallClock(zone).toUtc(wall(text));
  return typeof instant === 'number' ? new Date(instant).toISOString().slice(0, 19) : instant;
};

describe('WallClock', () => {
  it.each([
    ['UTC', '2024-07-01T12:00:00', '2024-07-01T12:00:00'],
    ['America/New_York', '2024-07-01T12:00:00', '2024-07-01T16:00:00'],
    ['America/New_York', '2024-01-02T09:30:00', '2024-01-02T14:30:00'],
    ['Asia/Kolkata', '2024-01-02T09:15:00', '2024-01-02T03:45:00'],
    ['UTC+02:00', '2024-01-02T01:00:00', '2024-01-01T23:00:00'],
    ['UTC-5', '2024-07-01T12:00:00', '2024-07-01T17:00:00'],
    ['Etc/GMT+5', '2024-07-01T12:00:00', '2024-07-01T17:00:00'],
    ['America/New_York+07:00', '2024-03-08T23:59:00', '2024-03-08T21:59:00'],
    ['America/New_York+07:00', '2024-03-11T00:00:00', '2024-03-10T21:00:00'],
  ])('of %s has at %s the instant %s', (zone, local, instant) => {
    expect(utc(zone, local)).toBe(instant);
  });

  it.each([
    ['2024-11-03T00:59:59', '2024-11-03T04:59:59'],
    ['2024-11-03T01:00:00', 'twice'],
    ['2024-11-03T01:59:59', 'twice'],
    ['2024-11-03T02:00:00', '2024-11-03T07:00:00'],
    ['2024-03-10T01:59:59', '2024-03-10T06:59:59'],
    ['2024-03-10T02:00:00', 'skipped'],
    ['2024-03-10T02:59:59', 'skipped'],
    ['2024-03-10T03:00:00', '2024-03-10T07:00:00'],
  ])('says of %s in New York: %s', (local, said) => {
    expect(utc('America/New_York', local)).toBe(said);
  });

  it('gives the same in any order, and agrees with Intl on every hour of a year', () => {
    const clock = new WallClock('Europe/Berlin');
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' });
    const hours = Array.from({ length: 8_784 }, (_, hour) => Date.UTC(2024, 0, 1) + hour * 3_600_000);
    const twice = hours.filter((ts) => {
      const instant = clock.toUtc(wall(format.format(ts).replace(' ', 'T')));
      if (typeof instant === 'number') expect(instant).toBe(ts);
      return typeof instant !== 'number';
    });
    expect(twice.map((ts) => new Date(ts).toISOString())).toEqual(['2024-10-27T00:00:00.000Z', '2024-10-27T01:00:00.000Z']);
    expect(clock.toUtc(wall('2024-01-15T12:00:00'))).toBe(Date.UTC(2024, 0, 15, 11));
  });

  it.each(['Nowhere', '', '+02:00', 'UTC+25', 'UTC+02:75', 'America/New_York+', 'Nowhere+01:00'])(
    'refuses the zone "%s"',
    (zone) => {
      expect(() => new WallClock(zone)).toThrow(`time zone "${zone}": expected a zone such as`);
    },
  );
});
