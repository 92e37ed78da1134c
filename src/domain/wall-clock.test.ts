import { describe, expect, it } from 'vitest';
import { WallClock } from './wall-clock.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const utc = (zone: string, local: string): string | undefined => {
  const ts = new WallClock(zone).utc(at(local));
  return ts === undefined ? undefined : new Date(ts).toISOString().slice(0, 19);
};

describe('a wall clock', () => {
  it.each([
    ['America/New_York', '2019-02-15T09:30:00', '2019-02-15T14:30:00'],
    ['America/New_York', '2019-07-15T09:30:00', '2019-07-15T13:30:00'],
    ['Asia/Kolkata', '2024-01-01T00:00:00', '2023-12-31T18:30:00'],
    ['UTC', '2024-01-01T12:34:56', '2024-01-01T12:34:56'],
  ])('in %s that shows %s stands at %s UTC', (zone, local, expected) => expect(utc(zone, local)).toBe(expected));

  it('means the first of the two where a time happens twice', () => {
    expect(utc('Europe/Berlin', '2024-10-27T02:30:00')).toBe('2024-10-27T00:30:00');
    expect(utc('Europe/Berlin', '2024-10-27T03:30:00')).toBe('2024-10-27T02:30:00');
  });

  it('says of a time that it skips that there is none', () => {
    expect(utc('Europe/Berlin', '2024-03-31T02:30:00')).toBeUndefined();
    expect(utc('Europe/Berlin', '2024-03-31T03:00:00')).toBe('2024-03-31T01:00:00');
  });

  it('refuses a zone that is none', () => {
    expect(() => new WallClock('Mars/Olympus')).toThrow(RangeError);
  });
});
