import { describe, expect, it } from 'vitest';
import { fraction, parseMeasure, durationText } from './measure.ts';

describe('a measure', () => {
  it.each([
    ['1R', 'R', '1'],
    ['0.25R', 'R', '0.25'],
    ['1.5%', '%', '1.5'],
    ['2ATR', 'ATR', '2'],
    ['$250', '$', '250'],
    ['$0.5', '$', '0.5'],
    ['5bps', 'bps', '5'],
    ['2ticks', 'ticks', '2'],
    ['100000', 'plain', '100000'],
    ['-3', 'plain', '-3'],
    ['250ms', 'duration', '250'],
    ['15s', 'duration', '15000'],
    ['30m', 'duration', '1800000'],
    ['2h', 'duration', '7200000'],
    ['1d', 'duration', '86400000'],
    ['15:45', 'time', '945'],
    ['00:00', 'time', '0'],
  ])('reads %s as %s %s', (text, unit, value) => {
    const measure = parseMeasure(text);
    expect([measure?.text, measure?.unit, measure?.value.toFixed()]).toEqual([text, unit, value]);
  });

  it.each([
    '',
    'R',
    '1 R R',
    '1r',
    '1e3',
    '.5',
    '5.',
    '1,5%',
    '250$',
    '24:00',
    '12:60',
    '9:30',
    '1.5%%',
    'NaN',
    'Infinity',
    '٣R',
  ])('does not read %j', (text) => expect(parseMeasure(text)).toBeUndefined());

  it.each([
    ['1.5%', '0.015'],
    ['5bps', '0.0005'],
  ])('has behind %s the fraction %s', (text, wanted) => {
    const measure = parseMeasure(text);
    expect(measure && fraction(measure).toFixed()).toBe(wanted);
  });
});

it.each([
  [0, '0s'],
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [60_000, '1m'],
  [5_400_000, '90m'],
  [86_400_000, '1d'],
])('%i ms are written as %s, which is read as the same', (ms, text) => {
  expect(durationText(ms)).toBe(text);
  expect(parseMeasure(text)).toMatchObject({ unit: 'duration', text });
  expect(parseMeasure(text)?.value.toNumber()).toBe(ms);
});
