import { RSI } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Rsi } from './rsi.ts';

describe('Rsi', () => {
  it('is 100 × mean gain / (mean gain + mean loss), smoothed as Wilder did', () => {
    const rsi = new Rsi(3);
    expect([10, 11, 13].map((close) => rsi.update(close))).toEqual([NaN, NaN, NaN]);
    // gains 1 and 2, loss 1: 100 × 3 / 4
    expect(rsi.update(12)).toBe(75);
    // mean gain (1 × 2 + 0) / 3, mean loss (1/3 × 2 + 2) / 3: 100 × (2/3) / (2/3 + 8/9)
    expect(rsi.update(10)).toBeCloseTo(300 / 7, 12);
  });

  it('is unknown until there are 14 changes, that is 15 closes', () => {
    const rsi = new Rsi();
    const values = Array.from({ length: 17 }, (_, i) => rsi.update(100 + i));
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(14);
    expect(values.slice(14)).toEqual([100, 100, 100]);
  });

  it('is 0 after losses only and 50 where nothing has moved', () => {
    const falling = new Rsi(2);
    const still = new Rsi(2);
    for (const close of [5, 4, 3]) falling.update(close);
    for (const close of [5, 5, 5]) still.update(close);
    expect(falling.value).toBe(0);
    expect(still.value).toBe(50);
  });

  it('agrees with an independent implementation over a seeded series', () => {
    const ours = new Rsi();
    const theirs = new RSI(14);
    let compared = 0;
    for (const close of closes(3_000)) {
      const value = ours.update(close);
      const oracle = theirs.update(close, false);
      if (oracle === null) expect(value).toBeNaN();
      else {
        compared += 1;
        expect(Math.abs(value / oracle - 1)).toBeLessThan(1e-9);
      }
    }
    expect(compared).toBe(3_000 - 14);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const original = new Rsi();
    const all = closes(60);
    for (const close of all.slice(0, 9)) original.update(close);
    const copy = Object.assign(new Rsi(), structuredClone({ ...original }));
    for (const close of all.slice(9)) expect(copy.update(close)).toBe(original.update(close));
    expect(copy.value).toBeGreaterThan(0);
  });
});

/** Closes of a seeded random walk. */
function closes(length: number): number[] {
  let seed = 7;
  let price = 100;
  return Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    price = Math.max(5, price + (seed / 4_294_967_296 - 0.5) * 2);
    return price;
  });
}
