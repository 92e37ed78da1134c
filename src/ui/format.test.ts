import { describe, expect, it } from 'vitest';
import * as write from './format.ts';

describe('figures', () => {
  it.each([
    ['100412.6', '100,412.60'],
    ['0', '0.00'],
    ['-86.1', '−86.10'],
    ['0.125', '0.13'],
    ['9007199254740993.11', '9,007,199,254,740,993.11'],
    ['', ''],
    ['n/a', 'n/a'],
  ])('writes the money %s as %s, from its decimal text and not from a double', (text, expected) => {
    expect(write.money(text)).toBe(expected);
  });

  it.each([
    ['412.6', '+412.60'],
    ['-9.36', '−9.36'],
    ['0', '0.00'],
    ['-0.001', '0.00'],
  ])('writes the gain %s as %s', (text, expected) => {
    expect(write.signedMoney(text)).toBe(expected);
  });

  it.each([
    ['-1234.50', '−1,234.50'],
    ['0.370', '0.370'],
    ['7', '7'],
  ])('writes the figure %s as %s, with the decimals that it comes with', (text, expected) => {
    expect(write.asGiven(text)).toBe(expected);
  });

  it('rounds an average off the grid for the eye only', () => {
    expect(write.price('305.761290322580645161', 2)).toBe('305.76');
    expect(write.price('100.665', 2)).toBe('100.67');
    expect(write.price('', 2)).toBe('');
  });

  it('keeps every decimal of a quantity', () => {
    expect(write.quantity('1500')).toBe('1,500');
    expect(write.quantity('0.000707')).toBe('0.000707');
  });

  it('writes percent and R with their sign, and nothing where there is nothing', () => {
    expect(write.signedPercent('0.4126')).toBe('+0.41 %');
    expect(write.percent('6.37')).toBe('6.4 %');
    expect(write.percent('')).toBe('');
    expect(write.signedR('-0.516')).toBe('−0.52R');
    expect(write.signedR('')).toBe('');
  });

  it.each([
    ['86.1', '-86.1'],
    ['-24.99', '24.99'],
    ['0', '0'],
    ['0.00', '0.00'],
    ['', ''],
  ])('turns the loss %s into the result %s without touching its digits', (text, expected) => {
    expect(write.negated(text)).toBe(expected);
  });

  it('gives no tone to zero and to text', () => {
    expect(['1', '-0.5', '0.00', '-0', 'n/a', ''].map(write.toneOf)).toEqual([
      'up',
      'down',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [40_200, '41 s'],
    [112_000, '1m 52 s'],
    [64 * 60_000, '64 m'],
    [185 * 60_000, '3 h 05'],
    [52 * 3_600_000, '2 d 4 h'],
  ])('writes %d ms as %s', (ms, expected) => {
    expect(write.duration(ms)).toBe(expected);
  });

  it.each([
    [5_000, '5s'],
    [900_000, '15m'],
    [14_400_000, '4h'],
    [86_400_000, '1d'],
  ])('names a bar of %d ms %s', (ms, expected) => {
    expect(write.interval(ms)).toBe(expected);
  });

  it("shows the exchange's wall clock, on both sides of a daylight-saving change", () => {
    expect(write.time(Date.UTC(2019, 1, 15, 15, 42, 17), 'America/New_York')).toBe('10:42:17');
    expect(write.minute(Date.UTC(2019, 6, 15, 15, 42), 'America/New_York')).toBe('11:42');
    expect(write.stamp(Date.UTC(2019, 1, 15, 0, 5), 'UTC')).toBe('15 Feb, 00:05');
    expect(write.zoneName('America/New_York')).toBe('New York');
  });
});
