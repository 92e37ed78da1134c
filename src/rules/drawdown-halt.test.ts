import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  flat,
  holding,
  lastPosition,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  type Print,
  readingOf,
} from '../engine/testing.ts';

/** 100 units of an account of 10 000: fifteen per cent of it are fifteen points. */
const halting = (more: Nested = {}): Nested =>
  merge({ rules: { 'drawdown-halt': { enabled: true } }, account: { equity: '10000' }, averagingDown: 'allowed' }, more);
const refusals = (engine: Engine) => eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal);
const began = (engine: Engine) => eventsOf(engine, 'HaltBegan').map(({ rule, figure, limit }) => [rule, figure, limit]);
/** Minutes after the open at which a halt has ended. */
const ended = (engine: Engine): number[] =>
  engine.journal.flatMap(({ event, ts }) => (event.type === 'HaltEnded' ? [(ts - NINE_THIRTY) / MINUTE] : []));

describe.each(['long', 'short'] as Side[])('the drawdown halt of a %s', (side) => {
  const { at, print, bar } = mirrored(side);
  const entry = { side, stop: String(at(50)) };
  const trades = (prices: readonly Print[], over = halting()): Engine => holding(prices.map(print), over, entry);
  const bars = (rows: readonly Bar[], over = halting()): Engine =>
    entered(barsTape([flat(100), ...rows].map(bar)), over, entry, 'adverse-first');

  it('[R16] begins where equity is 15 % below its peak, not a tick before, closes nothing and is said once (S3)', () => {
    const engine = trades([85.01, 85, 84, 84.5]);
    expect(readingOf(engine, 'drawdown-halt')).toMatchObject({ state: 'armed', level: at(85) });
    engine.run(3);
    expect(began(engine)).toEqual([]);
    expect(readingOf(engine, 'drawdown-halt').criteria).toEqual([
      { label: 'Below the peak', comparison: '≥', threshold: '15%', value: '14.99%', verdict: 'fail', level: at(85).toFixed(2) },
    ]);
    engine.run(4);
    expect(began(engine)).toEqual([['drawdown-halt', '8500', '8500']]);
    expect(eventsOf(engine, 'HaltBegan')[0]?.evidence).toMatchObject([{ value: '15.00%', verdict: 'pass' }]);
    end(engine);
    expect(began(engine)).toHaveLength(1);
    expect(lastPosition(engine).status).toBe('OPEN');
    expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
  });

  describe('whose peak', () => {
    it('[R16] is taken at the close of bars, not inside them', () => {
      // 120 inside the second bar is no peak, the close at 110 is: 11 000 less 15 % are 9 350
      const engine = bars([flat(100), [100, 120, 100, 110], flat(110)]);
      engine.run(4);
      expect(readingOf(engine, 'drawdown-halt').level).toBe(at(93.5));
      end(engine);
      const falls = bars([flat(100), [100, 120, 100, 110], [110, 110, 93.5, 94]]);
      expect(began(end(falls))).toEqual([['drawdown-halt', '9350', '9350']]);
      const within = bars([flat(100), [100, 120, 100, 110], [110, 110, 93.51, 94]]);
      expect(began(end(within))).toEqual([]);
    });

    it('[R16] is taken at fills', () => {
      // half is sold at 110 within the first minute: equity stands at 11 000, and the other half loses 1 650 of it at 77
      const engine = trades([110, 110, 77.01, 77]);
      engine.run(3);
      engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '50' });
      engine.run(5);
      expect(began(engine)).toEqual([]);
      expect(readingOf(engine, 'drawdown-halt').level).toBe(at(77));
      end(engine);
      expect(began(engine)).toEqual([['drawdown-halt', '9350', '9350']]);
    });

    it('[R16] rises again from where it was reset, though it was higher before', () => {
      // 11 000 at 110; reset at 95 to 9 500; 10 500 at 105 less 15 % are 8 925
      const engine = bars([flat(100), flat(110), flat(95), flat(105), flat(105)]);
      engine.run(4);
      engine.command({ type: 'ResetPeak', reason: 'a fresh start' });
      engine.run(6);
      expect(readingOf(engine, 'drawdown-halt').level).toBe(at(89.25));
    });
  });

  describe('while it holds', () => {
    const halted = (more: Nested = {}, rest: readonly Print[] = [84, 84]): Engine => {
      const engine = trades([85, ...rest], halting(more));
      engine.run(3);
      return engine;
    };

    it('[R16] entries and adds are refused with the figure and the limit, and the stop may not be loosened', () => {
      const engine = halted({ account: { leverage: '3' } });
      engine.command(entryOf({ ...entry, quantity: '10' }));
      engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(49)), loosen: true });
      expect(refusals(engine)).toMatchObject([{ code: 'DRAWDOWN', figure: '15.00%', limit: '15%' }]);
      expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ refusal: { code: 'DRAWDOWN' } }]);
    });

    it('[R16] exits and stop moves go on', () => {
      const over = {
        rules: { breakeven: { enabled: true, trigger: '1%' }, 'partial-exit': { enabled: true, steps: [{ at: '2%' }] } },
        autonomy: { 'partial-exit': 'auto' },
      };
      // all within the first minute: no bar has closed at which it could end
      const engine = end(halted(over, [101, 102, 102, 100]));
      expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '100', causedBy: 'breakeven' }]);
      expect(eventsOf(engine, 'OrderFilled').map(({ purpose, quantity }) => [purpose, quantity])).toEqual([
        ['entry', '100'],
        ['reduce', '50'],
        ['stop', '50'],
      ]);
      expect(ended(engine)).toEqual([]);
    });

    it('[R16] it ends at the close of a bar at which equity is above the limit again, not inside the bar and not at the limit', () => {
      const engine = bars([[100, 100, 85, 85], [85, 90, 84, 84.5], [84.5, 86, 84.5, 85], [85, 86, 85, 85.01], flat(85.01)]);
      end(engine);
      expect(ended(engine)).toEqual([5]);
      expect(eventsOf(engine, 'HaltEnded')).toMatchObject([
        { account: 'paper', rule: 'drawdown-halt', reason: 'equity is back above 15% below its peak' },
      ]);
      engine.command(entryOf({ ...entry, quantity: '1', stop: String(at(50)) }));
      expect(refusals(engine)).not.toContainEqual(expect.objectContaining({ code: 'DRAWDOWN' }));
    });

    it('[R16] it begins again where equity falls again', () => {
      const engine = end(bars([[100, 100, 85, 85], [85, 86, 85, 86], [86, 86, 85, 85], flat(85)]));
      expect(eventsOf(engine, 'HaltBegan')).toHaveLength(2);
      expect(ended(engine)).toEqual([3]);
    });

    it('[R16] a new trading day does not end it', () => {
      const engine = end(
        halted({}, [
          [86_400, 84],
          [86_401, 84],
        ]),
      );
      expect(ended(engine)).toEqual([]);
    });
  });

  describe('of an account that is flat', () => {
    const flat = (): Engine => {
      const engine = trades([84, 84, [61, 100], [121, 100], [122, 100], [123, 85]]);
      engine.run(3);
      engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
      engine.run(6);
      return engine;
    };

    it('[R16] stays until the user resets the peak, with a reason that the journal keeps', () => {
      const engine = flat();
      expect(ended(engine)).toEqual([]);
      engine.command(entryOf({ ...entry, quantity: '10' }));
      expect(refusals(engine)).toMatchObject([{ code: 'DRAWDOWN', figure: '16.00%' }]);
      engine.command({ type: 'ResetPeak', reason: '  ' });
      expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ command: 'ResetPeak', refusal: { code: 'REASON' } }]);
      expect(eventsOf(engine, 'PeakReset')).toEqual([]);
      engine.command({ type: 'ResetPeak', reason: 'smaller from now on ' });
      expect(eventsOf(engine, 'PeakReset')).toEqual([
        { type: 'PeakReset', account: 'paper', from: '10000', to: '8400', reason: 'smaller from now on' },
      ]);
      expect(eventsOf(engine, 'HaltEnded')).toMatchObject([{ reason: 'the peak was reset: smaller from now on' }]);
    });

    it('[R16] counts from the reset peak on', () => {
      const engine = flat();
      engine.command({ type: 'ResetPeak', reason: 'again' });
      engine.command(entryOf({ ...entry, quantity: '84' }));
      end(engine);
      // 84 units lose fifteen points each: 1 260 are fifteen per cent of 8 400
      expect(began(engine)).toEqual([
        ['drawdown-halt', '8400', '8500'],
        ['drawdown-halt', '7140', '7140'],
      ]);
    });
  });
});
