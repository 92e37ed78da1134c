import { ADX } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Adx } from './adx.ts';
import { Atr } from './atr.ts';
import { randomBars, type TestBar } from './testing.ts';

/**
 * The directional movement worksheet of Wilder, New Concepts in Technical Trading Systems, 1978, ch. 4, day by day: high, low, close, true
 * range, +DI14, −DI14, ADX as printed, in whole numbers (he rounds at every step). His −DI of day 32 is given as 42, which his difference 24 and sum 60
 * say, not as 41. His first ADX, on day 28, is the mean of 14 DX and not printed in the column.
 */
const WORKSHEET: readonly [number, number, number, number, number, number, number][] = [
  [274, 272, 272.75, NaN, NaN, NaN, NaN],
  [273.25, 270.25, 270.75, 3, NaN, NaN, NaN],
  [272, 269.75, 270, 2.25, NaN, NaN, NaN],
  [270.75, 268, 269.25, 2.75, NaN, NaN, NaN],
  [270, 269, 269.75, 1, NaN, NaN, NaN],
  [270.5, 268, 270, 2.5, NaN, NaN, NaN],
  [268.5, 266.5, 266.5, 3.5, NaN, NaN, NaN],
  [265.5, 263, 263.25, 3.5, NaN, NaN, NaN],
  [262.5, 259, 260.25, 4.25, NaN, NaN, NaN],
  [263.5, 260, 263, 3.5, NaN, NaN, NaN],
  [269.5, 263, 266.5, 6.5, NaN, NaN, NaN],
  [267.25, 265, 267, 2.25, NaN, NaN, NaN],
  [267.5, 265.5, 265.75, 2, NaN, NaN, NaN],
  [269.75, 266, 268.5, 4, NaN, NaN, NaN],
  [268.25, 263.25, 264.25, 5.25, 20, 36, NaN],
  [264, 261.5, 264, 2.75, 19, 38, NaN],
  [268, 266.25, 266.5, 4, 26, 35, NaN],
  [266, 264.25, 265.25, 2.25, 25, 37, NaN],
  [274, 267, 273, 8.75, 37, 31, NaN],
  [277.5, 273.5, 276.75, 4.5, 41, 28, NaN],
  [277, 272.5, 273, 4.5, 37, 27, NaN],
  [272, 269.5, 270.25, 3.5, 34, 31, NaN],
  [267.75, 264, 266.75, 6.25, 30, 38, NaN],
  [269.25, 263, 263, 6.25, 30, 34, NaN],
  [266, 263.5, 265.5, 3, 28, 32, NaN],
  [265, 262, 262.25, 3.5, 26, 33, NaN],
  [264.75, 261.5, 262.75, 3.25, 25, 32, NaN],
  [261, 255.5, 255.5, 7.25, 22, 38, NaN],
  [257.5, 253, 253, 4.5, 20, 39, 17],
  [259, 254, 257.5, 6, 20, 36, 18],
  [259.75, 257.5, 257.5, 2.25, 21, 34, 18],
  [257.25, 250, 250, 7.5, 18, 42, 20],
  [250, 247, 249.75, 3, 17, 45, 22],
  [254.25, 252.75, 253.75, 4.5, 23, 42, 22],
  [254, 250.5, 251.25, 3.5, 22, 43, 23],
  [253.25, 250.25, 250.5, 3, 21, 41, 23],
  [253.25, 251, 253, 2.75, 20, 39, 24],
  [251.75, 250.5, 251.5, 2.5, 19, 38, 25],
  [253, 249.5, 250, 3.5, 20, 36, 25],
  [251.5, 245.25, 245.75, 6.25, 18, 39, 26],
  [246.25, 240, 242.75, 6.25, 16, 44, 27],
  [244.25, 241.25, 243.5, 3, 15, 42, 29],
];

describe('Adx', () => {
  it("is what Wilder's worksheet says, within the rounding that he did by hand", () => {
    const adx = new Adx();
    const range = new Atr(1);
    for (const [high, low, close, trueRange, plusDi, minusDi, printed] of WORKSHEET) {
      range.update(high, low, close);
      if (!Number.isNaN(trueRange)) expect(range.value).toBe(trueRange);
      adx.update(high, low, close);
      if (Number.isNaN(plusDi)) expect([adx.plusDi, adx.minusDi]).toEqual([NaN, NaN]);
      else expect([Math.round(adx.plusDi), Math.round(adx.minusDi)]).toEqual([plusDi, minusDi]);
      if (!Number.isNaN(printed)) expect(Math.abs(adx.value - printed)).toBeLessThan(0.75);
    }
    expect(adx.value).toBeCloseTo(28.9424, 4);
  });

  it('knows its +DI and −DI after 15 bars and its ADX after 28', () => {
    const adx = new Adx();
    const known = randomBars(40, 6).map(({ high, low, close }) => {
      adx.update(high, low, close);
      return [adx.plusDi, adx.minusDi, adx.value].map((value) => !Number.isNaN(value));
    });
    expect(known.findIndex(([plus]) => plus)).toBe(14);
    expect(known.findIndex(([, minus]) => minus)).toBe(14);
    expect(known.findIndex(([, , value]) => value)).toBe(27);
    expect(known.slice(27).flat()).not.toContain(false);
  });

  it.each([
    // range 2 up 1, then totals halve: range 1 + 2, up 0.5 + 1
    {
      what: 'rises',
      bars: [
        [11, 10],
        [12, 10],
        [13, 11],
        [14, 12],
      ],
      plusDi: 50,
      minusDi: 0,
      value: 100,
    },
    {
      what: 'falls',
      bars: [
        [14, 12],
        [13, 11],
        [12, 10],
        [11, 9],
      ],
      plusDi: 0,
      minusDi: 50,
      value: 100,
    },
    // an inside bar moves in neither direction, and both sides of an outside bar are equal
    {
      what: 'stands',
      bars: [
        [14, 10],
        [13, 11],
        [14, 10],
        [13, 11],
      ],
      plusDi: 0,
      minusDi: 0,
      value: 0,
    },
    {
      what: 'does not trade',
      bars: [
        [9, 9],
        [9, 9],
        [9, 9],
        [9, 9],
      ],
      plusDi: 0,
      minusDi: 0,
      value: 0,
    },
  ])('is $value where the price $what', ({ bars, plusDi, minusDi, value }) => {
    const adx = new Adx(2);
    for (const [high = 0, low = 0] of bars) adx.update(high, low, (high + low) / 2);
    expect([adx.plusDi, adx.minusDi, adx.value]).toEqual([plusDi, minusDi, value]);
  });

  it('agrees with a plain computation from all bars, bar for bar', () => {
    const bars = randomBars(400, 7);
    for (const length of [1, 2, 14]) {
      const adx = new Adx(length);
      const expected = computed(bars, length);
      for (const [i, { high, low, close }] of bars.entries()) {
        adx.update(high, low, close);
        const [plusDi = NaN, minusDi = NaN, value = NaN] = expected[i] ?? [];
        for (const [ours, theirs] of [
          [adx.plusDi, plusDi],
          [adx.minusDi, minusDi],
          [adx.value, value],
        ] as const)
          if (Number.isNaN(theirs)) expect(ours).toBeNaN();
          else expect(Math.abs(ours - theirs)).toBeLessThan(1e-9);
      }
    }
  });

  it('agrees with an independent implementation once the different starts have faded', () => {
    const ours = new Adx();
    const theirs = new ADX(14);
    for (const [i, { high, low, close }] of randomBars(3_000, 8).entries()) {
      ours.update(high, low, close);
      const oracle = theirs.update({ high, low, close }, false) ?? NaN;
      if (i < 1_000) continue;
      expect(Math.abs(ours.value / oracle - 1)).toBeLessThan(1e-9);
      expect(Math.abs(ours.plusDi / 100 - (theirs.pdi ?? NaN))).toBeLessThan(1e-9);
      expect(Math.abs(ours.minusDi / 100 - (theirs.mdi ?? NaN))).toBeLessThan(1e-9);
    }
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomBars(80, 9);
    const original = new Adx();
    for (const { high, low, close } of all.slice(0, 20)) original.update(high, low, close);
    const copy = Object.assign(new Adx(), structuredClone({ ...original }));
    for (const { high, low, close } of all.slice(20))
      expect(copy.update(high, low, close)).toBe(original.update(high, low, close));
    expect([copy.plusDi, copy.minusDi]).toEqual([original.plusDi, original.minusDi]);
    expect(copy.value).toBeGreaterThan(0);
  });
});

/** +DI, −DI and ADX of every bar as Wilder's text has them: running totals S − S / length + today's, the ADX from all DX. */
function computed(bars: TestBar[], length: number): number[][] {
  let [range, plus, minus, adx] = [0, 0, 0, NaN];
  const all: number[] = [];
  return bars.map(({ high, low }, i) => {
    const before = bars[i - 1];
    if (before === undefined) return [];
    const today = {
      range: Math.max(high - low, Math.abs(high - before.close), Math.abs(low - before.close)),
      plus: high - before.high > Math.max(0, before.low - low) ? high - before.high : 0,
      minus: before.low - low > Math.max(0, high - before.high) ? before.low - low : 0,
    };
    const lost = i < length ? 0 : 1 / length;
    range += today.range - range * lost;
    plus += today.plus - plus * lost;
    minus += today.minus - minus * lost;
    if (i < length) return [];
    all.push(plus + minus === 0 ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus));
    if (all.length === length) adx = all.reduce((sum, dx) => sum + dx, 0) / length;
    else if (all.length > length) adx += ((all.at(-1) ?? NaN) - adx) / length;
    return [(100 * plus) / range, (100 * minus) / range, adx];
  });
}
