import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  flat,
  holding,
  lastPosition,
  merge,
  mirrored,
  type Nested,
  readingOf,
} from '../engine/testing.ts';

const leveraged = (leverage: string, more: Nested = {}): Nested => merge({ account: { leverage } }, more);

describe.each(['long', 'short'] as Side[])('the liquidation of a %s', (side) => {
  const { at, bar } = mirrored(side);
  const trades = (prices: readonly number[], over: Nested, stop = 50): Engine =>
    holding(prices.map(at), over, { side, stop: String(at(stop)) });
  const last = (engine: Engine) => eventsOf(engine, 'OrderFilled').at(-1);

  it('fires where a leverage of 10 has used the margin up, not a tick before, and says what decided it', () => {
    const engine = trades([90.01, 90, 89], leveraged('10'));
    expect(readingOf(engine, 'liquidation')).toMatchObject({ state: 'armed', level: at(90) });
    engine.run(3);
    expect(lastPosition(engine).status).toBe('OPEN');
    end(engine);
    expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
      {
        purpose: 'liquidation',
        price: String(at(90)),
        quantity: '100',
        causedBy: 'liquidation',
        gapped: false,
        evidence: [
          { label: 'Price at the liquidation', threshold: at(90).toFixed(2), value: at(90).toFixed(2), verdict: 'pass' },
        ],
      },
    ]);
    // the margin is a tenth of 10 000
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'liquidation', realizedPnl: '-1000' }]);
  });

  it.each([
    ['2', '0%', 50],
    ['3', '0%', 66.67],
    ['10', '20%', 92],
    ['10', '50%', 95],
    ['125', '0%', 99.2],
  ])(
    'stands, at a leverage of %s with a maintenance of %s, at %d, rounded to the side that hurts',
    (leverage, maintenance, level) => {
      const engine = trades([], leveraged(leverage, { account: { maintenance } }), 1);
      expect(readingOf(engine, 'liquidation').level).toBe(at(level));
    },
  );

  it('does not exist without leverage, and its evidence says unknown', () => {
    const engine = trades([60], leveraged('1'), 20);
    expect(readingOf(engine, 'liquidation')).toMatchObject({
      state: 'off',
      level: Number.NaN,
      criteria: [{ threshold: 'unknown', verdict: 'unknown' }],
    });
    expect(lastPosition(end(engine)).status).toBe('OPEN');
  });

  it('lets a stop that is nearer fill first', () => {
    expect(last(end(trades([95.5, 95], leveraged('10'), 95)))).toMatchObject({ purpose: 'stop', price: String(at(95)) });
  });

  it.each([
    ['beyond both is a liquidation, at the price after the gap', 88, 'liquidation'],
    ['beyond the stop alone is the stop’s', 91, 'stop'],
    ['to the liquidation’s own price is a liquidation', 90, 'liquidation'],
  ])('a gap %s', (_, price, purpose) => {
    const engine = end(trades([96, price], leveraged('10'), 95));
    expect(last(engine)).toMatchObject({
      purpose,
      price: String(at(price)),
      gapped: price !== 90,
      causedBy: purpose === 'stop' ? 'stop-loss' : purpose,
    });
    expect(eventsOf(engine, 'OrderFilled')).toHaveLength(2);
  });

  it('comes at its price inside a bar, before a stop that lies behind it', () => {
    const rows = [flat(100), flat(100), [100, 100, 84, 86] as const].map((row) => bar(row));
    const engine = end(entered(barsTape(rows), leveraged('10'), { side, stop: String(at(85)) }, 'adverse-first'));
    expect(last(engine)).toMatchObject({ purpose: 'liquidation', price: String(at(90)), gapped: false });
    expect(last(engine)).not.toHaveProperty('ambiguous');
  });

  it('follows the average of an add, and stays where a part is sold', () => {
    const engine = trades([105, 105, 105, 105], leveraged('10', { rules: { 'scale-in': { after: 'keep' } } }));
    engine.run(3);
    engine.command(entryOf({ side, stop: String(at(50)) }));
    engine.run(4);
    // 200 at 102.50, of which a tenth is 10.25
    expect(readingOf(engine, 'liquidation').level).toBe(side === 'long' ? 92.25 : 107.25);
    engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '50' });
    engine.run(5);
    expect(readingOf(engine, 'liquidation').level).toBe(side === 'long' ? 92.25 : 107.25);
  });

  it('ends whatever waits on the position, and cannot be switched off', () => {
    const over = leveraged('10', {
      autonomy: { 'time-stop': 'approve' },
      evaluateEvery: 'tick',
      rules: { 'time-stop': { enabled: true, after: '1s' } },
      proposals: { tolerance: '9R' },
    });
    const engine = end(trades([99.9, 99.9, 90], over));
    expect(eventsOf(engine, 'ProposalSuperseded')).toMatchObject([{ proposalId: 'P1', reason: 'the position is closed' }]);
    expect(() => trades([], { rules: { liquidation: { enabled: false } } })).toThrow(/enabled/);
  });
});
