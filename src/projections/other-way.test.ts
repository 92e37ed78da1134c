import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Side } from '../domain/position.ts';
import type { BarPath } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import { type Bar, barsTape, COIN, entryOf, FUTURE, lastPosition, type Nested, policyWith, STOCK } from '../engine/testing.ts';
import { PaperTerms } from '../worker/exit-terms.ts';
import { OtherWays } from './other-way.ts';
import type { OtherWay } from './views.ts';

/** A flat market in which a position is taken, and a bar that holds its stop and its target alike. */
const at = (price: number): Bar => [price, price, price, price];
const ROWS: Bar[] = [at(100), at(100), [100, 103, 97, 100], at(100)];

interface Case {
  side: Side;
  entry?: Partial<PlaceEntry>;
  over?: Nested;
  instrument?: InstrumentSpec;
  rows?: Bar[];
  /** what the user does before the bar */
  decide?: (engine: Engine) => void;
}

function ended({ side, entry = {}, over = {}, instrument = STOCK, rows = ROWS, decide }: Case, barPath: BarPath): Engine {
  const target = side === 'long' ? '102' : '98';
  const engine = new Engine({ tapes: [barsTape(rows, instrument)], policy: policyWith(over), barPath });
  engine.run(1);
  engine.command(entryOf({ side, target, ...entry }));
  engine.run(2);
  decide?.(engine);
  engine.run(Number.POSITIVE_INFINITY);
  return engine;
}

/** What the journal's fills would have been the other way round. */
function otherWays(engine: Engine): OtherWay[] {
  const fold = new OtherWays(new PaperTerms());
  return engine.journal.flatMap((record) => fold.apply(record) ?? []);
}

/** What the run's only position has made, as its journal says. */
function closed(engine: Engine): { pnl: string; pnlR: string | null } {
  const ends = engine.journal.flatMap(({ event }) => (event.type === 'PositionClosed' ? [event] : []));
  expect(ends).toHaveLength(1);
  return { pnl: ends[0]?.realizedPnl ?? '', pnlR: ends[0]?.profitR ?? null };
}

const COSTS: Nested = {
  account: { commissionPerUnit: '0.013', commissionPercent: '0.02%', commissionMinimum: '1', slippage: '3ticks' },
};
const part = (fraction: string): Nested => ({ rules: { 'take-profit': { fraction } } });
const both = (a: Nested, b: Nested): Nested => ({ ...a, ...b });

const CASES: [string, Omit<Case, 'side'>][] = [
  ['without costs', {}],
  ['with commission and slippage', { over: COSTS }],
  ['of a future with a multiplier', { over: COSTS, instrument: FUTURE }],
  [
    'of a coin in small lots, by a share of its value',
    { over: { account: { commissionPercent: '0.1%', slippage: '0.05%' } }, instrument: COIN },
  ],
  ['whose target takes a third', { over: both(COSTS, part('33%')) }],
  [
    'that was reduced before',
    {
      over: COSTS,
      rows: [at(100), at(100), at(100.4), [100.4, 103, 97, 100], at(100)],
      decide: (engine) => {
        engine.command({ type: 'ReducePosition', positionId: lastPosition(engine).id, quantity: '37' });
        engine.run(3);
      },
    },
  ],
  [
    'whose stop and target were moved by hand',
    {
      decide: (engine) => {
        const { id: positionId, side } = lastPosition(engine);
        engine.command({ type: 'MoveStop', positionId, price: side === 'long' ? '99.31' : '100.69', loosen: false });
        engine.command({ type: 'MoveTarget', positionId, price: side === 'long' ? '102.63' : '97.37' });
      },
    },
  ],
];

describe.each(['long', 'short'] as Side[])('an ambiguous bar of a %s', (side) => {
  const stopFirst: BarPath = side === 'long' ? 'olhc' : 'ohlc';
  const targetFirst: BarPath = side === 'long' ? 'ohlc' : 'olhc';

  it.each(CASES)('%s has made what the journal says, and would have made what the engine makes on the other path', (_, made) => {
    const [stop, target] = [stopFirst, targetFirst].map((path) => ended({ side, ...made }, path)) as [Engine, Engine];
    const stopped = otherWays(stop);
    expect(stopped).toEqual([
      {
        first: 'stop',
        pnl: closed(stop).pnl,
        pnlR: closed(stop).pnlR,
        otherPnl: closed(target).pnl,
        otherPnlR: closed(target).pnlR,
      },
    ]);
    expect(stopped[0]?.otherPnl).not.toBe(stopped[0]?.pnl);
    const [taken] = otherWays(target);
    expect(taken).toMatchObject({ first: 'target', otherPnl: closed(stop).pnl, otherPnlR: closed(stop).pnlR });
  });

  it('tells only what it would have lost where the target took a part, for the rest goes on', () => {
    const [taken] = otherWays(ended({ side, over: part('50%') }, targetFirst));
    expect(taken).toMatchObject({ first: 'target', pnl: '', pnlR: '' });
    expect(Number(taken?.otherPnl)).toBeLessThan(0);
  });

  it('does not say what a target would have made that asks first', () => {
    const [stopped] = otherWays(ended({ side, over: { autonomy: { 'take-profit': 'approve' } } }, stopFirst));
    expect(stopped).toMatchObject({ first: 'stop', otherPnl: '', otherPnlR: '' });
    const byHand = (engine: Engine): void => engine.command({ type: 'SetAutonomyLevel', level: 'manual' });
    expect(otherWays(ended({ side, decide: byHand }, stopFirst))[0]).toMatchObject({ first: 'stop', otherPnl: '' });
  });

  it('is none where the market itself has said what came first', () => {
    const short = side === 'short';
    const rows: Bar[] = [at(100), at(100), short ? [100, 100.99, 97, 100] : [100, 103, 99.01, 100], at(100)];
    expect(otherWays(ended({ side, rows }, stopFirst))).toEqual([]);
  });
});
