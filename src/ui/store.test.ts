import { describe, expect, it } from 'vitest';
import type { BarsDelta, ChartPosition, ClockView, JournalLine, PositionView, ProposalView } from '../projections/views.ts';
import type { Frame } from '../worker/protocol.ts';
import { addFault, applyFrame, emptyState, type PageState } from './store.ts';

const frame = (seq: number, epoch: number, more: Partial<Frame> = {}): Frame => ({
  type: 'frame',
  seq,
  epoch,
  run: epoch,
  ...more,
});
const line = (seq: number): JournalLine => ({
  seq,
  ts: seq,
  row: seq,
  point: 0,
  kind: 'order',
  tone: 'plain',
  text: `line ${seq}`,
  rule: null,
  positionId: null,
  symbol: null,
  price: null,
});
const bars = (from: number, ...closes: number[]): BarsDelta => {
  const column = Float64Array.from(closes);
  return {
    from,
    ts: column.map((_, at) => (from + at) * 60_000),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    rsi: column,
    macd: column,
    macdSignal: column,
    atr: column,
  };
};
const proposal = (id: string, status: ProposalView['status'], reason = ''): ProposalView =>
  ({ id, title: id, status, reason, snoozedUntil: null }) as ProposalView;

describe('a frame', () => {
  it('changes the views it brings and leaves the others, by identity', () => {
    const positions = [{ id: 'a' } as PositionView];
    const first = applyFrame(emptyState, frame(1, 1, { positions, clock: { row: 1 } as ClockView }));
    const second = applyFrame(first, frame(2, 1, { clock: { row: 2 } as ClockView }));
    expect(second.positions).toBe(first.positions);
    expect(second.clock?.row).toBe(2);
  });

  it('keeps the identity of a position whose values are the same, so that only changed rows are drawn again', () => {
    const first = applyFrame(
      emptyState,
      frame(1, 1, {
        positions: [
          { id: 'a', pnl: '1' },
          { id: 'b', pnl: '2' },
        ] as PositionView[],
      }),
    );
    const second = applyFrame(
      first,
      frame(2, 1, {
        positions: [
          { id: 'a', pnl: '1' },
          { id: 'b', pnl: '3' },
        ] as PositionView[],
      }),
    );
    expect(second.positions[0]).toBe(first.positions[0]);
    expect(second.positions[1]).not.toBe(first.positions[1]);
  });

  it('keeps closed positions below the open ones, the last one first, until a run of its own begins', () => {
    const ids = ({ positions, chart }: PageState) =>
      [positions, chart.positions].map((list) => list.map(({ id }) => id).join(' '));
    const view = (id: string) => ({ id }) as PositionView;
    const mark = (id: string) => ({ id }) as ChartPosition;
    const chart = { positions: [mark('d')], nextLevels: [], pins: [], orders: [] };
    const closing = { closed: { from: 0, positions: [view('a'), view('b')] }, drawn: { from: 0, positions: [mark('a')] } };
    const first = applyFrame(emptyState, frame(1, 1, { positions: [view('c'), view('d')], chart, ...closing }));
    expect(ids(first)).toEqual(['c d b a', 'a d']);
    const more = { closed: { from: 2, positions: [view('c')] }, drawn: { from: 1, positions: [] } };
    const second = applyFrame(first, frame(2, 1, { positions: [view('d')], chart, ...more }));
    expect(ids(second)).toEqual(['d c b a', 'a d']);
    expect(second.positions.at(-1)).toBe(first.positions.at(-1));
    const other = applyFrame(second, { ...frame(3, 2, { positions: [view('d')], chart }), run: 1 });
    expect(ids(other)).toEqual(['d c b a', 'd']);
    expect(ids(applyFrame(other, frame(4, 3, { positions: [], chart })))).toEqual(['', 'd']);
  });

  it('adds its journal lines after those that are there, and replaces lines that come again', () => {
    const first = applyFrame(emptyState, frame(1, 1, { journal: { from: 0, lines: [line(1), line(2)] } }));
    const second = applyFrame(first, frame(2, 1, { journal: { from: 1, lines: [line(20), line(3)] } }));
    expect(second.journal.map(({ seq }) => seq)).toEqual([1, 20, 3]);
  });

  it('of a new epoch begins with an empty journal, no last bar and nothing ended', () => {
    const first = applyFrame(
      emptyState,
      frame(1, 1, { journal: { from: 0, lines: [line(1)] }, bars: bars(0, 5), proposals: [proposal('p', 'proposed')] }),
    );
    const ended = applyFrame(first, frame(2, 1, { proposals: [] }));
    const back = applyFrame(ended, frame(3, 2, { journal: { from: 0, lines: [line(9)] } }));
    expect(ended.ended).toHaveLength(1);
    expect(back.journal.map(({ seq }) => seq)).toEqual([9]);
    expect([back.lastBar, back.ended]).toEqual([null, []]);
  });

  it('that shows another instrument of the same run drops its bars and keeps the journal and what has ended', () => {
    const first = applyFrame(
      emptyState,
      frame(1, 1, { journal: { from: 0, lines: [line(1)] }, bars: bars(0, 5), proposals: [proposal('p', 'proposed')] }),
    );
    const ended = applyFrame(first, frame(2, 1, { proposals: [] }));
    const other = applyFrame(ended, frame(3, 2, { run: 1, bars: bars(0), journal: { from: 1, lines: [] } }));
    expect(other.journal.map(({ seq }) => seq)).toEqual([1]);
    expect(other.ended).toHaveLength(1);
    expect(other.lastBar).toBeNull();
  });

  it('keeps the newest bar and its index', () => {
    const state = applyFrame(emptyState, frame(1, 1, { bars: bars(7, 10, 11, 12) }));
    expect(state.lastBar).toEqual({ index: 9, ts: 9 * 60_000, open: 12, close: 12 });
  });

  it('without a bar in it keeps the last bar, but not over a new epoch', () => {
    const state = applyFrame(emptyState, frame(1, 1, { bars: bars(0, 10) }));
    expect(applyFrame(state, frame(2, 1, { bars: bars(1) })).lastBar?.close).toBe(10);
    expect(applyFrame(state, frame(2, 2, { bars: bars(0) })).lastBar).toBeNull();
  });

  it('that skips a number raises a fault that names both numbers', () => {
    const state = applyFrame(applyFrame(emptyState, frame(1, 1)), frame(3, 1));
    expect(state.faults).toHaveLength(1);
    expect(state.faults[0]?.detail).toContain('frame 2 was expected, 3 came');
    expect(state.dead).toBe(false);
    expect(applyFrame(state, frame(4, 1)).faults).toHaveLength(1);
  });

  it('ends its progress only when it says so', () => {
    const first = applyFrame(emptyState, frame(1, 1, { progress: { label: 'Reading', share: 0.5 } }));
    expect(applyFrame(first, frame(2, 1)).progress?.label).toBe('Reading');
    expect(applyFrame(first, frame(2, 1, { progress: null })).progress).toBeNull();
  });
});

describe('proposals that end', () => {
  it('are kept with their end and its reason, the newest first, five at most', () => {
    const ids = ['1', '2', '3', '4', '5', '6', '7'];
    let state = applyFrame(emptyState, frame(1, 1, { proposals: ids.map((id) => proposal(id, 'proposed')) }));
    for (const [at, id] of ids.entries())
      state = applyFrame(
        state,
        frame(at + 2, 1, { proposals: ids.map((other) => proposal(other, other <= id ? 'expired' : 'proposed', 'price moved')) }),
      );
    expect(state.ended.map(({ id }) => id)).toEqual(['7', '6', '5', '4', '3']);
    expect(state.ended[0]).toMatchObject({ status: 'expired', reason: 'price moved' });
  });

  it('follow their status on from approved to applied, and are "gone" when the worker drops them', () => {
    const open = applyFrame(emptyState, frame(1, 1, { proposals: [proposal('a', 'proposed'), proposal('b', 'proposed')] }));
    const approved = applyFrame(open, frame(2, 1, { proposals: [proposal('a', 'approved')] }));
    expect(approved.ended.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'approved'],
      ['b', 'gone'],
    ]);
    const applied = applyFrame(approved, frame(3, 1, { proposals: [proposal('a', 'applied')] }));
    expect(applied.ended[0]?.status).toBe('applied');
  });
});

it('a fault that is said again and again is one', () => {
  const fault = { type: 'fault', fatal: false, message: 'm', detail: 'd' } as const;
  const other = { ...fault, message: 'n' };
  const state = [fault, { ...fault }, other, fault].reduce(addFault, emptyState);
  expect(state.faults).toEqual([fault, other, fault]);
});

it('a fatal fault is final for the page, others are not', () => {
  const fault = { type: 'fault', fatal: false, message: 'm', detail: 'd' } as const;
  const hurt = addFault(emptyState, fault);
  expect([hurt.dead, hurt.faults.length]).toEqual([false, 1]);
  const dead = addFault(hurt, { ...fault, fatal: true });
  expect(addFault(dead, fault).dead).toBe(true);
});
