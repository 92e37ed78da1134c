import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import { proposalTitle } from '../projections/lines.ts';
import { end, eventsOf, holding, merge, mirrored, type Nested, NINE_THIRTY, readingOf } from '../engine/testing.ts';

const ON: Nested = { evaluateEvery: 'tick', rules: { 'age-tighten': { enabled: true, least: '0%' } } };
const HOUR = 3_600;
/** Seconds after the open at which so many hours have been held since the entry. */
const after = (hours: number): number => 1 + hours * HOUR;

describe.each(['long', 'short'] as Side[])('age tightening of a %s', (side) => {
  const { at } = mirrored(side);
  const run = (prices: [second: number, price: number][], over = ON, stop = 90): Engine =>
    end(
      holding(
        prices.map(([second, price]) => [second, at(price)] as const),
        over,
        { side, stop: String(at(stop)) },
      ),
    );
  /** Hours held at each move. */
  const moved = (engine: Engine): number[] =>
    engine.journal.flatMap(({ event, ts }) => (event.type === 'StopRaised' ? [(ts - NINE_THIRTY - 1_000) / (HOUR * 1_000)] : []));
  const stops = (engine: Engine): string[] => eventsOf(engine, 'StopRaised').map(({ to }) => to);

  it('[R9] brings the stop of a winner 0.2 % of the price nearer once it has been held for two hours, not a millisecond before', () => {
    const engine = run([
      [after(2) - 0.001, 101],
      [after(2), 101],
    ]);
    expect(moved(engine)).toEqual([2]);
    // 0.2 % of 101, or of 99
    expect(stops(engine)).toEqual([side === 'long' ? '90.2' : '109.81']);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ causedBy: 'age-tighten', alsoBy: [] }]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria.slice(0, 2)).toEqual([
      { label: 'Time held', comparison: '≥', threshold: '120.0m', value: '120.0m', verdict: 'pass' },
      {
        label: 'Price against entry',
        comparison: side === 'long' ? '>' : '<',
        threshold: '100.00',
        value: at(101).toFixed(2),
        verdict: 'pass',
        level: '100.00',
      },
    ]);
  });

  it('[R9] names the time at which it falls due, and the entry as the price that it needs', () => {
    const engine = holding([at(99.9)], ON, { side });
    engine.run(3);
    expect(readingOf(engine, 'age-tighten')).toMatchObject({
      state: 'armed',
      level: 100,
      due: NINE_THIRTY + after(2) * 1_000,
    });
  });

  it('[R9] does so again once for each further full hour', () => {
    const engine = run([
      [after(2), 101],
      [after(2.5), 101.5],
      [after(3) - 0.001, 101.5],
      [after(3), 101.5],
      [after(3) + 1, 101.6],
      [after(4.25), 101],
    ]);
    expect(moved(engine)).toEqual([2, 3, 4.25]);
    expect(eventsOf(engine, 'StepsDone').map(({ rule, steps }) => [rule, steps])).toEqual([
      ['age-tighten', [0]],
      ['age-tighten', [1]],
      ['age-tighten', [2]],
    ]);
    expect(readingOf(engine, 'age-tighten').state).toBe('done');
  });

  it('[R9] makes one step where a long silence has skipped hours', () => {
    expect(
      moved(
        run([
          [after(2), 101],
          [after(8.5), 101],
          [after(8.75), 101],
          [after(9), 101],
        ]),
      ),
    ).toEqual([2, 8.5, 9]);
  });

  it('[R9] leaves a loser and what stands at its entry, a tick short of winning, and acts within the hour once it wins', () => {
    const engine = run([
      [after(2), 99],
      [after(2) + 1, 100],
      [after(2) + 2, 100.01],
      [after(2) + 3, 101],
    ]);
    expect(moved(engine)).toEqual([2 + 2 / HOUR]);
  });

  it('[R9] is named beside a tighter move that waits to be approved', () => {
    const over = merge(ON, { rules: { breakeven: { enabled: true, trigger: '0.05R' } }, autonomy: { 'stop-move': 'approve' } });
    const engine = holding([[after(2), at(101)]], over, { side, stop: String(at(90)) });
    engine.run(3);
    const [proposal] = eventsOf(engine, 'ProposalOpened').map((event) => event.proposal);
    expect(proposal && proposalTitle(proposal, side)).toBe('Breakeven · stop to 100 (also age)');
    engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ causedBy: 'breakeven', alsoBy: ['age-tighten'] }]);
  });

  it('[R9] is named beside a tighter move, and has then had its hour', () => {
    const breakeven = merge(ON, { rules: { breakeven: { enabled: true, trigger: '0.05R' } } });
    const engine = run(
      [
        [after(2), 101],
        [after(2) + 1, 101],
      ],
      breakeven,
    );
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '100', causedBy: 'breakeven', alsoBy: ['age-tighten'] }]);
    expect(eventsOf(engine, 'StepsDone')).toMatchObject([{ rule: 'age-tighten', steps: [0] }]);
  });

  describe('never nearer to the price than a quarter of an ATR', () => {
    // the bar that closes last has a range of 4
    const wide: [number, number][] = [
      [after(2) - 100, 100],
      [after(2) - 99, 104],
      [after(2) - 98, 100.5],
    ];
    const near = merge(ON, { rules: { 'age-tighten': { least: '0.25ATR' } }, indicators: { atr: 1 } });

    it.each([
      // 0.2 % of 100.50, or of 99.50, rounded away from the price
      [99.25, side === 'long' ? 99.45 : 100.56],
      [99.31, at(99.5)],
      [99.4, at(99.5)],
      [99.5, undefined],
      [99.8, undefined],
    ])('[R9] a stop at %d comes to %s at a price of 100.50 and an ATR of 4', (stop, wanted) => {
      const engine = run([...wide, [after(2), 100.5]], near, stop);
      expect(engine.market.atr).toBe(4);
      expect(stops(engine).map(Number)).toEqual(wanted === undefined ? [] : [wanted]);
    });

    it('[R9] does nothing while the ATR is not known, and says so', () => {
      const engine = run([...wide, [after(2), 101]], merge(near, { indicators: { atr: 14 } }));
      expect(stops(engine)).toEqual([]);
      expect(readingOf(engine, 'age-tighten').criteria[2]).toMatchObject({ threshold: 'unknown', verdict: 'unknown' });
    });
  });
});
