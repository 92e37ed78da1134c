import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  mirrored,
  presetWith,
  readingOf,
  storyOf,
  tradesTape,
  still,
} from './testing.ts';

/*
 * The worked examples of S1 under its preset active, in which everything happens by itself.
 */

/** 100 units at 100 from the first second on, then these prices at these seconds, each a second later once more for what it sets off to fill. */
function holding(prices: readonly (readonly [second: number, price: number])[], side: Side = 'long'): Engine {
  const { at } = mirrored(side);
  const path = prices.flatMap(([second, price]) => [[second, at(price)] as const, [second + 1, at(price)] as const]);
  const engine = new Engine({
    tapes: [tradesTape([[-1, 100], [0, 100], ...path])],
    policy: presetWith('active'),
    barPath: 'ohlc',
  });
  engine.run(1);
  engine.command(entryOf({ side, stop: String(at(90)) }));
  return end(engine);
}

const MINUTES = 60;
const booked = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity }) => (purpose === 'reduce' ? [quantity] : []));

describe.each(['long', 'short'] as const)('[R6] S1 profit booking of 100 units, %s', (side) => {
  it.each([
    ['+18.5 % after 45.2 minutes', [[45.2 * MINUTES, 118.5]], ['50']],
    ['+15 % after 30 minutes', [[30 * MINUTES, 115]], ['50']],
    ['a cent less after 30 minutes', [[30 * MINUTES, 114.99]], []],
    ['+18.5 % a second before', [[30 * MINUTES - 2, 118.5]], []],
    [
      '+18.5 % that has waited for its 30 minutes',
      [
        [10 * MINUTES, 118.5],
        [30 * MINUTES, 118.5],
      ],
      ['50'],
    ],
    ['+25 % after one minute', [[MINUTES, 125]], ['75']],
    ['+25 % after an hour', [[60 * MINUTES, 125]], ['75']],
    ['a cent less after one minute', [[MINUTES, 124.99]], []],
    [
      'the higher step, which spends the lower',
      [
        [MINUTES, 125],
        [45 * MINUTES, 118.5],
      ],
      ['75'],
    ],
    [
      'both, the higher of what remains',
      [
        [31 * MINUTES, 116],
        [50 * MINUTES, 126],
      ],
      ['50', '37'],
    ],
  ] as [string, [number, number][], string[]][])('%s', (_, prices, wanted) => {
    expect(booked(holding(prices, side))).toEqual(wanted);
  });
});

it('[R6] S1 books with what its log says: the profit and the age', () => {
  const engine = holding([[45.2 * MINUTES, 118.5]]);
  const proposals = eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal);
  expect(proposals.find(({ rule }) => rule === 'partial-exit')).toMatchObject({
    action: { type: 'reduce', quantity: '50' },
    autonomy: { mode: 'auto' },
    criteria: [
      { value: '18.50%', threshold: '15%' },
      { value: '45.2m', threshold: '30.0m' },
    ],
  });
});

describe('[R5] S1 breakeven', () => {
  it.each([
    ['long', 110, '102'],
    ['long', 109.99, undefined],
    ['short', 110, '98'],
    ['short', 109.99, undefined],
  ] as const)(
    'of a %s at 100 with 10 per cent of profit or a cent less (%d) puts the stop two per cent beyond the entry: %s',
    (side, price, wanted) => {
      const raised = eventsOf(holding([[MINUTES, price]], side), 'StopRaised');
      expect(raised.filter(({ causedBy }) => causedBy === 'breakeven').map(({ to }) => to)).toEqual(
        wanted === undefined ? [] : [wanted],
      );
    },
  );
});

describe('[R12] S1 scaling', () => {
  // twelve bars at 101.75 in heavy volume, a dip to 100 where the entry is, and a rise to 105 within three minutes
  const quiet = still(12, [101.75, 101.75, 101.75, 101.75, 12_000]);
  const dip: Bar = [101.75, 101.75, 100, 100, 12_000];
  const rise: Bar[] = [
    [100, 101, 100, 101, 12_000],
    [101, 103, 101, 103, 12_000],
    [103, 105, 103, 105, 12_000],
    [105, 105, 105, 105, 12_000],
  ];
  const scaled = (quantity: string, bars: readonly Bar[] = [...quiet, dip, ...rise]): Engine => {
    const engine = new Engine({ tapes: [barsTape(bars)], policy: presetWith('active'), barPath: 'olhc' });
    engine.run(13);
    engine.command(entryOf({ quantity, stop: '98' }));
    return end(engine);
  };
  const blocked = (engine: Engine) => eventsOf(engine, 'RuleBlocked').map(({ refusal }) => refusal);

  it('adds 25 % of 92 units, 23, in strong momentum and high volume', () => {
    const engine = scaled('92');
    // the day's range has crossed 3 % in the same step; thereafter the new average less R is tighter
    expect(storyOf(engine)).toEqual([
      'entry 92 @ 100',
      'stop 98',
      'stop 98.52 by volatility-tighten',
      'add 23 @ 105',
      'stop 99 by scale-in',
    ]);
    expect(lastPosition(engine).quantity.toFixed()).toBe('115');
    const proposal = eventsOf(engine, 'ProposalOpened').find((event) => event.proposal.kind === 'scale-in')?.proposal;
    expect(proposal).toMatchObject({ rule: 'scale-in', autonomy: { mode: 'auto' } });
    expect(proposal?.criteria.map(({ label, value, threshold }) => [label, value, threshold])).toEqual([
      ['Open profit', '5.00%', '5%'],
      ['Time held', '3.0m', '15.0m'],
      ['Volume of the day', '192000', '100000'],
      ['Momentum in favour', '3.19%', '2%'],
      ['Range of the day', '4.91%', '1%'],
    ]);
  });

  it('once: a position that has been scaled is left at that', () => {
    const engine = scaled('92', [...quiet, dip, ...rise, ...still(5, [105, 106, 105, 106, 12_000])]);
    expect(eventsOf(engine, 'TrancheOpened')).toHaveLength(2);
    expect(readingOf(engine, 'scale-in').state).toBe('done');
  });

  it.each([
    ['160', '40', []],
    ['161', '40', [{ code: 'POSITION_UNITS', figure: '201', limit: '200' }]],
  ])('of %s units would add %s: at most 200 in all', (quantity, _, wanted) => {
    const engine = scaled(quantity);
    expect(blocked(engine)).toMatchObject(wanted);
    expect(lastPosition(engine).tranches).toHaveLength(wanted.length === 0 ? 2 : 1);
  });

  it('denies an entry of more than 200 units', () => {
    expect(eventsOf(scaled('201'), 'EntryDenied')).toMatchObject([
      { refusal: { code: 'POSITION_UNITS', figure: '201', limit: '200' } },
    ]);
  });
});
