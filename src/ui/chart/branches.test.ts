import { describe, expect, it } from 'vitest';
import type { ChartPosition } from '../../projections/views.ts';
import { BarStore, DisplayBars } from './bars.ts';
import { differing, type DrawnBranch } from './branches.ts';
import { equityAt } from './equity.ts';

const stop = (ts: number, price: number) => ({ ts, price, reason: 'first stop', seq: ts });
const mark = (ts: number, price: number) => ({ ts, price, side: 'buy' as const, quantity: '1', text: '', note: '', seq: ts });
const position = (over: Partial<ChartPosition> = {}): ChartPosition => ({
  id: 'A-1',
  yours: false,
  side: 'long',
  openTs: 10,
  closeTs: null,
  marks: [mark(10, 100)],
  tranches: [],
  stops: [stop(10, 95), stop(20, 97)],
  targets: [],
  averages: [],
  trailing: false,
  entry: 100,
  r: 5,
  liquidation: null,
  best: 100,
  worst: 100,
  stopLabel: '',
  targetLabel: '',
  ...over,
});
const branch = (positions: ChartPosition[], over: Partial<DrawnBranch> = {}): DrawnBranch => ({
  id: 'b',
  name: 'other',
  leftTs: 15,
  endTs: 100,
  positions,
  equity: { ts: Float64Array.of(0, 60_000, 150_000), equity: Float64Array.of(100, 101, 99) },
  style: 0,
  ...over,
});

describe('branches on one chart', () => {
  it('draw nothing of what is the same, and of what differs only from the last common step on', () => {
    expect(differing([branch([position()])], [position()], 100)).toEqual([]);
    const other = position({ stops: [stop(10, 95), stop(30, 99)], marks: [mark(10, 100), mark(25, 103)] });
    const [drawn] = differing([branch([other])], [position()], 100);
    expect(drawn?.position.stops.map(({ ts }) => ts)).toEqual([10, 30]);
    expect(drawn?.position.marks.map(({ ts }) => ts)).toEqual([25]);
  });

  it('draw a position that the other does not have as a whole, also where it bears the same name', () => {
    const later = position({ openTs: 40, marks: [mark(40, 101)], stops: [stop(40, 96)] });
    expect(differing([branch([later])], [position()], 100)[0]?.position).toEqual(later);
    expect(differing([branch([position()])], [], 100)).toHaveLength(1);
  });

  it('show nothing that comes after the present moment, unless the whole branch is asked for', () => {
    const other = position({ closeTs: 50, stops: [stop(10, 95), stop(30, 99)], marks: [mark(10, 100), mark(50, 104)] });
    const [hidden] = differing([branch([other])], [], 25);
    expect([hidden?.position.stops.length, hidden?.position.marks.length, hidden?.position.closeTs]).toEqual([1, 1, null]);
    expect(differing([branch([other])], [], 5)).toEqual([]);
    expect(differing([branch([other])], [], null)[0]?.position.marks).toHaveLength(2);
  });

  it('leave the session that is open as it is drawn already', () => {
    expect(differing([branch([position()], { style: null })], [], 100)).toEqual([]);
  });
});

it('a branch has an equity at the end of a bar from its first note to where it has come', () => {
  const store = new BarStore();
  const ts = Float64Array.of(0, 60_000, 120_000, 180_000);
  const column = (): Float64Array => new Float64Array(4).fill(1);
  store.apply({
    from: 0,
    ts,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    rsi: column(),
    macd: column(),
    macdSignal: column(),
    atr: column(),
  });
  const bars = new DisplayBars(store, 60_000, null);
  bars.sync(0);
  const own = branch([], { endTs: 130_000 });
  expect([0, 1, 2, 3].map((index) => equityAt(own, bars, index))).toEqual([101, 101, 99, Number.NaN]);
});
