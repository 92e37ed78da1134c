import { RSI } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Rsi } from './rsi.ts';
import { agreement, randomCloses } from './testing.ts';

/** The worksheet of Wilder, New Concepts in Technical Trading Systems, 1978, ch. 6: closes of days 1 to 38, RSI of days 15 to 38 as printed. */
const CLOSES = [
  54.8, 56.8, 57.85, 59.85, 60.57, 61.1, 62.17, 60.6, 62.35, 62.15, 62.35, 61.45, 62.8, 61.37, 62.5, 62.57, 60.8, 59.37, 60.35,
  62.35, 62.17, 62.55, 64.55, 64.37, 65.3, 64.42, 62.9, 61.6, 62.05, 60.05, 59.7, 60.9, 60.25, 58.27, 58.7, 57.72, 58.1, 58.2,
];
const PRINTED = [
  74.36, 74.55, 65.75, 59.68, 61.98, 66.44, 65.75, 67, 71.43, 70.5, 72.14, 67.95, 60.78, 55.56, 56.71, 49.49, 48.19, 52.38, 50,
  43.5, 45.36, 42.53, 44.13, 44.75,
];

describe('Rsi', () => {
  it("is what Wilder's worksheet says, within his cutting of every mean to hundredths", () => {
    const rsi = new Rsi();
    const values = CLOSES.map((close) => rsi.update(close));
    expect(values.slice(0, 14)).toEqual(Array.from({ length: 14 }, () => NaN));
    for (const [i, printed] of PRINTED.entries()) expect(Math.abs((values[14 + i] ?? NaN) - printed)).toBeLessThan(0.55);
    // The first by hand: gains of 11.80 and losses of 4.10 in 14 changes, nothing cut.
    expect(values[14]).toBeCloseTo((100 * 11.8) / 15.9, 10);
  });

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
    const { known, worst } = agreement(
      randomCloses(3_000, 7),
      (close) => ours.update(close),
      (close) => theirs.update(close, false),
    );
    expect(known).toBe(3_000 - 14);
    expect(worst).toBeLessThan(1e-9);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const original = new Rsi();
    const all = randomCloses(60, 7);
    for (const close of all.slice(0, 9)) original.update(close);
    const copy = Object.assign(new Rsi(), structuredClone({ ...original }));
    for (const close of all.slice(9)) expect(copy.update(close)).toBe(original.update(close));
    expect(copy.value).toBeGreaterThan(0);
  });
});
