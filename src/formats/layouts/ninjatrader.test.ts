import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, readLines, timesOf, tradesOf } from '../testing.ts';

const BARS = [
  '20240102 143100;4750.25;4751;4750;4750.75;86',
  '20240102 143200;4750.75;4752;4750.5;4751.5;27',
  '20240102 143300;4751.5;4751.5;4751.5;4751.5;0',
];

describe('NinjaTrader bars', () => {
  it('are stamped at their ends, in UTC', () => {
    const result = readLines(BARS, 'ES 03-24.Last.txt');
    expect(timesOf(result)[0]).toBe('2024-01-02T14:30:00.000Z');
    expect(result.table).toMatchObject({
      format: 'NinjaTrader bars',
      delimiter: ';',
      header: false,
      time: 'ymd',
      zone: 'UTC',
      titles: ['1', '2', '3', '4', '5', '6'],
    });
    expect(result.tape).toMatchObject({ stamp: 'close', instrument: { symbol: 'ES 03-24', tick: '0.01' } });
    expect(result.notes).toContain('Bar times are the ends of the bars: so the format has them, NinjaTrader bars.');
    expect(result.notes.join()).toContain('NinjaTrader 8 exports in UTC');
    expect(result.report.timeline.repeats).toBe(1);
  });

  it('take another zone and stamp where the user says so', () => {
    const result = readLines(BARS, 'x.txt', { stamp: 'open', layout: { zone: 'America/New_York' } });
    expect(timesOf(result)[0]).toBe('2024-01-02T19:31:00.000Z');
    expect(result.table.zone).toBe('America/New_York');
    expect(result.notes.join()).not.toContain('exports in UTC');
  });

  it('of days have dates, which stay what they are', () => {
    const result = readLines(['20240102;1;2;1;2;5', '20240103;1;2;1;2;5', '20240104;1;2;1;2;5'], 'ES.txt');
    expect(timesOf(result)[0]).toBe('2024-01-02T00:00:00.000Z');
    expect([result.tape.stamp, result.table.zone]).toEqual(['open', undefined]);
  });

  it('may be written with decimal commas', () => {
    const { open, volume } = barsOf(readLines(['20240102 143100;4750,25;4751;4750;4750,75;1,5']));
    expect([open[0], volume[0]]).toEqual([4750.25, 1.5]);
  });

  it('leave bad rows out with their lines', () => {
    const result = readLines([
      ...BARS,
      '20240102 146000;1;1;1;1;1',
      '20240231 143100;1;1;1;1;1',
      '20240102 143400;1;1;1;1',
      '20240102 143500;1;1;1;1;-1',
      '20240102 143000;1;1;1;1;1',
    ]);
    expect(leftOut(result).map(([line, reason]) => [line, reason.split(':')[0]])).toEqual([
      [4, "time '20240102 146000' in column 1"],
      [5, "time '20240231 143100' in column 1"],
      [6, '5 fields'],
      [7, "volume '-1'"],
      [8, 'time goes back'],
    ]);
    expect(result.report.counts[0]).toEqual({ reason: 'time cannot be read, or is not of the years 1970 to 2100', rows: 2 });
  });
});

describe('NinjaTrader ticks', () => {
  it('are trades at the last price, their fraction cut to the millisecond', () => {
    const result = readLines(
      ['20260111 230000 0960000;25946.5;25946.25;25946.75;62', '20260111 230000 0979999;25946.75;25946.5;25946.75;1'],
      'MNQ 03-26.Last.txt',
    );
    expect(timesOf(result)).toEqual(['2026-01-11T23:00:00.096Z', '2026-01-11T23:00:00.097Z']);
    expect([[...tradesOf(result).price], [...tradesOf(result).size]]).toEqual([
      [25946.5, 25946.75],
      [62, 1],
    ]);
    expect(result.table.format).toBe('NinjaTrader ticks');
    expect(result.notes).toContain('What times have beyond the millisecond is cut off.');
  });

  it('of the short form are trades too, and bad ones are left out', () => {
    const result = readLines(['20061107 000431;1383.00;1', '20061107 000456;1383.25;0', '20061107 000456;1383.25;25']);
    expect(timesOf(result)).toEqual(['2006-11-07T00:04:31.000Z', '2006-11-07T00:04:56.000Z']);
    expect(leftOut(result)).toEqual([[2, "size '0': expected a decimal above 0"]]);
  });
});
