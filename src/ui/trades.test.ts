import { describe, expect, it } from 'vitest';
import type { ChartPosition, SessionView } from '../projections/views.ts';
import type { TradesFound } from '../worker/protocol.ts';
import { matched, pastOf } from './trades.ts';

const found = {
  symbols: ['AAA', 'BBB'],
  trades: [{ symbol: 'AAA' }, { symbol: 'BBB' }, { symbol: 'AAA' }],
  entries: [50, 100, 200, 201].map((ts) => ({ ts, line: ts, entry: { symbol: ts === 200 ? 'BBB' : 'AAA' } })),
} as unknown as TradesFound;

describe('trades beside a session', () => {
  it('are those of its instruments, their entries within its time', () => {
    const session = { symbols: ['AAA'], fromTs: 60, toTs: 200 } as unknown as SessionView;
    expect(matched(found, session)).toMatchObject({
      symbols: [
        { symbol: 'AAA', trades: 2, here: true },
        { symbol: 'BBB', trades: 1, here: false },
      ],
      trades: 2,
      entries: [{ ts: 100 }],
      outside: 2,
    });
  });

  it('are none where nothing is open', () => {
    expect(matched(found, null)).toMatchObject({
      trades: 0,
      entries: [],
      outside: 0,
      symbols: [{ here: false }, { here: false }],
    });
  });
});

const position = (openTs: number, closeTs: number | null, marks: number[]): ChartPosition => ({
  id: `yours ${openTs}`,
  yours: true,
  side: 'long',
  openTs,
  closeTs,
  marks: marks.map((ts) => ({ ts, price: 1, side: 'buy', quantity: '1', text: '', note: 'yours', seq: null })),
  tranches: marks
    .slice(0, -1)
    .map((ts, ordinal) => ({ id: String(ts), ordinal, openTs: ts, closeTs, price: 1, quantity: '1', label: '' })),
  stops: [],
  targets: [],
  averages: marks.slice(0, -1).map((ts) => ({ ts, price: ts })),
  trailing: false,
  entry: 1,
  r: null,
  liquidation: null,
  best: Number.NaN,
  worst: Number.NaN,
  stopLabel: '',
  targetLabel: '',
});

describe('what has happened of positions', () => {
  const first = position(10, 30, [10, 20, 30]);
  const second = position(40, null, [40, 50]);
  const past = pastOf([first, second]);

  it('is nothing before the first, and everything at the end', () => {
    expect(past(9)).toEqual([]);
    expect(past(1_000)).toEqual([first, second]);
  });

  it('is a position as it was, without what came later', () => {
    const [then, ...others] = past(15);
    expect(others).toEqual([]);
    expect(then).toMatchObject({
      closeTs: null,
      marks: [{ ts: 10 }],
      tranches: [{ openTs: 10, closeTs: null }],
      averages: [{ ts: 10 }],
    });
    expect(past(30)).toEqual([first]);
  });

  it('is the same list until something more happens, and goes back with the replay', () => {
    const shown = past(25);
    expect(past(29)).toBe(shown);
    expect(past(30)).not.toBe(shown);
    expect(past(25)).toEqual(shown);
    expect(first.marks).toHaveLength(3);
  });
});
