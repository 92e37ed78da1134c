import { describe, expect, it } from 'vitest';
import { randomBars } from './testing.ts';
import { Vwap } from './vwap.ts';

describe('Vwap', () => {
  it.each([
    {
      what: 'weights typical prices by volume',
      bars: [
        [12, 9, 9, 10, 1],
        [22, 19, 19, 30, 1],
      ],
      values: [10, 17.5],
    },
    {
      what: 'is unknown while there is no volume',
      bars: [
        [12, 9, 9, 0, 1],
        [22, 19, 19, 4, 1],
      ],
      values: [NaN, 20],
    },
    {
      what: 'stays where a bar has no volume',
      bars: [
        [12, 9, 9, 5, 1],
        [99, 98, 98, 0, 1],
      ],
      values: [10, 10],
    },
    {
      what: 'starts anew with a session',
      bars: [
        [12, 9, 9, 5, 1],
        [22, 19, 19, 1, 2],
      ],
      values: [10, 20],
    },
    {
      what: 'is unknown again in a session without volume',
      bars: [
        [12, 9, 9, 5, 1],
        [22, 19, 19, 0, 2],
      ],
      values: [10, NaN],
    },
  ])('$what', ({ bars, values }) => {
    const vwap = new Vwap();
    expect(bars.map(([high = 0, low = 0, close = 0, volume = 0, day = 0]) => vwap.update(high, low, close, volume, day))).toEqual(
      values,
    );
  });

  it('is known from the first bar with volume on, in each session', () => {
    const vwap = new Vwap();
    const known = [0, 0, 3, 0, 0, 0, 0, 2].map((volume, i) => !Number.isNaN(vwap.update(3, 1, 2, volume, Math.floor(i / 5))));
    expect(known).toEqual([false, false, true, true, true, false, false, true]);
  });

  it('agrees with sums over all bars of the session', () => {
    const vwap = new Vwap();
    const bars = randomBars(900, 10);
    let compared = 0;
    for (const [i, bar] of bars.entries()) {
      const session = Math.floor(i / 390);
      const own = bars.slice(session * 390, i + 1);
      const volume = own.reduce((sum, each) => sum + each.volume, 0);
      const money = own.reduce((sum, each) => sum + ((each.high + each.low + each.close) * each.volume) / 3, 0);
      const value = vwap.update(bar.high, bar.low, bar.close, bar.volume, session);
      if (volume === 0) expect(value).toBeNaN();
      else {
        compared += 1;
        expect(Math.abs(value / (money / volume) - 1)).toBeLessThan(1e-13);
      }
    }
    expect(compared).toBeGreaterThan(850);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const original = new Vwap();
    original.update(3, 1, 2, 5, 1);
    const copy = Object.assign(new Vwap(), structuredClone({ ...original }));
    for (const [volume, day] of [
      [4, 1],
      [0, 1],
      [7, 2],
    ] as const)
      expect(copy.update(9, 5, 7, volume, day)).toBe(original.update(9, 5, 7, volume, day));
    expect(copy.value).toBe(7);
  });
});
