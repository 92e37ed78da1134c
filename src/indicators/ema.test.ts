import { EMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Ema } from './ema.ts';
import { Macd } from './macd.ts';
import { randomBars } from './testing.ts';

describe('Ema', () => {
  it.each([
    { length: 1, values: [4, 6, 5], averages: [4, 6, 5] },
    // seed (1 + 2 + 6) / 3 = 3, then half way to each value
    { length: 3, values: [1, 2, 6, 5, 0], averages: [NaN, NaN, 3, 4, 2] },
    { length: 4, values: [1, 2, 3], averages: [NaN, NaN, NaN] },
  ])('over $length of $values is $averages', ({ length, values, averages }) => {
    const ema = new Ema(length);
    expect(values.map((value) => ema.update(value))).toEqual(averages);
  });

  it('is unknown until there are 20 values, and known from then on', () => {
    const ema = new Ema();
    const values = Array.from({ length: 22 }, () => ema.update(7));
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(19);
    expect(values.slice(19)).toEqual([7, 7, 7]);
  });

  it("follows the package's average that is given the mean of the first values as its first", () => {
    const ours = new Ema(20);
    const theirs = new EMA(20);
    const closes = randomBars(3_000, 3).map(({ close }) => close);
    const first = theirs.update(closes.slice(0, 20).reduce((sum, close) => sum + close, 0) / 20, false);
    for (const [i, close] of closes.entries()) {
      const value = ours.update(close);
      if (i < 19) expect(value).toBeNaN();
      else expect(Math.abs(value / (i === 19 ? first : theirs.update(close, false)) - 1)).toBeLessThan(1e-13);
    }
  });

  it('is what the MACD is made of', () => {
    const [fast, slow, signal, macd] = [new Ema(12), new Ema(26), new Ema(9), new Macd()];
    for (const { close } of randomBars(100, 4)) {
      macd.update(close);
      const line = fast.update(close) - slow.update(close);
      expect(macd.line).toBe(line);
      if (!Number.isNaN(line)) expect(macd.signal).toBe(signal.update(line));
    }
    expect(macd.signal).not.toBeNaN();
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomBars(60, 5);
    const original = new Ema();
    for (const { close } of all.slice(0, 15)) original.update(close);
    const copy = Object.assign(new Ema(), structuredClone({ ...original }));
    for (const { close } of all.slice(15)) expect(copy.update(close)).toBe(original.update(close));
    expect(copy.value).toBeGreaterThan(0);
  });
});
