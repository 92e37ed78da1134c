import { ATR } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Atr } from './atr.ts';

describe('Atr', () => {
  it('is the mean of the first true ranges, then smoothed as Wilder did', () => {
    const atr = new Atr(3);
    expect(atr.update(10, 8, 9)).toBeNaN();
    expect(atr.update(12, 11, 11)).toBeNaN();
    // true ranges 2, 3 (12 against the close at 9), 4 (7 against the close at 11)
    expect(atr.update(9, 7, 8)).toBe(3);
    // true range 1: (3 × 2 + 1) / 3
    expect(atr.update(8.5, 7.5, 8)).toBeCloseTo(7 / 3, 14);
  });

  it('is unknown until 14 bars have closed, and known from then on', () => {
    const atr = new Atr();
    const values = Array.from({ length: 16 }, () => atr.update(2, 1, 1.5));
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(13);
    expect(values.slice(13)).toEqual([1, 1, 1]);
  });

  it('agrees with an independent implementation over a seeded series', () => {
    const ours = new Atr();
    const theirs = new ATR(14);
    let compared = 0;
    for (const { high, low, close } of series(3_000)) {
      const value = ours.update(high, low, close);
      const oracle = theirs.update({ high, low, close }, false);
      if (oracle === null) expect(value).toBeNaN();
      else {
        compared += 1;
        expect(Math.abs(value / oracle - 1)).toBeLessThan(1e-9);
      }
    }
    expect(compared).toBe(3_000 - 13);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const bars = series(60);
    const original = new Atr();
    for (const { high, low, close } of bars.slice(0, 7)) original.update(high, low, close);
    const copy = Object.assign(new Atr(), structuredClone({ ...original }));
    for (const { high, low, close } of bars.slice(7))
      expect(copy.update(high, low, close)).toBe(original.update(high, low, close));
    expect(copy.value).toBeGreaterThan(0);
  });
});

/** Bars of a seeded random walk with jumps between them. */
function series(length: number): { high: number; low: number; close: number }[] {
  let seed = 20_190_211;
  const draw = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 4_294_967_296;
  };
  let price = 100;
  return Array.from({ length }, () => {
    const open = price + (draw() - 0.5) * 0.4;
    price = Math.max(5, open + (draw() - 0.5) * 2);
    return { high: Math.max(open, price) + draw() * 0.3, low: Math.min(open, price) - draw() * 0.3, close: price };
  });
}
