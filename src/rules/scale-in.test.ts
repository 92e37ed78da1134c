import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import type { Side } from '../domain/position.ts';
import { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  lastPosition,
  mirrored,
  policyWith,
  readingOf,
  STOCK,
} from '../engine/testing.ts';

/** Forty bars that rise to 103, fall back to 100 and stay there: the high at 103.10 is the resistance of an entry at 100. */
const before = [
  ...Array.from({ length: 16 }, (_, i) => 100 + i * 0.2),
  ...Array.from({ length: 15 }, (_, i) => 103 - (i + 1) * 0.2),
  ...Array.from({ length: 9 }, () => 100),
];
const rise = [100.6, 101.2, 101.8, 102.4, 103, 103.6, 104.2, 104.8, 105.4];

interface World {
  side?: Side;
  volume?: number;
  rule?: object;
  over?: object;
  closes?: readonly number[];
  entry?: Partial<PlaceEntry>;
}

/** The entry is made at 100 after the fortieth bar; then the closes rise by 0.6 a bar with the volume given (1 000 before). */
function rising({ side = 'long', volume = 2_000, rule = {}, over = {}, closes = rise, entry = {} }: World = {}): Engine {
  const at = (price: number): number => Number((side === 'long' ? price : 200 - price).toFixed(2));
  const bars = [...before, ...closes].map((close, i, all): Bar => {
    const open = all[i - 1] ?? close;
    const [high, low] = [Math.max(open, close) + 0.1, Math.min(open, close) - 0.1];
    const extremes: [number, number] = side === 'long' ? [high, low] : [low, high];
    return [at(open), at(extremes[0]), at(extremes[1]), at(close), i < before.length ? 1_000 : volume];
  });
  const policy = policyWith({ rules: { 'scale-in': { enabled: true, ...rule } }, autonomy: { 'scale-in': 'auto' }, ...over });
  const engine = new Engine({ tapes: [barsTape(bars)], policy, barPath: side === 'long' ? 'olhc' : 'ohlc' });
  engine.run(before.length);
  engine.command(entryOf({ side, stop: String(at(99)), ...entry }));
  return engine;
}

const adds = (engine: Engine): [string, string][] =>
  eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity, price }) => (purpose === 'add' ? [[quantity, price]] : []));

describe.each(['long', 'short'] as Side[])('a scale-in of a %s', (side) => {
  const at = (price: number): string => String(Number((side === 'long' ? price : 200 - price).toFixed(2)));

  it('[R12] adds half the initial size once every criterion holds, at the next price, and only once', () => {
    const engine = end(rising({ side }));
    expect(adds(engine)).toEqual([['50', at(103.6)]]);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([
      {
        proposal: {
          rule: 'scale-in',
          action: { type: 'add', quantity: '50' },
          price: at(103.6),
          criteria: [
            { label: 'Open profit', threshold: '0.5R', value: '3.60R', verdict: 'pass' },
            { threshold: '1.2×', value: '2.00×', verdict: 'pass' },
            { label: side === 'long' ? 'MACD over signal' : 'MACD under signal', verdict: 'pass' },
            { label: 'RSI', threshold: '50.0', verdict: 'pass' },
            {
              threshold: side === 'long' ? '103.10' : '96.90',
              value: side === 'long' ? '103.60' : '96.40',
              verdict: 'pass',
            },
            { label: 'Continuation model', value: 'not used: no model', verdict: 'left-out' },
          ],
        },
      },
    ]);
  });

  it('[R12] brings the stop of the whole to the new average less R', () => {
    const engine = end(rising({ side }));
    // (100 × 100 + 50 × 103.6) / 150 = 101.2, and R is 1
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ from: at(99), to: at(100.2), causedBy: 'scale-in' }]);
    expect(lastPosition(engine).r?.toFixed()).toBe('1');
  });

  it.each([
    ['the profit is too small', { rule: { profit: '5R' } }],
    ['the volume has not grown', { volume: 1_200 }],
    ['the RSI is not beyond its bound', { rule: { rsi: '100' } }],
    ['the price is not beyond the resistance', { closes: rise.slice(0, 5) }],
    [
      'the price has fallen and MACD is under its signal',
      { closes: [103.5, 103.5, 103.5, 103.4, 103.3, 103.2].map((close) => close - 0.45) },
    ],
  ])('[R12] does not fire while %s', (_, world) => {
    expect(adds(end(rising({ side, ...world })))).toEqual([]);
  });

  it('[R12] never fires where no resistance was known at the entry, and says unknown', () => {
    // bought beyond every high so far
    const engine = end(rising({ side, rule: { volume: '0.8' }, entry: { kind: 'stop', price: at(103.2), stop: at(102) } }));
    const { criteria } = readingOf(engine, 'scale-in');
    expect(criteria.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass', 'unknown', 'left-out']);
    expect(criteria[4]?.threshold).toBe('unknown');
    expect(adds(engine)).toEqual([]);
  });

  it('[R12] asks the guards: late in the session it is refused with the figure and the limit, once', () => {
    const limits = { entryWindow: true, noEntriesFrom: '10:15', positionEquity: '1000%', totalSize: '100' };
    const engine = end(rising({ side, over: { limits } }));
    expect(adds(engine)).toEqual([]);
    expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([
      { rule: 'scale-in', refusal: { code: 'ENTRY_WINDOW', figure: '10:16', limit: '10:15' } },
    ]);
  });

  it('[R12] is refused above twice the first size, and adds once there is room', () => {
    const limits = { totalSize: '1.4', positionEquity: '1000%', entryWindow: false };
    const engine = end(rising({ side, over: { limits } }));
    expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([{ refusal: { code: 'TOTAL_SIZE', figure: '150', limit: '140' } }]);
  });
});

it('[R12] adds as often as the policy says, each by its share of the first tranche', () => {
  expect(adds(end(rising({ rule: { adds: 2, size: '25%' } }))).map(([quantity]) => quantity)).toEqual(['25', '25']);
});

it('[R12] is refused where the add is worth less than the least notional of the instrument, with the figure and the limit', () => {
  const closes = [...before, ...rise].map((close): Bar => [close, close + 0.1, close - 0.1, close, 2_000]);
  const rule = { enabled: true, volume: 'none', resistance: false };
  const policy = policyWith({ rules: { 'scale-in': rule }, autonomy: { 'scale-in': 'auto' } });
  const engine = new Engine({
    tapes: [barsTape(closes, { ...STOCK, minNotional: '6000' })],
    policy,
    barPath: 'olhc',
  });
  engine.run(before.length);
  engine.command(entryOf({ stop: '99' }));
  end(engine);
  expect(adds(engine)).toEqual([]);
  expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([
    { rule: 'scale-in', refusal: { code: 'MIN_NOTIONAL', figure: '5090', limit: '6000' } },
  ]);
});

it('[R12] adds nothing while an indicator has not enough bars, and the evidence says unknown', () => {
  const bars = Array.from({ length: 12 }, (_, i): Bar => [100 + i, 101 + i, 100 + i, 101 + i, 1_000 + i * 1_000]);
  const policy = policyWith({ rules: { 'scale-in': { enabled: true } }, autonomy: { 'scale-in': 'auto' } });
  const engine = new Engine({ tapes: [barsTape(bars)], policy, barPath: 'olhc' });
  engine.run(1);
  engine.command(entryOf({ stop: '99' }));
  end(engine);
  expect(adds(engine)).toEqual([]);
  expect(
    readingOf(engine, 'scale-in')
      .criteria.slice(1, 4)
      .map(({ verdict }) => verdict),
  ).toEqual(['unknown', 'unknown', 'unknown']);
});

describe.each(['long', 'short'] as Side[])('the scale-in of S1, of a %s', (side) => {
  const { at, bar } = mirrored(side);
  const S1 = {
    ...{ profit: '5%', volume: 'none', macd: false, rsi: 'none', resistance: false, continuation: 'none' },
    ...{ youngerThan: '15m', dayVolume: '100000', momentum: '2%', calm: '1%', size: '25%', after: 'keep' },
  };

  interface Young {
    rule?: object;
    /** close of the bar that decides, two minutes after the entry at 100 */
    close?: number;
    /** volume of the day up to that close */
    volume?: number;
    quantity?: string;
    over?: object;
  }

  function young({ rule = {}, close = 105, volume = 100_001, quantity = '92', over = {} }: Young = {}): Engine {
    const rows: Bar[] = [
      [100, 100, 100, 100, 50_000],
      [100, 100, 100, 100, 30_000],
      [100, Math.max(100, close), Math.min(100, close), close, volume - 80_000],
      [close, close, close, close, 0],
    ];
    return entered(
      barsTape(rows.map(bar)),
      {
        indicators: { momentum: 1 },
        rules: { 'scale-in': { enabled: true, ...S1, ...rule } },
        autonomy: { 'scale-in': 'auto' },
        limits: { totalSize: 'none', positionUnits: '200', positionEquity: '1000%', entryWindow: false },
        ...over,
      },
      { side, quantity, stop: String(at(90)) },
      'adverse-first',
    );
  }

  it('[R12] adds a quarter of 92 units, 23, once each criterion and one of momentum and calm hold, and keeps the stop', () => {
    const engine = young();
    expect(readingOf(engine, 'scale-in')).toMatchObject({ level: at(105) });
    end(engine);
    expect(adds(engine)).toEqual([['23', String(at(105))]]);
    expect(eventsOf(engine, 'StopRaised')).toEqual([]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria).toEqual([
      expect.objectContaining({ label: 'Open profit', threshold: '5%', value: '5.00%', verdict: 'pass' }),
      { label: 'Time held', comparison: '<', threshold: '15.0m', value: '2.0m', verdict: 'pass' },
      { label: 'Volume of the day', comparison: '>', threshold: '100000', value: '100001', verdict: 'pass' },
      { any: true, label: 'Momentum in favour', comparison: '>', threshold: '2%', value: '5.00%', verdict: 'pass' },
      { any: true, label: 'Range of the day', comparison: '<', threshold: '1%', value: '5.00%', verdict: 'fail' },
    ]);
  });

  it.each<[string, Young, number]>([
    ['a profit of 4.99 %', { close: 104.99 }, 0],
    ['a volume of the day of 100 000', { volume: 100_000 }, 0],
    ['an age of two minutes where it must be younger', { rule: { youngerThan: '2m' } }, 0],
    ['an age a second younger than it must be', { rule: { youngerThan: '121s' } }, 1],
    ['neither momentum nor calm', { rule: { momentum: '6%' } }, 0],
    ['a momentum of 5 % where it must be above', { rule: { momentum: '5%' } }, 0],
    ['a momentum above 4.99 %', { rule: { momentum: '4.99%' } }, 1],
    ['calm alone: a range below 5.01 %', { rule: { momentum: '50%', calm: '5.01%' } }, 1],
    ['a range of 5 % where it must be below', { rule: { momentum: '50%', calm: '5%' } }, 0],
    ['both', { rule: { calm: '9%' } }, 1],
  ])('[R12] with %s: %j adds %i times', (_, world, times) => {
    expect(adds(end(young(world)))).toHaveLength(times);
  });

  it('[R12] takes a momentum that is not known for no reason, and says so', () => {
    const engine = end(young({ over: { indicators: { momentum: 10 } } }));
    expect(adds(engine)).toEqual([]);
    expect(readingOf(engine, 'scale-in').criteria[3]).toMatchObject({ value: 'unknown', verdict: 'unknown' });
  });

  it.each([
    ['160', 1],
    ['164', 0],
  ])('[R12] of %s units keeps the whole within 200: %i adds', (quantity, times) => {
    const engine = end(young({ quantity }));
    expect(adds(engine)).toHaveLength(times);
    expect(eventsOf(engine, 'RuleBlocked').map(({ refusal: { code, figure, limit } }) => [code, figure, limit])).toEqual(
      times === 1 ? [] : [['POSITION_UNITS', '205', '200']],
    );
  });
});
