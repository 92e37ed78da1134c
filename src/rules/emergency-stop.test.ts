import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { Engine } from '../engine/engine.ts';
import {
  end,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  mirrored,
  policyWith,
  readingOf,
  STOCK,
  tradesTape,
} from '../engine/testing.ts';

const STOP = { type: 'StopAll' } as const;
const closes = (engine: Engine) =>
  eventsOf(engine, 'OrderFilled').flatMap(({ symbol, purpose, price, causedBy }) =>
    purpose === 'close' ? [[symbol, price, causedBy]] : [],
  );

describe.each(['long', 'short'] as Side[])('the emergency stop of a %s', (side) => {
  const { at } = mirrored(side);

  it('[R18] says nothing until it is pressed, then closes at the next price and says why', () => {
    const engine = holding([at(100.5), at(100.4), at(100.3)], {}, { side });
    engine.run(3);
    expect(readingOf(engine, 'emergency-stop')).toMatchObject({
      state: 'off',
      level: Number.NaN,
      criteria: [{ label: 'Emergency stop pressed', comparison: '=', threshold: 'yes', value: 'no', verdict: 'fail' }],
    });
    engine.command(STOP);
    engine.command(STOP);
    end(engine);
    expect(closes(engine)).toEqual([['TEST', String(at(100.4)), 'emergency-stop']]);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([
      {
        proposal: {
          rule: 'emergency-stop',
          urgency: 'critical',
          action: { type: 'close' },
          criteria: [{ label: 'Emergency stop pressed', value: 'yes', verdict: 'pass' }],
        },
      },
    ]);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'emergency-stop' }]);
  });

  it('[R18] takes back an entry that has not filled, whose position ends without a fill', () => {
    const engine = new Engine({ tapes: [tradesTape([100, 100, 100])], policy: policyWith(), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ side, kind: 'limit', price: String(at(95)), stop: String(at(90)) }));
    engine.command(STOP);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([{ reason: 'the position is being closed' }]);
    expect(lastPosition(engine).status).toBe('CLOSED');
    expect(closes(end(engine))).toEqual([]);
  });

  it('[R18] closes a position whose rules have failed', () => {
    const engine = holding([at(100.5), at(100.4), at(100.3)], { rules: { breakeven: { enabled: true } } }, { side });
    const criterion = engine.core.book[0]?.armed.find(({ rule }) => rule.id === 'breakeven')?.trigger.criteria[0];
    Object.defineProperty(criterion, 'holds', {
      value: () => {
        throw new RangeError('out of order');
      },
    });
    for (const managed of engine.core.book) managed.stale = true;
    engine.market.lower = Number.POSITIVE_INFINITY;
    engine.run(3);
    expect([...engine.state.manual]).toEqual(['TEST-1']);
    engine.command(STOP);
    end(engine);
    expect(closes(engine)).toEqual([['TEST', String(at(100.4)), 'emergency-stop']]);
  });

  it('[R18] works where the policy manages nothing, whatever the autonomy, and cannot be switched off', () => {
    const engine = holding([at(100.5)], { enabled: false }, { side });
    engine.command({ type: 'SetAutonomyLevel', level: 'manual' });
    engine.command(STOP);
    expect(closes(end(engine))).toHaveLength(1);
    expect(() => holding([], { autonomy: { emergency: 'approve' } })).toThrow(/weaker than auto/);
    expect(() => holding([], { rules: { 'emergency-stop': { enabled: false } } })).toThrow(/enabled/);
  });
});

it('[R18] closes every position of every instrument and account, and takes back every order', () => {
  const tapes = [
    tradesTape([
      [0, 100],
      [2, 100],
      [4, 101],
      [6, 101],
    ]),
    tradesTape(
      [
        [1, 50],
        [3, 50],
        [5, 51],
        [7, 51],
      ],
      { ...STOCK, symbol: 'OTHER' },
    ),
    tradesTape(
      [
        [1.5, 20],
        [9, 20],
      ],
      { ...STOCK, symbol: 'RESTS' },
    ),
  ];
  const engine = new Engine({ tapes, policy: policyWith(), barPath: 'ohlc' });
  engine.run(3);
  engine.command(entryOf());
  engine.command(entryOf({ account: 'second', side: 'short' }));
  engine.command(entryOf({ symbol: 'OTHER', side: 'short', stop: '55' }));
  engine.command(entryOf({ symbol: 'RESTS', kind: 'limit', price: '19', stop: '18' }));
  engine.run(5);
  engine.command(entryOf({ kind: 'stop', price: '110', quantity: '10' }));
  engine.command(STOP);
  expect(engine.core.lanes.flatMap(({ resting }) => resting)).toEqual([]);
  end(engine);
  expect(closes(engine)).toEqual([
    ['TEST', '101', 'emergency-stop'],
    ['TEST', '101', 'emergency-stop'],
    ['OTHER', '51', 'emergency-stop'],
  ]);
  expect([...engine.state.open.keys()]).toEqual([]);
});
