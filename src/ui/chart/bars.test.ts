import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarsDelta } from '../../projections/views.ts';
import { BarStore, DisplayBars } from './bars.ts';
import { bucketOf, isOutside, sessionClock } from './times.ts';

const MINUTE = 60_000;
const newYork = { instrument: { session: 'XNYS' }, intervalMs: MINUTE };
/** 09:30 in New York on 15 February 2019 */
const OPEN = Date.parse('2019-02-15T14:30:00Z');

/** Bars of one minute from `ts`, a row each: open, high, low, close, volume. */
function delta(from: number, times: number[], rows: number[][]): BarsDelta {
  const column = (i: number) => Float64Array.from(rows, (row) => row[i] ?? Number.NaN);
  return {
    from,
    ts: Float64Array.from(times),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
    rsi: column(5),
    macd: column(6),
    macdSignal: column(7),
    atr: column(8),
  };
}

const minutes = (count: number, from = OPEN): number[] => Array.from({ length: count }, (_, i) => from + i * MINUTE);
const rising = (count: number, at = 100): number[][] =>
  Array.from({ length: count }, (_, i) => [at + i, at + i + 2, at + i - 1, at + i + 1, 10, 50 + i]);
const read = (bars: DisplayBars, name: Parameters<DisplayBars['at']>[0]): number[] =>
  Array.from({ length: bars.length }, (_, i) => bars.at(name, i));

describe('the store of bars', () => {
  it('replaces the forming bar and grows past its first capacity', () => {
    const store = new BarStore();
    store.apply(delta(0, minutes(3000), rising(3000)));
    store.apply(
      delta(2999, minutes(2, OPEN + 2999 * MINUTE), [
        [1, 2, 0.5, 1.5, 7, 40],
        [1.5, 3, 1, 2, 8, 41],
      ]),
    );
    expect(store.length).toBe(3001);
    expect([store.at('close', 2998), store.at('close', 2999), store.at('close', 3000)]).toEqual([3099, 1.5, 2]);
  });

  it('tells its listeners the first row that changed, and only while they listen', () => {
    const store = new BarStore();
    const heard: number[] = [];
    const stop = store.subscribe((from) => heard.push(from));
    store.apply(delta(0, minutes(2), rising(2)));
    store.apply(delta(1, minutes(1, OPEN + MINUTE), rising(1)));
    store.clear();
    stop();
    store.apply(delta(0, minutes(2), rising(2)));
    expect(heard).toEqual([0, 1, 0]);
  });

  it.each([
    ['a row is skipped', delta(3, minutes(1, OPEN + 3 * MINUTE), rising(1))],
    ['a time repeats', delta(2, [OPEN + MINUTE], rising(1))],
    ['times fall inside the delta', delta(2, [OPEN + 3 * MINUTE, OPEN + 2 * MINUTE], rising(2))],
    ['a time is not a number', delta(2, [Number.NaN], rising(1))],
  ])('refuses bars where %s, and keeps those it has', (_, bad) => {
    const store = new BarStore();
    store.apply(delta(0, minutes(2), rising(2)));
    expect(() => store.apply(bad)).toThrow(RangeError);
    expect(store.length).toBe(2);
  });
});

describe('bars at a display interval', () => {
  const five = bucketOf(newYork, 5 * MINUTE);

  it('joins minutes counted from the session open: first open, highest high, lowest low, last close, summed volume, last indicator', () => {
    const store = new BarStore();
    store.apply(delta(0, minutes(7), rising(7)));
    const bars = new DisplayBars(store, 5 * MINUTE, five);
    expect(read(bars, 'ts')).toEqual([OPEN, OPEN + 5 * MINUTE]);
    expect(read(bars, 'open')).toEqual([100, 105]);
    expect(read(bars, 'high')).toEqual([106, 108]);
    expect(read(bars, 'low')).toEqual([99, 104]);
    expect(read(bars, 'close')).toEqual([105, 107]);
    expect(read(bars, 'volume')).toEqual([50, 20]);
    expect(read(bars, 'rsi')).toEqual([54, 56]);
  });

  it('shows the session bars as they are at their own interval', () => {
    const store = new BarStore();
    store.apply(delta(0, [OPEN + 17_000, OPEN + 80_000], rising(2)));
    const bars = new DisplayBars(store, MINUTE, bucketOf(newYork, MINUTE));
    expect(read(bars, 'ts')).toEqual([OPEN + 17_000, OPEN + 80_000]);
  });

  it('counts hours from the open at half past nine, and starts anew each day', () => {
    const store = new BarStore();
    const next = OPEN + 4 * 86_400_000;
    store.apply(delta(0, [OPEN + 59 * MINUTE, OPEN + 60 * MINUTE, next + 10 * MINUTE], rising(3)));
    const bars = new DisplayBars(store, 60 * MINUTE, bucketOf(newYork, 60 * MINUTE));
    expect(read(bars, 'ts')).toEqual([OPEN, OPEN + 60 * MINUTE, next]);
  });

  it('counts from local midnight in a market without hours, and whole local days from a day on', () => {
    const always = { instrument: { session: 'UTC/24h' }, intervalMs: MINUTE };
    expect(bucketOf(always, 4 * 60 * MINUTE)?.(Date.parse('2024-08-08T11:59:00Z'))).toBe(Date.parse('2024-08-08T08:00:00Z'));
    expect(bucketOf(newYork, 86_400_000)?.(Date.parse('2019-02-15T20:59:00Z'))).toBe(Date.parse('2019-02-15T05:00:00Z'));
  });

  it('counts from the start of the day where there is no session', () => {
    expect(bucketOf(newYork, 60 * MINUTE)?.(Date.parse('2019-07-04T14:59:00Z'))).toBe(Date.parse('2019-07-04T14:00:00Z'));
  });

  it('counts an overnight session from its open on the evening before, and keeps it one day', () => {
    const chicago = { instrument: { session: 'America/Chicago/17:00-16:00' }, intervalMs: MINUTE };
    const evening = Date.parse('2019-02-14T23:00:00Z');
    expect(bucketOf(chicago, 4 * 60 * MINUTE)?.(Date.parse('2019-02-15T06:59:00Z'))).toBe(evening + 4 * 60 * MINUTE);
    expect(bucketOf(chicago, 86_400_000)?.(Date.parse('2019-02-15T21:00:00Z'))).toBe(evening);
  });

  it('keeps days whole where the clocks change', () => {
    const day = bucketOf(newYork, 86_400_000);
    expect(day?.(Date.parse('2019-03-11T03:59:00Z'))).toBe(Date.parse('2019-03-10T05:00:00Z'));
    expect(day?.(Date.parse('2019-03-11T04:00:00Z'))).toBe(Date.parse('2019-03-11T04:00:00Z'));
  });

  it('is after any deltas what it would be had all bars come at once', () => {
    const cuts = fc.array(fc.record({ back: fc.nat(8), rows: fc.integer({ min: 1, max: 40 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.constantFrom(1, 2, 5, 7, 60), (steps, interval) => {
        const store = new BarStore();
        const bucket = bucketOf(newYork, interval * MINUTE);
        const live = new DisplayBars(store, interval * MINUTE, bucket);
        steps.forEach(({ back, rows }, n) => {
          const from = Math.max(0, store.length - back);
          store.apply(delta(from, minutes(rows, OPEN + from * MINUTE), rising(rows, 100 + n)));
          live.sync(from);
        });
        const whole = new DisplayBars(store, interval * MINUTE, bucket);
        for (const name of ['ts', 'open', 'high', 'low', 'close', 'volume', 'rsi'] as const)
          expect(read(live, name)).toEqual(read(whole, name));
      }),
      { numRuns: 150 },
    );
  });

  it('places a time inside its bar, and a time in a gap at the edge before it', () => {
    const store = new BarStore();
    store.apply(delta(0, [OPEN, OPEN + MINUTE, OPEN + 10 * MINUTE], rising(3)));
    const bars = new DisplayBars(store, MINUTE, null);
    const places = [OPEN - MINUTE, OPEN, OPEN + 30_000, OPEN + MINUTE, OPEN + 5 * MINUTE, OPEN + 10 * MINUTE + 15_000];
    expect(places.map((ts) => bars.placeOf(ts))).toEqual([-0.5, -0.5, 0, 0.5, 1.5, 1.75]);
  });
});

describe('the shading of hours without a session', () => {
  it.each([
    ['the last minute of a regular day', 'XNYS', '2019-07-02T19:59', false],
    ['the close of a regular day', 'XNYS', '2019-07-02T20:00', true],
    ['the minute before the open', 'XNYS', '2019-07-02T13:29', true],
    ['the last minute of a half day', 'XNYS', '2019-07-03T16:59', false],
    ['the afternoon of a half day', 'XNYS', '2019-07-03T17:00', true],
    ['noon of a holiday', 'XNYS', '2019-07-04T16:00', true],
    ['noon of a Saturday', 'XNYS', '2019-07-06T16:00', true],
    ['noon of a Saturday, where every day has the same hours', 'America/New_York/09:30-16:00', '2019-07-06T16:00', false],
    ['the evening of an overnight session', 'America/Chicago/17:00-16:00', '2019-02-14T23:00', false],
    ['the pause of an overnight session', 'America/Chicago/17:00-16:00', '2019-02-14T22:30', true],
    ['any time of a market around the clock', 'UTC/24h', '2019-07-06T23:59', false],
  ])('at %s', (_, session, ts, outside) => {
    expect(isOutside(sessionClock({ instrument: { session } }), Date.parse(`${ts}:00Z`))).toBe(outside);
  });
});
