import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { type Bar, barsTape, end, entered, eventsOf, holding, lastPosition, mirrored, readingOf } from '../engine/testing.ts';

describe.each(['long', 'short'] as Side[])('the stop of a %s', (side) => {
  const { at, bar } = mirrored(side);

  it('[R1] closes at the stop, not one tick before it, and says what decided it', () => {
    const engine = holding([at(99.01), at(99), at(98)], {}, { side });
    expect(readingOf(engine, 'stop-loss')).toMatchObject({ level: at(99), state: 'armed' });
    engine.run(3);
    expect(lastPosition(engine).status).toBe('OPEN');
    end(engine);
    expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
      {
        purpose: 'stop',
        price: String(at(99)),
        quantity: '100',
        causedBy: 'stop-loss',
        gapped: false,
        evidence: [{ label: 'Price at the stop', threshold: at(99).toFixed(2), value: at(99).toFixed(2), verdict: 'pass' }],
      },
    ]);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ realizedPnl: '-100', profitR: '-1', causedBy: 'stop-loss' }]);
  });

  it.each([
    ['at the stop where a bar passes through it', [99.5, 99.5, 98, 98.5], '99', false],
    ['at the open where it has jumped over it', [98.7, 98.7, 98, 98.5], '98.7', true],
    ['at the open where that is the stop to the tick', [99, 99, 98, 98.5], '99', false],
  ] as const)('[R1] fills %s', (_, row, price, gapped) => {
    const rows: Bar[] = [[100, 100, 100, 100], [100, 100, 100, 100], [...row]];
    const engine = end(entered(barsTape(rows.map(bar)), {}, { side }, 'adverse-first'));
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'stop', price: String(at(Number(price))), gapped });
  });

  it('[R1] holds where the policy manages nothing, and cannot be switched off', () => {
    const engine = end(holding([at(99), at(98)], { enabled: false }, { side }));
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'stop-loss' }]);
    expect(() => holding([], { rules: { 'stop-loss': { enabled: false } } })).toThrow(/enabled/);
    expect(() => holding([], { autonomy: { 'stop-loss': 'approve' } })).toThrow(/weaker than auto/);
  });
});
