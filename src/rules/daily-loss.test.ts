import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { Engine } from '../engine/engine.ts';
import {
  end,
  entered,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  merge,
  mirrored,
  type Nested,
  NINE_THIRTY,
  policyWith,
  type Print,
  readingOf,
  STOCK,
  tradesTape,
} from '../engine/testing.ts';

/** 100 units of an account of 10 000: three per cent of it are three points. */
const limited = (positions: 'close' | 'keep', more: Nested = {}): Nested =>
  merge({ rules: { 'daily-loss': { enabled: true, limit: '3%', positions } }, account: { equity: '10000' } }, more);
const refusals = (engine: Engine) => eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal);
const DAY = 24 * 3_600;

describe.each(['long', 'short'] as Side[])('the daily loss of a %s', (side) => {
  const { at, print } = mirrored(side);
  const entry = { side, stop: String(at(90)) };
  const run = (prices: readonly Print[], over: Nested): Engine => holding(prices.map(print), over, entry);

  it('[R15] begins where the day has lost 3 % of its opening equity, not a tick before, and closes at the next price', () => {
    const engine = run([97.01, 97, 96.5], limited('close'));
    expect(readingOf(engine, 'daily-loss')).toMatchObject({ state: 'armed', level: at(97) });
    engine.run(3);
    expect(eventsOf(engine, 'HaltBegan')).toEqual([]);
    expect(readingOf(engine, 'daily-loss').criteria).toEqual([
      { label: 'Loss of the day', comparison: '≥', threshold: '3%', value: '2.99%', verdict: 'fail', level: at(97).toFixed(2) },
    ]);
    end(engine);
    expect(eventsOf(engine, 'HaltBegan')).toMatchObject([
      {
        account: 'paper',
        rule: 'daily-loss',
        figure: '9700',
        limit: '9700',
        evidence: [{ label: 'Loss of the day', threshold: '3%', value: '3.00%', verdict: 'pass' }],
      },
    ]);
    expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
      { purpose: 'close', quantity: '100', price: String(at(96.5)), causedBy: 'daily-loss' },
    ]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria[0]).toMatchObject({ value: '3.00%', verdict: 'pass' });
  });

  it('[R15] refuses entries until the next trading day, which begins a new count', () => {
    const engine = run([97, 97, [DAY - 34_201, 97], [DAY, 100], [DAY + 1, 100], [DAY + 2, 97.01]], limited('close'));
    engine.run(5);
    engine.command(entryOf(entry));
    expect(refusals(engine)).toMatchObject([{ code: 'DAILY_LOSS', figure: '3.00%', limit: '3%' }]);
    expect(eventsOf(engine, 'HaltEnded')).toEqual([]);
    engine.run(6);
    expect(eventsOf(engine, 'HaltEnded')).toMatchObject([{ account: 'paper', rule: 'daily-loss' }]);
    engine.command(entryOf({ ...entry, quantity: '97' }));
    end(engine);
    expect(refusals(engine)).toHaveLength(1);
    expect(lastPosition(engine)).toMatchObject({ id: 'TEST-2', status: 'OPEN' });
    // 9 700 less 97 × 2.99 is 2.99 % down
    expect(eventsOf(engine, 'HaltBegan')).toHaveLength(1);
    expect(readingOf(engine, 'daily-loss').level).toBe(at(97));
  });

  it('[R15] keeps positions and their exits where the policy says so, and refuses their adds', () => {
    const engine = run([97, 96, 99, 101, 101], limited('keep', { rules: { breakeven: { enabled: true, trigger: '0.1R' } } }));
    engine.run(5);
    expect(lastPosition(engine).status).toBe('OPEN');
    engine.command(entryOf({ ...entry, quantity: '1' }));
    engine.command(entryOf({ ...entry, account: 'paper', quantity: '10', kind: 'limit', price: String(at(98)) }));
    expect(refusals(engine).map(({ code }) => code)).toEqual(['DAILY_LOSS', 'DAILY_LOSS']);
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(89)), loosen: true });
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ refusal: { code: 'DAILY_LOSS' } }]);
    end(engine);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '100', causedBy: 'breakeven' }]);
    expect(eventsOf(engine, 'HaltBegan')).toHaveLength(1);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.rule)).toEqual(['breakeven']);
  });

  it('[R15] ends a kept position’s halt on the next day, although the loss is still there', () => {
    const engine = end(run([97, [DAY, 96], [DAY + 1, 96]], limited('keep')));
    expect(eventsOf(engine, 'HaltEnded')).toHaveLength(1);
    // the new day starts with the 9 700 of the last price before it
    expect(readingOf(engine, 'daily-loss').level).toBe(at(94.09));
  });

  it('[R15] holds over days without a session', () => {
    const prices = [100, 100, 97, [DAY, 97], [4 * DAY, 97]] as const;
    const tape = tradesTape(prices.map(print), { ...STOCK, session: 'XNYS' });
    const engine = entered(tape, limited('keep'), entry);
    engine.run(4);
    // Saturday; Monday is a holiday
    expect(engine.state.halts.get('paper')?.has('daily-loss')).toBe(true);
    end(engine);
    expect(engine.journal.filter(({ event }) => event.type === 'HaltEnded').map(({ ts }) => ts)).toEqual([
      NINE_THIRTY + 4 * DAY * 1_000,
    ]);
  });

  it('[R15] cancels an entry that rests and would fill while the account is halted', () => {
    const engine = run([98, 97, 96, 95], limited('keep', { averagingDown: 'allowed', account: { leverage: '2' } }));
    engine.command(entryOf({ ...entry, kind: 'limit', price: String(at(96)), quantity: '10' }));
    end(engine);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([{ reason: expect.stringContaining('loss of the day') }]);
    expect(eventsOf(engine, 'OrderFilled')).toHaveLength(1);
  });

  it('[R15] counts commissions, which are lost when they are paid', () => {
    const engine = run([97.51, 97.5], limited('keep', { account: { commissionPerUnit: '0.5' } }));
    expect(readingOf(engine, 'daily-loss').level).toBe(at(97.5));
    engine.run(3);
    expect(eventsOf(engine, 'HaltBegan')).toEqual([]);
    end(engine);
    expect(eventsOf(engine, 'HaltBegan')).toHaveLength(1);
  });

  it('[R15] is asked at once where the user tightens a limit that is behind already', () => {
    const engine = run([98, 98.5, 98.5], limited('close', { rules: { 'daily-loss': { limit: '10%' } } }));
    engine.run(3);
    engine.command({
      type: 'SetPolicy',
      policy: policyWith(limited('close', { rules: { 'daily-loss': { limit: '1%' } } })).source,
    });
    expect(eventsOf(engine, 'HaltBegan')).toMatchObject([{ rule: 'daily-loss', figure: '9800', limit: '9900' }]);
    end(engine);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'daily-loss' }]);
    engine.command(entryOf(entry));
    expect(refusals(engine)).toMatchObject([{ code: 'DAILY_LOSS' }]);
  });
});

describe('positions on two instruments that share an account', () => {
  const OTHER = { ...STOCK, symbol: 'OTHER' };
  type Prices = readonly (readonly [second: number, price: number])[];

  /** 50 units of each at 100, taken at the second trade of each: three per cent of 10 000 are six points of one. */
  function both(
    test: Prices,
    other: Prices,
    over: Nested = limited('close'),
    sides: readonly [Side, Side] = ['long', 'long'],
  ): Engine {
    const tapes = [tradesTape([[0, 100], [2, 100], ...test]), tradesTape([[1, 100], [3, 100], ...other], OTHER)];
    const engine = new Engine({ tapes, policy: policyWith(over), barPath: 'ohlc' });
    engine.run(2);
    for (const [symbol, side] of [
      ['TEST', sides[0]],
      ['OTHER', sides[1]],
    ] as const)
      engine.command(entryOf({ symbol, side, quantity: '50', stop: side === 'long' ? '50' : '150' }));
    engine.run(4);
    return engine;
  }
  const began = (engine: Engine): number[] =>
    engine.journal.flatMap(({ event, ts }) => (event.type === 'HaltBegan' ? [(ts - NINE_THIRTY) / 1_000] : []));

  it('[R15] the halt comes at the exact price of one while the other sleeps, and closes both, each at its own next price', () => {
    const engine = end(
      both(
        [
          [4, 94.01],
          [5, 94],
          [7, 93],
        ],
        [[60, 99]],
      ),
    );
    expect(began(engine)).toEqual([5]);
    expect(eventsOf(engine, 'HaltBegan')).toHaveLength(1);
    expect(
      eventsOf(engine, 'OrderFilled')
        .filter(({ purpose }) => purpose === 'close')
        .map(({ symbol, price, causedBy }) => [symbol, price, causedBy]),
    ).toEqual([
      ['TEST', '93', 'daily-loss'],
      ['OTHER', '99', 'daily-loss'],
    ]);
  });

  it('[R15] a gain of one is room for the other, and its loss takes it away', () => {
    expect(
      began(
        end(
          both(
            [
              [4, 92],
              [8, 92],
            ],
            [
              [3.5, 103],
              [5, 102.01],
              [6, 102],
            ],
          ),
        ),
      ),
    ).toEqual([6]);
  });

  it('[R15] the level of each is where it alone would take the account', () => {
    const engine = both([[4, 98]], [[5, 99]]);
    engine.run(6);
    // 100 and 50 are lost of 300: 150 are left, three points of either
    expect(readingOf(engine, 'daily-loss').level).toBe(95);
  });

  it('[R15] another account is left alone', () => {
    const engine = both(
      [
        [4, 94],
        [5, 94],
        [6, 94],
      ],
      [
        [60, 99],
        [61, 99],
      ],
    );
    engine.command(entryOf({ account: 'second', quantity: '50', stop: '50' }));
    end(engine);
    expect(eventsOf(engine, 'HaltBegan').map(({ account }) => account)).toEqual(['paper']);
    expect([...engine.state.open.keys()]).toEqual(['second TEST']);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    '[R15] wherever two walks go, it comes at the first price at which the loss is there: walk %d',
    (seed) => {
      let state = seed;
      const step = (): number => {
        state = (state * 48_271) % 2_147_483_647;
        return ((state % 41) - 23) / 20;
      };
      const sides = [seed % 2 === 0 ? 'long' : 'short', seed % 4 < 2 ? 'long' : 'short'] as const;
      const prices = [100, 100];
      const rows = Array.from({ length: 400 }, (_, i) => {
        // a pause of one of them now and then
        const which = state % 3 === 0 ? 0 : 1;
        const against = step() * (sides[which] === 'long' ? 1 : -1);
        prices[which] = Number(((prices[which] ?? 100) + against).toFixed(2));
        const profit = [0, 1].reduce(
          (sum, k) => sum + Math.round(((prices[k] ?? 100) - 100) * 100) * (sides[k] === 'long' ? 1 : -1),
          0,
        );
        return { which, second: 4 + i, price: prices[which] ?? 100, lost: profit <= -600 };
      });
      const of = (wanted: number): Prices =>
        rows.filter(({ which }) => which === wanted).map(({ second, price }) => [second, price] as const);
      const engine = end(both(of(0), of(1), limited('keep'), sides));
      const first = rows.find(({ lost }) => lost);
      expect(first).toBeDefined();
      expect(began(engine)).toEqual([first?.second]);
    },
  );
});
