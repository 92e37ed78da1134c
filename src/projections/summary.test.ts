import { describe, expect, it } from 'vitest';
import { runWith, worldOf } from '../engine/chance.ts';
import { end, holding } from '../engine/testing.ts';
import { positionSummary } from './summary.ts';

describe('how a position was managed', () => {
  const policy = {
    account: { commissionPerUnit: '0.01' },
    autonomy: { 'stop-move': 'auto' },
    rules: { breakeven: { enabled: true, trigger: '1R' } },
  };
  const closed = end(holding([101, 100.5, 100], policy)).journal;

  it('is said of a closed one: actions by kind, every place of the stop, money, excursions and time', () => {
    expect(positionSummary(closed, 'TEST-1')).toEqual({
      position: 'TEST-1',
      account: 'paper',
      symbol: 'TEST',
      side: 'long',
      status: 'CLOSED',
      quantity: '0',
      actions: { breakeven: 1, entry: 1, stop_loss: 1 },
      stops: [
        { ts: Date.UTC(2019, 1, 15, 14, 30, 1), price: '99', by: 'user' },
        { ts: Date.UTC(2019, 1, 15, 14, 30, 2), price: '100.02', by: 'breakeven' },
      ],
      realizedPnl: '-2',
      fees: '2',
      mae: '0',
      mfe: '1',
      openedTs: Date.UTC(2019, 1, 15, 14, 30, 1),
      closedTs: Date.UTC(2019, 1, 15, 14, 30, 4),
      heldMs: 3_000,
    });
  });

  it('is said of an open one until the last record', () => {
    const open = closed.slice(0, closed.findIndex(({ event }) => event.type === 'StopRaised') + 1);
    expect(positionSummary(open, 'TEST-1')).toMatchObject({
      status: 'OPEN',
      quantity: '100',
      realizedPnl: '-1',
      closedTs: null,
      mae: null,
      heldMs: 1_000,
    });
  });

  it('is not said of one that the journal does not open, whatever its name', () => {
    for (const id of ['TEST-2', '__proto__', '']) expect(positionSummary(closed, id)).toBeUndefined();
  });

  it('is over random runs what the state says of the position', () => {
    for (let seed = 1; seed <= 80; seed += 1) {
      const { journal, state } = runWith(worldOf(seed), seed);
      for (const position of state.positions.values()) {
        const summary = positionSummary(journal, position.id);
        expect(summary).toMatchObject({
          status: position.status,
          quantity: position.quantity.toFixed(),
          realizedPnl: position.realizedPnl.toFixed(),
          fees: position.fees.toFixed(),
          mae: position.mae?.toFixed() ?? null,
          mfe: position.mfe?.toFixed() ?? null,
          closedTs: position.closedTs ?? null,
        });
        if (position.stop) expect(summary?.stops.at(-1)?.price).toBe(position.stop.toFixed());
      }
    }
  });
});
