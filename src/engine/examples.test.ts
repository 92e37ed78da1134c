import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import { instrumentOf } from '../domain/instrument.ts';
import { averageEntry, type Side } from '../domain/position.ts';
import { Core } from './core.ts';
import { Engine } from './engine.ts';
import { Market } from './market.ts';
import { firstStop, firstTarget } from './paper.ts';
import { standingOf } from './standing.ts';
import { emptyState } from './state.ts';
import { type Bar, barsTape, end, entryOf, eventsOf, holding, lastPosition, policyWith, readingOf, STOCK } from './testing.ts';

describe('S0 scale-in', () => {
  // the add is made by hand: 50 more at the next trade
  const both = (): Engine => {
    const engine = holding([101, 102, 105]);
    engine.run(3);
    engine.command(entryOf({ quantity: '50' }));
    return end(engine);
  };

  it('100 at 100 and 50 at 102 are 150 at 100.6666…', () => {
    const { quantity, cost } = lastPosition(both());
    expect(quantity.toFixed()).toBe('150');
    expect(averageEntry({ quantity, cost }, dec(1))?.toFixed(6, 1)).toBe('100.666666');
  });

  it.each([
    ['with the add', both, '650'],
    ['without it', () => end(holding([102, 105])), '500'],
  ])('at 105 the open profit %s is right', (_, run, wanted) => {
    const engine = run();
    const { quantity, cost } = lastPosition(engine);
    expect(quantity.times(engine.market.last).minus(cost).toFixed()).toBe(wanted);
  });
});

it('S0 intelligent example in percent: breakeven at 101, half off at 101.50, scale-in from 102, then one ATR behind the best', () => {
  const policy = policyWith({
    autonomy: { 'partial-exit': 'auto', 'scale-in': 'auto' },
    rules: {
      breakeven: { enabled: true, trigger: '1%' },
      'partial-exit': { enabled: true, steps: [{ at: '1.5%', fraction: '50%' }] },
      'trailing-stop': { enabled: true, activate: '2%', distance: '1ATR' },
      'scale-in': { enabled: true, profit: '2%' },
    },
  });
  // forty bars with a range of 0.5 and a high of 101.60 among them, then the rise, on twice the volume
  const bars: Bar[] = Array.from({ length: 40 }, (_, i) => [100, i === 20 ? 101.6 : 100.25, 99.75, 100, 1_000]);
  const rise: Bar[] = [100.4, 100.8, 101.2, 101.6, 102, 102.4].map((close) => [close - 0.4, close, close - 0.5, close, 2_000]);
  const engine = new Engine({
    tapes: [barsTape([...bars, ...rise, [102.4, 102.4, 101.9, 102.3, 2_000]])],
    policy,
    barPath: 'olhc',
  });
  engine.run(bars.length);
  engine.command(entryOf({ stop: '98.5' }));
  engine.run(bars.length + 1);
  expect(lastPosition(engine).stop?.toFixed()).toBe('98.5');
  expect(['breakeven', 'partial-exit', 'trailing-stop', 'scale-in'].map((rule) => readingOf(engine, rule).level)).toEqual([
    101, 101.5, 102, 102,
  ]);
  end(engine);
  const story = engine.journal.flatMap(({ event }) =>
    event.type === 'OrderFilled'
      ? [`${event.purpose} ${event.quantity} @ ${event.price}`]
      : event.type === 'StopRaised'
        ? [`stop ${event.to} by ${event.causedBy}`]
        : [],
  );
  expect(story.slice(0, 5)).toEqual([
    'entry 100 @ 100',
    'stop 100 by breakeven',
    'reduce 50 @ 101.6',
    story.find((line) => line.endsWith('trailing-stop')) ?? 'no trail',
    'add 50 @ 102',
  ]);
  const trailed = story.filter((line) => line.endsWith('by trailing-stop'));
  const atr = engine.market.history.column('atr')[bars.length + 4] ?? Number.NaN;
  expect(trailed[1]).toBe(`stop ${(Math.floor((102.4 - atr) * 100) / 100).toFixed(2)} by trailing-stop`);
});

/** A core without a tape: what stops and targets are found with. */
const coreOf = (tick: string): Core => {
  const policy = policyWith();
  const market = new Market(instrumentOf({ ...STOCK, tick }), 60_000, policy.policy.indicators, false);
  return new Core(emptyState(dec(500), [], []), policy, [market], 0, standingOf);
};
const stopOf = (side: Side, entry: string, distance: string): string =>
  firstStop(coreOf('0.01'), { symbol: 'TEST', side }, dec(entry), { kind: 'distance', distance }).toFixed();

describe('S0 stops', () => {
  it.each([
    ['long', 1, '98'],
    ['long', 1.5, '97'],
    ['long', 2, '96'],
    ['short', 1, '102'],
    ['short', 1.5, '103'],
    ['short', 2, '104'],
  ] as const)('of a %s at 100, %d times an ATR of 2 away, stand at %s', (side, times, wanted) => {
    expect(stopOf(side, '100', String(times * 2))).toBe(wanted);
  });

  it.each([
    ['long', '1ATR', '98'],
    ['long', '1.5ATR', '97'],
    ['short', '2ATR', '104'],
  ] as const)('of a %s follow from the policy and the ATR of the tape at %s: %s', (side, atr, wanted) => {
    const tape = barsTape(Array.from({ length: 17 }, (): Bar => [100, 101, 99, 100]));
    const engine = new Engine({ tapes: [tape], policy: policyWith({ initialStop: { kind: 'atr', atr } }), barPath: 'ohlc' });
    engine.run(14);
    const { stop: _, ...entry } = entryOf({ side });
    engine.command(entry);
    engine.run(15);
    expect(lastPosition(engine).stop?.toFixed()).toBe(wanted);
  });
});

describe('S3 exits', () => {
  it.each([
    ['623.45', '18.20', '577.95', '714.45'],
    ['100', '3.5', '91.25', '117.5'],
  ])(
    'an entry at %s with an ATR of %s has its stop 2.5 ATR away at %s, its target 5 ATR away at %s, and reward:risk 2',
    (entry, atr, stop, target) => {
      const core = coreOf('0.01');
      expect(stopOf('long', entry, dec(atr).times('2.5').toFixed())).toBe(stop);
      const risk = dec(entry).minus(stop);
      const plan = { kind: 'reward', distance: dec(atr).times(5).toFixed(), percent: '0', rewardRisk: '2' } as const;
      const found = firstTarget(core, { symbol: 'TEST', side: 'long' }, dec(entry), risk, plan);
      expect(found?.toFixed()).toBe(target);
      expect(found?.minus(entry).div(risk).toFixed()).toBe('2');
    },
  );

  it('the target is never nearer than the least reward asks', () => {
    const plan = { kind: 'reward', distance: '1', percent: '0.01', rewardRisk: '2' } as const;
    expect(firstTarget(coreOf('0.01'), { symbol: 'TEST', side: 'short' }, dec(100), dec('1.5'), plan)?.toFixed()).toBe('97');
  });
});

it('S0 traditional: the preset of a fixed stop at 2 % and a fixed target at 4 %', () => {
  const fixed = policyWith({
    initialStop: { kind: 'percent', percent: '2%' },
    target: { kind: 'reward', distance: '4%', rewardRisk: '2' },
  });
  const tape = barsTape([...Array.from({ length: 3 }, (): Bar => [100, 100, 100, 100]), [100, 104, 100, 103]]);
  const engine = new Engine({ tapes: [tape], policy: fixed, barPath: 'ohlc' });
  engine.run(1);
  const { stop: _, ...entry } = entryOf();
  engine.command(entry);
  engine.run(2);
  expect([lastPosition(engine).stop?.toFixed(), lastPosition(engine).target?.toFixed()]).toEqual(['98', '104']);
  expect(eventsOf(end(engine), 'PositionClosed')).toMatchObject([{ causedBy: 'take-profit', realizedPnl: '400', profitR: '2' }]);
});
