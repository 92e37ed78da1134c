import { describe, expect, it } from 'vitest';
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
  type Nested,
  NINE_THIRTY,
  policyWith,
  tradesTape,
  unstopped,
} from './testing.ts';

const first = (engine: Engine): string[] => eventsOf(engine, 'StopSet').map(({ price, r }) => `${price}, R ${r}`);

describe('a first stop that the market has jumped over before the fill keeps its distance, so that R is what was to be risked', () => {
  it.each([
    ['long', '99', 97, '96, R 1'],
    ['long', '98.5', 97.2, '95.7, R 1.5'],
    ['short', '101', 103, '104, R 1'],
  ] as const)('a %s at 100, its stop at %s, filled at %d: stop %s', (side, stop, price, wanted) => {
    const engine = entered(tradesTape([100, price, price]), {}, { side, stop });
    expect(first(engine)).toEqual([wanted]);
    expect(lastPosition(end(engine)).status).toBe('OPEN');
  });

  it.each([
    ['long', '99.5', '98.5', 97],
    ['short', '100.5', '101.5', 103],
  ] as const)(
    'a limit of a %s at %s that is jumped over with its stop at %s fills at its own price and is stopped out at %d',
    (side, price, stop, print) => {
      const engine = end(entered(tradesTape([100, print]), {}, { side, kind: 'limit', price, stop }));
      expect(first(engine)).toEqual([`${stop}, R 1`]);
      expect(eventsOf(engine, 'OrderFilled').map((fill) => [fill.purpose, fill.price, fill.gapped])).toEqual([
        ['entry', price, false],
        ['stop', String(print), true],
      ]);
    },
  );

  it.each([
    ['long', '99', 99.4, '99, R 0.4'],
    ['long', '99', 99.01, '99, R 0.01'],
    ['long', '99', 99, '98, R 1'],
    ['short', '101', 100.2, '101, R 0.8'],
    ['short', '101', 101, '102, R 1'],
  ] as const)(
    'not where it still stands behind the fill: a %s with its stop at %s, filled at %d: %s',
    (side, stop, price, wanted) => {
      expect(first(entered(tradesTape([100, price, price]), {}, { side, stop }))).toEqual([wanted]);
    },
  );

  it('what the target pays follows from that R', () => {
    const over = { target: { kind: 'reward', rewardRisk: '2' } };
    const engine = entered(tradesTape([100, 97, 97]), over);
    expect([lastPosition(engine).stop?.toFixed(), lastPosition(engine).target?.toFixed()]).toEqual(['96', '99']);
  });

  it('the rest of a flip too', () => {
    const engine = holding([101, 105], { limits: { flips: 'allowed' } });
    engine.run(3);
    engine.command(entryOf({ side: 'short', quantity: '150', stop: '103' }));
    expect(first(end(engine))).toEqual(['99, R 1', '107, R 2']);
  });

  it('one of the policy behind a level that was passed keeps the distance that it had', () => {
    // a swing low of 98 between higher ones: the stop is one per cent below it, 97.02
    const low = (at: number): Bar => [100, 100, at, 100];
    const bars = [99, 99, 98, 99, 99].map(low);
    const over = { initialStop: { kind: 'technical', beyond: '1%' }, indicators: { swing: 2 } };
    const entry = unstopped();
    const engine = new Engine({ tapes: [barsTape([...bars, [96, 96, 96, 96]])], policy: policyWith(over), barPath: 'ohlc' });
    engine.run(5);
    expect(engine.plan(entry).stop?.toFixed()).toBe('97.02');
    engine.command(entry);
    engine.step();
    expect(first(engine)).toEqual(['93.02, R 2.98']);
  });
});

describe('the stop that an add was given', () => {
  /** An add of 50 at 101 to a long of 100 at 100 with its stop at 99; the average less R is then 99.33. */
  const added = (stop: string | undefined, over: Nested = {}): Engine => {
    const engine = holding([101, 101, 101], over);
    engine.run(3);
    engine.command({ ...unstopped({ quantity: '50' }), ...(stop === undefined ? {} : { stop }) });
    return end(engine);
  };

  it.each([
    ['99.5', '99.5'],
    ['99.2', '99.33'],
    [undefined, '99.33'],
  ])('at %s leaves the tightest for the whole position: %s', (stop, wanted) => {
    const engine = added(stop);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ from: '99', to: wanted, causedBy: 'user' }]);
  });

  it('is taken where the policy keeps the stop after adds, and the policy’s own is not', () => {
    const keep = { rules: { 'scale-in': { after: 'keep' } }, initialStop: { kind: 'percent', percent: '0.5%' } };
    expect(lastPosition(added('99.5', keep)).stop?.toFixed()).toBe('99.5');
    expect(lastPosition(added(undefined, keep)).stop?.toFixed()).toBe('99');
  });

  it('that is looser never loosens, and the order says so', () => {
    const engine = added('95');
    expect(lastPosition(engine).stop?.toFixed()).toBe('99.33');
    expect(eventsOf(engine, 'OrderPlaced').map(({ order }) => order.note)).toEqual([
      undefined,
      'its stop at 95 is not used: 99 of the position is nearer and holds',
    ]);
    expect(eventsOf(added('99.5'), 'OrderPlaced').map(({ order }) => order.note)).toEqual([undefined, undefined]);
  });

  it('comes without a target of its own: the order says that one is not used', () => {
    const engine = holding([101, 101, 101]);
    engine.run(3);
    engine.command(entryOf({ quantity: '10', stop: '99', target: '110' }));
    expect(eventsOf(end(engine), 'OrderPlaced').at(-1)?.order.note).toBe(
      'its target at 110 is not used: move the position’s own',
    );
  });

  it('holds for the second row of an entries file, and for the second of two that rest', () => {
    const row = (second: number, over: object) => ({
      ts: NINE_THIRTY + second * 1_000,
      command: entryOf({ source: 'entries', ...over }),
    });
    const entries = [row(1, {}), row(3, { quantity: '50', stop: '99.7' })];
    const tape = tradesTape([100, 100, 101, 101, 101]);
    const engine = end(new Engine({ tapes: [tape], policy: policyWith(), barPath: 'ohlc', entries }));
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '99.7', causedBy: 'entries' }]);

    const resting = entered(tradesTape([100, 100, 101, 102, 102]), {}, { kind: 'stop', price: '101', stop: '99' });
    resting.command(entryOf({ kind: 'stop', price: '102', stop: '100.8', quantity: '50' }));
    expect(lastPosition(end(resting)).stop?.toFixed()).toBe('100.8');
  });

  it('that the price has reached stands one tick behind it', () => {
    const engine = holding([101, 100.2, 100.2], { averagingDown: 'forbidden' });
    engine.run(3);
    engine.command(entryOf({ quantity: '50', stop: '100.5' }));
    expect(lastPosition(end(engine)).stop?.toFixed()).toBe('100.19');
  });
});
