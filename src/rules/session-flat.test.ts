import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
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

it('[R14] never falls due in a 24-hour market', () => {
  const tape = barsTape([bar(100), bar(100), bar(100), bar(100), bar(100)], { ...STOCK, session: 'UTC/24h' }, THREE_TO);
  const engine = end(entered(tape, ON));
  expect(closing(engine)).toEqual([]);
  expect(readingOf(engine, 'session-flat')).toMatchObject({ state: 'done', due: Number.POSITIVE_INFINITY });
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
