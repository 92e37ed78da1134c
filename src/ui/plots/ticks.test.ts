import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceScale, tickText } from './ticks.ts';

describe('a scale', () => {
  it.each([
    [0, 9.3, 5, [0, 2, 4, 6, 8, 10]],
    [-1.2, 2.9, 4, [-2, 0, 2, 4]],
    [-0.31, 0, 3, [-0.4, -0.2, 0]],
    [0, 0, 4, [0, 0.5, 1]],
    [3, 3, 3, [0, 1, 2, 3]],
    [-1200, 400, 4, [-1500, -1000, -500, 0, 500]],
  ])('from %d to %d with room for %d steps has marks that people count in', (least, most, marks, ticks) => {
    expect(niceScale(least, most, marks).ticks).toEqual(ticks);
  });

  it('of whole things has no halves', () => {
    expect(niceScale(0, 2, 8, true).ticks).toEqual([0, 1, 2]);
  });

  it('holds what it is made for, with marks that rise and are not many more than have room', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        value,
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (least, span, marks) => {
          const scale = niceScale(least, least + span, marks);
          expect(scale.from).toBeLessThanOrEqual(least + span * 1e-6);
          expect(scale.to).toBeGreaterThanOrEqual(least + span * (1 - 1e-6));
          expect(scale.ticks.length).toBeLessThanOrEqual(marks + 2);
          expect(scale.ticks).toEqual([...new Set(scale.ticks)].toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('writes its marks with the decimals that tell them apart', () => {
    expect(tickText(-1500, niceScale(-1500, 0, 3))).toBe('−1,500');
    expect(tickText(-0.2, niceScale(-0.4, 0, 2))).toBe('−0.2');
  });
});
