import { describe, expect, it } from 'vitest';
import { SwingLevels } from './levels.ts';

/** Bars of one price each side by side: high = value, low = value − 0.5. */
const walk = (levels: SwingLevels, values: number[], day = 1): SwingLevels => {
  for (const value of values) levels.update(value, value - 0.5, day);
  return levels;
};

const resistances = (levels: SwingLevels): number[] => {
  const found: number[] = [];
  for (let price = levels.nearestResistance(-1); !Number.isNaN(price); price = levels.nearestResistance(price)) found.push(price);
  return found;
};

describe('SwingLevels', () => {
  it('knows no level before the first bar, and the session high and low from the first bar on', () => {
    const levels = new SwingLevels();
    expect(levels.nearestResistance(0)).toBeNaN();
    expect(levels.nearestSupport(1e9)).toBeNaN();
    levels.update(101, 99, 1);
    expect(levels.nearestResistance(100)).toBe(101);
    expect(levels.nearestSupport(100)).toBe(99);
  });

  it('has no resistance above the session high where the session before was lower', () => {
    const levels = walk(new SwingLevels(), [10, 11, 12]);
    walk(levels, [13, 14], 2);
    expect(levels.nearestResistance(14)).toBeNaN();
    expect(levels.nearestResistance(13.9)).toBe(14);
    expect(levels.nearestSupport(12.5)).toBe(12);
    expect(levels.nearestSupport(9.5)).toBeNaN();
  });

  it('confirms a swing high on the fifth bar after it and not earlier', () => {
    const levels = walk(new SwingLevels(), [30, 1, 2, 3, 4, 5, 9, 5, 4, 3, 2]);
    expect(resistances(levels)).not.toContain(9);
    walk(levels, [1.5]);
    expect(resistances(levels)).toEqual([0.5, 9, 30]);
  });

  it('confirms a swing low in the same way', () => {
    const levels = walk(new SwingLevels(), [1, 9, 8, 7, 6, 5, 3, 5, 6, 7, 8]);
    expect(resistances(levels)).not.toContain(2.5);
    walk(levels, [8.5]);
    expect(resistances(levels)).toEqual([0.5, 2.5, 9]);
  });

  it('takes no swing with fewer than five bars before it', () => {
    const levels = walk(new SwingLevels(), [3, 3, 3, 3, 9, 3, 3, 3, 3, 3, 3, 20]);
    expect(resistances(levels)).toEqual([2.5, 20]);
  });

  it('counts a plateau once, and only if the price falls after it', () => {
    const falls = walk(new SwingLevels(), [20, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 2, 2, 2, 2, 2]);
    expect(resistances(falls)).toEqual([0.5, 9, 20]);
    const rises = walk(new SwingLevels(), [20, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 10, 10, 10, 10, 10]);
    expect(resistances(rises)).toEqual([0.5, 20]);
  });

  it('counts two equal tops within five bars once', () => {
    const levels = walk(new SwingLevels(), [20, 1, 1, 1, 1, 1, 9, 7, 9, 6, 5, 4, 3, 2, 1]);
    expect(resistances(levels)).toEqual([0.5, 9, 20]);
  });

  it('drops the swings of a session once two others have begun, and keeps its high and low as long as its swings', () => {
    const levels = walk(new SwingLevels(), [20, 1, 2, 3, 4, 5, 9, 5, 4, 3, 2, 1]);
    walk(levels, [10, 10], 2);
    expect(resistances(levels)).toEqual([0.5, 9, 9.5, 10, 20]);
    walk(levels, [11, 11], 3);
    expect(resistances(levels)).toEqual([9.5, 10, 10.5, 11]);
  });

  it('gives a swing that is confirmed after midnight to the session of its bar', () => {
    const levels = walk(new SwingLevels(), [20, 1, 2, 3, 4, 5, 9]);
    walk(levels, [5, 4, 3, 2, 1], 2);
    expect(resistances(levels)).toContain(9);
    walk(levels, [6], 3);
    expect(resistances(levels)).not.toContain(9);
  });

  it('agrees with a plain search through all bars on random tapes', () => {
    let seed = 5;
    const draw = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 4_294_967_296;
    };
    const levels = new SwingLevels();
    const bars: Bar[] = [];
    let price = 100;
    let swings = 0;
    for (let i = 0; i < 900; i += 1) {
      price += Math.floor(draw() * 7) - 3;
      const bar = { high: price + Math.floor(draw() * 3), low: price - Math.floor(draw() * 3), day: Math.floor(i / 200) };
      bars.push(bar);
      levels.update(bar.high, bar.low, bar.day);
      const expected = searched(bars, 5);
      swings = Math.max(swings, expected.length);
      for (const at of [price - 8, price - 1, price, price + 0.5, price + 6]) {
        expect(levels.nearestResistance(at)).toBe(expected.find((level) => level > at) ?? NaN);
        expect(levels.nearestSupport(at)).toBe(expected.findLast((level) => level < at) ?? NaN);
      }
    }
    expect(swings).toBeGreaterThan(20);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const original = walk(new SwingLevels(), [20, 1, 2, 3, 4, 5, 9, 5]);
    const copy = Object.assign(new SwingLevels(), structuredClone({ ...original }));
    walk(original, [4, 3, 2, 1.5]);
    expect(resistances(copy)).not.toContain(9);
    expect(resistances(walk(copy, [4, 3, 2, 1.5]))).toEqual(resistances(original));
    expect(resistances(copy)).toContain(9);
  });
});

interface Bar {
  high: number;
  low: number;
  day: number;
}

/** All levels by the definition, sorted, from every bar seen so far. */
function searched(bars: Bar[], strength: number): number[] {
  const day = bars.at(-1)?.day ?? 0;
  const found = new Set<number>();
  for (const d of [day, day - 1]) {
    const own = bars.filter((bar) => bar.day === d);
    if (own.length === 0) continue;
    found.add(Math.max(...own.map((bar) => bar.high)));
    found.add(Math.min(...own.map((bar) => bar.low)));
  }
  const first = bars.findIndex((bar) => bar.day >= day - 1);
  for (let i = Math.max(first, strength); i < bars.length; i += 1) {
    const bar = bars[i];
    if (!bar) continue;
    if (isSwing(bars, i, strength, (each) => each.high)) found.add(bar.high);
    if (isSwing(bars, i, strength, (each) => -each.low)) found.add(bar.low);
  }
  return [...found].toSorted((a, b) => a - b);
}

function isSwing(bars: Bar[], at: number, strength: number, of: (bar: Bar) => number): boolean {
  const values = bars.slice(at - strength).map(of);
  const own = values[strength] ?? NaN;
  if (values.slice(0, strength).some((value) => value >= own)) return false;
  let end = strength;
  while (values[end + 1] === own) end += 1;
  const after = values.slice(end + 1, end + 1 + strength);
  return after.length === strength && after.every((value) => value <= own);
}
