import { describe, expect, it } from 'vitest';
import { LONDON } from '../domain/testing.ts';
import { readCalendar } from './calendar.ts';
import { FormatError } from './error.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (json: unknown) => readCalendar(bytesOf(JSON.stringify(json)), 'xlon.json');

describe('a calendar file', () => {
  it('is read as it stands, byte order mark or not', () => {
    expect(read(LONDON)).toEqual(LONDON);
    expect(readCalendar(bytesOf(`\ufeff${JSON.stringify({ ...LONDON, source: 'Börse' })}`), 'x').source).toBe('Börse');
  });

  it('may leave out closures and other hours', () => {
    const { closures: _, otherHours: __, ...rest } = LONDON;
    expect(read(rest)).toEqual({ ...LONDON, closures: [], otherHours: [] });
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'the document: []; expected an object'],
    ['an unknown key', { ...LONDON, holidays: [] }, 'the document: unknown key "holidays"'],
    ['a missing key', { ...LONDON, zone: undefined }, 'zone: missing; expected an IANA time zone'],
    ['a number for a name', { ...LONDON, name: 7 }, 'name: 7; expected a name'],
    ['a name too long', { ...LONDON, name: 'x'.repeat(41) }, 'expected a name of 1 to 40 characters'],
    [
      'an empty source',
      { ...LONDON, source: ' ' },
      'source: " "; expected where the calendar was taken from of 1 to 1000 characters',
    ],
    ['an unknown weekday', { ...LONDON, hours: { monday: '08:00-16:30' } }, 'hours: unknown key "monday"'],
    ['hours of another kind', { ...LONDON, hours: '08:00-16:30' }, 'hours: "08:00-16:30"; expected hours of mon, tue'],
    ['hours that are a number', { ...LONDON, hours: { mon: 8 } }, 'hours.mon: 8; expected hours such as "09:30-16:00"'],
    [
      'hours that are none',
      { ...LONDON, hours: { mon: '8 to 16' } },
      'calendar "XLON": hours.mon "8 to 16": expected HH:MM-HH:MM',
    ],
    ['a date for a closure', { ...LONDON, closures: ['2019-12-25'] }, 'closures.0: "2019-12-25"; expected an object'],
    [
      'a closure without reason',
      { ...LONDON, closures: [{ date: '2019-12-25' }] },
      'closures.0.reason: missing; expected a reason',
    ],
    ['closures of another kind', { ...LONDON, closures: {} }, 'closures: {}; expected a list'],
    [
      'an unknown key in other hours',
      { ...LONDON, otherHours: [{ ...LONDON.otherHours[0], close: '12:30' }] },
      'otherHours.0: unknown key "close"',
    ],
    [
      'a zone that is none',
      { ...LONDON, zone: 'Europe/Londinium' },
      'calendar "XLON": zone "Europe/Londinium": expected an IANA',
    ],
    [
      'more days than there can be',
      { ...LONDON, closures: Array.from({ length: 10_001 }, () => ({ date: '2019-12-25', reason: 'x' })) },
      'closures: more than 10000 days',
    ],
  ])('with %s is refused, naming key, value and what was expected', (_, json, message) => {
    expect(() => read(json)).toThrow(FormatError);
    expect(() => read(json)).toThrow(/^xlon\.json: /);
    expect(() => read(json)).toThrow(message);
  });

  it('names every fault at once', () => {
    expect(() => read({ ...LONDON, name: 7, from: 8 })).toThrow(/name: 7; .*; from: 8; expected a day such as/);
  });

  it('is refused where it is no JSON or too large', () => {
    expect(() => readCalendar(bytesOf('{"name":'), 'x.json')).toThrow('x.json: not JSON');
    expect(() => readCalendar(new Uint8Array([0xff, 0xfe]), 'x.json')).toThrow('x.json: not JSON');
    expect(() => readCalendar(new Uint8Array(1_048_577), 'x.json')).toThrow(
      'x.json: a calendar of 1048577 bytes; expected at most 1048576',
    );
  });
});
