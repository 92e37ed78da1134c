import { describe, expect, it } from 'vitest';
import type { Tape } from '../domain/tape.ts';
import { Engine } from './engine.ts';
import type { EntryPlan } from './entries.ts';
import {
  type Bar,
  barsTape,
  end,
  entryOf,
  eventsOf,
  FUTURE,
  holding,
  lastPosition,
  type Nested,
  policyWith,
  STOCK,
  tradesTape,
  unstopped,
} from './testing.ts';

const { quantity: _, ...SIZED } = entryOf();
const money = (equity: string, leverage = '1'): Nested => ({ account: { equity, leverage } });
const session = (tapes: readonly Tape[], over: Nested): Engine =>
  new Engine({ tapes, policy: policyWith(over), barPath: 'ohlc' });

/** An engine that has seen one price of 100. */
function priced(over: Nested, instrument = STOCK): Engine {
  const engine = session([tradesTape([100, 100, 100, 100], instrument)], over);
  engine.run(1);
  return engine;
}

const stepOf = ({ steps }: EntryPlan, label: string) => steps.find((step) => step.label === label);

describe('the ticket’s plan', () => {
  it.each([
    ['fixed', { fixed: '5%' }, '50'],
    ['risk', { risk: '0.02%' }, '20'],
    ['min-of', { of: ['risk', 'fixed'], risk: '0.03%', fixed: '5%' }, '30'],
  ])('sized by %s is what is sent', (strategy, keys, quantity) => {
    const engine = priced({ ...money('100000'), sizing: { strategy, least: '0%', most: '1000%', ...keys } });
    const plan = engine.plan(SIZED);
    expect([plan.purpose, plan.quantity.toFixed(), plan.refusal]).toEqual(['entry', quantity, undefined]);
    engine.command(SIZED);
    end(engine);
    expect(eventsOf(engine, 'OrderFilled')).toMatchObject([{ purpose: 'entry', quantity }]);
  });

  it('changes nothing', () => {
    const engine = priced(money('100000'));
    engine.plan(SIZED);
    engine.plan(entryOf({ account: 'other', quantity: '1000000' }));
    expect(engine.journal).toHaveLength(1);
  });

  it('with a quantity of its own still says what the policy would take, and why', () => {
    const plan = priced(money('100000')).plan(entryOf({ quantity: '7' }));
    expect(plan.quantity.toFixed()).toBe('7');
    expect(stepOf(plan, 'lots')?.detail).toBe('100 at 100 in lots of 1');
  });

  it('counts the multiplier: lots of 5 000 from 10 % of 100 000', () => {
    const plan = priced(money('100000'), FUTURE).plan({ ...SIZED, stop: '99' });
    expect(plan.quantity.toFixed()).toBe('2');
  });

  it('of an add shows the stop that will be in force', () => {
    const engine = holding([101], {});
    engine.run(3);
    const plan = (stop?: string): [string | undefined, string] => {
      const { stop: shown, stopDetail } = engine.plan({
        ...entryOf({ quantity: '50' }),
        ...(stop === undefined ? {} : { stop }),
      });
      return [shown?.toFixed(), stopDetail];
    };
    expect(plan('98')).toEqual(['99', '99 of the position is nearer and holds']);
    expect(plan('100')).toEqual(['100', 'given']);
    const unnamed = unstopped({ quantity: '50' });
    expect([engine.plan(unnamed).stop?.toFixed(), engine.plan(unnamed).stopDetail]).toEqual(['99', 'the position’s own']);
  });
});

describe('leverage', () => {
  it('the size is the money put in: three times as much is held', () => {
    const plan = priced(money('100000', '3')).plan(SIZED);
    expect(plan.quantity.toFixed()).toBe('300');
    expect(stepOf(plan, 'lots')?.detail).toBe('300 at 100 in lots of 1, leverage 3');
  });

  it('binds margin: a third of what is held, at the price of the instant, and of what works', () => {
    const engine = session([tradesTape([100, 100, 103, 103])], money('100000', '3'));
    engine.run(1);
    engine.command(entryOf({ quantity: '300' }));
    expect(engine.core.exposure('paper').toFixed()).toBe('10000');
    engine.run(3);
    expect(engine.core.exposure('paper').toFixed()).toBe('10300');
    expect(lastPosition(engine).leverage.toFixed()).toBe('3');
    expect(engine.core.equity('paper').toFixed()).toBe('100900');
  });

  it('buying power is equity times leverage, less what is bound', () => {
    const engine = priced(money('10000', '3'));
    for (const quantity of ['301', '250', '51', '50']) engine.command(entryOf({ quantity, stop: '90' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { quantity: '301', refusal: { code: 'BUYING_POWER', figure: '10033.33', limit: '10000.00' } },
      { quantity: '51', refusal: { code: 'BUYING_POWER', figure: '1700.00', limit: '1666.67' } },
    ]);
    expect(eventsOf(engine, 'OrderPlaced')).toHaveLength(2);
  });

  it('limits in money count the money put in', () => {
    const over = { ...money('10000', '5'), limits: { positionEquity: '10%', totalExposure: '15%' } };
    const engine = priced(over);
    engine.command(entryOf({ quantity: '51' }));
    engine.command(entryOf({ quantity: '50' }));
    engine.command(entryOf({ quantity: '50', account: 'other' }));
    expect(eventsOf(engine, 'EntryDenied').map(({ refusal }) => [refusal.code, refusal.figure, refusal.limit])).toEqual([
      ['POSITION_LIMIT', '1020.00', '1000.00'],
    ]);
  });

  it('an account that a gap has left without money is refused, with what is left of it', () => {
    const engine = session([tradesTape([100, 100, 90, 90])], money('1000', '20'));
    engine.run(1);
    engine.command(entryOf({ quantity: '190', stop: '80' }));
    engine.run(3);
    engine.command(entryOf({ quantity: '1', stop: '80' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { refusal: { code: 'NO_EQUITY', figure: '-900.00', limit: '1000.00' } },
    ]);
  });

  it('profit is that of the whole notional', () => {
    const engine = session([tradesTape([100, 100, 99])], money('10000', '4'));
    engine.run(1);
    engine.command(entryOf({ quantity: '200' }));
    end(engine);
    expect(lastPosition(engine).realizedPnl.toFixed()).toBe('-200');
  });

  it.each([
    ['notional', '100.35'],
    ['size', '100.09'],
  ])('slippage of 0.35 %% of the %s: an entry at 100 fills at %s', (slippageOf, price) => {
    // a quarter of 0.35 is 0.0875, on the tick towards what hurts
    const engine = session([tradesTape([100, 100])], { account: { leverage: '4', slippage: '0.35%', slippageOf } });
    engine.run(1);
    engine.command(entryOf());
    expect(eventsOf(end(engine), 'OrderFilled')).toMatchObject([{ price }]);
  });
});

describe('a second position', () => {
  /** A random walk of 40 bars, the same for the same seed; `scale` −1 turns it over. */
  function walk(seed: number, scale = 1): Bar[] {
    let state = seed;
    let price = 10_000;
    return Array.from({ length: 40 }, (): Bar => {
      state = (state * 48_271) % 2_147_483_647;
      price += scale * ((state % 41) - 20);
      const at = price / 100;
      return [at, at, at, at];
    });
  }

  /** The plan for ALSO beside an open long of TEST, and the one before it was opened. */
  function beside(
    bars: readonly Bar[],
    over: Nested = {},
    side: 'long' | 'short' = 'long',
  ): { before: EntryPlan; after: EntryPlan } {
    const tapes = [barsTape(walk(7)), barsTape(bars, { ...STOCK, symbol: 'ALSO' })];
    const sizing = { shareBetweenPositions: false, correlation: '0.7', ...over };
    const engine = session(tapes, { ...money('100000'), sizing });
    const also = { ...SIZED, symbol: 'ALSO', side, stop: side === 'long' ? '50' : '150' };
    engine.run(60);
    const before = engine.plan(also);
    engine.command(entryOf({ stop: '50', quantity: '10' }));
    engine.run(70);
    return { before, after: engine.plan(also) };
  }

  it('on an instrument that moves alike is shrunk, to nothing where it moves the same', () => {
    const { before, after } = beside(walk(7));
    expect(stepOf(before, 'correlation')).toBeUndefined();
    expect(stepOf(after, 'correlation')).toMatchObject({ amount: '0.00' });
    expect(after.refusal).toMatchObject({ code: 'SIZE_ZERO' });
  });

  it('in part, where the correlation lies between the limit and 1', () => {
    // the same walk with a second one of a fifth of its steps on it
    const noise = walk(1234);
    const near = walk(7).map(([at], i): Bar => {
      const price = Math.round(100 * (at + ((noise[i]?.[0] ?? 100) - 100) / 5)) / 100;
      return [price, price, price, price];
    });
    const { before, after } = beside(near);
    expect(after.refusal).toBeUndefined();
    expect(after.quantity.toNumber()).toBeLessThan(before.quantity.toNumber());
    expect(after.quantity.toNumber()).toBeGreaterThan(0);
    expect(stepOf(after, 'correlation')?.detail).toMatch(/^× 0\.\d+: ρ 0\.\d+ with TEST, above 0\.7$/);
    // which a higher limit lets pass
    expect(stepOf(beside(near, { correlation: '0.99' }).after, 'correlation')?.detail).toContain('not above 0.99');
  });

  it.each([
    ['goes its own way', walk(1234), 'long'],
    ['is on the other side', walk(7), 'short'],
  ] as const)('on an instrument that %s is not shrunk', (_, bars, side) => {
    const { before, after } = beside(bars, {}, side);
    expect(after.refusal).toBeUndefined();
    expect(Math.abs(after.quantity.toNumber() - before.quantity.toNumber())).toBeLessThanOrEqual(5);
  });

  it.each([
    ['fixed', undefined],
    ['portfolio', 'CORRELATION_UNKNOWN'],
  ])(
    'while the correlation is not known yet is sized by %s as if there were none, and says so, or refused: %s',
    (strategy, code) => {
      const tapes = [barsTape(walk(7)), barsTape(walk(9), { ...STOCK, symbol: 'ALSO' })];
      const engine = session(tapes, { ...money('100000'), sizing: { strategy, of: ['fixed'], shareBetweenPositions: false } });
      engine.run(10);
      engine.command(entryOf({ stop: '50', quantity: '10' }));
      engine.run(12);
      const plan = engine.plan({ ...SIZED, symbol: 'ALSO', stop: '50' });
      expect(plan.refusal?.code).toBe(code);
      expect(stepOf(plan, 'correlation')?.detail).toContain('the return correlation with TEST is not known yet');
    },
  );

  it('shares the size where the policy says so', () => {
    const { after } = beside(walk(1234), { shareBetweenPositions: true });
    expect(stepOf(after, 'open positions')?.detail).toBe('× 1/2: 1 open besides');
  });
});
