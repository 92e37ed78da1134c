import { describe, expect, it } from 'vitest';
import { drawing } from './testing.ts';
import { meanOf, squaredDeviationsOf } from './window.ts';

describe('a window of values', () => {
  it.each([
    { values: [5], mean: 5, squares: 0 },
    { values: [1, 3], mean: 2, squares: 2 },
    { values: [2, 4, 4, 4, 5, 5, 7, 9], mean: 5, squares: 32 },
    { values: [100_000_000.01, 100_000_000.02, 100_000_000.03], mean: 100_000_000.02, squares: 0.0002 },
  ])('of $values has the mean $mean and the squared deviations $squares', ({ values, mean, squares }) => {
    const ring = Float64Array.from(values);
    expect(meanOf(ring, 0)).toBeCloseTo(mean, 12);
    expect(squaredDeviationsOf(ring, 0, meanOf(ring, 0))).toBeCloseTo(squares, 9);
  });

  it('gives the same bits wherever the oldest value stands', () => {
    const draw = drawing(3);
    const values = Array.from({ length: 23 }, () => 100 + draw());
    const [mean, squares] = [meanOf, squaredDeviationsOf].map((of) => of(Float64Array.from(values), 0, 100.5));
    for (let turn = 1; turn < values.length; turn += 1) {
      const ring = Float64Array.from([...values.slice(turn), ...values.slice(0, turn)]);
      const oldest = values.length - turn;
      expect(meanOf(ring, oldest)).toBe(mean);
      expect(squaredDeviationsOf(ring, oldest, 100.5)).toBe(squares);
    }
  });

  it.each([0.1, 1 / 3, 1e-7, 123_456.789, 1e15 + 1])('of %d only does not deviate at all', (value) => {
    for (const length of [3, 20, 77]) {
      const ring = new Float64Array(length).fill(value);
      expect(squaredDeviationsOf(ring, 1, meanOf(ring, 1))).toBe(0);
    }
  });
});
