import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Side } from '../domain/position.ts';
import { BERLIN } from '../domain/testing.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  eventsOf,
  MINUTE,
  NINE_THIRTY,
  readingOf,
  STOCK,
  tradesTape,
} from '../engine/testing.ts';

const ON = { rules: { 'session-flat': { enabled: true } } };
/** 15:42 in New York, three bars before the time. */
const THREE_TO = NINE_THIRTY + 372 * MINUTE;
const FLAT = NINE_THIRTY + 375 * MINUTE;
const bar = (price: number): Bar => [price, price + 0.1, price - 0.1, price];
const closing = (engine: ReturnType<typeof entered>) =>
  engine.journal.filter(
    ({ event }) =>
      (event.type === 'OrderPlaced' && event.order.purpose === 'close') ||
      (event.type === 'OrderFilled' && event.purpose === 'close'),
  );

describe.each(['long', 'short'] as Side[])('session flat of a %s', (side) => {
  it('[R14] orders at 15:45:00 and fills at the open of the 15:45 bar', () => {
    const tape = barsTape([bar(100), bar(100), bar(100.2), bar(100.5), bar(100.3)], STOCK, THREE_TO);
    const engine = entered(tape, ON, { side });
    expect(readingOf(engine, 'session-flat').due).toBe(FLAT);
    end(engine);
    expect(closing(engine).map(({ ts, tape: { row, point } }) => [ts, row, point])).toEqual([
      [FLAT, 2, 5],
      [FLAT, 3, 1],
    ]);
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ price: '100.5', causedBy: 'session-flat', purpose: 'close' });
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria).toEqual([
      { label: 'Session time', comparison: '≥', threshold: '15:45', value: '15:45', verdict: 'pass' },
    ]);
  });
});

it('[R14] fills at the first price after the time where the data has a gap', () => {
  const tape = barsTape(
    [bar(100), bar(100), undefined, undefined, undefined, undefined, bar(100.7), bar(100.8)],
    STOCK,
    THREE_TO,
  );
  const engine = end(entered(tape, ON));
  expect(closing(engine).map(({ ts }) => ts)).toEqual([FLAT + 3 * MINUTE, FLAT + 3 * MINUTE]);
  expect(eventsOf(engine, 'OrderFilled').at(-1)?.price).toBe('100.7');
});

it('[R14] fills at the first trade at or after the time', () => {
  const tape = tradesTape(
    [
      [0, 100],
      [1, 100],
      [9, 100.1],
      [10, 100.2],
      [11, 100.3],
    ],
    STOCK,
    FLAT - 10_000,
  );
  const engine = end(entered(tape, ON));
  expect(closing(engine).map(({ ts }) => ts)).toEqual([FLAT, FLAT]);
  expect(eventsOf(engine, 'OrderFilled').at(-1)?.price).toBe('100.2');
});

it('[R14] falls inside a bar where its time does', () => {
  const hours = barsTape([bar(100), bar(100), bar(100)], STOCK, NINE_THIRTY + 4 * 60 * MINUTE, 60 * MINUTE);
  const engine = end(entered(hours, ON));
  expect(closing(engine).map(({ ts, tape: { row, point } }) => [ts - FLAT, row, point])).toEqual([
    [5 * MINUTE, 2, 2],
    [5 * MINUTE, 2, 2],
  ]);
});

it('[R14] counts down once where it may be vetoed, however far the price runs away meanwhile', () => {
  const rows = [bar(100), bar(100), bar(99.9), bar(99.7), bar(99.5), bar(99.3)];
  const over = { ...ON, autonomy: { 'session-flat': 'auto-after 80s' }, proposals: { tolerance: '0.01R' } };
  const engine = end(entered(barsTape(rows, STOCK, THREE_TO), over));
  expect(eventsOf(engine, 'ProposalOpened')).toHaveLength(1);
  expect(eventsOf(engine, 'ProposalExpired')).toEqual([]);
  expect(closing(engine).map(({ ts }) => ts)).toEqual([FLAT + 80_000, FLAT + 80_000]);
});

it('[R14] that was vetoed asks again at the next day’s time', () => {
  // Friday, then Tuesday: Monday, 2019-02-18, is a holiday
  const weekend = Array.from({ length: 4 * 1_440 - 5 }, () => undefined);
  const rows = [bar(100), bar(100), bar(100), bar(100), bar(100), ...weekend, ...Array.from({ length: 6 }, () => bar(100))];
  const over = { ...ON, autonomy: { 'session-flat': 'auto-after 60s' } };
  const engine = entered(barsTape(rows, { ...STOCK, session: 'XNYS' }, THREE_TO), over);
  engine.run(3);
  engine.command({ type: 'RejectProposal', proposalId: 'P1' });
  end(engine);
  const TUESDAY = FLAT + 4 * 1_440 * MINUTE;
  expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => [proposal.ts, proposal.criteria[0]?.threshold])).toEqual([
    [FLAT, '15:45'],
    [TUESDAY, '15:45'],
  ]);
  expect(closing(engine).map(({ ts }) => ts)).toEqual([TUESDAY + 60_000, TUESDAY + 60_000]);
});

it('[R14] never falls due in a 24-hour market', () => {
  const tape = barsTape([bar(100), bar(100), bar(100), bar(100), bar(100)], { ...STOCK, session: 'UTC/24h' }, THREE_TO);
  const engine = end(entered(tape, ON));
  expect(closing(engine)).toEqual([]);
  expect(readingOf(engine, 'session-flat')).toMatchObject({ state: 'done', due: Number.POSITIVE_INFINITY });
});

/** Bars of five minutes from one time to another, a stretch after the other; bought at the second bar, and where it was closed again. */
function heldFrom(over: Partial<InstrumentSpec>, stretches: [from: string, to: string][], at?: string) {
  const FIVE = 5 * MINUTE;
  const bounds = stretches.map(([from, to]) => [Date.parse(`${from}Z`), Date.parse(`${to}Z`)] as const);
  const first = (bounds[0]?.[0] ?? 0) - FIVE;
  const slots = Math.ceil(((bounds.at(-1)?.[1] ?? 0) - first) / FIVE);
  const rows = Array.from({ length: slots }, (_, i) => {
    const ts = first + i * FIVE;
    return i === 0 || bounds.some(([from, to]) => ts >= from && ts < to) ? bar(100) : undefined;
  });
  const policy = { rules: { 'session-flat': { enabled: true, ...(at === undefined ? {} : { at }) } } };
  const engine = entered(barsTape(rows, { ...STOCK, ...over }, first, FIVE), policy);
  const { due, criteria } = readingOf(engine, 'session-flat');
  end(engine);
  const flat = engine.journal.find(({ event }) => event.type === 'OrderFilled' && event.purpose === 'close');
  return { due: new Date(due).toISOString().slice(0, 16), flat: flat && new Date(flat.ts).toISOString().slice(0, 16), criteria };
}

const XNYS = { session: 'XNYS' };
const NEW_YORK = { session: 'America/New_York/09:30-16:00' };
const LONDON = { session: 'Europe/London/08:00-16:30' };
const CHICAGO = { session: 'America/Chicago/17:00-16:00' };
const TOKYO = { session: 'Asia/Tokyo/09:00-15:00' };

describe('session flat by the calendar', () => {
  it.each<[string, Partial<InstrumentSpec>, string | undefined, [string, string][], string]>([
    ['a regular day', XNYS, undefined, [['2019-07-02T13:30', '2019-07-02T20:00']], '2019-07-02T19:45'],
    ['a half day in July', XNYS, undefined, [['2019-07-03T13:30', '2019-07-03T17:00']], '2019-07-03T16:45'],
    ['a half day in November', XNYS, undefined, [['2019-11-29T14:30', '2019-11-29T18:00']], '2019-11-29T17:45'],
    ['a half day, by time before the close', XNYS, '30m', [['2019-07-03T13:30', '2019-07-03T17:00']], '2019-07-03T16:30'],
    ['a regular day, by time before the close', XNYS, '30m', [['2019-07-02T13:30', '2019-07-02T20:00']], '2019-07-02T19:30'],
    ['the Sunday that loses an hour', NEW_YORK, undefined, [['2019-03-10T13:30', '2019-03-10T20:00']], '2019-03-10T19:45'],
    ['the Sunday that gains an hour', NEW_YORK, undefined, [['2019-11-03T14:30', '2019-11-03T21:00']], '2019-11-03T20:45'],
    ['the Sunday that loses an hour in London', LONDON, '16:15', [['2019-03-31T07:00', '2019-03-31T15:30']], '2019-03-31T15:15'],
    ['the Sunday that gains an hour in London', LONDON, '16:15', [['2019-10-27T08:00', '2019-10-27T16:30']], '2019-10-27T16:15'],
    ['a night that loses an hour', CHICAGO, undefined, [['2019-03-09T23:00', '2019-03-10T21:00']], '2019-03-10T20:45'],
    ['a night that gains an hour', CHICAGO, undefined, [['2019-11-02T22:00', '2019-11-03T22:00']], '2019-11-03T21:45'],
    ['an exchange that closes before the time', TOKYO, undefined, [['2019-07-02T00:00', '2019-07-02T06:00']], '2019-07-02T05:45'],
    ['the morning before a half day', XNYS, undefined, [['2019-07-03T09:00', '2019-07-03T17:00']], '2019-07-03T16:45'],
  ])('[R14] [F19] on %s', (_, instrument, at, stretches, flat) => {
    expect(heldFrom(instrument, stretches, at)).toMatchObject({ due: flat, flat });
  });

  it.each<[string, [string, string][], string]>([
    [
      'a position opened too late, on the next day',
      [
        ['2019-07-01T19:50', '2019-07-01T20:00'],
        ['2019-07-02T13:30', '2019-07-02T20:00'],
      ],
      '2019-07-02T19:45',
    ],
    [
      'one opened too late before a half day, at the time of the half day',
      [
        ['2019-07-02T19:50', '2019-07-02T20:00'],
        ['2019-07-03T13:30', '2019-07-03T17:00'],
      ],
      '2019-07-03T16:45',
    ],
    [
      'one opened too late on a half day before a holiday, after the holiday',
      [
        ['2019-07-03T16:50', '2019-07-03T17:00'],
        ['2019-07-05T13:30', '2019-07-05T20:00'],
      ],
      '2019-07-05T19:45',
    ],
    [
      'one opened late on a Friday, on Monday',
      [
        ['2019-07-05T19:50', '2019-07-05T20:00'],
        ['2019-07-08T13:30', '2019-07-08T20:00'],
      ],
      '2019-07-08T19:45',
    ],
    [
      'one opened late on a Friday before a holiday, on Tuesday',
      [
        ['2019-08-30T19:50', '2019-08-30T20:00'],
        ['2019-09-03T13:30', '2019-09-03T20:00'],
      ],
      '2019-09-03T19:45',
    ],
    [
      'one opened late on the Friday before the clocks change, on Monday at the local time',
      [
        ['2019-03-08T20:50', '2019-03-08T21:00'],
        ['2019-03-11T13:30', '2019-03-11T20:00'],
      ],
      '2019-03-11T19:45',
    ],
    [
      'one opened on a holiday, on the day after',
      [
        ['2019-07-04T14:00', '2019-07-04T15:00'],
        ['2019-07-05T13:30', '2019-07-05T20:00'],
      ],
      '2019-07-05T19:45',
    ],
    [
      'one opened on a Saturday, on Monday',
      [
        ['2019-07-06T14:00', '2019-07-06T15:00'],
        ['2019-07-08T13:30', '2019-07-08T20:00'],
      ],
      '2019-07-08T19:45',
    ],
  ])('[R14] [F19] closes %s', (_, stretches, flat) => {
    expect(heldFrom(XNYS, stretches)).toMatchObject({ due: flat, flat });
  });

  it("[R14] [F19] keeps to an instrument's own calendar", () => {
    expect(heldFrom({ session: 'MINE', calendar: BERLIN }, [['2019-12-30T08:00', '2019-12-30T13:00']], '15m').flat).toBe(
      '2019-12-30T12:45',
    );
  });

  it('[R14] says that the close is early, and of which day the time is', () => {
    const half = heldFrom(XNYS, [['2019-07-03T13:30', '2019-07-03T17:00']]);
    expect(half.criteria).toMatchObject([{ label: 'Session time (early close)', threshold: '12:45', value: '09:35' }]);
    const late = heldFrom(XNYS, [
      ['2019-07-03T16:50', '2019-07-03T17:00'],
      ['2019-07-05T13:30', '2019-07-05T20:00'],
    ]);
    expect(late.criteria).toMatchObject([{ label: 'Session time', threshold: '2019-07-05 15:45', value: '12:55' }]);
  });
});

it('[R14] opens no position that would be held over the close: an entry that rests is taken back when it is touched after 15:30', () => {
  const limit = { kind: 'limit', price: '99.5', stop: '98' } as const;
  const tape = barsTape([bar(100), bar(100), bar(100), bar(99.5), bar(100)], STOCK, NINE_THIRTY + 358 * MINUTE);
  const engine = end(entered(tape, { ...ON, limits: { entryWindow: true } }, limit));
  expect(eventsOf(engine, 'OrderFilled')).toEqual([]);
  expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([
    { orderId: 'O1', reason: 'no entries or adds this late in the session' },
  ]);
  expect([...engine.state.positions.values()].map(({ status }) => status)).toEqual(['CLOSED']);
});
