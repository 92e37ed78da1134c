import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Market } from '../engine/market.ts';
import { barsTape, entered, mirrored } from '../engine/testing.ts';
import type { Context } from './rule.ts';
import { averageSupport, macdCross, rsiOversold, type Signal, strengthOf } from './signals.ts';

/** A position of a side in a market that can be set as a test wants it. */
function held(side: Side): { c: Context; market: Market } {
  const { bar } = mirrored(side);
  const rows = Array.from({ length: 4 }, () => bar([100, 101, 99, 100]));
  const engine = entered(barsTape(rows), {}, { side, stop: String(mirrored(side).at(90)) });
  const [c] = engine.core.book;
  if (!c) throw new Error('nothing is held');
  return { c, market: engine.market };
}

describe.each(['long', 'short'] as Side[])('for a %s', (side) => {
  const { at } = mirrored(side);
  const long = side === 'long';
  const read = (signal: Signal, c: Context) => {
    const { value, verdict } = signal.criterion.read(c);
    return { strength: signal.strength(c), value, verdict };
  };

  describe('RSI oversold, or overbought', () => {
    it.each([
      [30.001, 0, 'fail'],
      [30, 0.5, 'pass'],
      [24, 0.6, 'pass'],
      [18, 0.7, 'pass'],
      [12, 0.8, 'pass'],
      [0, 1, 'pass'],
    ])('[R13] at %d, or as far from 100, has a strength of %d and reads %s', (rsi, strength, verdict) => {
      const { c, market } = held(side);
      market.rsi = long ? rsi : 100 - rsi;
      const reading = read(rsiOversold(30), c);
      expect(reading.strength).toBeCloseTo(strength, 12);
      expect(reading).toMatchObject({ verdict, value: market.rsi.toFixed(1) });
      expect(rsiOversold(30).criterion.read(c)).toMatchObject(
        long
          ? { label: 'RSI oversold', comparison: '≤', threshold: '30.0' }
          : { label: 'RSI overbought', comparison: '≥', threshold: '70.0' },
      );
    });

    it('[R13] is silent while it is not known, and says so', () => {
      const { c } = held(side);
      expect(read(rsiOversold(30), c)).toEqual({ strength: 0, value: 'unknown', verdict: 'unknown' });
    });
  });

  describe('a MACD cross', () => {
    /** A gap in favour at this bar, with the last close at which it was not in favour so many bars ago; an ATR of 2. */
    const crossing = (gap: number, ago: number, atr = 2) => {
      const { c, market } = held(side);
      market.macdSignal = 0.1;
      market.macd = 0.1 + gap * (long ? 1 : -1);
      market[long ? 'macdBelowBar' : 'macdAboveBar'] = market.bars - ago;
      market.atr = atr;
      return read(macdCross(), c);
    };

    it.each([
      // a tenth of the ATR is 0.2
      [0.02, 0.55],
      [0.1, 0.75],
      [0.2, 1],
      [5, 1],
    ])('[R13] by %d at this bar has a strength of %d', (gap, strength) => {
      const reading = crossing(gap, 1);
      expect(reading.strength).toBeCloseTo(strength, 12);
      expect(reading).toMatchObject({ value: `+${gap.toFixed(4)}`, verdict: 'pass' });
    });

    it.each([
      ['two bars ago', 0.1, 2],
      ['that is not there', -0.1, 1],
      ['that has only come to its signal', 0, 0],
    ])('[R13] %s is silent', (_, gap, ago) => {
      expect(crossing(gap, ago)).toEqual({ strength: 0, value: 'no cross', verdict: 'fail' });
    });

    it('[R13] is half as strong as may be where the ATR is not known, and silent while MACD is not', () => {
      expect(crossing(0.1, 1, Number.NaN).strength).toBe(0.5);
      expect(read(macdCross(), held(side).c)).toEqual({ strength: 0, value: 'unknown', verdict: 'unknown' });
    });
  });

  describe('support at the moving average', () => {
    /** An average that has gone from one value to another, under a bar with a low and a close (over it, for shorts); an ATR of 2. */
    const touching = (averageBefore: number, average: number, low: number, close: number, atr = 2) => {
      const { c, market } = held(side);
      Object.defineProperty(market, 'averageBefore', { value: at(averageBefore) });
      Object.defineProperty(market, 'average', { value: at(average) });
      market.atr = atr;
      const last = market.bars - 1;
      market.history.column(long ? 'low' : 'high')[last] = at(low);
      market.history.column('close')[last] = at(close);
      return read(averageSupport(), c);
    };

    it.each([
      // half an ATR is 1
      [99.1, 0.55],
      [99.5, 0.75],
      [100, 1],
      [104, 1],
    ])('[R13] touched and left at a close of %d has a strength of %d', (close, strength) => {
      const reading = touching(98.9, 99, 99, close);
      expect(reading.strength).toBeCloseTo(strength, 12);
      expect(reading).toMatchObject({ value: `by ${(close - 99).toFixed(2)}`, verdict: 'pass' });
    });

    it.each([
      ['that was not touched', 98.9, 99, 99.01, 99.5],
      ['that was closed at', 98.9, 99, 98.5, 99],
      ['that was closed below', 98.9, 99, 98.5, 98.9],
      ['that does not rise', 99, 99, 98.5, 99.5],
      ['that falls', 99.1, 99, 98.5, 99.5],
    ])('[R13] %s is silent', (_, before, average, low, close) => {
      expect(touching(before, average, low, close)).toEqual({ strength: 0, value: 'no', verdict: 'fail' });
    });

    it.each([
      [Number.NaN, Number.NaN],
      [Number.NaN, 99],
    ])('[R13] is silent while the average is not known (%d, %d), and says so', (before, average) => {
      expect(touching(before, average, 98.5, 99.5)).toEqual({ strength: 0, value: 'unknown', verdict: 'unknown' });
    });
  });

  it('[R13] several together are as strong as the strongest and a tenth more for each further one, 1 at most', () => {
    const { c } = held(side);
    const speaking = (...strengths: number[]): number =>
      strengthOf(
        strengths.map((strength): Signal => Object.assign(rsiOversold(30), { strength: () => strength })),
        c,
      );
    expect(speaking()).toBe(0);
    expect(speaking(0, 0, 0)).toBe(0);
    expect(speaking(0, 0.6, 0)).toBe(0.6);
    expect(speaking(0.5, 0.6, 0)).toBeCloseTo(0.7, 12);
    expect(speaking(0.5, 0.6, 0.55)).toBeCloseTo(0.8, 12);
    expect(speaking(0.9, 0.95, 0.5)).toBe(1);
  });
});
