import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import { dice } from '../engine/dice.ts';
import { type Bar, flat, still } from '../engine/testing.ts';
import type { Case } from './case.ts';
import { LEAST_PAIRS, resamples } from './bootstrap.ts';
import { type Comparison, type ComparisonRow, compared, rowsOf, underPolicy } from './compare.ts';
import { COMPARISON_FIGURES, endedOf, figureOf, resampledFigure } from './comparison-figures.ts';
import type { EntryResult } from './entry-results.ts';
import { refusedResult, resultOf, sessionOf } from './testing.ts';

const nothing = (): void => undefined;
const compare = (a: Case, b: Case): Comparison =>
  compared({ names: ['A', 'B'], pairs: [{ a: { one: a, decider: 'own' }, b: { one: b, decider: 'own' } }] }, nothing);
const rowIn = (rows: readonly ComparisonRow[], id: string): ComparisonRow => {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Error(`no row ${id}`);
  return row;
};
const values = (rows: readonly ComparisonRow[]): Record<string, (string | null)[]> =>
  Object.fromEntries(rows.map(({ id, a, b, difference }) => [id, [a, b, difference]]));

/** Trades with gains and losses that follow from a seed; some are refused. */
function results(seed: number, count: number): EntryResult[] {
  const next = dice(seed);
  return Array.from({ length: count }, (_, i) =>
    next() < 0.1
      ? refusedResult
      : resultOf(Math.round((next() - 0.45) * 20_000) / 100, {
          heldMs: Math.floor(next() * 3_600_000),
          endTs: i * 60_000,
          stoppedOut: next() < 0.3,
          atStop: dec(next() < 0.5 ? 100 : 0),
          saved: dec(next() < 0.5 ? 30 : 0),
        }),
  );
}

describe('two policies on the same entries', () => {
  // a rise to 104, a fall to 98, and quiet again: 100 → 104 → 98
  const up: Bar[] = [...still(3, flat(100)), [100, 104.5, 100, 104], ...still(3, flat(104))];
  const down: Bar[] = [[104, 104, 97, 98], ...still(3, flat(98))];
  const bars = [...up, ...down];
  const entries = [{ minute: 1 }, { minute: 6 }];

  it('are put side by side as reckoned by hand', () => {
    // A: stop 2 %, target 4 %. The first leaves at its target 104 (+400); the second, bought at 104, at its stop 101.92 (−208).
    const a = sessionOf(bars, entries, { target: { kind: 'reward', distance: '4%', rewardRisk: '0' } });
    // B: stop 10 %, no target: both are one position, open at 98: −200 of the first, −600 of the second.
    const b = sessionOf(bars, entries, { initialStop: { kind: 'percent', percent: '10%' }, target: { kind: 'none' } });
    const { rows, sides, pairs, notes } = compare(a, b);
    expect(pairs.map((pair) => [pair.a.status, pair.a.pnl, pair.b.status, pair.b.pnl])).toEqual([
      ['closed', '400', 'open', '-200'],
      ['closed', '-208', 'open', '-600'],
    ]);
    expect(values(rows)).toEqual({
      pnl: ['192.00', '-800.00', '-992.00'],
      'win-rate': ['50.0', '0.0', '-50.0'],
      'average-win': ['400.00', null, null],
      'average-loss': ['208.00', '400.00', '192.00'],
      'profit-factor': ['1.92', '0.00', '-1.92'],
      expectancy: ['96.00', '-400.00', '-496.00'],
      // (400/200 − 208/208) / 2; (−200/1000 − 600/1000) / 2
      'expectancy-r': ['0.500', '-0.400', '-0.900'],
      'max-drawdown': ['208.00', '800.00', '592.00'],
      // 96 / √((304² + 304²) / 1); −400 / √(200² + 200²)
      sharpe: ['0.223', '-1.414', '-1.638'],
      hold: expect.any(Array),
      'early-exit-savings': [null, null, null],
      'stop-out-rate': ['50.0', '0.0', '-50.0'],
    });
    expect(sides.map(({ entries, trades, refused, open }) => [entries, trades, refused, open])).toEqual([
      [2, 2, 0, 0],
      [2, 2, 0, 2],
    ]);
    expect(notes).toEqual(['B: 2 still open at the end, counted at the last price']);
    expect(rowIn(rows, 'pnl').why).toBe(`Not enough data: 2 pairs, ${LEAST_PAIRS} are needed`);
  });

  it('count an entry that one of them refuses as nothing there, and list why', () => {
    const a = sessionOf(bars, entries);
    const b = sessionOf(bars, entries, { limits: { positionEquity: '0.005%' } });
    const { sides, pairs } = compare(a, b);
    expect(sides[1].refused).toBe(2);
    expect(pairs.map(({ b }) => [b.status, b.pnl])).toEqual([
      ['refused', '0'],
      ['refused', '0'],
    ]);
    expect(pairs[0]?.b.reason).toMatch(/against/);
  });

  it('are told apart where the entries differ: what only one branch asked for stands alone', () => {
    const { pairs } = compare(sessionOf(bars, entries), sessionOf(bars, [{ minute: 1 }, { minute: 8 }]));
    expect(pairs.map(({ a, b }) => [a.status !== 'absent', b.status !== 'absent'])).toEqual([
      [true, true],
      [true, false],
      [false, true],
    ]);
  });

  it('differ by nothing where they are the same policy', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      minute: 1 + i * 3,
      entry: i % 2 === 0 ? {} : { side: 'short' as const },
    }));
    const next = dice(9);
    const wild = Array.from({ length: 120 }, (): Bar => {
      const price = 100 + Math.round(next() * 800) / 100;
      return [price, price + 2, price - 2, price];
    });
    const one = sessionOf(wild, many);
    const same = underPolicy(one, one.policy, 'own');
    const { rows } = compared({ names: ['A', 'B'], pairs: [{ a: same, b: same }] }, nothing);
    const known = rows.filter(({ low }) => low !== null);
    expect(known.length).toBeGreaterThan(8);
    for (const { difference, low, high, label } of known)
      for (const value of [difference, low, high]) expect(Number(value), `of ${label}`).toBe(0);
  });
});

describe('the table of a comparison', () => {
  it('is mirrored where A and B change places', () => {
    const [a, b] = [results(1, 60), results(2, 60)];
    const session = a.map(() => 0);
    const there = rowsOf(a, b, session);
    const back = rowsOf(b, a, session);
    for (const [at, row] of there.entries()) {
      const other = back[at];
      expect([other?.a, other?.b], `of ${row.label}`).toEqual([row.b, row.a]);
      expect(Number(other?.difference) + Number(row.difference), `of ${row.label}`).toBeCloseTo(0, 9);
      expect(Number(other?.low) + Number(row.high), `of ${row.label}`).toBeCloseTo(0, 9);
      expect(Number(other?.high) + Number(row.low), `of ${row.label}`).toBeCloseTo(0, 9);
    }
  });

  it('has intervals around the differences, the same ones each time', () => {
    const [a, b] = [results(3, 80), results(4, 80)];
    const rows = rowsOf(
      a,
      b,
      a.map(() => 0),
    );
    for (const { id, difference, low, high, label } of rows) {
      // the path of a resample is longer in its losses than the path itself may be
      if (id === 'max-drawdown') continue;
      expect(Number(low), `of ${label}`).toBeLessThanOrEqual(Number(difference));
      expect(Number(high), `of ${label}`).toBeGreaterThanOrEqual(Number(difference));
    }
    expect(
      rowsOf(
        a,
        b,
        a.map(() => 0),
      ),
    ).toEqual(rows);
  });

  it('gives no interval for figures of trades where one side has too few, and one for what all entries came to', () => {
    const [a, b] = [results(6, 60), results(7, 60)];
    const few = a.map((one, at) => (at < LEAST_PAIRS - 1 ? one : refusedResult));
    const rows = rowsOf(
      few,
      b,
      few.map(() => 0),
    );
    const trades = few.filter(({ status }) => status === 'closed').length;
    expect(rowIn(rows, 'pnl').low).not.toBeNull();
    expect(rowIn(rows, 'win-rate')).toMatchObject({
      low: null,
      why: `Not enough data: ${trades} trades on one side, ${LEAST_PAIRS} are needed`,
    });
  });

  it('does not become surer by entries that both refuse', () => {
    const [a, b] = [results(3, 40), results(4, 40)];
    const none = Array.from({ length: 500 }, () => refusedResult);
    const rows = (x: EntryResult[], y: EntryResult[]) =>
      rowsOf(
        x,
        y,
        x.map(() => 0),
      );
    expect(rows([...a, ...none], [...b, ...none])).toEqual(rows(a, b));
  });

  it('has resampled figures that are the figure itself where each entry is drawn once', () => {
    const all = results(5, 50);
    const ended = endedOf(
      all,
      all.map(() => 0),
    );
    for (const figure of COMPARISON_FIGURES) {
      const [value] = resampledFigure(figure, all, ended, [new Uint16Array(50).fill(1)]);
      expect(value, `of ${figure.label}`).toBeCloseTo(figureOf(figure, all, ended)?.toNumber() ?? Number.NaN, 8);
    }
    expect(resamples(50, dice(1))[0]).not.toEqual(new Uint16Array(50).fill(1));
  });
});
