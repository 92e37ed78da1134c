import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { end, entryOf, eventsOf, holding, type Nested, policyWith, tradesTape } from './testing.ts';

/** A long of 100 at 100 in each of two accounts. */
function both(prices: readonly number[], over: Nested = {}): Engine {
  const engine = holding([100, ...prices], over);
  engine.command(entryOf({ account: 'other', quantity: '50' }));
  engine.run(3);
  return engine;
}

const fills = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').map(({ account, purpose, quantity, price }) => `${account} ${purpose} ${quantity} @ ${price}`);

describe('two accounts on one instrument', () => {
  it('hold a position each, with its own name, stop and money', () => {
    const engine = both([101]);
    engine.command({ type: 'MoveStop', positionId: 'TEST-2', price: '99.5', loosen: false });
    end(engine);
    expect([...engine.state.positions.values()].map(({ id, account, stop }) => [id, account, stop?.toFixed()])).toEqual([
      ['TEST-1', 'paper', '99'],
      ['TEST-2', 'other', '99.5'],
    ]);
    const start = engine.state.startingEquity;
    expect(['paper', 'other'].map((account) => engine.core.equity(account).minus(start).toFixed())).toEqual(['100', '50']);
  });

  it('go out by their own stops, in the order of their opening', () => {
    const engine = both([98]);
    expect(fills(end(engine)).slice(2)).toEqual(['paper stop 100 @ 98', 'other stop 50 @ 98']);
  });

  it('close and turn without the other', () => {
    const engine = both([101, 101], { limits: { flips: 'allowed' } });
    engine.command(entryOf({ side: 'short', quantity: '150' }));
    engine.command({ type: 'ClosePosition', positionId: 'TEST-2' });
    end(engine);
    expect(fills(engine).slice(2)).toEqual(['paper close 100 @ 101', 'paper entry 50 @ 101', 'other close 50 @ 101']);
    expect([...engine.state.positions.values()].map(({ id, status }) => [id, status])).toEqual([
      ['TEST-1', 'CLOSED'],
      ['TEST-2', 'CLOSED'],
      ['TEST-3', 'OPEN'],
    ]);
  });

  it('[R15] are halted each by its own loss, and only the halted one is refused', () => {
    const over = { account: { equity: '20000' }, rules: { 'daily-loss': { enabled: true, limit: '0.4%', positions: 'keep' } } };
    const engine = both([99.2, 99.2], over);
    end(engine);
    expect(eventsOf(engine, 'HaltBegan')).toMatchObject([{ account: 'paper', rule: 'daily-loss' }]);
    engine.command(entryOf({ side: 'short', account: 'third', quantity: '10' }));
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '98', loosen: true });
    engine.command({ type: 'MoveStop', positionId: 'TEST-2', price: '98', loosen: true });
    expect(eventsOf(engine, 'EntryDenied')).toEqual([]);
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ positionId: 'TEST-1', refusal: { code: 'DAILY_LOSS' } }]);
  });

  it('[R15] are halted in the order of their first fills, whichever was looked at first', () => {
    const over = { account: { equity: '20000' }, rules: { 'daily-loss': { enabled: true, limit: '0.2%', positions: 'keep' } } };
    const halts = [undefined, 'other', 'paper'].map((looked) => {
      const tape = tradesTape([100, 100, [2, 99.1], [3, 99.1]]);
      const engine = new Engine({ tapes: [tape], policy: policyWith(over), barPath: 'ohlc' });
      engine.run(1);
      if (looked) engine.core.account(looked);
      for (const account of ['paper', 'other']) engine.command(entryOf({ account, quantity: '100' }));
      return eventsOf(end(engine), 'HaltBegan').map(({ account }) => account);
    });
    expect(halts).toEqual([
      ['paper', 'other'],
      ['paper', 'other'],
      ['paper', 'other'],
    ]);
  });

  it('[R16] the peak of one is reset without the other', () => {
    const over = { account: { equity: '20000' }, rules: { 'drawdown-halt': { enabled: true, limit: '0.2%' } } };
    const engine = end(both([99.1, 99.1], over));
    expect(eventsOf(engine, 'HaltBegan').map(({ account }) => account)).toEqual(['paper', 'other']);
    engine.command({ type: 'ResetPeak', account: 'other', reason: 'seen' });
    expect([...engine.state.halts].map(([account, halts]) => [account, halts.size])).toEqual([
      ['paper', 1],
      ['other', 0],
    ]);
  });

  it('count the fills of the day, the positions and the money each for itself', () => {
    const engine = both([101], { account: { equity: '12000' }, limits: { openPositions: 1, tradesPerDay: '2', tranches: 5 } });
    engine.command(entryOf({ account: 'other', quantity: '50' }));
    engine.command(entryOf({ quantity: '50' }));
    end(engine);
    expect(eventsOf(engine, 'EntryDenied').map(({ account, refusal }) => [account, refusal.code])).toEqual([
      ['other', 'AVERAGING_DOWN'],
      ['paper', 'AVERAGING_DOWN'],
    ]);
    engine.command(entryOf({ account: 'other', quantity: '50' }));
    engine.command(entryOf({ quantity: '50' }));
    expect(
      eventsOf(engine, 'EntryDenied')
        .slice(2)
        .map(({ account, refusal }) => [account, refusal.code]),
    ).toEqual([['paper', 'BUYING_POWER']]);
  });
});
