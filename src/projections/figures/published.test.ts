import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.ts';
import { evidenceOfTrades } from './from-trades.ts';
import { type Reading, readingsOf } from './index.ts';

/*
 * Worked examples that others have published, each with its source, and tables reckoned by hand.
 */

const MONDAY = Date.UTC(2024, 0, 1, 15);
const DAY = 86_400_000;

interface Listed {
  pnl: number | string;
  r?: number | string;
}

/** Trades a minute apart on one Monday. */
const traded = (trades: readonly (number | string | Listed)[], equity: string | null = null): Evidence =>
  evidenceOfTrades(
    trades.map((trade, at) => {
      const { pnl, r } = typeof trade === 'object' ? trade : { pnl: trade, r: undefined };
      return { closedAt: MONDAY + at * 60_000, pnl: String(pnl), rMultiple: r === undefined ? null : String(r) };
    }),
    equity,
  );

const figure = (evidence: Evidence, id: string): Reading => {
  const found = readingsOf(evidence).find((reading) => reading.figure.id === id);
  if (!found) throw new RangeError(`no figure ${id}`);
  return found;
};
const number = (evidence: Evidence, id: string): number | null => figure(evidence, id).value?.toNumber() ?? null;
const why = (evidence: Evidence, id: string): string => {
  const reading = figure(evidence, id);
  return reading.value === null ? reading.why : '';
};

/** Monthly returns of the portfolio in Bacon, "Practical Portfolio Performance Measurement and Attribution", 2nd ed. 2008, in per cent. */
const BACON = [
  ...[0.3, 2.6, 1.1, -1, 1.5, 2.5, 1.6, 6.7, -1.4, 4, -0.5, 8.1],
  ...[4, -3.7, -6.1, 1.7, -4.9, -2.2, 7, 5.8, -6.5, 2.4, -0.5, -0.9],
];

describe('published examples', () => {
  it("Sharpe 1994, on Bacon's 24 returns: 0.2275684557 a period, as PortfolioAnalytics tests it", () => {
    const evidence = traded(BACON);
    expect(number(evidence, 'sharpe-trade')).toBeCloseTo(0.22756845566238826, 14);
    // its standard error: √((1 + 0.2276² / 2) / 24) = √(1.025894 / 24)
    const { error } = figure(evidence, 'sharpe-trade') as { error?: { toNumber(): number } };
    expect(error?.toNumber()).toBeCloseTo(0.20675, 5);
  });

  it('Rollinger & Hoffman, "Sortino: A \'Sharper\' Ratio": 17, 15, 23, −5, 12, 9, 13 and −4 % against 0 % make 4.417', () => {
    // a mean of 10 over √((5² + 4²) / 8); the same eight three times over have the same means
    const years = [17, 15, 23, -5, 12, 9, 13, -4];
    expect(number(traded([...years, ...years, ...years]), 'sortino-trade')).toBeCloseTo(4.417261042993862, 14);
  });

  it('Investopedia, maximum drawdown: 500 000, 750 000, 400 000, 600 000, 350 000, 800 000 fall by 53.33 %', () => {
    const values = [500, 750, 400, 600, 350, 800].map((value) => value * 1_000);
    const evidence = traded(
      values.slice(1).map((value, at) => value - (values[at] ?? 0)),
      '500000',
    );
    expect(number(evidence, 'drawdown')).toBe(400_000);
    expect(number(evidence, 'drawdown-share')).toBeCloseTo(400_000 / 750_000, 15);
  });

  it('a portfolio that goes from 1 000 to 800, 1 100 and 700 falls by 400 or 36.4 % (howigrowmywealth.com, drawdown)', () => {
    const evidence = traded([-200, 300, -400], '1000');
    expect(number(evidence, 'drawdown')).toBe(400);
    expect(number(evidence, 'drawdown-share')).toBeCloseTo(0.3636, 4);
  });

  it('Tharp, R multiples: −1R, 3R, −1R, −1R, 2R and 3R are an expectancy of 0.83R', () => {
    const evidence = traded([-1, 3, -1, -1, 2, 3].map((r) => ({ pnl: r * 100, r })));
    expect(number(evidence, 'r-mean')).toBeCloseTo(0.8333, 4);
    // sorted −1 −1 −1 2 3 3; squared distances from 5/6: 3 × 121/36 + 49/36 + 2 × 169/36 = 750/36, over 5, root
    expect(number(evidence, 'r-median')).toBe(0.5);
    expect(number(evidence, 'r-deviation')).toBeCloseTo(Math.sqrt(750 / 36 / 5), 14);
  });

  it.each([
    // S0 prints 1.35 and 1.95, which its own figures do not give
    ['traditional', 45, 4, 55, 2, 1.6364, 2, 0.7],
    ['intelligent', 52, 5.2, 48, 1.4, 4.0238, 3.7143, 2.032],
  ])('S0 %s: %d wins of %d and %d losses of %d', (_, wins, win, losses, loss, profitFactor, payoff, expectancy) => {
    const evidence = traded([...Array.from({ length: wins }, () => win), ...Array.from({ length: losses }, () => -loss)]);
    expect(number(evidence, 'profit-factor')).toBeCloseTo(profitFactor, 4);
    expect(number(evidence, 'payoff')).toBeCloseTo(payoff, 4);
    expect(number(evidence, 'expectancy')).toBeCloseTo(expectancy, 12);
  });

  it('S3, expectancy: 60 % of 20 less 40 % of 10 is 8 a trade', () => {
    const evidence = traded([20, 20, 20, 20, 20, 20, -10, -10, -10, -10]);
    expect(number(evidence, 'expectancy')).toBe(8);
    expect(number(evidence, 'win-rate')).toBe(0.6);
    expect(number(evidence, 'profit-factor')).toBe(3);
  });

  it('S3, drawdown: a peak of 600 and 510 now are 15 %', () => {
    expect(number(traded([100, -90], '500'), 'drawdown-share')).toBe(0.15);
  });
});

describe('a table reckoned by hand', () => {
  // running sum 10, 4, 12, 12, 7; highest 10, 10, 12, 12, 12; below it 0, 6, 0, 0, 5
  const evidence = traded([10, -6, 8, 0, -5], '100');

  it.each([
    ['trades', 5],
    ['wins', 2],
    ['losses', 2],
    ['net-pnl', 7],
    ['win-rate', 2 / 5],
    ['average-win', 9],
    ['average-loss', 5.5],
    ['payoff', 9 / 5.5],
    ['profit-factor', 18 / 11],
    ['expectancy', 7 / 5],
    ['drawdown', 6],
    ['drawdown-share', 6 / 110],
  ])('%s is %d', (id, value) => expect(number(evidence, id)).toBeCloseTo(value, 14));

  it('counts days without a close as 0, leaves weekends out, and multiplies by the root of 252', () => {
    // four weeks of five days: 10 each Monday, −5 each Wednesday; mean 20 / 20 = 1
    const trades = [0, 7, 14, 21].flatMap((day) => [
      { closedAt: MONDAY + day * DAY, pnl: '10', rMultiple: null },
      { closedAt: MONDAY + (day + 2) * DAY, pnl: '-5', rMultiple: null },
    ]);
    const friday = { closedAt: MONDAY + 25 * DAY, pnl: '0', rMultiple: null };
    const month = evidenceOfTrades([...trades, friday], null);
    expect(month.days.pnl).toHaveLength(20);
    // squares 4 × 81 + 4 × 36 + 12 × 1 = 480, over 19; downside 4 × 25 / 20 = 5
    expect(number(month, 'sharpe')).toBeCloseTo(Math.sqrt(252) / Math.sqrt(480 / 19), 12);
    expect(number(month, 'sortino')).toBeCloseTo(Math.sqrt(252) / Math.sqrt(5), 12);
  });

  it('takes every day of the week, and 365 of them a year, where something closes on a Sunday', () => {
    const trades = Array.from({ length: 28 }, (_, day) => ({
      closedAt: MONDAY + day * DAY,
      pnl: day % 2 === 0 ? '3' : '-1',
      rMultiple: null,
    }));
    // mean 1; every distance is 2: √(28 × 4 / 27)
    expect(number(evidenceOfTrades(trades, null), 'sharpe')).toBeCloseTo(Math.sqrt(365) / Math.sqrt((28 * 4) / 27), 12);
  });
});

describe('where there is not enough data', () => {
  const nothing = traded([]);

  it('nothing closed has counts of 0 and no other figure', () => {
    for (const id of ['trades', 'wins', 'losses', 'net-pnl']) expect(number(nothing, id)).toBe(0);
    for (const id of ['win-rate', 'profit-factor', 'expectancy', 'sharpe', 'sortino', 'drawdown', 'drawdown-share'])
      expect(why(nothing, id), `figure ${id}`).toBe('no closed position');
  });

  it.each([
    ['profit-factor', [1, 2], 'no loser'],
    ['payoff', [1, 2], 'no loser'],
    ['payoff', [-1], 'no winner'],
    ['payoff', [0], 'no winner and no loser'],
    ['average-win', [-1], 'no winner'],
    ['average-loss', [1], 'no loser'],
    ['drawdown-share', [1], 'nothing says what equity there was at the start'],
    ['r-mean', [1], 'the list says no R'],
    ['r-deviation', [], 'no closed position'],
    ['fees', [1], 'a list of trades does not say it: it takes the journal'],
    ['sharpe', [1, -1], '1 day; 20 are needed, fewer have a standard error above 0.22'],
    ['sharpe-trade', [1, -1], '2 trades; 20 are needed, fewer have a standard error above 0.22'],
    ['sharpe-trade', Array.from({ length: 20 }, () => 1), 'every trade made the same'],
    ['sortino-trade', Array.from({ length: 20 }, () => 1), 'no trade lost'],
  ])('%s of %j says: %s', (id, pnl, reason) => {
    expect(number(traded(pnl), id)).toBeNull();
    expect(why(traded(pnl), id)).toBe(reason);
  });

  it('one R has no deviation', () => {
    expect(why(traded([{ pnl: 1, r: 1 }]), 'r-deviation')).toBe('one position has an R; two are needed');
  });

  it('19 trades are too few for a ratio and 20 are enough', () => {
    const some = Array.from({ length: 20 }, (_, at) => (at % 3) - 1);
    expect(number(traded(some.slice(1)), 'sharpe-trade')).toBeNull();
    expect(number(traded(some), 'sharpe-trade')).not.toBeNull();
  });
});

it('every figure has an id of its own and says how it is reckoned and where it comes from', () => {
  const readings = readingsOf(traded([1, -1]));
  expect(new Set(readings.map((reading) => reading.figure.id)).size).toBe(readings.length);
  for (const { figure: one } of readings) {
    expect(one.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([one.label, one.formula, one.convention, one.source].every((words) => words.length > 1)).toBe(true);
  }
});
