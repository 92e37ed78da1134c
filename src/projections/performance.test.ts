import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { barsTape, end, entryOf, policyWith, STOCK } from '../engine/testing.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { Engine } from '../engine/engine.ts';
import { chosen, recordOf } from './figures/from-journal.ts';
import { evidenceOfTrades } from './figures/from-trades.ts';
import { readingsOf } from './figures/index.ts';
import { performanceOf, readingsBy } from './performance.ts';
import type { PerformanceView } from './performance-views.ts';

const minute = (open: number, close: number) => [open, Math.max(open, close), Math.min(open, close), close] as const;

/** Two instruments for six minutes: AAA falls onto its stop, BBB rises to where the user closes it. */
function session(): readonly JournalRecord[] {
  const engine = new Engine({
    tapes: [
      barsTape([minute(200, 200), minute(200, 201), minute(201, 199), minute(199, 195), minute(195, 195)], {
        ...STOCK,
        symbol: 'AAA',
      }),
      barsTape([minute(50, 50), minute(50, 51), minute(51, 52), minute(52, 54), minute(54, 53)], { ...STOCK, symbol: 'BBB' }),
    ],
    policy: policyWith(),
    barPath: 'ohlc',
  });
  engine.run(2);
  engine.command(entryOf({ symbol: 'AAA', quantity: '10', stop: '196' }));
  engine.command(entryOf({ symbol: 'BBB', quantity: '20', stop: '48' }));
  engine.run(8);
  engine.command({ type: 'ClosePosition', positionId: 'BBB-1' });
  return end(engine).journal;
}

const shown = (view: PerformanceView): Record<string, string> =>
  Object.fromEntries(view.figures.map(({ id, value, why }) => [id, value ?? why]));

describe('how a session went', () => {
  const view = performanceOf(session(), {});

  it('is its closed positions in the order of their close', () => {
    expect(view.total).toBe(2);
    expect(view.trades.map(({ positionId, causedBy, pnl, r }) => [positionId, causedBy, pnl, r])).toEqual([
      ['AAA-1', 'stop-loss', '-40.00', -1],
      ['BBB-1', 'user', '80.00', 2],
    ]);
  });

  it('has every figure with a value or a reason', () => {
    expect(shown(view)).toMatchObject({
      trades: '2',
      'net-pnl': '40.00',
      'win-rate': '50.0 %',
      'profit-factor': '2.00',
      payoff: '2.00',
      expectancy: '20.00',
      'r-mean': '0.50R',
      drawdown: '40.00',
      'stop-out-rate': '50.0 %',
      sharpe: '1 day; 20 are needed, fewer have a standard error above 0.22',
      'sizing-accuracy': '100.0 %',
      'recovery-accuracy': 'no model has spoken',
      'scale-in-success': 'nothing was added by rule scale-in',
    });
    for (const { value, why } of view.figures) expect(value === null).toBe(why !== '');
  });

  it('is looked at in part, and says what there is to choose from of the whole', () => {
    const part = performanceOf(session(), { symbol: 'BBB' });
    expect(part).toMatchObject({ total: 2, symbols: ['AAA', 'BBB'], causes: ['stop-loss', 'user'] });
    expect(part.trades.map(({ symbol }) => symbol)).toEqual(['BBB']);
    expect(shown(part)).toMatchObject({ trades: '1', 'net-pnl': '80.00', 'profit-factor': 'no loser' });
  });
});

describe('of a hundred sessions by chance', () => {
  const sessions = Array.from({ length: 100 }, (_, seed) => runWith(worldOf(seed + 1), seed + 1).journal).filter(
    (journal) => recordOf(journal).trades.length > 0,
  );
  const total = (values: readonly Decimal[]): string => values.reduce((sum, value) => sum.plus(value), ZERO).toFixed();

  it('more than half have closed positions, some several instruments', () => {
    expect(sessions.length).toBeGreaterThan(50);
    expect(sessions.some((journal) => performanceOf(journal, {}).symbols.length > 1)).toBe(true);
  });

  it('the parts by instrument, rule, policy and hour sum to the whole', () => {
    for (const journal of sessions) {
      const { whole, parts } = readingsBy(journal, null);
      const value = (readings: typeof whole, id: string): Decimal =>
        readings.find(({ figure }) => figure.id === id)?.value ?? ZERO;
      for (const part of Object.values(parts))
        for (const id of ['trades', 'wins', 'losses', 'net-pnl', 'fees', 'early-exits', 'scale-ins', 'trails'])
          expect(total([...part.values()].map((readings) => value(readings, id)))).toBe(value(whole, id).toFixed());
    }
  });

  it('lines of tables sum to the trades that are looked at', () => {
    for (const journal of sessions) {
      const view = performanceOf(journal, {});
      for (const groups of [view.bySymbol, view.byCause, view.byPolicy, view.byHour])
        expect(groups.map(({ trades }) => trades).reduce((sum, trades) => sum + trades, 0)).toBe(view.trades.length);
      expect(view.histogram.reduce((sum, { trades }) => sum + trades, 0)).toBe(view.trades.filter(({ r }) => r !== null).length);
      expect(view.equity).toHaveLength(view.trades.length);
    }
  });

  it('every trade is in exactly one part of what a filter divides', () => {
    for (const journal of sessions) {
      const record = recordOf(journal);
      const { symbols, causes, policies } = performanceOf(journal, {});
      const cut = record.trades[record.trades.length >> 1]?.closedTs ?? 0;
      for (const filters of [
        symbols.map((symbol) => ({ symbol })),
        causes.map((causedBy) => ({ causedBy })),
        policies.map((policy) => ({ policy })),
        [{ to: cut }, { from: cut }],
      ]) {
        const ids = filters.flatMap((filter) => chosen(record, filter).map(({ detail }) => detail.positionId));
        expect(ids.toSorted()).toEqual(record.trades.map(({ detail }) => detail.positionId).toSorted());
      }
    }
  });

  it('shares of a whole stay between nothing and all of it', () => {
    for (const journal of sessions)
      for (const { figure, value } of readingsBy(journal, null).whole)
        if (
          value !== null &&
          ['win-rate', 'stop-out-rate', 'give-back-rate', 'approval-rate', 'diversification'].includes(figure.id)
        ) {
          expect(value.greaterThanOrEqualTo(0), `figure ${figure.id}`).toBe(true);
          expect(value.lessThanOrEqualTo(1), `figure ${figure.id}`).toBe(true);
        }
  });
});

it('figures of trades that close at one time do not depend on their order, but for the drawdown', () => {
  const trade = fc.record({ pnl: fc.integer({ min: -50, max: 50 }), r: fc.option(fc.integer({ min: -3, max: 5 })) });
  const shuffled = fc
    .array(trade, { maxLength: 40 })
    .chain((trades) => fc.tuple(fc.constant(trades), fc.shuffledSubarray(trades, { minLength: trades.length })));
  const values = (trades: readonly { pnl: number; r: number | null }[]): unknown =>
    readingsOf(
      evidenceOfTrades(
        trades.map(({ pnl, r }) => ({ closedAt: 0, pnl: String(pnl), rMultiple: r === null ? null : String(r) })),
        '1000',
      ),
    )
      .filter(({ figure }) => !figure.id.startsWith('drawdown'))
      .map(({ figure, value }) => [figure.id, value?.toSignificantDigits(40).toFixed() ?? null]);
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      expect(values(other)).toEqual(values(one));
    }),
    { numRuns: 100, seed: 20_190_215 },
  );
});

it('R beyond ten are in one bin at either end, and there is no hole between', () => {
  const journal = session();
  const far = structuredClone(journal);
  for (const { event } of far) if (event.type === 'PositionClosed') event.profitR = event.symbol === 'AAA' ? '-40' : '12.3';
  const bins = performanceOf(far, {}).histogram;
  expect(bins.at(0)).toEqual({ from: -40, to: -10, trades: 1 });
  expect(bins.at(-1)).toEqual({ from: 10, to: 12.3, trades: 1 });
  for (const [at, { from }] of bins.entries()) if (at > 0) expect(from).toBe(bins[at - 1]?.to);
});

it('the hour of a close is that of the exchange: 09:34 of a Friday in New York', () => {
  expect(performanceOf(session(), {}).byHour).toEqual([{ weekday: 5, hour: 9, trades: 2, pnl: '40.00', sum: 40 }]);
});
