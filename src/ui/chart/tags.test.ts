import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rect, clusters, overlaps, place, spread } from './tags.ts';

const at = (x: number, y: number): Rect => ({ x, y, width: 40, height: 12 });
const bounds = { min: 10, max: 390 };
const places = fc.array(fc.integer({ min: -200, max: 600 }), { minLength: 1, maxLength: 15 });

describe('tags along the price axis', () => {
  it('stay where they are while they have room', () => {
    expect(spread([300, 20, 100], 20, bounds)).toEqual([300, 20, 100]);
  });

  it('give way to both sides alike', () => {
    expect(spread([100, 104], 20, bounds)).toEqual([92, 112]);
    expect(spread([100, 100, 100], 20, bounds)).toEqual([80, 100, 120]);
  });

  it('turn back at the end of the axis', () => {
    expect(spread([5, 8], 20, bounds)).toEqual([10, 30]);
    expect(spread([500, 389], 20, bounds)).toEqual([390, 370]);
  });

  it('stand apart, inside the axis, in the order of their prices, however crowded', () => {
    fc.assert(
      fc.property(places, (wanted) => {
        const got = spread(wanted, 20, bounds);
        const order = wanted.map((_, i) => i).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
        const sorted = order.map((i) => got[i] ?? Number.NaN);
        for (const y of sorted) expect(y >= bounds.min - 1e-9 && y <= bounds.max + 1e-9).toBe(true);
        sorted.slice(1).forEach((y, i) => expect(y - (sorted[i] ?? 0)).toBeGreaterThanOrEqual(20 - 1e-9));
      }),
    );
  });

  it('move as little as they can: no single shift of a tag within its room shortens the way', () => {
    fc.assert(
      fc.property(places, (wanted) => {
        const got = spread(wanted, 20, bounds);
        const sorted = got.map((y, i) => ({ y, want: wanted[i] ?? 0 })).toSorted((a, b) => a.y - b.y);
        sorted.forEach(({ y, want }, i) => {
          const low = i === 0 ? bounds.min : (sorted[i - 1]?.y ?? 0) + 20;
          const high = i === sorted.length - 1 ? bounds.max : (sorted[i + 1]?.y ?? 0) - 20;
          const best = Math.min(Math.max(want, low), high);
          expect(Math.abs(y - want)).toBeLessThanOrEqual(Math.abs(best - want) + 1e-6);
        });
      }),
    );
  });

  it('shrink their gap when the axis is too short for all', () => {
    expect(spread([1, 2, 3], 20, { min: 0, max: 20 })).toEqual([0, 10, 20]);
  });

  it('form a cluster with every neighbour nearer than the distance', () => {
    expect(clusters([100, 10, 30, 120, 300], 25)).toEqual([[1, 2], [0, 3], [4]]);
  });
});

describe('labels', () => {
  const pane: Rect = { x: 0, y: 0, width: 200, height: 100 };

  it('take the first place that is free and inside the pane', () => {
    expect(place([at(180, 10), at(10, 10), at(10, 30)], [at(20, 5)], pane, () => 0)).toEqual(at(10, 30));
  });

  it('prefer the place that hides least', () => {
    expect(place([at(10, 10), at(10, 40)], [], pane, (rect) => (rect.y < 20 ? 3 : 1))).toEqual(at(10, 40));
  });

  it('are left out rather than written over another', () => {
    expect(place([at(10, 10), at(30, 14)], [at(25, 8)], pane, () => 0)).toBeNull();
  });

  it('may touch at an edge', () => {
    expect(overlaps(at(0, 0), at(40, 0))).toBe(false);
    expect(overlaps(at(0, 0), at(39, 11))).toBe(true);
  });
});
