import { describe, expect, it } from 'vitest';
import { Page } from '../../worker/testing.ts';
import { BarStore, DisplayBars } from './bars.ts';
import { fittingInterval, intervalsOf, neighbourInterval } from './intervals.ts';
import { bucketOf } from './times.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 09:30 in New York on Friday 15 February 2019 */
const OPEN = Date.parse('2019-02-15T14:30:00Z');
const timed = (session: string, intervalMs: number) => ({ instrument: { session }, intervalMs, fromTs: OPEN });

describe('the intervals on offer', () => {
  it.each([
    ['one-minute bars of New York', timed('XNYS', MINUTE), [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY]],
    ['five-second bars', timed('UTC/24h', 5_000), [5_000, 15_000, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY]],
    ['a session of three hours', timed('UTC/13:00-16:00', MINUTE), [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, DAY]],
    ['bars of two minutes, which no quarter of an hour holds', timed('XNYS', 2 * MINUTE), [2 * MINUTE, HOUR, 4 * HOUR, DAY]],
    ['daily bars', timed('XNYS', DAY), [DAY, 5 * DAY, 15 * DAY]],
  ])('fit %s', (_, session, offered) => expect(intervalsOf(session)).toEqual(offered));

  it('are gone through one by one and end at both ends, and what does not fit is the session’s own', () => {
    const session = timed('XNYS', MINUTE);
    expect(neighbourInterval(session, MINUTE, 1)).toBe(5 * MINUTE);
    expect(neighbourInterval(session, 5 * MINUTE, -1)).toBe(MINUTE);
    expect([neighbourInterval(session, MINUTE, -1), neighbourInterval(session, DAY, 1)]).toEqual([MINUTE, DAY]);
    expect(fittingInterval(session, 7 * MINUTE)).toBe(MINUTE);
    expect(neighbourInterval(session, 0, 1)).toBe(5 * MINUTE);
  });
});

/** A bar as a hand would write it: start, open, high, low, close, volume. */
type Bar = [ts: number, open: number, high: number, low: number, close: number, volume: number];

/** Two days of New York with a night between them, of which the chart sees one price after the other. */
const DAYS = [OPEN, Date.parse('2019-02-19T14:30:00Z')];
const PER_DAY = 100;
const rows: Bar[] = DAYS.flatMap((open, day) =>
  Array.from({ length: PER_DAY }, (_, i): Bar => {
    const base = 100 + day * 20 + ((i * 7) % 23);
    return [open + i * MINUTE, base, base + 3 + (i % 4), base - 2 - (i % 3), base + (i % 2 === 0 ? 1 : -1), 100 + i];
  }),
);
const file = (): File =>
  new File([`ts,open,high,low,close,volume\n${rows.map((row) => row.join(',')).join('\n')}\n`], 'eq_HAND_1m.csv');

/** Bars built by hand from minutes: each belongs to the stretch that was counted from the open of its day, or to its day. */
function byHand(minutes: readonly Bar[], intervalMs: number): Bar[] {
  const built = new Map<number, Bar>();
  for (const [ts, open, high, low, close, volume] of minutes) {
    const from = ts < (DAYS[1] ?? 0) ? OPEN : (DAYS[1] ?? 0);
    // midnight of New York in winter is five hours after that of UTC
    const start =
      intervalMs >= DAY ? Math.floor(from / DAY) * DAY + 5 * HOUR : from + Math.floor((ts - from) / intervalMs) * intervalMs;
    const bar = built.get(start);
    built.set(
      start,
      bar
        ? [start, bar[1], Math.max(bar[2], high), Math.min(bar[3], low), close, bar[5] + volume]
        : [start, open, high, low, close, volume],
    );
  }
  return [...built.values()];
}

/** What the chart is given of the page's session as it stands. */
async function chartOf(page: Page, intervalMs: number): Promise<Bar[]> {
  const { session } = page;
  if (!session) throw new Error('no session');
  const store = new BarStore();
  let epoch = 0;
  for (const frame of page.frames) {
    if (frame.epoch !== epoch) store.clear();
    epoch = frame.epoch;
    if (frame.bars) store.apply(frame.bars);
  }
  const bars = new DisplayBars(store, intervalMs, bucketOf(session, intervalMs));
  const columns = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;
  const every = Array.from({ length: bars.length }, (_, i) => i);
  return every.map((i) => columns.map((name) => bars.at(name, i)) as Bar);
}

async function opened(): Promise<Page> {
  const page = new Page();
  await page.send({ type: 'open-files', files: [{ file: file(), options: {} }], policy: 'fixed', barPath: 'ohlc' });
  expect(page.faults).toEqual([]);
  return page;
}

/** The minute that is under way after some of its four prices, in the order open, high, low, close. */
function begun(row: Bar, prices: number): Bar {
  const seen = row.slice(1, 1 + prices);
  return [row[0], row[1], Math.max(...seen), Math.min(...seen), seen.at(-1) ?? Number.NaN, prices < 4 ? 0 : row[5]];
}

describe.each([5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY])('bars of %i ms of a replay', (intervalMs) => {
  it('are those built by hand of the minutes so far, and of the minute under way its prices so far', async () => {
    const page = await opened();
    for (const done of [63, PER_DAY - 1, PER_DAY, PER_DAY + 7]) {
      await page.send({ type: 'seek', row: done });
      expect(await chartOf(page, intervalMs)).toEqual(byHand(rows.slice(0, done), intervalMs));
      for (let prices = 1; prices < 4; prices += 1) {
        await page.send({ type: 'step', to: 'tick' });
        const under = begun(rows[done] as Bar, prices);
        expect(await chartOf(page, intervalMs)).toEqual(byHand([...rows.slice(0, done), under], intervalMs));
      }
    }
  });

  it('are the same after the replay went back, with nothing of what it had seen before', async () => {
    const page = await opened();
    await page.send({ type: 'seek', row: 2 * PER_DAY });
    for (const row of [PER_DAY + 31, PER_DAY, 72]) {
      await page.send({ type: 'seek', row });
      expect(await chartOf(page, intervalMs)).toEqual(byHand(rows.slice(0, row), intervalMs));
    }
  });
});

it('the bar under way of trades holds the trades so far and none after them', async () => {
  const trades = Array.from({ length: 400 }, (_, i) => [OPEN + i * 1_700, 100 + ((i * 13) % 37) / 10, 1 + (i % 5)] as const);
  const text = `ts,price,size\n${trades.map((row) => row.join(',')).join('\n')}\n`;
  const page = new Page();
  const options = { instrument: { session: 'XNYS', tick: '0.1' }, intervalMs: MINUTE };
  await page.send({
    type: 'open-files',
    files: [{ file: new File([text], 'tk_HAND_trades.csv'), options }],
    policy: 'fixed',
    barPath: 'ohlc',
  });
  expect(page.faults).toEqual([]);
  for (const done of [150, 247, 248, 399, 201]) {
    await page.send({ type: 'seek', row: done });
    const hand = new Map<number, Bar>();
    for (const [ts, price, size] of trades.slice(0, done)) {
      const start = OPEN + Math.floor((ts - OPEN) / (5 * MINUTE)) * 5 * MINUTE;
      const bar = hand.get(start);
      hand.set(
        start,
        bar
          ? [start, bar[1], Math.max(bar[2], price), Math.min(bar[3], price), price, bar[5] + size]
          : [start, price, price, price, price, size],
      );
    }
    expect(await chartOf(page, 5 * MINUTE)).toEqual([...hand.values()]);
  }
});
