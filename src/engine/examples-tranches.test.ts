import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import { averageEntry } from '../domain/position.ts';
import { Engine } from './engine.ts';
import { COIN, end, entryOf, eventsOf, lastPosition, type Nested, presetWith, tradesTape } from './testing.ts';

/*
 * The worked examples of S2 under its preset tranches: a coin in lots so small that amounts of money come out.
 */

const BTC = { ...COIN, tick: '0.01', lot: '0.000000000001' };
const WEEK = 7 * 24 * 3_600;

/** Units that an amount of money buys, cut at the lot. */
const bought = (money: number, price: number): string => dec(money).div(price).toDecimalPlaces(12, 1).toFixed();

describe('S2 P&L of 25 at 50 000 and 35 at 49 500', () => {
  /** Both tranches are held, and the price is at 55 000 with some of it sold. */
  const held = (allotment: string, sold?: string): Engine => {
    const tape = tradesTape([50_000, 50_000, 49_500, 49_500, 55_000, 55_000], BTC);
    const engine = new Engine({ tapes: [tape], policy: presetWith('tranches', { allotment }), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ quantity: bought(25, 50_000), stop: '45000' }));
    engine.run(3);
    engine.command(entryOf({ quantity: bought(35, 49_500), stop: '45000' }));
    engine.run(5);
    if (sold !== undefined) engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: sold });
    return end(engine);
  };

  it('is a quantity of 0.0005 and 0.000707070707… at an average of 49 707.1129707…', () => {
    const { tranches, quantity, cost } = lastPosition(held('fifo'));
    expect(tranches.map((tranche) => tranche.quantity.toFixed())).toEqual(['0.0005', '0.000707070707']);
    expect(cost.toFixed(6)).toBe('60.000000');
    expect(averageEntry({ quantity, cost }, dec(1))?.toFixed(7, 1)).toBe('49707.1129707');
  });

  it('is 6.3889, or 10.648 %, open at 55 000', () => {
    const { quantity, cost } = lastPosition(held('fifo'));
    const open = quantity.times(55_000).minus(cost);
    // 35 / 49 500 × 55 000 + 25 / 50 000 × 55 000 − 60
    expect(open.toFixed(6)).toBe('6.388889');
    expect(open.div(cost).times(100).toFixed(6)).toBe('10.648148');
  });

  it.each([
    ['fifo', '2.5', ['2.5', '0']],
    ['pro-rata', '2.6464', ['1.0355', '1.6108']],
    ['lifo', '2.75', ['0', '2.75']],
    ['highest-cost', '2.5', ['2.5', '0']],
  ])('realises, of the first tranche’s quantity sold at 55 000 under %s, %s', (allotment, wanted, parts) => {
    const { realizedPnl, tranches } = lastPosition(held(allotment, '0.0005'));
    const cut = (value: typeof realizedPnl): string => value.toDecimalPlaces(4, 1).toFixed();
    expect(cut(realizedPnl)).toBe(wanted);
    expect(tranches.map((tranche) => cut(tranche.realizedPnl))).toEqual(parts);
    expect(tranches.reduce((sum, tranche) => sum.plus(tranche.realizedPnl), dec(0)).equals(realizedPnl)).toBe(true);
  });
});

describe('[R13] S2 entry plans', () => {
  /** Prices a week apart, each twice a minute apart: the bar closes on the first, and the plan enters at the second. */
  const weeks = (prices: readonly number[], over: Nested = {}): Engine => {
    const path = prices.flatMap((price, i) => [
      [i * WEEK, price] as const,
      [i * WEEK + 60, price] as const,
      [i * WEEK + 61, price] as const,
    ]);
    const policy = presetWith('tranches', {
      autonomy: { 'tranche-entry': 'auto' },
      rules: { 'tranche-entry': { plan: 'dca' } },
      ...over,
    });
    return end(new Engine({ tapes: [tradesTape(path, BTC)], policy, barPath: 'ohlc' }));
  };

  it('buys 25 a week at 50 000, 49 000 and 51 000: 75 at an average of 49 986.66, averaging down on the way', () => {
    const { tranches, quantity, cost } = lastPosition(weeks([50_000, 49_000, 51_000]));
    expect(tranches.map(({ entryPrice, quantity: units }) => [entryPrice.toFixed(), units.toFixed()])).toEqual([
      ['50000', bought(25, 50_000)],
      ['49000', bought(25, 49_000)],
      ['51000', bought(25, 51_000)],
    ]);
    expect(cost.toFixed(6)).toBe('75.000000');
    expect(averageEntry({ quantity, cost }, dec(1))?.toFixed(2, 1)).toBe('49986.66');
  });

  it('stops at three tranches', () => {
    const engine = weeks([50_000, 50_000, 50_000, 50_000]);
    expect(lastPosition(engine).tranches).toHaveLength(3);
    expect(eventsOf(engine, 'RuleBlocked').map(({ refusal }) => [refusal.code, refusal.figure, refusal.limit])).toContainEqual([
      'TRANCHES',
      '4',
      '3',
    ]);
  });

  it('never adds below the average where averaging down is forbidden', () => {
    const engine = weeks([50_000, 49_000, 51_000], { averagingDown: 'forbidden' });
    expect(lastPosition(engine).tranches.map(({ entryPrice }) => entryPrice.toFixed())).toEqual(['50000', '51000']);
    expect(eventsOf(engine, 'RuleBlocked').map(({ refusal }) => refusal.code)).toContain('AVERAGING_DOWN');
  });
});

it.each([
  ['+10, +20 and +30 %', [110, 120, 130], ['25', '50', '25']],
  ['what a jump to +25 % passes, then +30 %', [125, 130], ['75', '25']],
])(
  '[R6] S2 ladder of a position of three tranches sells a quarter, a half and a quarter of all of it: %s',
  (_, prices, wanted) => {
    const path = [...Array(5).fill(100), ...prices.flatMap((price) => [price, price])] as number[];
    const policy = presetWith('tranches', { autonomy: { 'partial-exit': 'auto' } });
    const engine = new Engine({ tapes: [tradesTape(path, { ...COIN, lot: '0.01' })], policy, barPath: 'ohlc' });
    for (const quantity of ['0.3', '0.4', '0.3']) {
      engine.run(engine.rowsDone + 1);
      engine.command(entryOf({ quantity, stop: '90' }));
    }
    end(engine);
    const sold = eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity }) =>
      purpose === 'reduce' ? [dec(quantity).times(100).toFixed()] : [],
    );
    expect(sold).toEqual(wanted);
    expect(lastPosition(engine)).toMatchObject({ status: 'CLOSED', tranches: [{}, {}, {}] });
  },
);

it('S2 size of an entry without a quantity is the largest tranche, and a second one the rest of the position', () => {
  const engine = new Engine({ tapes: [tradesTape([100, 100, 100, 100], BTC)], policy: presetWith('tranches'), barPath: 'ohlc' });
  for (let i = 0; i < 3; i += 1) {
    engine.run(engine.rowsDone + 1);
    engine.command({ type: 'PlaceEntry', symbol: 'TEST', side: 'long', kind: 'market', source: 'ticket' });
  }
  end(engine);
  expect(lastPosition(engine).tranches.map(({ quantity }) => quantity.times(100).toFixed())).toEqual(['50', '50']);
  expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
    { refusal: { code: 'POSITION_MONEY', figure: '150.00', limit: '100.00' } },
  ]);
});
