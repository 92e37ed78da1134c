import { ATR } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Atr } from './atr.ts';
import { agreement, randomBars } from './testing.ts';

/**
 * High, low, close and ATR(14) of QQQQ, 1 April to 13 May 2010: the worked example of StockCharts' ChartSchool, Average True Range, which takes
 * Wilder's first day (high − low) and his smoothing. Its prices have hundredths more than are shown.
 */
const WORKED: readonly [number, number, number, number][] = [
  [48.7, 47.79, 48.16, NaN],
  [48.72, 48.14, 48.61, NaN],
  [48.9, 48.39, 48.75, NaN],
  [48.87, 48.37, 48.63, NaN],
  [48.82, 48.24, 48.74, NaN],
  [49.05, 48.64, 49.03, NaN],
  [49.2, 48.94, 49.07, NaN],
  [49.35, 48.86, 49.32, NaN],
  [49.92, 49.5, 49.91, NaN],
  [50.19, 49.87, 50.13, NaN],
  [50.12, 49.2, 49.53, NaN],
  [49.66, 48.9, 49.5, NaN],
  [49.88, 49.43, 49.75, NaN],
  [50.19, 49.73, 50.03, 0.55],
  [50.36, 49.26, 50.31, 0.59],
  [50.57, 50.09, 50.52, 0.59],
  [50.65, 50.3, 50.41, 0.57],
  [50.43, 49.21, 49.43, 0.61],
  [49.63, 48.98, 49.37, 0.62],
  [50.33, 49.61, 50.23, 0.64],
  [50.29, 49.2, 49.24, 0.67],
  [50.17, 49.43, 49.93, 0.69],
  [49.32, 48.08, 48.43, 0.77],
  [48.5, 47.64, 48.18, 0.78],
  [48.32, 41.55, 46.57, 1.21],
  [46.8, 44.28, 45.41, 1.3],
  [47.8, 47.31, 47.77, 1.38],
  [48.39, 47.2, 47.72, 1.37],
  [48.66, 47.9, 48.62, 1.34],
  [48.79, 47.73, 47.85, 1.32],
];

describe('Atr', () => {
  it('is what the worked example of ChartSchool says, to the hundredth', () => {
    const atr = new Atr();
    for (const [high, low, close, printed] of WORKED) {
      const value = atr.update(high, low, close);
      if (Number.isNaN(printed)) expect(value).toBeNaN();
      else expect(Math.abs(value - printed)).toBeLessThan(0.01);
    }
  });

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
    const { known, worst } = agreement(
      randomBars(3_000, 20_190_211),
      ({ high, low, close }) => ours.update(high, low, close),
      (bar) => theirs.update(bar, false),
    );
    expect(known).toBe(3_000 - 13);
    expect(worst).toBeLessThan(1e-9);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const bars = randomBars(60, 20_190_211);
    const original = new Atr();
    for (const { high, low, close } of bars.slice(0, 7)) original.update(high, low, close);
    const copy = Object.assign(new Atr(), structuredClone({ ...original }));
    for (const { high, low, close } of bars.slice(7))
      expect(copy.update(high, low, close)).toBe(original.update(high, low, close));
    expect(copy.value).toBeGreaterThan(0);
  });
});
