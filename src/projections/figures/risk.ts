import { type Decimal, ONE, ZERO } from '../../domain/decimal.ts';
import type { Evidence } from './evidence.ts';
import { deviation, figuresOf, known, mean, NO_TRADE, type Reckoned, squares, unknown } from './figure.ts';
import { drawdowns, pnlOf } from './outcome.ts';

/**
 * Least number of days, or of trades, under which a ratio of mean and deviation says nothing: its standard error is about 1/√n (Lo 2002, "The
 * Statistics of Sharpe Ratios"), above 0.22 for fewer than 20.
 */
const LEAST = 20;

const tooFew = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}; ${LEAST} are needed, fewer have a standard error above 0.22`;

/** Mean over deviation, n − 1 degrees of freedom (Sharpe 1994, with a riskless return of 0), with its standard error √((1 + S²/2) / n) (Lo 2002). */
function sharpeOf(values: readonly Decimal[], what: string): Reckoned {
  if (values.length < LEAST) return unknown(tooFew(values.length, what));
  const spread = deviation(values);
  if (spread.isZero()) return unknown(`every ${what} made the same`);
  const value = mean(values).div(spread);
  return { value, error: value.pow(2).div(2).plus(1).div(values.length).sqrt() };
}

/** Mean over target downside deviation around 0, all values in the denominator (Sortino & Price 1994). */
function sortinoOf(values: readonly Decimal[], what: string): Reckoned {
  if (values.length < LEAST) return unknown(tooFew(values.length, what));
  const downside = squares(values.filter((value) => value.lessThan(0)))
    .div(values.length)
    .sqrt();
  return downside.isZero() ? unknown(`no ${what} lost`) : known(mean(values).div(downside));
}

function annualised(reckoned: Reckoned, perYear: number): Reckoned {
  if (reckoned.value === null) return reckoned;
  const root = ONE.times(perYear).sqrt();
  const { value, error } = reckoned;
  return { value: value.times(root), ...(error ? { error: error.times(root) } : {}) };
}

const DAILY = `P&L of closed positions by trading day over the equity at the start, not compounded, so that the equity drops out; days without a close count as 0; times the root of 252 days a year, 365 where the market never closes; at least ${LEAST} days`;

function relativeDrawdown({ trades, equity }: Evidence): Reckoned {
  if (trades.length === 0) return unknown(NO_TRADE);
  if (!equity) return unknown('nothing says what equity there was at the start');
  let worst = ZERO;
  for (const { peak, below } of drawdowns(trades.map(({ pnl }) => pnl))) {
    const share = below.abs().div(equity.plus(peak));
    if (share.greaterThan(worst)) worst = share;
  }
  return known(worst);
}

/** Sharpe, Sortino, drawdown. */
export const risk = figuresOf('Risk', [
  {
    id: 'sharpe',
    label: 'Sharpe ratio, a year',
    unit: 'ratio',
    formula: 'mean of daily returns / their deviation (n − 1) × √days a year',
    convention: `${DAILY}; riskless return 0; ± is its standard error, √((1 + S²/2) / n) a day: a target within it is neither reached nor missed`,
    source: 'S3; Sharpe 1994',
    target: { text: '> 1.5', bound: '1.5' },
    reckon: ({ days, trades }) => (trades.length === 0 ? unknown(NO_TRADE) : annualised(sharpeOf(days.pnl, 'day'), days.perYear)),
  },
  {
    id: 'sharpe-trade',
    label: 'Sharpe ratio, a trade',
    unit: 'ratio',
    formula: 'mean of P&L / its deviation (n − 1)',
    convention: `a trade is the period; not annualised; at least ${LEAST} trades; ± is its standard error`,
    source: 'Sharpe 1994',
    reckon: (evidence) => sharpeOf(pnlOf(evidence), 'trade'),
  },
  {
    id: 'sortino',
    label: 'Sortino ratio, a year',
    unit: 'ratio',
    formula: 'mean of daily returns / √(mean of squared daily losses) × √days a year',
    convention: `${DAILY}; target 0; gains count as 0 in the mean of squares and stay in its count`,
    source: 'S3; Sortino & Price 1994',
    reckon: ({ days, trades }) =>
      trades.length === 0 ? unknown(NO_TRADE) : annualised(sortinoOf(days.pnl, 'day'), days.perYear),
  },
  {
    id: 'sortino-trade',
    label: 'Sortino ratio, a trade',
    unit: 'ratio',
    formula: 'mean of P&L / √(mean of squared losses)',
    convention: `a trade is the period; target 0; not annualised; at least ${LEAST} trades`,
    source: 'Sortino & Price 1994',
    reckon: (evidence) => sortinoOf(pnlOf(evidence), 'trade'),
  },
  {
    id: 'drawdown',
    label: 'Maximum drawdown',
    unit: 'money',
    formula: 'greatest fall of the summed P&L below its highest so far',
    convention: 'after each close; what was open at the time does not count; shown without sign',
    source: 'S3, S4',
    reckon: ({ trades }) => {
      if (trades.length === 0) return unknown(NO_TRADE);
      let worst = ZERO;
      for (const { below } of drawdowns(trades.map(({ pnl }) => pnl))) if (below.lessThan(worst)) worst = below;
      return known(worst.abs());
    },
  },
  {
    id: 'drawdown-share',
    label: 'Maximum drawdown, of the peak',
    unit: 'share',
    formula: 'greatest of (highest equity so far − equity) / highest equity so far',
    convention: 'equity at the start plus the summed P&L of the trades that are looked at, after each close; shown without sign',
    source: 'S3 15 % · S4',
    reckon: relativeDrawdown,
  },
]);
