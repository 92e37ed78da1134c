import { expect, it } from 'vitest';
import { dec, type Decimal } from '../domain/decimal.ts';
import { dice } from '../engine/dice.ts';
import type { Bar } from '../engine/testing.ts';
import { evidenceOf, recordOf } from '../projections/figures/from-journal.ts';
import { readingsOf } from '../projections/figures/index.ts';
import { COMPARISON_FIGURES, type ComparisonFigureId, endedOf, figureOf } from './comparison-figures.ts';
import { runAgain } from './decide.ts';
import { resultsOf } from './entry-results.ts';
import { sessionOf } from './testing.ts';

/** The figures of a session that say the same, and what one of theirs is times to be one of ours. */
const SAME: [ComparisonFigureId, string, number][] = [
  ['pnl', 'net-pnl', 1],
  ['win-rate', 'win-rate', 100],
  ['average-win', 'average-win', 1],
  ['average-loss', 'average-loss', 1],
  ['profit-factor', 'profit-factor', 1],
  ['sharpe', 'sharpe-trade', 1],
  ['hold', 'hold-mean', 1 / 60_000],
  ['stop-out-rate', 'stop-out-rate', 100],
];

it('where every entry is a position of its own that is closed, the figures of the entries are those of the session', () => {
  const next = dice(11);
  const bars = Array.from({ length: 400 }, (): Bar => {
    const price = 100 + Math.round(next() * 300) / 100;
    return [price, price + 3, price - 3, price];
  });
  const entries = Array.from({ length: 40 }, (_, i) => ({
    minute: 1 + i * 9,
    entry: i % 2 === 0 ? {} : { side: 'short' as const },
  }));
  const one = sessionOf(bars, entries, {
    initialStop: { kind: 'percent', percent: '1.7%' },
    target: { kind: 'reward', distance: '2%', rewardRisk: '0' },
  });
  const ran = runAgain({ one, decider: 'own' }, () => undefined);
  const { entries: results } = resultsOf(ran);
  expect(results.filter(({ status }) => status === 'closed')).toHaveLength(40);
  const ended = endedOf(
    results,
    results.map(() => 0),
  );
  const theirs = new Map(readingsOf(evidenceOf(recordOf(ran.engine.journal), {})).map(({ figure, value }) => [figure.id, value]));
  const ours = (id: ComparisonFigureId): Decimal | null =>
    COMPARISON_FIGURES.flatMap((figure) => (figure.id === id ? [figureOf(figure, results, ended)] : []))[0] ?? null;
  for (const [id, other, times] of SAME) {
    const value = theirs.get(other);
    expect(value, `${other} is known`).not.toBeNull();
    expect(ours(id)?.toNumber(), `${id} is ${other}`).toBeCloseTo(
      dec(value ?? Number.NaN)
        .times(times)
        .toNumber(),
      6,
    );
  }
});
