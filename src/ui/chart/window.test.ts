import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowFor } from './window.ts';

describe('the stretch of bars that the chart holds', () => {
  it('begins with the newest bars of a long session', () => {
    expect(windowFor(100_000, null, { from: 0, to: 0 })).toEqual({ from: 98_799, to: 100_000 });
  });

  it('stays while the view is well inside it', () => {
    expect(windowFor(100_000, { from: 99_700, to: 99_800 }, { from: 98_799, to: 100_000 })).toBeNull();
  });

  it('moves when the view nears its end', () => {
    expect(windowFor(100_000, { from: 99_300, to: 99_400 }, { from: 98_799, to: 100_000 })).toEqual({
      from: 98_100,
      to: 100_000,
    });
  });

  it('holds every bar of a short session, and nothing of an empty one', () => {
    expect(windowFor(300, null, { from: 0, to: 0 })).toEqual({ from: 0, to: 300 });
    expect(windowFor(0, null, { from: 0, to: 0 })).toBeNull();
  });

  it('covers the view with room on both sides, never grows with the session, and then stays', () => {
    const span = fc.record({ from: fc.integer({ min: -500, max: 1_000_000 }), width: fc.integer({ min: 10, max: 4000 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), span, span, (total, view, old) => {
        const seen = { from: view.from, to: view.from + view.width };
        const held = { from: Math.max(0, old.from), to: Math.max(0, old.from) + old.width };
        const next = windowFor(total, seen, held) ?? held;
        const reach = Math.max(600, 2 * view.width);
        expect(next.from).toBeLessThanOrEqual(Math.min(total, Math.max(0, seen.from - reach)));
        expect(next.to).toBeGreaterThanOrEqual(Math.max(0, Math.min(total, seen.to + reach)));
        expect(next.to).toBeLessThanOrEqual(total);
        expect(next.to - next.from).toBeLessThanOrEqual(view.width + 8 * reach);
        expect(windowFor(total, seen, next)).toBeNull();
      }),
    );
  });
});
