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

  it('names the swing high and low that were confirmed last, and how many bars had been taken then', () => {
    const levels = walk(new SwingLevels(), [30, 1, 2, 3, 4, 5, 9, 5, 4, 3, 2]);
    expect([levels.lastHigh, levels.lastHighBar, levels.lastLow, levels.lastLowBar]).toEqual([NaN, -1, NaN, -1]);
    walk(levels, [1.5]);
    expect([levels.lastHigh, levels.lastHighBar, levels.lastLow, levels.lastLowBar]).toEqual([9, 12, NaN, -1]);
    // The low of 0.75 is confirmed by the 18th bar, the lower high of 7 by the 21st.
    walk(levels, [1.25, 3, 4, 7, 6, 5, 4, 3]);
    expect([levels.lastHigh, levels.lastHighBar, levels.lastLow, levels.lastLowBar]).toEqual([9, 12, 0.75, 18]);
    walk(levels, [2]);
    expect([levels.lastHigh, levels.lastHighBar, levels.lastLow, levels.lastLowBar]).toEqual([7, 21, 0.75, 18]);
  });

  it('names the last swing also where two sessions have begun since its bar', () => {
    const levels = walk(new SwingLevels(), [30, 1, 2, 3, 4, 5, 9]);
    walk(levels, [5, 4], 2);
    walk(levels, [3, 2, 1], 3);
    expect([levels.lastHigh, levels.lastHighBar]).toEqual([9, 12]);
    expect(resistances(levels)).not.toContain(9);
    walk(levels, [1, 1], 4);
    expect([levels.lastHigh, levels.lastHighBar]).toEqual([9, 12]);
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
    const confirmed = { high: NaN, highBar: -1, low: NaN, lowBar: -1 };
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
      const [high, low] = [newSwing(bars, 5, (each) => each.high), newSwing(bars, 5, (each) => -each.low)];
      if (high !== undefined) Object.assign(confirmed, { high, highBar: bars.length });
      if (low !== undefined) Object.assign(confirmed, { low: -low, lowBar: bars.length });
      const { lastHigh, lastHighBar, lastLow, lastLowBar } = levels;
      expect({ high: lastHigh, highBar: lastHighBar, low: lastLow, lowBar: lastLowBar }).toEqual(confirmed);
    }
    expect(swings).toBeGreaterThan(20);
    expect(confirmed.highBar).toBeGreaterThan(800);
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

/** The extreme that the last bar confirms, if it confirms one: that of the plateau that ended `strength` bars before it. */
function newSwing(bars: Bar[], strength: number, of: (bar: Bar) => number): number | undefined {
  const values = bars.map(of);
  let at = bars.length - 1 - strength;
  while (at > 0 && values[at - 1] === values[at]) at -= 1;
  if (at < strength || !isSwing(bars, at, strength, of) || isSwing(bars.slice(0, -1), at, strength, of)) return undefined;
  return values[at];
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
