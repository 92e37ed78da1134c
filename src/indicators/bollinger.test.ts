import { BollingerBands } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Bollinger } from './bollinger.ts';
import { Sma } from './sma.ts';
import { randomBars } from './testing.ts';

describe('Bollinger', () => {
  it.each([
    { length: 1, width: 2, values: [4, 6], middle: 6, deviation: 0 },
    { length: 2, width: 2, values: [7, 1, 3], middle: 2, deviation: 1 },
    { length: 8, width: 2, values: [9, 2, 4, 4, 4, 5, 5, 7, 9], middle: 5, deviation: 2 },
    { length: 8, width: 1.5, values: [2, 4, 4, 4, 5, 5, 7, 9], middle: 5, deviation: 2 },
  ])(
    'over $length of $values lies $width population deviations of $deviation around $middle',
    ({ length, width, values, middle, deviation }) => {
      const bands = new Bollinger(length, width);
      for (const value of values) bands.update(value);
      expect([bands.middle, bands.upper, bands.lower]).toEqual([middle, middle + width * deviation, middle - width * deviation]);
    },
  );

  it('is unknown until there are 20 values, and known from then on', () => {
    const bands = new Bollinger();
    const known = randomBars(25, 11).map(({ close }) => {
      bands.update(close);
      return [bands.middle, bands.upper, bands.lower].map((value) => !Number.isNaN(value));
    });
    expect(known.map((row) => row.every(Boolean))).toEqual(Array.from({ length: 25 }, (_, i) => i >= 19));
    expect(known.map((row) => row.some(Boolean))).toEqual(Array.from({ length: 25 }, (_, i) => i >= 19));
  });

  it.each([0.1, 68_123.45, 1e15 + 1])('is one line where all values are %d', (value) => {
    const bands = new Bollinger();
    for (let i = 0; i < 33; i += 1) bands.update(value);
    expect(Math.abs(bands.middle / value - 1)).toBeLessThan(1e-15);
    expect([bands.upper, bands.lower]).toEqual([bands.middle, bands.middle]);
  });

  it('keeps the digits of small moves at a great price', () => {
    const bands = new Bollinger(4, 1);
    // deviations ±0.25 and ±0.75 around 1e12: population variance 0.3125
    for (const value of [-0.75, -0.25, 0.25, 0.75]) bands.update(1e12 + value);
    expect(bands.upper - bands.middle).toBeCloseTo(Math.sqrt(0.3125), 3);
    expect(bands.middle).toBe(1e12);
  });

  it('agrees with an independent implementation, and its middle with the simple average', () => {
    const ours = new Bollinger(20, 2.5);
    const theirs = new BollingerBands(20, 2.5);
    const sma = new Sma(20);
    let compared = 0;
    for (const { close } of randomBars(3_000, 12)) {
      expect(ours.update(close)).toBe(sma.update(close));
      const oracle = theirs.update(close, false);
      if (oracle === null) continue;
      compared += 1;
      expect(Math.abs(ours.upper / oracle.upper - 1)).toBeLessThan(1e-12);
      expect(Math.abs(ours.lower / oracle.lower - 1)).toBeLessThan(1e-12);
    }
    expect(compared).toBe(3_000 - 19);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomBars(60, 13);
    const original = new Bollinger();
    for (const { close } of all.slice(0, 25)) original.update(close);
    const copy = Object.assign(new Bollinger(), structuredClone({ ...original }));
    for (const { close } of all.slice(25)) expect(copy.update(close)).toBe(original.update(close));
    expect([copy.upper, copy.lower]).toEqual([original.upper, original.lower]);
    expect(copy.upper).toBeGreaterThan(copy.lower);
  });
});
