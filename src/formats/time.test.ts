import { describe, expect, it } from 'vitest';
import type { TimeForm } from '../domain/layout.ts';
import { Lines } from './bytes.ts';
import { TimeReader } from './time.ts';

function reading(form: TimeForm, text: string, zone = 'UTC', clock?: string): { time: string; reader: TimeReader } {
  const lines = new Lines(new TextEncoder().encode(clock === undefined ? text : `${text};${clock}`), 0, 2, ';');
  lines.advance();
  const reader = new TimeReader(form, zone);
  const value = reader.read(lines, 0, clock === undefined ? undefined : 1);
  return { time: Number.isNaN(value) ? reader.fault : new Date(value).toISOString(), reader };
}

describe('TimeReader', () => {
  it.each<[TimeForm, string, string]>([
    ['s', '1704205800', '2024-01-02T14:30:00.000Z'],
    ['s', '1704205800.25', '2024-01-02T14:30:00.250Z'],
    ['ms', '1704205800123', '2024-01-02T14:30:00.123Z'],
    ['ms', '1704205800123.0', '2024-01-02T14:30:00.123Z'],
    ['ms', '0', '1970-01-01T00:00:00.000Z'],
    ['us', '1704205800123456', '2024-01-02T14:30:00.123Z'],
    ['ns', '1704205800123999999', '2024-01-02T14:30:00.123Z'],
    ['ymd', '2024-01-02T14:30:00Z', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024-01-02 14:30', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024-01-02T09:30:00.123456789-05:00', '2024-01-02T14:30:00.123Z'],
    ['ymd', '2024-01-02 09:30:00 -0500', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024-01-02T20:00:00.5+0530', '2024-01-02T14:30:00.500Z'],
    ['ymd', '2024-01-02 14:30:00 UTC', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024-01-02', '2024-01-02T00:00:00.000Z'],
    ['ymd', '20240102', '2024-01-02T00:00:00.000Z'],
    ['ymd', '20240102 143000', '2024-01-02T14:30:00.000Z'],
    ['ymd', '20240102143000', '2024-01-02T14:30:00.000Z'],
    ['ymd', '20240102 143000 1239999', '2024-01-02T14:30:00.123Z'],
    ['ymd', '20240102 1430', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024.01.02 14:30:00.123', '2024-01-02T14:30:00.123Z'],
    ['ymd', '2024/1/2 9:05', '2024-01-02T09:05:00.000Z'],
    ['dmy', '02.01.2024 14:30', '2024-01-02T14:30:00.000Z'],
    ['mdy', '01/02/2024 14:30', '2024-01-02T14:30:00.000Z'],
    ['ymd', '2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('reads %s from "%s" as %s', (form, text, time) => {
    expect(reading(form, text).time).toBe(time);
  });

  it.each<[TimeForm, string]>([
    ['s', ''],
    ['s', '1.5.2'],
    ['s', 'NaN'],
    ['ms', '-1'],
    ['ms', '4133980800000'],
    ['ms', '1704205800123.5'],
    ['ms', '1e12'],
    ['us', '1704205800123x56'],
    ['ns', '1704205800.123'],
    ['ymd', '2023-02-29'],
    ['ymd', '2024-13-01'],
    ['ymd', '2024-00-01'],
    ['ymd', '1969-12-31'],
    ['ymd', '2101-01-01'],
    ['ymd', '2024-01-02T24:00:00Z'],
    ['ymd', '2024-01-02T14:60:00Z'],
    ['ymd', '2024-01-02T14:30:61Z'],
    ['ymd', '2024-01-02T14:30:00Zx'],
    ['ymd', '2024-01-02T14:30:00+25:00'],
    ['ymd', '2024-01-02T'],
    ['ymd', '2024-01/02'],
    ['ymd', 'noon'],
    ['ymd', '1704205800'],
    ['dmy', '2024-01-02'],
    ['mdy', '13/02/2024'],
  ])('cannot read %s from "%s"', (form, text) => {
    expect(reading(form, text).time).toBe('unreadable');
  });

  it('reads a date and a time of day from two columns, in a zone, and says where that is no single instant', () => {
    expect(reading('ymd', '2024.01.02', 'America/New_York', '09:30').time).toBe('2024-01-02T14:30:00.000Z');
    expect(reading('ymd', '20240102', 'America/New_York', '093000').time).toBe('2024-01-02T14:30:00.000Z');
    expect(reading('ymd', '2024.11.03', 'America/New_York', '01:30:00').time).toBe('twice');
    expect(reading('ymd', '2024.03.10', 'America/New_York', '02:30:00').time).toBe('skipped');
    expect(reading('ymd', '2024.01.02', 'UTC', '').time).toBe('unreadable');
    expect(reading('ymd', '2024.01.02 09:30', 'UTC', '09:30').time).toBe('unreadable');
  });

  it('says whether anything beyond the millisecond was cut off', () => {
    expect(reading('us', '1704205800123000').reader.cut).toBe(false);
    expect(reading('us', '1704205800123001').reader.cut).toBe(true);
    expect(reading('ymd', '2024-01-02T14:30:00.123000Z').reader.cut).toBe(false);
  });
});
