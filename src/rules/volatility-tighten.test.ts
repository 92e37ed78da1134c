import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  eventsOf,
  flat,
  lastPosition,
  merge,
  mirrored,
  type Nested,
  readingOf,
} from '../engine/testing.ts';

/** An ATR of one bar, so that it is the range of the bar that closed last, gap included. */
const ON: Nested = { rules: { 'volatility-tighten': { enabled: true } }, indicators: { atr: 1 } };

describe.each(['long', 'short'] as Side[])('volatility tightening of a %s', (side) => {
  const { at, bar } = mirrored(side);
  const run = (rows: readonly (Bar | undefined)[], { over = ON, stop = 90, after = 1 } = {}): Engine =>
    entered(barsTape(rows.map((row) => row && bar(row))), over, { side, stop: String(at(stop)) }, 'adverse-first', after);
  const moves = (engine: Engine): string[] => eventsOf(engine, 'StopRaised').map(({ to }) => to);

  it('[R8] brings the stop half a per cent of the price nearer once the day’s range is above 3 % of its open, not at 3 %', () => {
    // from an open of 100, a high of 103 is 3 %
    const engine = run([flat(100), [100, 103, 100, 102], [102, 103, 102, 102], [102, 103.01, 102, 102], flat(102)]);
    engine.run(3);
    expect(readingOf(engine, 'volatility-tighten')).toMatchObject({ state: 'waiting', level: Number.NaN });
    expect(readingOf(engine, 'volatility-tighten').criteria[0]).toEqual({
      label: 'Range of the day',
      comparison: '>',
      threshold: '3%',
      value: '3.00%',
      verdict: 'fail',
    });
    expect(moves(engine)).toEqual([]);
    engine.run(4);
    // 0.5 % of the close
    const wanted = side === 'long' ? '90.51' : '109.51';
    expect(moves(engine)).toEqual([wanted]);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ from: String(at(90)), causedBy: 'volatility-tighten', alsoBy: [] }]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria[0]).toMatchObject({ value: '3.01%', verdict: 'pass' });
  });

  it('[R8] does so once a crossing, however wide the day becomes', () => {
    const engine = end(run([flat(100), [100, 104, 100, 103], [103, 106, 103, 105], [105, 108, 105, 106], flat(106)]));
    expect(moves(engine)).toHaveLength(1);
    expect(eventsOf(engine, 'RuleSpent')).toMatchObject([{ rule: 'volatility-tighten' }]);
    expect(readingOf(engine, 'volatility-tighten').state).toBe('silent');
  });

  it('[R8] does not act on a range that was above already when the position was opened', () => {
    const engine = end(run([[100, 104, 100, 100], flat(100), [100, 105, 100, 104], flat(104)]));
    expect(moves(engine)).toEqual([]);
  });

  it('[R8] does not act on it either where the ATR becomes known only later, and says that it is not known', () => {
    const engine = run([[100, 104, 100, 100], flat(100), flat(100), [100, 101, 100, 100], flat(100), flat(100)], {
      over: merge(ON, { indicators: { atr: 4 } }),
    });
    expect(readingOf(engine, 'volatility-tighten').criteria[1]).toMatchObject({ threshold: 'unknown', verdict: 'unknown' });
    end(engine);
    expect(readingOf(engine, 'volatility-tighten').criteria[1]).toMatchObject({ verdict: 'pass' });
    expect(moves(engine)).toEqual([]);
  });

  it('[R8] acts again after the range has fallen back, on a new day, and crossed again', () => {
    const night = Array.from({ length: 1_440 }, () => undefined);
    const next: Bar[] = [flat(102), [102, 105.07, 102, 104], flat(104)];
    // 3.07 of 102 are 3.01 %
    const engine = run([flat(100), [100, 103.01, 100, 102], [102, 104, 102, 102], ...night, ...next]);
    end(engine);
    expect(eventsOf(engine, 'RuleRearmed')).toMatchObject([{ rule: 'volatility-tighten' }]);
    expect(moves(engine)).toEqual(side === 'long' ? ['90.51', '91.03'] : ['109.51', '109.03']);
  });

  it('[R8] waits while the ATR is not known, and acts once it is', () => {
    const engine = run([flat(100), [100, 104, 100, 102], flat(102), flat(102), flat(102)], {
      over: merge(ON, { indicators: { atr: 4 } }),
    });
    engine.run(3);
    expect(moves(engine)).toEqual([]);
    expect(readingOf(engine, 'volatility-tighten').criteria.map(({ verdict }) => verdict)).toEqual(['pass', 'unknown']);
    end(engine);
    expect(moves(engine)).toHaveLength(1);
  });

  describe('with an ATR of 4, never nearer to a price of 100 than 99', () => {
    const wide = (stop: number): Engine => {
      const engine = run([flat(100), flat(100), [100, 104, 100, 100], flat(100)], { stop });
      engine.run(3);
      return engine;
    };

    it.each([
      [98.49, 98.99],
      [98.5, 99],
      [98.51, 99],
      [98.99, 99],
    ])('[R8] brings a stop at %d to %d', (stop, wanted) => {
      expect(moves(wide(stop)).map(Number)).toEqual([at(wanted)]);
    });

    it.each([99, 99.5])('[R8] leaves a stop at %d where it is, and says why', (stop) => {
      const engine = wide(stop);
      expect(moves(engine)).toEqual([]);
      expect(readingOf(engine, 'volatility-tighten')).toMatchObject({
        state: 'waiting',
        criteria: [
          { verdict: 'pass' },
          {
            label: 'Stop further than the least distance',
            comparison: '>',
            threshold: '1.00',
            value: Math.abs(100 - stop).toFixed(2),
            verdict: 'fail',
          },
        ],
      });
    });
  });

  it('[R8] is off where the policy does not switch it on', () => {
    expect(moves(end(run([flat(100), [100, 110, 100, 108], flat(108)], { over: {} })))).toEqual([]);
  });

  it('[R8] leaves the rest of the position as it is', () => {
    const engine = end(run([flat(100), [100, 103.01, 100, 102], flat(102)]));
    expect(lastPosition(engine).quantity.toFixed()).toBe('100');
    expect(lastPosition(engine).status).toBe('OPEN');
  });
});
