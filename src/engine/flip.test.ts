import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import { Engine } from './engine.ts';
import {
  besideAFall,
  end,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  type Nested,
  policyWith,
  STOCK,
  tradesTape,
} from './testing.ts';

const ALLOWED = { limits: { flips: 'allowed' } };
const against = (quantity: string, over: Partial<PlaceEntry> = {}): PlaceEntry =>
  entryOf({ side: 'short', quantity, stop: '104', ...over });

/** A long of 100 at 100; the order against it is sent at `prices[0]` and fills at the next. */
function turned(prices: readonly number[], quantity: string, over: Nested = ALLOWED): Engine {
  const engine = holding(prices, over);
  engine.run(3);
  engine.command(against(quantity));
  return engine;
}

const fills = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').map(
    ({ positionId, side, purpose, quantity, price }) => `${positionId} ${side} ${purpose} ${quantity} @ ${price}`,
  );

describe('an entry against a position', () => {
  it.each([
    ['40', 'TEST-1 sell reduce 40 @ 102', '60', 'OPEN'],
    ['100', 'TEST-1 sell reduce 100 @ 102', '0', 'CLOSED'],
  ])('of %s takes from it and opens nothing, whether flips are allowed or not', (quantity, wanted, left, status) => {
    for (const over of [{}, ALLOWED]) {
      const engine = end(turned([101, 102], quantity, over));
      expect(fills(engine).slice(1)).toEqual([wanted]);
      expect(engine.state.positions.size).toBe(1);
      expect(lastPosition(engine)).toMatchObject({ status });
      expect(lastPosition(engine).quantity.toFixed()).toBe(left);
    }
  });

  it('that takes from it is asked no guard: it is an exit', () => {
    const engine = holding([101, 102], { limits: { tradesPerDay: '1' } });
    engine.run(3);
    engine.command(against('40'));
    expect(eventsOf(end(engine), 'EntryDenied')).toEqual([]);
    expect(fills(engine)).toHaveLength(2);
  });

  it('larger than it is refused where the policy forbids flips', () => {
    const engine = turned([101, 102], '101', {});
    expect(eventsOf(end(engine), 'EntryDenied')).toMatchObject([
      { quantity: '101', refusal: { code: 'FLIP_FORBIDDEN', figure: '101', limit: '100' } },
    ]);
    expect(lastPosition(engine).quantity.toFixed()).toBe('100');
  });

  it('larger than it closes it and opens the other side with the rest, in one fill at one price', () => {
    const engine = turned([101, 102, 101], '150');
    expect(lastPosition(engine).status).toBe('CLOSING');
    end(engine);
    expect(fills(engine).slice(1)).toEqual(['TEST-1 sell close 100 @ 102', 'TEST-2 sell entry 50 @ 102']);
    const [first, second] = engine.state.positions.values();
    expect([first?.status, first?.side, first?.realizedPnl.toFixed()]).toEqual(['CLOSED', 'long', '200']);
    expect([second?.status, second?.side, second?.quantity.toFixed()]).toEqual(['OPEN', 'short', '50']);
    expect([second?.stop?.toFixed(), second?.r?.toFixed()]).toEqual(['104', '2']);
    expect(engine.state.accounts.size).toBe(1);
  });

  it('stands in the journal as the close of the one and the opening of the other, each with its tranches and its status', () => {
    const engine = end(turned([101, 102], '150'));
    const from = engine.journal.findIndex(({ event }) => event.type === 'OrderFilled' && event.purpose === 'close');
    expect(engine.journal.slice(from).map(({ event }) => event.type)).toEqual([
      ...['OrderFilled', 'TranchesReduced', 'PositionClosed', 'PositionStatusChanged'],
      ...['PositionOpened', 'OrderFilled', 'TrancheOpened', 'StopSet', 'PositionStatusChanged'],
    ]);
    const orders = eventsOf(engine, 'OrderFilled').map(({ orderId }) => orderId);
    expect(orders).toEqual(['O1', 'O2', 'O2']);
  });

  it('pays for what it closes and for what it opens, and the money adds up to the last decimal', () => {
    const over = { ...ALLOWED, account: { commissionPerUnit: '0.007', slippage: '3ticks' } };
    const engine = end(turned([101, 102, 99.5], '150', over));
    expect(fills(engine)).toEqual([
      'TEST-1 buy entry 100 @ 100.03',
      'TEST-1 sell close 100 @ 101.97',
      'TEST-2 sell entry 50 @ 101.97',
    ]);
    expect(eventsOf(engine, 'OrderFilled').map(({ fee }) => fee)).toEqual(['0.7', '0.7', '0.35']);
    const [first, second] = engine.state.positions.values();
    expect(first?.realizedPnl.toFixed()).toBe('192.6');
    expect(second?.realizedPnl.toFixed()).toBe('-0.35');
    const gain = engine.core.equity('paper').minus(engine.state.startingEquity);
    // 194 less 1.40 of the long, 50 × (101.97 − 99.50) less 0.35 of the short
    expect(gain.toFixed()).toBe('315.75');
  });

  it.each([
    ['limit', '103'],
    ['stop', '99'],
  ] as const)('works at market only: a %s is refused', (kind, price) => {
    const engine = holding([101, 102], ALLOWED);
    engine.command(against('150', { kind, price }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'MARKET_ONLY', figure: kind, limit: 'market' } }]);
  });

  it('that is still being entered is refused until that is cancelled', () => {
    const engine = new Engine({ tapes: [tradesTape([100, 100, 100])], policy: policyWith(ALLOWED), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ kind: 'limit', price: '99', stop: '95' }));
    engine.command(against('50'));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { refusal: { code: 'OPPOSITE_POSITION', figure: 'short', limit: 'long' } },
    ]);
    engine.command({ type: 'CancelOrder', orderId: 'O1' });
    engine.command(against('50'));
    expect(fills(end(engine))).toEqual(['TEST-2 sell entry 50 @ 100']);
  });

  it('of an account that does not hold it opens a position of its own', () => {
    const engine = holding([101, 102]);
    engine.command(against('50', { account: 'other' }));
    end(engine);
    expect([...engine.state.positions.values()].map(({ account, side, status }) => [account, side, status])).toEqual([
      ['paper', 'long', 'OPEN'],
      ['other', 'short', 'OPEN'],
    ]);
  });
});

describe('[P2] a flip', () => {
  const money = (over: Nested): Nested => ({ account: { equity: '20000' }, limits: { flips: 'allowed', ...over } });

  it('sets the money of what it closes free first', () => {
    const over = money({ totalExposure: '60%' });
    expect(eventsOf(turned([101, 102], '200', over), 'EntryDenied')).toEqual([]);
    expect(eventsOf(turned([101, 102], '220', over), 'EntryDenied')).toMatchObject([{ refusal: { code: 'EXPOSURE' } }]);
    // 199 × 101 of 20 100, and 200 × 101
    expect(eventsOf(turned([101, 102], '299', money({})), 'EntryDenied')).toEqual([]);
    expect(eventsOf(turned([101, 102], '300', money({})), 'EntryDenied')).toMatchObject([
      { refusal: { code: 'BUYING_POWER', figure: '20200.00', limit: '20100.00' } },
    ]);
  });

  it('counts what it will open while it works', () => {
    const other = { ...STOCK, symbol: 'ALSO' };
    const tapes = [tradesTape([100, 100, 101, 102, 103]), tradesTape([100, 100, 100, 100, 100], other)];
    const engine = new Engine({ tapes, policy: policyWith(money({})), barPath: 'ohlc' });
    engine.run(2);
    engine.command(entryOf());
    engine.run(4);
    engine.command(against('250'));
    engine.command(entryOf({ symbol: 'ALSO', quantity: '60' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ symbol: 'ALSO', refusal: { code: 'BUYING_POWER' } }]);
  });

  it('makes two fills of the day', () => {
    const engine = turned([101, 102], '150', { limits: { flips: 'allowed', tradesPerDay: '2' } });
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'TRADES_PER_DAY', figure: '3', limit: '2' } }]);
  });

  it('takes the place of a position, of which there are not more afterwards', () => {
    const engine = end(turned([101, 102], '150', { limits: { flips: 'allowed', openPositions: 1 } }));
    expect(eventsOf(engine, 'EntryDenied')).toEqual([]);
    expect(lastPosition(engine).side).toBe('short');
  });
});

describe('a flip that works is overtaken', () => {
  it('[R18] by the emergency stop: everything goes out and nothing is opened', () => {
    const engine = turned([101, 102, 103], '150');
    engine.command({ type: 'StopAll' });
    end(engine);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([{ orderId: 'O2', reason: 'the position is being closed' }]);
    expect(fills(engine).slice(1)).toEqual(['TEST-1 sell close 100 @ 102']);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([{ proposal: { rule: 'emergency-stop' } }]);
  });

  it('by the user who closes the position', () => {
    const engine = turned([101, 102, 103], '150');
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    expect(eventsOf(engine, 'CommandRefused')).toEqual([]);
    expect(fills(end(engine)).slice(1)).toEqual(['TEST-1 sell close 100 @ 102']);
  });

  it('[P10] by a halt that began after it was sent: it closes, and its rest opens nothing', () => {
    // the other instrument loses 5 % of a third of the money before the order's next price
    const over = {
      account: { equity: '30000' },
      limits: { flips: 'allowed' },
      rules: { 'daily-loss': { enabled: true, limit: '1%', positions: 'keep' } },
    };
    const engine = new Engine({ tapes: besideAFall(), policy: policyWith(over), barPath: 'ohlc' });
    engine.run(2);
    engine.command(entryOf());
    engine.command(entryOf({ symbol: 'ALSO', quantity: '100', stop: '80' }));
    engine.run(5);
    engine.command(against('150'));
    end(engine);
    expect(eventsOf(engine, 'HaltBegan')).toMatchObject([{ rule: 'daily-loss' }]);
    expect(fills(engine).at(-1)).toBe('TEST-1 sell close 100 @ 102');
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([
      {
        orderId: 'O3',
        positionId: 'TEST-1',
        reason: expect.stringContaining('the rest opens nothing: the loss of the day') as string,
      },
    ]);
    expect(engine.core.positionOf('paper', 'TEST')).toBeUndefined();
  });
});
