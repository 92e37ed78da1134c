import { describe, expect, it } from 'vitest';
import { type Dice, dice } from '../engine/dice.ts';
import { interval, RESAMPLES, resamples } from './bootstrap.ts';

/** A number near the normal distribution: twelve throws, less their mean. */
const normal = (next: Dice): number => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);

/** The interval of the mean difference of pairs. */
function meanInterval(differences: readonly number[], seed: number) {
  const drawn = resamples(differences.length, dice(seed));
  return interval(
    Float64Array.from(
      drawn,
      (weights) => differences.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) / differences.length,
    ),
  );
}

describe('a bootstrap interval', () => {
  it('draws as many as there are, with replacement', () => {
    const drawn = resamples(30, dice(1));
    expect(drawn.length).toBe(RESAMPLES);
    for (const weights of drawn) expect(weights.reduce((sum, times) => sum + times, 0)).toBe(30);
    expect(drawn.some((weights) => weights.some((times) => times > 1))).toBe(true);
  });

  it('holds the true mean of normal pairs about 19 times in 20', () => {
    const trials = 200;
    let held = 0;
    for (let seed = 1; seed <= trials; seed += 1) {
      const next = dice(seed * 7_919);
      const found = meanInterval(
        Array.from({ length: 40 }, () => 2 + normal(next)),
        seed,
      );
      if (found && found.low <= 2 && found.high >= 2) held += 1;
    }
    // percentiles of 40 pairs are a little narrow; three standard errors of a proportion are 0.046
    expect(held / trials).toBeGreaterThan(0.88);
    expect(held / trials).toBeLessThan(0.99);
  });

  it('is as wide as theory says: about 3.92 standard errors', () => {
    const next = dice(5);
    const differences = Array.from({ length: 400 }, () => normal(next));
    const { low, high } = meanInterval(differences, 3) ?? { low: Number.NaN, high: Number.NaN };
    expect(high - low).toBeGreaterThan((3.92 / 20) * 0.85);
    expect(high - low).toBeLessThan((3.92 / 20) * 1.15);
  });

  it('leaves out the same number at both ends', () => {
    const values = Float64Array.from({ length: 2_000 }, (_, i) => i);
    expect(interval(values)).toEqual({ low: 50, high: 1_949 });
    expect(interval(values.map((value) => -value))).toEqual({ low: -1_949, high: -50 });
  });

  it('is not given where more than one in twenty is unknown', () => {
    const values = (unknown: number) => Float64Array.from({ length: 1_000 }, (_, i) => (i < unknown ? Number.NaN : 1));
    expect(interval(values(50))).toEqual({ low: 1, high: 1 });
    expect(interval(values(51))).toBeNull();
  });
});
