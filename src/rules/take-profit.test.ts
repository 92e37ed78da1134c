import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { end, eventsOf, holding, lastPosition, mirrored, readingOf } from '../engine/testing.ts';

describe.each(['long', 'short'] as Side[])('the target of a %s', (side) => {
  const { at } = mirrored(side);
  const target = String(at(102));

  it('[R2] closes at the target, not one tick before it, and once', () => {
    const engine = holding([at(101.99), at(102), at(103)], {}, { side, target });
    expect(readingOf(engine, 'take-profit').level).toBe(at(102));
    engine.run(3);
    expect(lastPosition(engine).status).toBe('OPEN');
    end(engine);
    expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
      { purpose: 'target', price: target, quantity: '100', causedBy: 'take-profit' },
    ]);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ realizedPnl: '200', profitR: '2' }]);
  });

  it('[R2] rests beside the stop even where the policy manages nothing', () => {
    const engine = end(holding([at(102), at(103)], { enabled: false }, { side, target }));
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'take-profit', realizedPnl: '200' }]);
  });

  it('[R2] takes a fraction at the target and leaves the rest with its stop', () => {
    const engine = end(holding([at(102), at(103)], { rules: { 'take-profit': { fraction: '40%' } } }, { side, target }));
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'target', quantity: '40' });
    expect(lastPosition(engine)).toMatchObject({ status: 'OPEN', target: undefined });
    expect(lastPosition(engine).quantity.toFixed()).toBe('60');
  });

  it('[R2] takes the fraction once where it is approved, and the rest keeps its stop alone', () => {
    const over = { rules: { 'take-profit': { fraction: '40%' } }, autonomy: { 'take-profit': 'approve' } };
    const engine = holding([at(102), at(102.1), at(102.2), [61, at(102.3)], [62, at(102.4)]], over, { side, target });
    engine.run(3);
    engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
    end(engine);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.action)).toMatchObject([
      { type: 'reduce', quantity: '40' },
    ]);
    expect(lastPosition(engine)).toMatchObject({ status: 'OPEN', target: undefined });
    expect(lastPosition(engine).quantity.toFixed()).toBe('60');
    expect(readingOf(engine, 'take-profit').level).toBeNaN();
  });

  it('[R2] sells nothing where the fraction is less than a lot', () => {
    const engine = end(
      holding([at(102), at(103)], { rules: { 'take-profit': { fraction: '40%' } } }, { side, target, quantity: '2' }),
    );
    expect(lastPosition(engine).quantity.toFixed()).toBe('2');
  });

  it('[R2] waits on the desk where its kind is to be approved, and is then a market order', () => {
    const engine = holding([at(102), at(102.5), at(102.6)], { autonomy: { 'take-profit': 'approve' } }, { side, target });
    engine.run(3);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([{ proposal: { rule: 'take-profit', action: { type: 'close' } } }]);
    engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
    end(engine);
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({
      purpose: 'close',
      price: String(at(102.5)),
      causedBy: 'take-profit',
    });
  });
});

it('[R2] does nothing without a target, and its evidence says unknown', () => {
  const engine = end(holding([150], { autonomy: { 'take-profit': 'approve' } }));
  expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
  expect(readingOf(engine, 'take-profit').criteria[0]).toMatchObject({ threshold: 'unknown', verdict: 'unknown' });
});
