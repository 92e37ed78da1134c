import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import type { Criterion } from '../rules/rule.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  MINUTE,
  type Nested,
  NINE_THIRTY,
  policyWith,
  type Print,
  readingOf,
  STOCK,
  tradesTape,
  unstopped,
} from './testing.ts';

/** The refusals of entries sent one after the other before the third trade. */
function denied(over: object, ...entries: Partial<PlaceEntry>[]): [string, string | undefined, string | undefined][] {
  const engine = new Engine({
    tapes: [tradesTape([100, 100, 101])],
    policy: policyWith({ account: { equity: '100000' }, ...over }),
    barPath: 'ohlc',
  });
  engine.run(1);
  for (const entry of entries) engine.command(entryOf(entry));
  end(engine);
  return eventsOf(engine, 'EntryDenied').map(({ refusal }) => [refusal.code, refusal.figure, refusal.limit]);
}

describe('an entry is denied with the guard, the figure and the limit', () => {
  it.each([
    ['POSITION_LIMIT', '10100.00', '10000.00', { limits: { positionEquity: '10%' } }, { quantity: '101' }],
    ['BUYING_POWER', '100100.00', '100000.00', {}, { quantity: '1001' }],
    ['QUANTITY', '0', '1', {}, { quantity: '0' }],
    ['QUANTITY', '1e3', '1', {}, { quantity: '1e3' }],
    ['LOT_SIZE', '1.5', '1', {}, { quantity: '1.5' }],
    ['TICK_SIZE', '98.999', '0.01', {}, { stop: '98.999' }],
    ['STOP_SIDE', '100', '100', {}, { stop: '100' }],
    ['STOP_SIDE', '99', '100', {}, { side: 'short', stop: '99' }],
    ['TARGET_SIDE', '99.5', '100', {}, { target: '99.5' }],
    ['PRICE', undefined, undefined, {}, { kind: 'limit' }],
    ['TICK_SIZE', '99.001', '0.01', {}, { kind: 'limit', price: '99.001' }],
    ['SYMBOL', 'OTHER', 'TEST', {}, { symbol: 'OTHER' }],
  ] as const)('%s: %s against %s', (code, figure, limit, over, entry) => {
    expect(denied(over, entry)).toEqual([[code, figure, limit]]);
  });

  it.each(['x', '', '-5', '1e3'])('of a quantity of "%s" against an open position too, which stays as it is', (quantity) => {
    const engine = holding([100, 100]);
    engine.command(entryOf({ side: 'short', quantity }));
    end(engine);
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'QUANTITY', figure: quantity } }]);
    expect(lastPosition(engine).quantity.toString()).toBe('100');
  });

  it('where the stop or the target needs an ATR that is not known yet', () => {
    const engine = new Engine({
      tapes: [tradesTape([100, 100])],
      policy: policyWith({ initialStop: { kind: 'atr' } }),
      barPath: 'ohlc',
    });
    engine.run(1);
    engine.command(unstopped());
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'ATR_UNKNOWN', figure: '0', limit: '14' } }]);
  });

  it('before there is a price', () => {
    const engine = new Engine({ tapes: [tradesTape([100, 100])], policy: policyWith(), barPath: 'ohlc' });
    engine.command(entryOf());
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'NO_PRICE' } }]);
  });

  it('where it is against an open position and larger than it', () => {
    const engine = holding([101]);
    engine.command(entryOf({ side: 'short', quantity: '101' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'FLIP_FORBIDDEN', figure: '101', limit: '100' } }]);
  });

  it('where it is below the least notional, by hand and sized', () => {
    const over = { minNotional: '20000', symbol: 'TEST' };
    const { quantity: _, ...sized } = entryOf();
    for (const entry of [entryOf(), sized]) {
      const engine = new Engine({
        tapes: [tradesTape([100, 100], { ...STOCK, ...over })],
        policy: policyWith({ account: { equity: '100000' } }),
        barPath: 'ohlc',
      });
      engine.run(1);
      engine.command(entry);
      expect(eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal.code)).toEqual(['MIN_NOTIONAL']);
    }
  });
});

describe('[P2] limits hold for all that works together', () => {
  it('two orders that wait for the same price do not go over the limit of a position', () => {
    const over = { limits: { positionEquity: '10%' } };
    expect(denied(over, { quantity: '60' }, { quantity: '60' })).toEqual([['POSITION_LIMIT', '12000.00', '10000.00']]);
    const limit = { kind: 'limit', price: '99.5', stop: '98' } as const;
    expect(denied(over, { quantity: '60', ...limit }, { quantity: '60', ...limit })).toEqual([
      ['POSITION_LIMIT', '11940.00', '10000.00'],
    ]);
  });

  it('two adds do not go over the size of a position together', () => {
    const engine = holding([101, 101], { limits: { totalSize: '2' } });
    engine.run(3);
    engine.command(entryOf({ quantity: '60' }));
    engine.command(entryOf({ quantity: '60' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'TOTAL_SIZE', figure: '220', limit: '200' } }]);
    expect(lastPosition(end(engine)).quantity.toFixed()).toBe('160');
  });

  it('each account has its own', () => {
    const engine = holding([101], { limits: { openPositions: 1 } });
    engine.command(entryOf({ account: 'other' }));
    expect(eventsOf(engine, 'EntryDenied')).toEqual([]);
    expect([...end(engine).state.positions.values()].map(({ account }) => account)).toEqual(['paper', 'other']);
  });
});

describe('[P11] averaging down', () => {
  it.each([
    ['long', 99.5, '99.5'],
    ['long', 100, '100'],
    ['short', 100.5, '100.5'],
  ] as const)('of a %s at %d is refused', (side, price, figure) => {
    const engine = holding([price], {}, { side });
    engine.run(3);
    engine.command(entryOf({ side, quantity: '10', stop: side === 'long' ? '98' : '102' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'AVERAGING_DOWN', figure, limit: '100' } }]);
  });
});

describe('the entry window', () => {
  const bar: Bar = [100, 100, 100, 100];
  const at = (minute: number) => barsTape([bar, bar, bar], STOCK, NINE_THIRTY + minute * MINUTE);

  it.each([
    [357, []],
    [359, [['ENTRY_WINDOW', '15:30', '15:30']]],
    [370, [['ENTRY_WINDOW', '15:41', '15:30']]],
  ])('closes at 15:30: an entry after the bar that starts %d minutes into the session', (minute, wanted) => {
    const engine = end(entered(at(minute), { limits: { entryWindow: true } }));
    expect(eventsOf(engine, 'EntryDenied').map(({ refusal }) => [refusal.code, refusal.figure, refusal.limit])).toEqual(wanted);
  });

  it('is told in the time of day of the exchange, also where the session began the evening before', () => {
    const overnight = { ...STOCK, session: 'America/Chicago/17:00-16:00' };
    const tape = barsTape([bar, bar, bar], overnight, NINE_THIRTY + 435 * MINUTE);
    const engine = end(entered(tape, { limits: { entryWindow: true } }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { refusal: { code: 'ENTRY_WINDOW', figure: '15:46', limit: '15:30' } },
    ]);
  });
});

it('[P2] entries that rest before anything has filled are measured against the smallest of them: it may fill first', () => {
  const rest = (price: string, quantity: string): Partial<PlaceEntry> => ({ kind: 'limit', price, quantity, stop: '98' });
  const over = { limits: { totalSize: '2' } };
  expect(denied(over, rest('99.5', '100'), rest('99.6', '60'))).toEqual([['TOTAL_SIZE', '160', '120']]);
  expect(denied(over, rest('99.5', '40'), rest('99.6', '60'))).toEqual([['TOTAL_SIZE', '100', '80']]);
  expect(denied(over, rest('99.5', '60'), rest('99.6', '60'))).toEqual([]);
});

describe('[F20] a rule that throws', () => {
  const over = {
    rules: { breakeven: { enabled: true }, 'trailing-stop': { enabled: true, distance: '0.5R' }, 'scale-in': { enabled: true } },
  };

  /** From the next price on, a criterion throws when it is asked `part`. */
  function breakIt(engine: Engine, criterion: Criterion | undefined, part: 'holds' | 'level'): void {
    Object.defineProperty(criterion, part, {
      value: () => {
        throw new RangeError('out of order');
      },
    });
    for (const managed of engine.core.book) managed.stale = true;
    engine.market.lower = Number.POSITIVE_INFINITY;
  }

  /** An engine in which a criterion of a rule throws when it is asked `part`. */
  function broken(rule: string, part: 'holds' | 'level', prices: readonly Print[], more = {}): Engine {
    const engine = holding(prices, { ...over, ...more });
    const criterion = engine.core.book[0]?.armed.find((armed) => armed.rule.id === rule)?.trigger.criteria[0];
    if (!criterion) throw new Error(`no ${rule}`);
    breakIt(engine, criterion, part);
    return engine;
  }

  it.each([
    ['breakeven', 'holds'],
    ['trailing-stop', 'holds'],
    ['breakeven', 'level'],
    ['trailing-stop', 'level'],
  ] as const)('puts its position to manual and says so, and the stop is still enforced: %s, in its %s', (rule, part) => {
    const engine = end(broken(rule, part, [100.2, 103, 98.5]));
    expect(eventsOf(engine, 'RuleFaulted')).toEqual([
      { type: 'RuleFaulted', positionId: 'TEST-1', rule, message: 'out of order' },
    ]);
    expect(eventsOf(engine, 'StopRaised')).toEqual([]);
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'stop', price: '98.5' });
  });

  it('does so at a bar’s close too', () => {
    const engine = end(broken('scale-in', 'holds', [100.2, [61, 100.2], [62, 98.5]]));
    expect(eventsOf(engine, 'RuleFaulted')).toMatchObject([{ rule: 'scale-in' }]);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });

  it('lets no open proposal of its position apply by itself', () => {
    const more = { autonomy: { 'stop-move': 'auto-after 30s' } };
    const engine = holding([101, 101.1, [40, 101.1], [41, 101.1], [125, 101.1]], { ...over, ...more });
    engine.run(3);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([{ proposal: { rule: 'breakeven' } }]);
    const armed = engine.core.book[0]?.armed.find(({ rule }) => rule.id === 'trailing-stop');
    breakIt(engine, armed?.trigger.criteria[0], 'holds');
    end(engine);
    expect(eventsOf(engine, 'RuleFaulted')).toMatchObject([{ rule: 'trailing-stop' }]);
    expect(eventsOf(engine, 'ProposalApproved')).toEqual([]);
    expect(engine.state.proposals.get('P1')?.status).toBe('expired');
  });

  it('leaves other positions alone', () => {
    const engine = holding([100.1, 101.2, 101.3], over);
    engine.command(entryOf({ account: 'other' }));
    engine.run(3);
    const criterion = engine.core.book[0]?.armed.find(({ rule }) => rule.id === 'trailing-stop')?.trigger.criteria[0];
    breakIt(engine, criterion, 'holds');
    end(engine);
    expect([...engine.state.manual]).toEqual(['TEST-1']);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ positionId: 'TEST-2', causedBy: 'breakeven' }]);
    expect(readingOf(engine, 'trailing-stop')).toMatchObject({ state: 'off', criteria: [] });
    expect(readingOf(engine, 'breakeven').criteria).toHaveLength(2);
  });
});

const rising = Array.from({ length: 200 }, (_, i): readonly [number, number] => [i + 2, 102]);
const scaling = (limits: Nested, mode = 'auto'): Nested => ({
  account: { equity: '100000' },
  limits: { positionEquity: '100%', tranches: 5, ...limits },
  autonomy: { 'scale-in': mode },
  rules: { 'scale-in': { enabled: true, profit: '0.5R', volume: 'none', macd: false, rsi: 'none', resistance: false } },
});

it('[R12] [P2] a scale-in that waits is refused once the user has added by hand: it was the most that the policy adds', () => {
  const engine = holding(rising, scaling({}, 'approve'));
  engine.run(150, 'proposal');
  engine.command(entryOf({ quantity: '10', stop: '99' }));
  engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
  expect(eventsOf(engine, 'ProposalFailed')).toMatchObject([{ refusal: { code: 'SCALE_INS', figure: '2', limit: '1' } }]);
  expect(lastPosition(end(engine)).quantity.toFixed()).toBe('110');
});

it('[R12] a scale-in is made to fit the room that a risen price leaves under the position limit, and refused where less than half of it fits', () => {
  // 150 units at 102 are 15 300; equity stands at 100 200, of which 15.3 % are 15 330 and 15.2 % are 15 230
  const fits = holding(rising, scaling({ positionEquity: '15.3%' }));
  end(fits);
  expect(lastPosition(fits).tranches.map(({ quantity }) => quantity.toFixed())).toEqual(['100', '50']);
  const trimmed = holding(rising, scaling({ positionEquity: '15.2%' }));
  end(trimmed);
  expect(lastPosition(trimmed).tranches.map(({ quantity }) => quantity.toFixed())).toEqual(['100', '49']);
  const refused = holding(rising, scaling({ positionEquity: '12%' }));
  end(refused);
  expect(lastPosition(refused).tranches).toHaveLength(1);
  expect(eventsOf(refused, 'RuleBlocked')).toMatchObject([{ rule: 'scale-in', refusal: { code: 'POSITION_LIMIT' } }]);
});
