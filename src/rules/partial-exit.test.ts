import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import {
  COIN,
  end,
  entered,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  mirrored,
  readingOf,
  tradesTape,
} from '../engine/testing.ts';

const ladder = (...steps: object[]) => ({
  autonomy: { 'partial-exit': 'auto' },
  rules: { 'partial-exit': { enabled: true, steps } },
});
const S1 = ladder({ at: '15%', fraction: '50%', leastAge: '30m' }, { at: '25%', fraction: '75%' });
const sold = (engine: ReturnType<typeof holding>): [string, string][] =>
  eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity, price }) => (purpose === 'reduce' ? [[quantity, price]] : []));

describe.each(['long', 'short'] as Side[])('a partial exit of a %s', (side) => {
  const at = (price: number): number => (side === 'long' ? price : Number((200 - price).toFixed(2)));

  it('[R6] fires at the level that it names, not one tick short of it, once, and fills at the next price', () => {
    const engine = holding([at(101.49), at(101.5), at(101.6), at(101.2), at(101.7), at(101.7)], ladder({}), { side });
    expect(readingOf(engine, 'partial-exit').level).toBe(at(101.5));
    engine.run(3);
    expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
    end(engine);
    expect(sold(engine)).toEqual([['50', String(at(101.6))]]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria).toMatchObject([
      { threshold: '1.5R', value: '1.50R', verdict: 'pass', level: at(101.5).toFixed(2) },
    ]);
    expect(readingOf(engine, 'partial-exit').state).toBe('done');
  });
});

describe('the ladder of S1', () => {
  const entry = { stop: '92' };

  it('[R6] takes 50 % from +15 % once 30 minutes have passed, and not before', () => {
    const engine = holding(
      [
        [60, 118.5],
        [1_800, 118.5],
        [2_712, 118.5],
        [2_713, 118.6],
      ],
      S1,
      entry,
    );
    expect([readingOf(engine, 'partial-exit', 1).level, readingOf(engine, 'partial-exit', 0).level]).toEqual([115, 125]);
    engine.run(4);
    expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
    end(engine);
    expect(sold(engine)).toEqual([['50', '118.5']]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria).toMatchObject([
      { threshold: '15%', value: '18.50%', verdict: 'pass' },
      { threshold: '30.0m', verdict: 'pass' },
    ]);
  });

  it('[R6] takes 75 % at +25 % at any age, and the higher step spends the lower', () => {
    const engine = end(
      holding(
        [
          [60, 124.99],
          [61, 125],
          [62, 125.5],
          [2_000, 118],
          [2_001, 118],
          [2_002, 126],
        ],
        S1,
        entry,
      ),
    );
    expect(sold(engine)).toEqual([['75', '125.5']]);
    expect(eventsOf(engine, 'StepsDone')).toMatchObject([{ steps: [0, 1] }]);
  });

  it('[R6] takes 75 % of what remains after the lower step', () => {
    const engine = end(
      holding(
        [
          [60, 116],
          [1_900, 116],
          [1_901, 126],
          [1_902, 126],
        ],
        S1,
        entry,
      ),
    );
    expect(sold(engine).map(([quantity]) => quantity)).toEqual(['50', '37']);
    expect(lastPosition(engine).quantity.toFixed()).toBe('13');
  });
});

describe('[R6] 25, 50 and 25 % of all that was bought at +10, +20 and +30 % (S2)', () => {
  const S2 = [
    ['10%', '25%'],
    ['20%', '50%'],
    ['30%', '25%'],
  ].map(([at, fraction]) => ({ at, fraction, of: 'initial' }));
  const quantities = (engine: ReturnType<typeof holding>): string[] => sold(engine).map(([quantity]) => quantity);

  it.each([
    ['each where its price comes', [110, 110, 120, 120, 130, 130], ['25', '50', '25']],
    ['what a jump passes in one', [125, 125, 130, 130], ['75', '25']],
    ['everything where a jump passes them all', [131, 131], ['100']],
  ])('sells %s', (_, prices, wanted) => {
    const engine = end(holding(prices, ladder(...S2), { stop: '92' }));
    expect(quantities(engine)).toEqual(wanted);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });

  it('counts every tranche, not the first alone, and leaves nothing of a lot behind', () => {
    const over = { ...ladder(...S2), averagingDown: 'allowed' };
    const engine = holding([100, 100, 110, 110, 120, 120, 130, 130], over, { stop: '92', quantity: '33' });
    for (const quantity of ['40', '30']) {
      engine.command(entryOf({ quantity }));
      engine.run(engine.rowsDone + 1);
    }
    end(engine);
    expect(quantities(engine)).toEqual(['25', '51', '27']);
    expect(lastPosition(engine)).toMatchObject({ status: 'CLOSED', tranches: [{}, {}, {}] });
  });

  it('counts a tranche that comes after a step: half of 140, then all that is left', () => {
    const engine = holding([110, 110, 105, 105, 130, 130, 140, 140], ladder(...S2), { stop: '92' });
    engine.run(5);
    engine.command(entryOf({ quantity: '40' }));
    end(engine);
    expect(quantities(engine)).toEqual(['25', '70', '45']);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });
});

describe.each(['long', 'short'] as Side[])('[F18] half of 0.421 of a %s on lots of 0.001, at 101.50', (side) => {
  const { at } = mirrored(side);
  /** What the partial exit does where an order must be worth at least `minNotional`. */
  const halved = (minNotional: string, steps: object = {}) => {
    const tape = tradesTape([100, 100, at(101.5), at(101.5), at(101.5), [61, at(101.5)], [121, at(101.5)]], {
      ...COIN,
      minNotional,
    });
    return end(entered(tape, ladder(steps), { side, quantity: '0.421' }));
  };
  const worth = (quantity: number): string => (quantity * at(101.5)).toFixed(4);

  it('[R6] is 0.21, where what is sold and what is left are worth enough', () => {
    const engine = halved(worth(0.21));
    expect(sold(engine).map(([quantity]) => quantity)).toEqual(['0.21']);
    expect(lastPosition(engine).quantity.toFixed()).toBe('0.211');
    expect(eventsOf(engine, 'RuleBlocked')).toEqual([]);
  });

  it('[R6] leaves what is worth the least to the cent', () => {
    expect(sold(halved(worth(0.169), { fraction: '60%' })).map(([quantity]) => quantity)).toEqual(['0.252']);
  });

  it('[R6] is everything, where what is left would be worth too little to be sold by itself', () => {
    const engine = halved(String(Number(worth(0.211)) + 0.0001));
    expect(sold(engine).map(([quantity]) => quantity)).toEqual(['0.421']);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });

  it('[R6] is refused once, with the figure and the limit, where only what is sold is worth too little', () => {
    const limit = String(Number(worth(0.21)) + 0.0001);
    const engine = halved(limit);
    expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([
      { rule: 'partial-exit', refusal: { code: 'MIN_NOTIONAL', figure: String(Number(worth(0.21))), limit } },
    ]);
    expect(sold(engine)).toEqual([]);
    expect(lastPosition(engine).quantity.toFixed()).toBe('0.421');
    // by hand neither, but everything may go
    const reduce = (quantity: string): void => engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity });
    reduce('0.21');
    reduce('0.421');
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ refusal: { code: 'MIN_NOTIONAL', limit } }]);
    expect(lastPosition(engine).status).toBe('REDUCING');
  });

  it('[R6] is refused where the user makes it so small', () => {
    const by = { ...ladder({}), autonomy: { 'partial-exit': 'approve' } };
    const tape = tradesTape([100, 100, at(101.5), at(101.5)], { ...COIN, minNotional: '10' });
    const engine = entered(tape, by, { side, quantity: '0.421' });
    engine.run(3);
    engine.command({ type: 'ApproveProposal', proposalId: 'P1', quantity: '0.01' });
    expect(eventsOf(engine, 'ProposalFailed')).toMatchObject([{ refusal: { code: 'MIN_NOTIONAL', limit: '10' } }]);
  });

  it('[R6] says that it is less than a lot where it is', () => {
    const engine = end(
      entered(tradesTape([100, 100, at(101.5), at(101.5)], COIN), ladder({ fraction: '50%' }), { side, quantity: '0.001' }),
    );
    expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([{ refusal: { code: 'BELOW_LOT', figure: '0', limit: '0.001' } }]);
  });
});

it('[R6] [F18] rounds half of 0.421 on lots of 0.001 down, and the rest leaves with the last exit', () => {
  const tape = tradesTape([100, 100, 101.5, 101.5, 98], COIN);
  const engine = end(entered(tape, ladder({}), { quantity: '0.421' }));
  expect(eventsOf(engine, 'OrderFilled').map(({ purpose, quantity }) => [purpose, quantity])).toEqual([
    ['entry', '0.421'],
    ['reduce', '0.21'],
    ['stop', '0.211'],
  ]);
});
