import { describe, expect, it } from 'vitest';
import { FormatError } from '../error.ts';
import { dateOrder, FileClock } from './times.ts';

const read = (cell: string, zone?: string, order: 'day-first' | 'month-first' = 'month-first'): string => {
  const ts = new FileClock('x.csv', zone, order).read(cell);
  return typeof ts === 'string' ? ts : new Date(ts).toISOString();
};

describe('times of a file', () => {
  it.each([
    ['2024-03-04 10:00', '2024-03-04T10:00:00.000Z'],
    ['2024-03-04', '2024-03-04T00:00:00.000Z'],
    ['2026.01.01 10:15:07', '2026-01-01T10:15:07.000Z'],
    ['2024-03-15T14:31:00+02:00', '2024-03-15T12:31:00.000Z'],
    ['2018-01-29 18:40:00+00:00', '2018-01-29T18:40:00.000Z'],
    ['2024-03-15 14:31:00.25', '2024-03-15T14:31:00.250Z'],
    ['9/16/2026 3:31:02 PM', '2026-09-16T15:31:02.000Z'],
    ['9/16/2026 12:00:00 AM', '2026-09-16T00:00:00.000Z'],
    ['12/31/2025 12:30 pm', '2025-12-31T12:30:00.000Z'],
  ])('%s is %s', (cell, expected) => expect(read(cell)).toBe(expected));

  it('have the day first where it is said', () => {
    expect(read('27/04/2026 6:05:02', undefined, 'day-first')).toBe('2026-04-27T06:05:02.000Z');
    expect(read('01-04-2026 00:27:56', undefined, 'day-first')).toBe('2026-04-01T00:27:56.000Z');
  });

  it('are of the zone that is given, where they do not say their own', () => {
    expect(read('2024-07-04 10:00', 'America/New_York')).toBe('2024-07-04T14:00:00.000Z');
    expect(read('2024-07-04 10:00Z', 'America/New_York')).toBe('2024-07-04T10:00:00.000Z');
    expect(read('2024-03-10 02:30', 'America/New_York')).toBe('time "2024-03-10 02:30": the clock of America/New_York skips it');
  });

  it.each([
    '',
    'noon',
    '2024-02-30 10:00',
    '2024-13-01',
    '2024-01-01 24:00',
    '2024-01-01 10:60',
    '1/1/2024 13:00 PM',
    '1969-12-31',
    '27/04/2026',
  ])('are not %j', (cell) => expect(read(cell)).toMatch(/: expected a date and time such as/));

  it('say whose they are, once one was read that does not say so itself', () => {
    const clock = new FileClock('x.csv', undefined, 'day-first');
    clock.read('2024-01-01T00:00:00Z');
    expect(clock.notes(undefined)).toEqual([]);
    clock.read('2024-01-01 00:00');
    expect(clock.notes(undefined)).toEqual(['Times are taken as UTC: the file does not say of which zone they are.']);
    expect(clock.notes('Asia/Tokyo')).toEqual(['Times are those of Asia/Tokyo, as was said.']);
  });

  it('refuse a zone that there is not', () => {
    expect(() => new FileClock('x.csv', 'Mars', 'day-first')).toThrow(FormatError);
  });
});

describe('dateOrder', () => {
  it.each([
    [['03/04/2024', '03/15/2024'], 'month-first'],
    [['03/04/2024', '15/04/2024'], 'day-first'],
    [['3/4/2024 1:00 PM'], 'month-first'],
    [['03.04.2024 10:00'], 'day-first'],
    [['03/04/2024 10:00', '05/06/2024 11:00'], undefined],
    [['2024-03-04'], null],
    [[], null],
  ] as const)('of %j is %s', (cells, order) => expect(dateOrder(cells)).toBe(order));
});
