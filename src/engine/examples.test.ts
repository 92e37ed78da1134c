import { describe, expect, it } from 'vitest';
import { loadPreset, presets } from '../policy/load.ts';
import { figuresJson } from '../projections/figures.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  COIN,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  MINUTE,
  type Nested,
  NINE_THIRTY,
  presetWith,
  storyOf,
  tradesTape,
  still,
} from './testing.ts';

/*
 * What all presets have in common, and where the source documents disagree or err: what holds. The worked examples of each preset have
 * tests of their own.
 */

const FINE = { ...COIN, tick: '0.01', lot: '0.0001' };
const sized = { type: 'PlaceEntry', symbol: 'TEST', side: 'long', kind: 'market', source: 'ticket' } as const;
const bars = still(40, [100, 101, 99, 100, 10_000]);

it('each preset is of this table', () => {
  expect(Object.keys(presets).toSorted()).toEqual(SIZED.map(([name]) => name).toSorted());
});

const SIZED: [name: string, quantity: string, stop: string, target: string | undefined][] = [
  // 10 % of equity has room for an add of half
  ['intraday', '66.6666', '97', undefined],
  ['fixed', '100', '98', '104'],
  ['active', '100', '98', undefined],
  ['tranches', '0.5', '90', undefined],
  ['leveraged', '187.5', '95', '110'],
  ['leveraged-aggressive', '375', '96', '110'],
  ['leveraged-conservative', '187.5', '94', '112'],
  ['portfolio', '62.5', '96', '108'],
];

it.each(SIZED)(
  'under %s an entry at 100 with an ATR of 2 on 100 000 is sized at %s, with its stop at %s and its target at %s',
  (name, quantity, stop, target) => {
    const policy = presetWith(name, { account: { slippage: '0%' } });
    const engine = new Engine({ tapes: [barsTape(bars, FINE)], policy, barPath: 'ohlc' });
    engine.run(30);
    engine.command(sized);
    engine.run(31);
    const position = lastPosition(engine);
    expect([position.quantity.toFixed(), position.stop?.toFixed(), position.target?.toFixed()]).toEqual([quantity, stop, target]);
  },
);

describe('averaging down', () => {
  it.each(Object.keys(presets))('%s: an add below the average is refused unless the policy allows it (S0, S2)', (name) => {
    const policy = presetWith(name);
    const engine = new Engine({ tapes: [tradesTape([100, 100, 99, 99], FINE)], policy, barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ quantity: '0.2', stop: '90', target: '200' }));
    engine.run(3);
    engine.command(entryOf({ quantity: '0.2', stop: '90', target: '200' }));
    end(engine);
    const refused = eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal.code);
    expect(refused).toEqual(name === 'tranches' ? [] : ['AVERAGING_DOWN']);
    expect(lastPosition(engine).tranches).toHaveLength(name === 'tranches' ? 2 : 1);
  });

  it.each([
    // S0 says 500
    ['100 at 100', ['100'], '-1000'],
    ['100 more at 95, at 97.50 on average', ['100', '100'], '-1500'],
  ])('S0: %s (%j) lose at 90 %s', (_, quantities, wanted) => {
    const policy = presetWith('fixed', { averagingDown: 'allowed', account: { equity: '1000000' } });
    const engine = new Engine({ tapes: [tradesTape([100, 100, 95, 95, 90], FINE)], policy, barPath: 'ohlc' });
    for (const [i, quantity] of quantities.entries()) {
      engine.run(1 + 2 * i);
      engine.command(entryOf({ quantity, stop: '80', target: '200' }));
    }
    end(engine);
    const { quantity, cost } = lastPosition(engine);
    expect(quantity.times(90).minus(cost).toFixed()).toBe(wanted);
  });
});

describe('profit factors', () => {
  /** Trades of one unit from 100 to the target or the stop. */
  const traded = (wins: number, win: number, losses: number, loss: number): Record<string, unknown> => {
    const exits = [...Array(wins).fill(100 + win), ...Array(losses).fill(100 - loss)] as number[];
    const path = exits.flatMap((exit) => [100, 100, exit]);
    const policy = presetWith('fixed', { target: { kind: 'none' } });
    const engine = new Engine({ tapes: [tradesTape(path, FINE)], policy, barPath: 'ohlc' });
    for (const i of exits.keys()) {
      engine.run(3 * i + 1);
      engine.command(entryOf({ quantity: '1', stop: String(100 - loss), target: String(100 + win) }));
      engine.run(3 * i + 3);
    }
    return figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account));
  };

  it.each([
    // S0 prints 1.35 and 1.95
    ['traditional', 45, 4, 55, 2, '1.636364'],
    ['intelligent', 52, 5.2, 48, 1.4, '4.02381'],
  ])('S0 %s: %d wins of %d and %d losses of %d make %s', (_, wins, win, losses, loss, profitFactor) => {
    expect(traded(wins, win, losses, loss)).toMatchObject({
      positions: 100,
      winRate: String(wins / 100),
      averageWin: String(win),
      averageLoss: String(loss),
      profitFactor,
    });
  });
});

describe('[R15] the loss of a day', () => {
  /** 100 units of an account of 10 000 that falls to 96.99, and to 94.99. */
  const falling = (name: string): Engine => {
    const policy = presetWith(name, {
      account: { equity: '10000', slippage: '0%' },
      limits: { positionEquity: '1000%', totalExposure: 'none', instrumentShare: 'none' },
    });
    const engine = new Engine({ tapes: [tradesTape([100, 100, 97.01, 97, 95.01, 95, 95], FINE)], policy, barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ stop: '80', target: '200' }));
    return end(engine);
  };

  it.each([
    ['intraday', '9700', ['entry 100 @ 100', 'stop 80', 'close 100 @ 95.01']],
    ['leveraged', '9500', ['entry 100 @ 100', 'stop 80']],
    ['portfolio', '9500', ['entry 100 @ 100', 'stop 80']],
    ['fixed', undefined, ['entry 100 @ 100', 'stop 80']],
  ])('S0 ends a day at its limit, S3 keeps what is open: under %s it is an equity of %s, and then %j', (name, equity, story) => {
    const engine = falling(name);
    expect(eventsOf(engine, 'HaltBegan').map(({ figure }) => figure)).toEqual(equity === undefined ? [] : [equity]);
    expect(storyOf(engine)).toEqual(story);
  });
});

describe('the largest position', () => {
  it.each([
    ['intraday', '100.01', { code: 'POSITION_LIMIT', figure: '10001.00', limit: '10000.00' }],
    ['active', '200.01', { code: 'POSITION_UNITS', figure: '200.01', limit: '200' }],
    ['tranches', '0.51', { code: 'TRANCHE_MOST', figure: '51.00', limit: '50.00' }],
    ['tranches', '1.01', { code: 'POSITION_MONEY', figure: '101.00', limit: '100.00' }],
    // of the money put in
    ['leveraged', '300.01', { code: 'POSITION_LIMIT', figure: '10000.33', limit: '10000.00' }],
  ])('under %s refuses %s units at 100 on 100 000', (name, quantity, refusal) => {
    const engine = new Engine({ tapes: [tradesTape([100, 100], FINE)], policy: presetWith(name), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ quantity, stop: '90', target: '200' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal }]);
  });
});

describe('[R3] early exit', () => {
  // a winner whose volume has dried up
  const dry: Bar[] = [...still(40, [100, 100.25, 99.75, 100]), ...still(8, [100.5, 100.5, 100.5, 100.5, 100])];
  const run = (over: Nested): Engine => {
    const entries = [{ ts: NINE_THIRTY + 39 * MINUTE, command: entryOf({ stop: '98' }) }];
    return end(new Engine({ tapes: [barsTape(dry)], policy: presetWith('intraday', over), barPath: 'ohlc', entries }));
  };

  it.each([
    ['losing', []],
    ['always', ['early-exit']],
  ])('S0: cuts what loses, and a winner only where the policy says %s', (when, wanted) => {
    const engine = run({ rules: { 'early-exit': { when } } });
    expect(eventsOf(engine, 'PositionClosed').map(({ causedBy }) => causedBy)).toEqual(wanted);
  });
});

it('the ATR is Wilder’s, not the moving average of 14 true ranges that S3 writes and then cites him for', () => {
  // fourteen ranges of 2, one of 16, one of 2: Wilder's smoothing gives 3 and then 41 / 14, a plain mean 3 and 3
  const ranges: Bar[] = [...still(14, [100, 101, 99, 100]), [100, 108, 92, 100], [100, 101, 99, 100]];
  const engine = new Engine({ tapes: [barsTape(ranges, FINE)], policy: loadPreset('leveraged'), barPath: 'ohlc' });
  expect([14, 15, 16].map((rows) => (engine.run(rows), engine.market.atr))).toEqual([2, 3, 41 / 14]);
});
