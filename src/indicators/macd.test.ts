import { EMA, MACD } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { Macd } from './macd.ts';
import { randomCloses } from './testing.ts';

describe('Macd', () => {
  it('starts each average from the simple mean of its first values', () => {
    const macd = new Macd(2, 3, 2);
    const seen = [1, 2, 4, 8, 4].map((close) => {
      macd.update(close);
      return [macd.line, macd.signal, macd.histogram];
    });
    // fast: 1.5, then ⅔ of the way to each close: 19/6, 115/18, 259/54; slow: 7/3, then half way: 31/6, 55/12
    const lines = [19 / 6 - 7 / 3, 115 / 18 - 31 / 6, 259 / 54 - 55 / 12] as const;
    const signals = [(lines[0] + lines[1]) / 2, (lines[0] + lines[1]) / 6 + (lines[2] * 2) / 3] as const;
    expect(seen.slice(0, 2).flat()).toEqual(Array.from({ length: 6 }, () => NaN));
    expect(seen[2]?.[0]).toBeCloseTo(lines[0], 12);
    expect(seen[2]?.[1]).toBeNaN();
    expect(seen[3]?.[0]).toBeCloseTo(lines[1], 12);
    expect(seen[3]?.[1]).toBeCloseTo(signals[0], 12);
    expect(seen[4]?.[1]).toBeCloseTo(signals[1], 12);
    expect(seen[4]?.[2]).toBeCloseTo(lines[2] - signals[1], 12);
  });

  it('knows its line after 26 closes and its signal after 34', () => {
    const macd = new Macd();
    const known = randomCloses(40, 11).map((close) => {
      macd.update(close);
      return [!Number.isNaN(macd.line), !Number.isNaN(macd.signal), !Number.isNaN(macd.histogram)];
    });
    expect(known.findIndex(([line]) => line)).toBe(25);
    expect(known.findIndex(([, signal]) => signal)).toBe(33);
    expect(known.findIndex(([, , histogram]) => histogram)).toBe(33);
  });

  it('agrees with independent averages that start from the same means', () => {
    const all = randomCloses(2_000, 11);
    const fast = new SeededEma(12);
    const slow = new SeededEma(26);
    const signal = new SeededEma(9);
    const ours = new Macd();
    let compared = 0;
    for (const close of all) {
      ours.update(close);
      const line = fast.update(close) - slow.update(close);
      if (Number.isNaN(line)) continue;
      expect(Math.abs(ours.line - line)).toBeLessThan(1e-9 * close);
      const oracle = signal.update(line);
      if (Number.isNaN(oracle)) continue;
      compared += 1;
      expect(Math.abs(ours.signal - oracle)).toBeLessThan(1e-9 * close);
      expect(Math.abs(ours.histogram - (line - oracle))).toBeLessThan(1e-9 * close);
    }
    expect(compared).toBe(2_000 - 33);
  });

  it('agrees with an independent MACD once the different starts have faded', () => {
    const theirs = new MACD(new EMA(12), new EMA(26), new EMA(9));
    const ours = new Macd();
    for (const [i, close] of randomCloses(2_000, 11).entries()) {
      ours.update(close);
      const oracle = theirs.update(close, false);
      if (i < 1_000) continue;
      expect(Math.abs(ours.line - (oracle?.macd ?? NaN))).toBeLessThan(1e-9 * close);
      expect(Math.abs(ours.signal - (oracle?.signal ?? NaN))).toBeLessThan(1e-9 * close);
      expect(Math.abs(ours.histogram - (oracle?.histogram ?? NaN))).toBeLessThan(1e-9 * close);
    }
  });

  it('goes on the same from a structural copy of its fields', () => {
    const all = randomCloses(80, 11);
    const original = new Macd();
    for (const close of all.slice(0, 30)) original.update(close);
    const copy = Object.assign(new Macd(), structuredClone({ ...original }));
    for (const close of all.slice(30)) {
      original.update(close);
      copy.update(close);
    }
    expect([copy.line, copy.signal, copy.histogram]).toEqual([original.line, original.signal, original.histogram]);
    expect(copy.signal).not.toBeNaN();
  });
});

/** The package's EMA, given the mean of its first values as its first value. */
class SeededEma {
  private readonly ema: EMA;
  private readonly first: number[] = [];

  constructor(length: number) {
    this.ema = new EMA(length);
  }

  update(value: number): number {
    if (this.first.length >= this.ema.interval) return this.ema.update(value, false);
    this.first.push(value);
    if (this.first.length < this.ema.interval) return NaN;
    return this.ema.update(this.first.reduce((sum, each) => sum + each, 0) / this.first.length, false);
  }
}
