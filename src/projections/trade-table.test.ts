import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { end, holding } from '../engine/testing.ts';
import { tradeRowsOf } from './trade-table.ts';

const sum = (values: readonly string[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

describe('the trades of a journal', () => {
  const partial = {
    account: { commissionPerUnit: '0.01' },
    autonomy: { 'partial-exit': 'auto' },
    rules: { 'partial-exit': { enabled: true, steps: [{ at: '1R', fraction: '50%' }] } },
  };

  it('are a row a closed position, and a row for each share that left, with its part of the entry fee', () => {
    const { trades, exits } = tradeRowsOf(end(holding([101, 101, 99], partial)).journal);
    expect(trades).toMatchObject([
      {
        position: 'TEST-1',
        account: 'paper',
        side: 'long',
        opened: '2019-02-15T14:30:01.000Z',
        closed: '2019-02-15T14:30:04.000Z',
        openedAt: Date.UTC(2019, 1, 15, 14, 30, 1),
        closedAt: Date.UTC(2019, 1, 15, 14, 30, 4),
        quantity: '100',
        fees: '2',
        pnl: '-2',
        rMultiple: '-0.02',
        mae: '-1',
        mfe: '1',
        heldMs: 3_000,
        causedBy: 'stop-loss',
      },
    ]);
    const share = { position: 'TEST-1', tranche: 'TEST-1.1', entryPrice: '100', quantity: '50', entryFee: '0.5', exitFee: '0.5' };
    expect(exits).toMatchObject([
      {
        ...share,
        exitPrice: '101',
        gross: '50',
        pnl: '49',
        rMultiple: '0.98',
        heldMs: 2_000,
        causedBy: 'partial-exit',
        mae: '-1',
        mfe: '1',
      },
      {
        ...share,
        exitPrice: '99',
        gross: '-50',
        pnl: '-51',
        rMultiple: '-1.02',
        heldMs: 3_000,
        causedBy: 'stop-loss',
        mae: '-1',
        mfe: '1',
      },
    ]);
  });

  it('leave excursions open while the position is', () => {
    const { trades, exits } = tradeRowsOf(end(holding([101, 101, 101], partial)).journal);
    expect(trades).toEqual([]);
    expect(exits).toMatchObject([{ exitPrice: '101', mae: null, mfe: null }]);
  });

  it('sum over random runs to the positions: shares to their P&L, fees and quantity, exactly', () => {
    let shares = 0;
    const property = fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (seed) => {
      const { journal, state } = runWith(worldOf(seed), seed);
      const { trades, exits } = tradeRowsOf(journal);
      const closed = [...state.positions.values()].filter(({ closedTs }) => closedTs !== undefined);
      expect(trades.map(({ position }) => position).toSorted()).toEqual(closed.map(({ id }) => id).toSorted());
      shares += exits.length;
      for (const { id, realizedPnl, fees, exitedQuantity, openedTs, closedTs } of closed) {
        const own = exits.filter(({ position }) => position === id);
        expect(sum(own.map(({ pnl }) => pnl)).toFixed()).toBe(realizedPnl.toFixed());
        expect(sum(own.flatMap(({ entryFee, exitFee }) => [entryFee, exitFee])).toFixed()).toBe(fees.toFixed());
        expect(sum(own.map(({ quantity }) => quantity)).toFixed()).toBe(exitedQuantity.toFixed());
        expect(trades.find(({ position }) => position === id)).toMatchObject({ openedAt: openedTs, closedAt: closedTs });
      }
    });
    fc.assert(property, { numRuns: 150, seed: 20_190_215 });
    expect(shares).toBeGreaterThan(150);
  });
});
