import { describe, expect, it } from 'vitest';
import type { Tape } from '../domain/tape.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  MINUTE,
  type Nested,
  NINE_THIRTY,
  policyWith,
  STOCK,
  textOf,
  tradesTape,
} from './testing.ts';

const named = (symbol: string, over: Partial<typeof STOCK> = {}) => ({ ...STOCK, symbol, ...over });
const session = (tapes: readonly Tape[], over: Nested = {}): Engine =>
  new Engine({ tapes, policy: policyWith(over), barPath: 'ohlc' });

/** Every price and every close of a session in the order in which they are walked, each with its time after 09:30:00. */
function walked(tapes: readonly Tape[]): string[] {
  const engine = session(tapes);
  const seen = new Map(engine.core.lanes.map(({ symbol }) => [symbol, { last: Number.NaN, bars: 0 }]));
  const log: string[] = [];
  while (!engine.ended) {
    engine.step();
    const time = (engine.core.ts - NINE_THIRTY) / 1_000;
    for (const { symbol, market } of engine.core.lanes) {
      const before = seen.get(symbol);
      if (before && market.bars > before.bars) log.push(`${time} ${symbol} closes`);
      if (before && !Object.is(market.last, before.last)) log.push(`${time} ${symbol} ${market.last}`);
      seen.set(symbol, { last: market.last, bars: market.bars });
    }
  }
  return log;
}

/** A bar whose four prices are four numbers of their own: 10, 19, 1 and 15 for the first. */
const bar = (n: number): Bar => [20 * n + 10, 20 * n + 19, 20 * n + 1, 20 * n + 15];

describe('at one instant', () => {
  it('last prices come first, then closes, then new opens, and on the way each point by symbol', () => {
    const tapes = [barsTape([bar(2), bar(3)], named('B')), barsTape([bar(0), bar(1)], named('A'))];
    expect(walked(tapes).slice(0, 12)).toEqual([
      ...['0 A 10', '0 B 50', '20 A 19', '20 B 59', '40 A 1', '40 B 41'],
      ...['60 A 15', '60 B 55', '60 A closes', '60 B closes', '60 A 30', '60 B 70'],
    ]);
  });

  it('a shorter bar ends and the next opens before a longer one goes on along its path', () => {
    const tapes = [barsTape([bar(0), bar(1)], named('A')), barsTape([bar(5)], named('B'), NINE_THIRTY, 3 * MINUTE)];
    expect(walked(tapes)).toEqual([
      ...['0 A 10', '0 B 110', '20 A 19', '40 A 1', '60 A 15', '60 A closes', '60 A 30', '60 B 119'],
      ...['80 A 39', '100 A 21', '120 A 35', '120 A closes', '120 B 101', '180 B 115', '180 B closes'],
    ]);
  });

  it('bars of equal ends close together, whatever their length', () => {
    const tapes = [
      barsTape([bar(5)], named('A'), NINE_THIRTY, 2 * MINUTE),
      barsTape([bar(0), bar(1)], named('B')),
      barsTape([bar(9), bar(8)], named('C')),
    ];
    expect(walked(tapes).slice(-6)).toEqual([
      '120 A 115',
      '120 B 35',
      '120 C 175',
      '120 A closes',
      '120 B closes',
      '120 C closes',
    ]);
  });

  it('trades come after the closes, beside new opens by symbol, and those of one tape in their order', () => {
    const trades = tradesTape(
      [
        [60, 7],
        [60, 8],
        [61, 9],
      ],
      named('M'),
    );
    const tapes = [barsTape([bar(0), bar(1)], named('A')), trades, barsTape([bar(2), bar(3)], named('Z'))];
    const log = walked(tapes);
    expect(log.slice(log.indexOf('60 A 15'), log.indexOf('80 A 39'))).toEqual([
      ...['60 A 15', '60 Z 55', '60 A closes', '60 Z closes', '60 A 30', '60 M 7', '60 M 8', '60 Z 70', '61 M 9'],
    ]);
  });

  it('[R14] timers come after the last close, and before a new price', () => {
    const over = { rules: { 'session-flat': { enabled: true, at: '09:32' } } };
    const flat: Bar = [100, 100, 100, 100];
    const engine = session([barsTape([flat, flat, flat], named('A')), barsTape([flat, flat, flat], named('B'))], over);
    engine.run(2);
    engine.command(entryOf({ symbol: 'A', stop: '90' }));
    while (eventsOf(engine, 'ProposalOpened').length === 0 && !engine.ended) engine.step();
    expect(engine.journal.find(({ event }) => event.type === 'ProposalOpened')).toMatchObject({
      tape: { row: 3 },
      ts: NINE_THIRTY + 2 * MINUTE,
    });
    expect(engine.core.lanes.map(({ market }) => market.bars)).toEqual([2, 2]);
    engine.step();
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'close', causedBy: 'session-flat' });
    expect(engine.core.ts).toBe(NINE_THIRTY + 2 * MINUTE);
  });

  it('[R14] timers wait too for a bar that is built of trades and that no trade ends', () => {
    const over = { rules: { 'session-flat': { enabled: true, at: '09:31' } } };
    const flat: Bar = [100, 100, 100, 100];
    const engine = session(
      [
        barsTape([flat, flat], named('A')),
        tradesTape(
          [
            [1, 50],
            [2, 51],
            [90, 52],
          ],
          named('B'),
        ),
      ],
      over,
    );
    engine.run(2);
    engine.command(entryOf({ symbol: 'A', stop: '90' }));
    const bars: number[] = [];
    while (!engine.ended) {
      const before = eventsOf(engine, 'ProposalOpened').length;
      engine.step();
      if (eventsOf(engine, 'ProposalOpened').length > before) bars.push(engine.core.lane('B').market.bars);
    }
    expect(bars).toEqual([1]);
  });
});

describe('the bars of a tape', () => {
  it('that are as long as the policy’s are the bars, wherever in the hour they begin, also beside others', () => {
    const flat: Bar = [100, 101, 99, 100];
    const hours = barsTape([flat, flat, flat], named('A'), NINE_THIRTY, 60 * MINUTE);
    const minutes = barsTape(
      Array.from({ length: 180 }, () => flat),
      named('B'),
    );
    for (const tapes of [[hours], [hours, minutes]]) {
      const { history } = end(session(tapes)).core.lane('A').market;
      const starts = [...history.columns.ts.slice(0, history.length)].map((ts) => (ts - NINE_THIRTY) / MINUTE);
      expect(starts).toEqual([0, 60, 120]);
    }
  });

  it('that are shorter are joined to the policy’s on the full interval', () => {
    const flat: Bar = [100, 101, 99, 100];
    const tape = barsTape(
      Array.from({ length: 7 }, () => flat),
      named('A'),
      NINE_THIRTY + MINUTE,
    );
    const { history } = end(session([tape], { interval: '5m' })).core.lane('A').market;
    const starts = [...history.columns.ts.slice(0, history.length)].map((ts) => (ts - NINE_THIRTY) / MINUTE);
    expect(starts).toEqual([0]);
  });
});

describe('daily bars', () => {
  const DAY = 24 * 60 * MINUTE;
  const midnight = NINE_THIRTY - 570 * MINUTE;
  const daily = (length: number): Tape =>
    barsTape(
      Array.from({ length }, (): Bar => [100, 101, 99, 100]),
      named('D'),
      midnight,
      DAY,
    );

  it('[R14] take entries at any close, are never flat by the clock, and say that the rules of the clock are off', () => {
    const over = { limits: { entryWindow: true }, rules: { 'session-flat': { enabled: true } } };
    const engine = session([daily(4)], over);
    expect(engine.notes).toEqual(['D: daily bars: rules that need a clock are off']);
    engine.run(1);
    engine.command(entryOf({ symbol: 'D', stop: '90' }));
    end(engine);
    expect(eventsOf(engine, 'EntryDenied')).toEqual([]);
    expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
    expect(lastPosition(engine)).toMatchObject({ status: 'OPEN', openedTs: midnight + DAY });
  });

  it('are one bar a day beside bars of a minute', () => {
    const minutes = barsTape(
      Array.from({ length: 300 }, (): Bar => [50, 51, 49, 50]),
      named('M'),
      midnight + DAY - 100 * MINUTE,
    );
    const engine = end(session([daily(3), minutes]));
    expect(engine.core.lane('D').market.bars).toBe(3);
  });
});

describe('however a session of several instruments is walked', () => {
  const tapes = [
    barsTape([bar(0), bar(1), bar(2)], named('A')),
    barsTape([bar(5), bar(6)], named('B'), NINE_THIRTY, 2 * MINUTE),
    tradesTape(
      [
        [0, 100],
        [30, 101],
        [60, 102],
        [150, 103],
      ],
      named('C'),
    ),
  ];
  const begun = (): Engine => {
    const engine = session(tapes);
    engine.run(1);
    engine.command(entryOf({ symbol: 'C', stop: '90' }));
    return engine;
  };
  const wanted = textOf(end(begun()));

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('the same comes of it from row %d on', (row) => {
    const engine = begun();
    engine.run(row);
    const again = new Engine({ tapes, policy: policyWith(), barPath: 'ohlc', decisions: engine.allDecisions });
    again.run(row);
    expect([again.at, again.rowsDone, again.core.ts]).toEqual([engine.at, engine.rowsDone, engine.core.ts]);
    expect(textOf(end(engine))).toBe(wanted);
    expect(textOf(end(again))).toBe(wanted);
  });

  it('rows count as done once their last price has been walked, and all are at the end', () => {
    const engine = session(tapes);
    const done: number[] = [];
    while (!engine.ended) {
      engine.step();
      done.push(engine.rowsDone);
    }
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(9);
    expect(engine.run(Number.POSITIVE_INFINITY)).toBe('end');
  });

  it('a record says which row and how many steps since it began', () => {
    const engine = begun();
    end(engine);
    const filled = engine.journal.find(({ event }) => event.type === 'OrderFilled');
    expect(filled).toMatchObject({ ts: NINE_THIRTY + 30_000, tape: { row: 3, point: 1 } });
  });

  it('two tapes of one instrument, or none, are refused', () => {
    expect(() => session([barsTape([bar(0)]), barsTape([bar(1)])])).toThrow('two tapes of TEST');
    expect(() => session([])).toThrow('at least one tape');
  });
});
