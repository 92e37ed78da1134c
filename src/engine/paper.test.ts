import { describe, expect, it } from 'vitest';
import type { BarPath } from '../domain/tape.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  COIN,
  end,
  entered,
  entryOf,
  eventsOf,
  FUTURE,
  holding,
  lastPosition,
  policyWith,
  still,
  tradesTape,
} from './testing.ts';

const calm: Bar = [100, 100, 100, 100];
const fills = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').map(
    ({ purpose, quantity, price, gapped }) => `${purpose} ${quantity} @ ${price}${gapped ? ' gapped' : ''}`,
  );
const onBars = (bars: readonly Bar[], over = {}, entry = {}, path: BarPath = 'ohlc'): Engine =>
  end(entered(barsTape([calm, calm, ...bars]), over, entry, path));

describe('stop and target', () => {
  const wide: Bar = [100, 102, 99, 100.5];

  it.each([
    ['adverse-first', 'long', 'stop 100 @ 99'],
    ['ohlc', 'long', 'target 100 @ 102'],
    ['olhc', 'long', 'stop 100 @ 99'],
    ['nearest-first', 'long', 'stop 100 @ 99'],
  ] as const)('[F11] touched in one bar: %s of a %s gives %s', (path, side, wanted) => {
    expect(fills(onBars([wide], {}, { side, target: '102' }, path)).slice(1)).toEqual([wanted]);
  });

  it.each([
    ['adverse-first', 'stop 100 @ 101'],
    ['ohlc', 'stop 100 @ 101'],
    ['olhc', 'target 100 @ 98'],
    ['nearest-first', 'stop 100 @ 101'],
  ] as const)('[F11] touched in one bar: %s of a short gives %s', (path, wanted) => {
    expect(fills(onBars([[100, 101, 98, 100]], {}, { side: 'short', target: '98' }, path)).slice(1)).toEqual([wanted]);
  });

  it('[F10] a gap through the stop fills at the gap’s price and is marked', () => {
    expect(fills(onBars([[97, 98, 96, 97]])).slice(1)).toEqual(['stop 100 @ 97 gapped']);
    expect(fills(end(holding([98.5]))).slice(1)).toEqual(['stop 100 @ 98.5 gapped']);
    expect(fills(end(holding([99]))).slice(1)).toEqual(['stop 100 @ 99']);
  });

  it('a target that is jumped over fills at its own price', () => {
    expect(fills(onBars([[103, 103, 103, 103]], {}, { target: '102' })).slice(1)).toEqual(['target 100 @ 102']);
  });

  const breakeven = { rules: { breakeven: { enabled: true } } };

  it('a stop raised by a bar’s own high is hit by that bar’s later prices', () => {
    expect(fills(onBars([[100.5, 101, 99.5, 100.2]], breakeven, {}, 'ohlc')).slice(1)).toEqual(['stop 100 @ 100']);
  });

  it('a stop raised by a bar’s own high is never hit by that bar’s earlier prices', () => {
    const engine = onBars([[100.5, 101, 99.5, 100.2]], breakeven, {}, 'olhc');
    expect(fills(engine)).toHaveLength(1);
    expect(lastPosition(engine).stop?.toFixed()).toBe('100');
  });

  it('are one pair for the whole quantity: re-sized by a partial exit and by an add, and ended together', () => {
    const engine = holding([101, 101.5, 101.6, 98], {}, { target: '103' });
    engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '30' });
    engine.run(3);
    engine.command(entryOf({ quantity: '20' }));
    end(engine);
    // after the add the stop is the average, (70 × 100 + 20 × 101.5) / 90, less R, rounded down
    expect(lastPosition(engine).status).toBe('CLOSED');
    expect(fills(engine).slice(1)).toEqual(['reduce 30 @ 101', 'add 20 @ 101.5', 'stop 90 @ 98 gapped']);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ from: '99', to: '99.33', causedBy: 'user' }]);
    expect(lastPosition(engine)).toMatchObject({ stop: undefined, target: undefined });
  });

  it('of an entry that fills on the way are in force for the rest of the way', () => {
    const limit = { kind: 'limit', price: '99.5', stop: '99' } as const;
    expect(fills(onBars([[100, 100, 98, 105]], {}, limit))).toEqual(['entry 100 @ 99.5', 'stop 100 @ 99']);
    const stop = { kind: 'stop', price: '101', stop: '99', target: '103' } as const;
    expect(fills(onBars([[100, 104, 100, 100]], {}, stop))).toEqual(['entry 100 @ 101', 'target 100 @ 103']);
  });
});

describe('entries', () => {
  it('at market fill on the next price', () => {
    expect(fills(holding([101]))).toEqual(['entry 100 @ 100']);
    expect(fills(end(entered(tradesTape([100, 100.7, 101]))))).toEqual(['entry 100 @ 100.7']);
  });

  it.each([
    ['limit', 'long', '99.5', [[100, 100, 99.5, 100]], 'entry 100 @ 99.5'],
    ['limit', 'long', '99.5', [[100, 100, 99.51, 100]], undefined],
    ['limit', 'short', '100.5', [[100, 100.5, 100, 100]], 'entry 100 @ 100.5'],
    ['stop', 'long', '100.5', [[100, 101, 100, 101]], 'entry 100 @ 100.5'],
    ['stop', 'long', '100.5', [[101, 101, 101, 101]], 'entry 100 @ 101 gapped'],
    ['stop', 'short', '99.5', [[99, 99, 99, 99]], 'entry 100 @ 99 gapped'],
    ['stop', 'short', '99.5', [[100, 100, 99, 99]], 'entry 100 @ 99.5'],
  ] as const)('%s of a %s at %s over %j: %s', (kind, side, price, bars, wanted) => {
    const stop = side === 'long' ? '95' : '105';
    expect(fills(onBars(bars, {}, { kind, side, price, stop }))).toEqual(wanted === undefined ? [] : [wanted]);
  });

  it.each([
    ['stop', 'long', '95', 'entry 100 @ 101 gapped'],
    ['limit', 'long', '105', 'entry 100 @ 101'],
    ['stop', 'short', '105', 'entry 100 @ 101 gapped'],
    ['limit', 'short', '95', 'entry 100 @ 101'],
  ] as const)(
    'a %s of a %s at %s that the price has already passed fills at the next price, never at its own',
    (kind, side, price, wanted) => {
      const engine = entered(
        barsTape([calm, [101, 101, 101, 101]]),
        {},
        { kind, side, price, stop: side === 'long' ? '90' : '110' },
      );
      expect(fills(end(engine))).toEqual([wanted]);
    },
  );

  it('that the price has already passed fill at the next price inside a bar too', () => {
    const engine = new Engine({ tapes: [barsTape([calm, [100, 101, 100, 101]])], policy: policyWith(), barPath: 'ohlc' });
    engine.run(1);
    engine.step();
    engine.command(entryOf({ kind: 'stop', price: '95', stop: '90' }));
    expect(fills(end(engine))).toEqual(['entry 100 @ 101 gapped']);
  });

  it('keep their stop a tick behind the price that they slipped to', () => {
    const engine = entered(tradesTape([100, 100.5, 100.2]), { account: { slippage: '20bps' } }, { side: 'short', stop: '100.1' });
    expect(fills(engine)).toEqual(['entry 100 @ 100.29']);
    expect(lastPosition(engine).stop?.toNumber()).toBeGreaterThan(engine.market.last);
  });

  it('can be taken back, and the position that never was is closed', () => {
    const engine = entered(tradesTape([100, 100, 98]), {}, { kind: 'limit', price: '99', stop: '95' });
    expect(lastPosition(engine).status).toBe('BUILDING');
    engine.command({ type: 'CancelOrder', orderId: 'O1' });
    expect(lastPosition(end(engine)).status).toBe('CLOSED');
    expect(fills(engine)).toEqual([]);
  });
});

describe('costs', () => {
  it.each([
    ['0bps', 'entry 100 @ 100.3', 'stop 100 @ 99'],
    ['10bps', 'entry 100 @ 100.41', 'stop 100 @ 98.9'],
    ['2ticks', 'entry 100 @ 100.32', 'stop 100 @ 98.98'],
  ])('slippage of %s makes market and stop orders worse, on the tick grid', (slippage, entry, stop) => {
    const engine = entered(tradesTape([100, 100.3, 99]), { account: { slippage } });
    expect(fills(end(engine))).toEqual([entry, stop]);
  });

  it('slippage leaves limit orders and targets alone', () => {
    const engine = onBars(
      [[100, 100, 99.5, 103]],
      { account: { slippage: '5ticks' } },
      { kind: 'limit', price: '99.5', stop: '95', target: '102' },
    );
    expect(fills(engine)).toEqual(['entry 100 @ 99.5', 'target 100 @ 102']);
  });

  it.each([
    [{ commissionPerUnit: '0.005' }, '0.5', '0.5'],
    [{ commissionPercent: '0.1%' }, '10', '9.9'],
    [{ commissionPercent: '5bps' }, '5', '4.95'],
    [{ commissionPerUnit: '0.005', commissionMinimum: '1' }, '1', '1'],
    [{ commissionPerUnit: '0.02', commissionMinimum: '1' }, '2', '2'],
    [{ commissionMinimum: '1' }, '0', '0'],
    [{ commissionPerUnit: '0.01', commissionPercent: '0.01%' }, '2', '1.99'],
  ])('commission %j costs %s to enter and %s to leave', (account, entry, exit) => {
    const engine = end(holding([99], { account }));
    expect(eventsOf(engine, 'OrderFilled').map(({ fee }) => fee)).toEqual([entry, exit]);
    const position = lastPosition(engine);
    expect(position.realizedPnl.toFixed()).toBe((-100 - Number(entry) - Number(exit)).toString());
    expect(position.tranches[0]?.fees.toFixed()).toBe(position.fees.toFixed());
  });

  it('a multiplier counts in cost, profit and commission', () => {
    const engine = end(entered(tradesTape([100, 100, 99], FUTURE), { account: { commissionPercent: '1%' } }, { quantity: '2' }));
    expect(eventsOf(engine, 'OrderFilled').map(({ cash, fee }) => [cash, fee])).toEqual([
      ['-10100', '100'],
      ['9801', '99'],
    ]);
    expect(lastPosition(engine).realizedPnl.toFixed()).toBe('-299');
  });
});

describe('adds', () => {
  it('are cancelled where they could only fill on the losing side of the average, and the position is open again', () => {
    const engine = holding([101, 99.5, 100.5]);
    engine.run(3);
    engine.command(entryOf({ quantity: '50', stop: '98' }));
    expect(lastPosition(engine).status).toBe('BUILDING');
    engine.run(4);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([
      { reason: 'could only fill at 99.5, on the losing side of the average' },
    ]);
    expect(lastPosition(engine).status).toBe('OPEN');
    expect(lastPosition(engine).quantity.toFixed()).toBe('100');
  });

  it('[R12] of a scale-in never fill on the losing side, also where the policy averages down', () => {
    const scale = { volume: 'none', macd: false, rsi: 'none', resistance: false, continuation: 'none', profit: '0.5R' };
    const rows: Bar[] = [...still(2, [100, 100, 100, 100]), [100, 101, 100, 101], [99.5, 99.6, 99.4, 99.5]];
    const over = {
      averagingDown: 'allowed',
      rules: { 'scale-in': { enabled: true, ...scale } },
      autonomy: { 'scale-in': 'auto' },
      proposals: { tolerance: '9R' },
    };
    const engine = end(entered(barsTape(rows), over, { stop: '98' }));
    expect(eventsOf(engine, 'ProposalApproved')).toHaveLength(1);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([
      { reason: 'could only fill at 99.5, on the losing side of the average' },
    ]);
  });

  it('[P11] two resting entries do not average down either', () => {
    const tape = tradesTape([100, 100, 99, 98, 98]);
    const engine = entered(tape, {}, { kind: 'limit', price: '99', stop: '95' });
    engine.command(entryOf({ kind: 'limit', price: '98', stop: '95' }));
    end(engine);
    expect(fills(engine)).toEqual(['entry 100 @ 99']);
    expect(lastPosition(engine).status).toBe('OPEN');
  });

  it('may average down where the policy allows it, and the stop stays on the right side', () => {
    const engine = holding([99.6, 97.2, 97], { averagingDown: 'allowed' });
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '95', loosen: true });
    engine.run(3);
    engine.command(entryOf({ quantity: '100', stop: '95' }));
    engine.run(4);
    // the average is 98.60 and less R it is 97.60, beyond the last price
    expect(lastPosition(engine).stop?.toFixed()).toBe('97.19');
    expect(fills(end(engine)).at(-1)).toBe('stop 200 @ 97 gapped');
  });
});

it('[F18] lots of 0.001 and ticks of 0.1: what is held leaves to the last lot', () => {
  const engine = entered(tradesTape([100, 100, 100.3, 98], COIN), {}, { quantity: '0.421' });
  engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '0.2105' });
  engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '0.21' });
  engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '0.212' });
  expect(eventsOf(engine, 'CommandRefused').map(({ refusal }) => [refusal.code, refusal.figure, refusal.limit])).toEqual([
    ['LOT_SIZE', '0.2105', '0.001'],
    ['ABOVE_POSITION', '0.212', '0.211'],
  ]);
  expect(fills(end(engine)).slice(1)).toEqual(['reduce 0.21 @ 100.3', 'stop 0.211 @ 98 gapped']);
});
