import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import type { Side } from '../domain/position.ts';
import type { Tape } from '../domain/tape.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  type Nested,
  policyWith,
  quotedBarsTape,
  quotesTape,
  unstopped,
} from './testing.ts';

type Quote = readonly [bid: number, ask: number];

/** An entry after the first quote or bar, and the session to its end. */
function traded(tape: Tape, entry: Partial<PlaceEntry> = {}, over: Nested = {}): Engine {
  const engine = new Engine({ tapes: [tape], policy: policyWith(over), barPath: 'ohlc' });
  engine.run(1);
  engine.command(entryOf(entry));
  return end(engine);
}

const fills = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').map(
    ({ side, purpose, price, gapped }) => `${side} ${purpose} @ ${price}${gapped ? ' gapped' : ''}`,
  );

const START: Quote = [100, 100.1];

describe('where a tape has bid and ask', () => {
  it.each([
    ['a long is bought at the ask and marked at the bid', 'long', '99', [START], ['buy entry @ 100.1']],
    ['a short is sold at the bid and marked at the ask', 'short', '101', [START], ['sell entry @ 100']],
    ['the stop of a long waits for the bid', 'long', '99', [START, [99.01, 99.11]], ['buy entry @ 100.1']],
    ['and fills at it', 'long', '99', [START, [99, 99.4]], ['buy entry @ 100.1', 'sell stop @ 99']],
    ['at the gap’s bid', 'long', '99', [START, [98.7, 98.8]], ['buy entry @ 100.1', 'sell stop @ 98.7 gapped']],
    ['the stop of a short waits for the ask', 'short', '101', [START, [100.9, 100.99]], ['sell entry @ 100']],
    ['which may come to it alone', 'short', '101', [START, [100, 101]], ['sell entry @ 100', 'buy stop @ 101']],
    ['and fills at the gap’s ask', 'short', '101', [START, [100, 101.4]], ['sell entry @ 100', 'buy stop @ 101.4 gapped']],
  ] as const)('%s', (_, side, stop, quotes, wanted) => {
    const engine = traded(quotesTape([START, ...quotes]), { side, stop });
    expect(fills(engine)).toEqual(wanted);
  });

  it.each([
    ['long', '102', [101.99, 102.2], [102, 102.2], 'sell target @ 102'],
    ['short', '98', [97.9, 98.01], [97.9, 98], 'buy target @ 98'],
  ] as const)('the target of a %s waits for the price that it leaves at', (side, target, before, at, wanted) => {
    const stop = side === 'long' ? '99' : '101';
    expect(fills(traded(quotesTape([START, START, before]), { side, stop, target }))).toHaveLength(1);
    expect(fills(traded(quotesTape([START, START, before, at]), { side, stop, target })).at(-1)).toBe(wanted);
  });

  it.each([
    ['long', 'sell close @ 99.9'],
    ['short', 'buy close @ 100.3'],
  ] as const)('a %s is closed at market at its own side', (side, wanted) => {
    const engine = new Engine({ tapes: [quotesTape([START, START, [99.9, 100.3]])], policy: policyWith(), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf({ side }));
    engine.run(2);
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    expect(fills(end(engine)).at(-1)).toBe(wanted);
  });

  it.each([
    ['limit', 'long', '99.5', [99.3, 99.51], [99.3, 99.5], 'buy entry @ 99.5'],
    ['limit', 'short', '100.5', [100.49, 100.7], [100.5, 100.7], 'sell entry @ 100.5'],
    ['stop', 'long', '100.5', [100.4, 100.49], [100.4, 100.5], 'buy entry @ 100.5'],
    ['stop', 'short', '99.5', [99.51, 99.6], [99.5, 99.6], 'sell entry @ 99.5'],
  ] as const)('a %s of a %s waits for the side that it is entered at', (kind, side, price, before, at, wanted) => {
    const entry = { kind, side, price, stop: side === 'long' ? '95' : '105' };
    expect(fills(traded(quotesTape([START, before]), entry))).toEqual([]);
    expect(fills(traded(quotesTape([START, before, at]), entry))).toEqual([wanted]);
  });

  it.each([
    ['long', [101.2, 101.9], [99.4, 99.5], '-0.7', '1.1'],
    ['short', [98.3, 99.2], [100.2, 100.6], '-0.6', '0.8'],
  ] as const)('a %s counts its excursions on the side that it leaves at', (side, favourable, adverse, mae, mfe) => {
    const engine = new Engine({
      tapes: [quotesTape([START, START, favourable, adverse, START, START])],
      policy: policyWith(),
      barPath: 'ohlc',
    });
    engine.run(1);
    engine.command(entryOf({ side }));
    engine.run(5);
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    end(engine);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ mae, mfe }]);
  });

  it('both sides draw their own bands: a level of the one is not woken by the other', () => {
    const rules = { breakeven: { enabled: true, trigger: '1R' } };
    const quotes: Quote[] = [START, START, [101, 101.2], [101.2, 101.3]];
    // entered at 100.1 with its stop at 99: 1R is 1.1 above it
    expect(eventsOf(traded(quotesTape(quotes), {}, { rules }), 'StopRaised')).toMatchObject([{ to: '100.1' }]);
    expect(eventsOf(traded(quotesTape(quotes.slice(0, 3)), {}, { rules }), 'StopRaised')).toEqual([]);
    const down: Quote[] = [START, START, [98.9, 99.1], [98.9, 99]];
    const short = { side: 'short', stop: '101' } as const;
    expect(eventsOf(traded(quotesTape(down), short, { rules }), 'StopRaised')).toMatchObject([{ to: '100' }]);
    expect(eventsOf(traded(quotesTape(down.slice(0, 3)), short, { rules }), 'StopRaised')).toEqual([]);
  });

  it('equity is what closing everything would leave', () => {
    const engine = new Engine({ tapes: [quotesTape([START, START, [99.8, 100.4]])], policy: policyWith(), barPath: 'ohlc' });
    engine.run(1);
    engine.command(entryOf());
    engine.command(entryOf({ side: 'short', account: 'other' }));
    end(engine);
    const start = engine.state.startingEquity;
    expect(engine.core.equity('paper').minus(start).toFixed()).toBe('-30');
    expect(engine.core.equity('other').minus(start).toFixed()).toBe('-40');
  });
});

describe('a first stop within the spread', () => {
  it.each([
    ['long', '100.05', '100'],
    ['long', '100', '100'],
    ['short', '100.05', '100.1'],
  ] as const)('of a %s, given at %s, is refused: it would already be hit', (side, stop, limit) => {
    expect(eventsOf(traded(quotesTape([START, START]), { side, stop }), 'EntryDenied')).toMatchObject([
      { refusal: { code: 'STOP_SIDE', figure: stop, limit } },
    ]);
  });

  it.each([
    ['long', '99.99', '0.11'],
    ['short', '100.11', '0.11'],
  ] as const)('of a %s that the policy would set there stands one tick beyond it, and R says so', (side, price, r) => {
    const entry = unstopped({ side });
    const engine = new Engine({
      tapes: [quotesTape([START, START, START])],
      policy: policyWith({ initialStop: { kind: 'percent', percent: '0.02%' } }),
      barPath: 'ohlc',
    });
    engine.run(1);
    expect(engine.plan(entry).stop?.toFixed()).toBe(price);
    engine.command(entry);
    end(engine);
    expect(eventsOf(engine, 'StopSet')).toMatchObject([{ price, r }]);
    expect(lastPosition(engine).status).toBe('OPEN');
  });
});

describe('bars of bid and ask', () => {
  const calm: readonly [Bar, Bar] = [
    [100, 100, 100, 100],
    [100.1, 100.1, 100.1, 100.1],
  ];
  const run = (bar: readonly [Bar, Bar], side: Side, over: Partial<PlaceEntry> = {}): string[] =>
    fills(traded(quotedBarsTape([calm, calm, bar]), { side, ...over })).slice(1);

  it.each([
    [
      'the stop of a long is touched by the low of the bid',
      'long',
      [100, 100, 99, 100],
      [101, 101, 101, 101],
      ['sell stop @ 99'],
    ],
    ['not by that of the ask', 'long', [100, 100, 99.01, 100], [98, 98, 98, 98], []],
    ['the stop of a short by the high of the ask', 'short', [100, 100, 100, 100], [100.1, 101, 100.1, 100.1], ['buy stop @ 101']],
    ['not by that of the bid', 'short', [102, 102, 102, 102], [100.1, 100.99, 100.1, 100.1], []],
  ] as const)('%s', (_, side, bid, ask, wanted) => {
    expect(run([bid, ask], side)).toEqual(wanted);
  });

  it('a stop that the open has jumped over fills there, on its own side', () => {
    expect(
      run(
        [
          [98, 99, 97, 98],
          [98.1, 99.1, 97.1, 98.1],
        ],
        'long',
      ),
    ).toEqual(['sell stop @ 98 gapped']);
    expect(
      run(
        [
          [101.9, 102, 101, 102],
          [102, 102.1, 101.1, 102.1],
        ],
        'short',
      ),
    ).toEqual(['buy stop @ 102 gapped']);
  });

  it.each(['long', 'short'] as const)('whose ask is below the bid break nothing: a %s goes in and out', (side) => {
    const crossed: readonly [Bar, Bar] = [
      [100, 100.4, 99.8, 100],
      [99.9, 100.2, 99.6, 99.9],
    ];
    const rules = { breakeven: { enabled: true, trigger: '0.1R' }, 'trailing-stop': { enabled: true, distance: '1R' } };
    const engine = traded(quotedBarsTape([calm, crossed, crossed, crossed]), { side }, { rules });
    const [entry] = eventsOf(engine, 'OrderFilled');
    expect(entry?.price).toBe(side === 'long' ? '99.9' : '100');
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    const { stop, side: held, quantity } = lastPosition(engine);
    const mark = held === 'long' ? engine.market.last : engine.market.ask;
    if (!quantity.isZero() && stop) expect((mark - stop.toNumber()) * (held === 'long' ? 1 : -1)).toBeGreaterThan(0);
    const { cash } = engine.core.state.accounts.get('paper') ?? { cash: undefined };
    const worth = quantity.times(mark).times(held === 'long' ? 1 : -1);
    expect(engine.core.equity('paper').toFixed()).toBe(cash?.plus(worth).toFixed());
  });
});
