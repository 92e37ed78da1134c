import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  eventsOf,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  readingOf,
} from '../engine/testing.ts';

/** Swings of one bar on each side. */
const ON: Nested = { rules: { 'technical-stop': { enabled: true } }, indicators: { swing: 1 } };
/** Bars with these lows, half a point high, that close at their highs. */
const lows = (...list: number[]): Bar[] => list.map((low) => [low + 0.5, low + 0.5, low, low + 0.5]);

describe.each(['long', 'short'] as Side[])('the technical stop of a %s', (side) => {
  const { at, bar } = mirrored(side);
  /** Bought at the open of the bar after the first `after`. */
  const run = (rows: readonly Bar[], { over = ON, stop = 90, after = 1 } = {}): Engine =>
    entered(barsTape(rows.map(bar)), over, { side, stop: String(at(stop)) }, 'adverse-first', after);
  const moves = (engine: Engine): [minute: number, to: string][] =>
    engine.journal.flatMap(({ event, ts }) =>
      event.type === 'StopRaised' ? [[(ts - NINE_THIRTY) / MINUTE, event.to] as [number, string]] : [],
    );
  const beyond = (long: string, short: string): string => (side === 'long' ? long : short);

  it('[R10] goes half a per cent beyond a support, or resistance, at the close that confirms it (S0: 98 → 97.51, 102 → 102.51)', () => {
    const engine = run([...lows(99.5, 99), ...lows(98, 98.5, 99)]);
    engine.run(3);
    expect(readingOf(engine, 'technical-stop')).toMatchObject({ state: 'waiting', level: Number.NaN });
    expect(readingOf(engine, 'technical-stop').criteria).toEqual([
      {
        label: side === 'long' ? 'New support below price' : 'New resistance above price',
        comparison: side === 'long' ? '<' : '>',
        threshold: at(98.5).toFixed(2),
        value: 'none since entry',
        verdict: 'unknown',
      },
    ]);
    expect(moves(engine)).toEqual([]);
    engine.run(4);
    expect(moves(engine)).toEqual([[4, beyond('97.51', '102.51')]]);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ from: String(at(90)), causedBy: 'technical-stop', alsoBy: [] }]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria[0]).toMatchObject({
      value: at(98).toFixed(2),
      threshold: at(99).toFixed(2),
      verdict: 'pass',
    });
  });

  it('[R10] does so once a level', () => {
    const engine = end(run([...lows(99.5, 99), ...lows(98, 98.5, 99, 99.5, 100)]));
    expect(moves(engine)).toHaveLength(1);
  });

  it('[R10] ratchets: it follows a nearer level and lets a further one pass', () => {
    const engine = end(run(lows(99.5, 99, 98, 98.5, 98.2, 98.6, 97.9, 98.3, 98.1, 99)));
    expect(moves(engine)).toEqual([
      [4, beyond('97.51', '102.51')],
      // 98.2, then 97.9 is passed over, then 98.1 does not bring it nearer
      [6, beyond('97.7', '102.31')],
    ]);
  });

  it('[R10] knows only levels confirmed since the entry', () => {
    // the low at 97 is confirmed by the bar that closes as the entry is made
    const before = run(lows(99, 97, 98, 98.5, 99, 99.5), { after: 3 });
    expect(moves(end(before))).toEqual([]);
    expect(readingOf(before, 'technical-stop').criteria[0]).toMatchObject({ value: 'none since entry', verdict: 'unknown' });
    // one bar earlier it is confirmed by the first that closes after it
    expect(moves(end(run(lows(99, 97, 98, 98.5, 99, 99.5), { after: 2 })))).toEqual([[3, beyond('96.51', '103.52')]]);
  });

  it('[R10] leaves a level on the wrong side of the price', () => {
    // asked every five minutes: by then the price is below the low that formed in between
    const engine = run([...lows(99.5, 99), ...lows(98, 98.5), [98.5, 98.5, 97.2, 97.2], ...lows(96.9, 97)], {
      over: merge(ON, { evaluateEvery: '5m' }),
    });
    engine.run(5);
    expect(readingOf(engine, 'technical-stop').criteria[0]).toMatchObject({
      value: at(98).toFixed(2),
      threshold: at(97.2).toFixed(2),
      verdict: 'fail',
    });
    expect(moves(engine)).toEqual([]);
  });

  it('[R10] is silent on a level after the user has loosened the stop or rejected it, and speaks of the next', () => {
    const rows = [...lows(99.5, 99), ...lows(98, 98.5, 99, 98.8, 99.5, 100)];
    const loosened = run(rows);
    loosened.run(4);
    loosened.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(95)), loosen: true });
    loosened.run(5);
    expect(moves(loosened)).toHaveLength(1);
    expect(readingOf(loosened, 'technical-stop').state).toBe('silent');
    end(loosened);
    expect(moves(loosened)).toEqual([
      [4, beyond('97.51', '102.51')],
      [7, beyond('98.3', '101.71')],
    ]);
    const rejected = run(rows, { over: merge(ON, { autonomy: { 'stop-move': 'approve' } }) });
    rejected.run(4);
    rejected.command({ type: 'RejectProposal', proposalId: 'P1' });
    end(rejected);
    expect(eventsOf(rejected, 'ProposalOpened').map(({ proposal }) => proposal.action)).toMatchObject([
      { price: beyond('97.51', '102.51') },
      { price: beyond('98.3', '101.71') },
    ]);
  });

  it('[R10] stands aside where the stop is nearer already', () => {
    expect(moves(end(run(lows(99.5, 99, 98, 98.5, 99), { stop: 97.6 })))).toEqual([]);
  });
});
