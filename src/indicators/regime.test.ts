import { describe, expect, it } from 'vitest';
import { RealizedVolatility } from './regime.ts';
import { randomBars } from './testing.ts';

/** Sample standard deviation by its definition. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Feeds bars whose returns go up and down by each of these fractions. */
function swinging(volatility: RealizedVolatility, swings: readonly number[]): RealizedVolatility {
  let close = 100;
  for (const [i, swing] of swings.entries()) {
    volatility.update(close);
    close *= i % 2 === 0 ? 1 + swing : 1 - swing;
  }
  return volatility;
}

describe('RealizedVolatility', () => {
  it.each([
    // returns 0.5, −0.5, 1: mean 1/3, squares 1/36 + 25/36 + 16/36
    { length: 3, closes: [2, 3, 1.5, 3], value: Math.sqrt(42 / 36 / 2) },
    // returns −0.5 and 1 of the last three closes
    { length: 2, closes: [2, 3, 1.5, 3], value: Math.sqrt(1.125) },
    { length: 2, closes: [4, 4, 4], value: 0 },
    { length: 4, closes: [2, 3, 1.5, 3], value: NaN },
  ])('is the sample deviation $value of the last $length returns of $closes', ({ length, closes, value }) => {
    const volatility = new RealizedVolatility(length);
    for (const close of closes) volatility.update(close);
    if (Number.isNaN(value)) expect(volatility.value).toBeNaN();
    else expect(volatility.value).toBeCloseTo(value, 14);
  });

  it('knows its value after 31 closes and its rank after 90', () => {
    const volatility = new RealizedVolatility();
    const known = randomBars(100, 17).map(({ close }) => {
      volatility.update(close);
      return [!Number.isNaN(volatility.value), !Number.isNaN(volatility.percentile())];
    });
    expect(known.findIndex(([value]) => value)).toBe(30);
    expect(known.findIndex(([, rank]) => rank)).toBe(89);
    expect(known.slice(89).flat()).not.toContain(false);
  });

  it('ranks the wildest stretch 100, the calmest 0, and one that is like all others 50', () => {
    const rising = Array.from({ length: 150 }, (_, i) => 0.001 + i * 1e-5);
    expect(swinging(new RealizedVolatility(), rising).percentile()).toBe(100);
    expect(swinging(new RealizedVolatility(), rising.toReversed()).percentile()).toBe(0);
    const flat = new RealizedVolatility();
    for (let i = 0; i < 200; i += 1) flat.update(4);
    expect([flat.value, flat.percentile()]).toEqual([0, 50]);
  });

  it('remembers the last 1 000 values and no more', () => {
    const storm = Array.from({ length: 200 }, () => 0.05);
    const calm = (length: number): number[] => Array.from({ length }, (_, i) => 0.001 + i * 1e-7);
    // The rank after a storm is that among the calm that follows, once 1 000 values and the 30 returns that saw the storm have gone by.
    expect(swinging(new RealizedVolatility(), [...storm, ...calm(1_000)]).percentile()).toBeLessThan(99);
    expect(swinging(new RealizedVolatility(), [...storm, ...calm(1_032)]).percentile()).toBe(100);
  });

  it('agrees with the definitions on a random tape, bar for bar', () => {
    const volatility = new RealizedVolatility(30, 80);
    const closes = randomBars(400, 18).map(({ close }) => close);
    const returns: number[] = [];
    const values: number[] = [];
    for (const [i, close] of closes.entries()) {
      const before = closes[i - 1];
      if (before !== undefined) returns.push(close / before - 1);
      volatility.update(close);
      if (returns.length < 30) continue;
      const value = deviation(returns.slice(-30));
      expect(Math.abs(volatility.value / value - 1)).toBeLessThan(1e-12);
      values.push(volatility.value);
      const kept = values.slice(-80);
      const below = kept.filter((each) => each < volatility.value).length;
      if (kept.length < 60) expect(volatility.percentile()).toBeNaN();
      else expect(volatility.percentile()).toBe((100 * below) / (kept.length - 1));
    }
    expect(values.length).toBe(370);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomBars(200, 19);
    const original = new RealizedVolatility();
    for (const { close } of all.slice(0, 100)) original.update(close);
    const copy = Object.assign(new RealizedVolatility(), structuredClone({ ...original }));
    for (const { close } of all.slice(100)) expect(copy.update(close)).toBe(original.update(close));
    expect(copy.percentile()).toBe(original.percentile());
    expect(copy.percentile()).not.toBeNaN();
  });
});
