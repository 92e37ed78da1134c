import { SMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Sma } from './sma.ts';
import { agreement, randomBars } from './testing.ts';

describe('Sma', () => {
  it.each([
    { length: 1, values: [4, 6], averages: [4, 6] },
    { length: 3, values: [1, 2, 6, 4, 5, 0], averages: [NaN, NaN, 3, 4, 5, 3] },
    { length: 4, values: [1, 2, 3], averages: [NaN, NaN, NaN] },
  ])('over $length of $values is $averages', ({ length, values, averages }) => {
    const sma = new Sma(length);
    expect(values.map((value) => sma.update(value))).toEqual(averages);
  });

  it('is unknown until there are 20 values, and known from then on', () => {
    const sma = new Sma();
    const values = Array.from({ length: 22 }, () => sma.update(7));
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(19);
    expect(values.slice(19)).toEqual([7, 7, 7]);
  });

  it('forgets a huge value entirely once it has left the window', () => {
    const sma = new Sma(2);
    for (const value of [1e300, 0.5, 0.25]) sma.update(value);
    expect(sma.value).toBe(0.375);
  });

  it('agrees with an independent implementation over a seeded series', () => {
    const ours = new Sma(50);
    const theirs = new SMA(50);
    const { known, worst } = agreement(
      randomBars(3_000, 1),
      ({ close }) => ours.update(close),
      ({ close }) => theirs.update(close, false),
    );
    expect(known).toBe(3_000 - 49);
    expect(worst).toBeLessThan(1e-13);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomBars(60, 2);
    const original = new Sma();
    for (const { close } of all.slice(0, 25)) original.update(close);
    const copy = Object.assign(new Sma(), structuredClone({ ...original }));
    for (const { close } of all.slice(25)) expect(copy.update(close)).toBe(original.update(close));
    expect(copy.value).toBeGreaterThan(0);
  });
});
