import { Decimal, dec, ONE, ZERO } from '../domain/decimal.ts';
import type { EntryResult } from './entry-results.ts';

/**
 * A figure of entries, as a share of two sums over them; what was refused or not filled counts as nothing made, and is no trade. `numerator` and
 * `denominator` are one entry's parts.
 */
interface Share {
  numerator(one: EntryResult): Decimal;
  denominator(one: EntryResult): Decimal;
}

/** A figure of the order in which entries end. `weights`: how often each counts. NaN where it is unknown. */
interface Path {
  along(ended: readonly EntryPoint[], weights: ArrayLike<number>): number;
}

/** An entry as a path sees it; `at` is its place among the pairs. */
export interface EntryPoint {
  at: number;
  pnl: number;
  trade: boolean;
}

export interface ComparisonFigure {
  id: string;
  /** with its unit */
  label: string;
  /** decimals to show */
  digits: number;
  /** of trades alone, of which each side must have enough; the others are of all entries */
  ofTrades: boolean;
  /** how it is reckoned */
  formula: string;
  of: Share | Path;
}

/** True of entries that came to hold something. */
export const isTrade = ({ status }: EntryResult): boolean => status === 'closed' || status === 'open';

const oneIf = (holds: boolean): Decimal => (holds ? ONE : ZERO);
const won = (one: EntryResult): boolean => isTrade(one) && one.pnl.greaterThan(0);
const lost = (one: EntryResult): boolean => isTrade(one) && one.pnl.lessThan(0);
const part = (holds: (one: EntryResult) => boolean, value: (one: EntryResult) => Decimal) => (one: EntryResult) =>
  holds(one) ? value(one) : ZERO;
const count = (holds: (one: EntryResult) => boolean) => (one: EntryResult) => oneIf(holds(one));
const HUNDRED = dec(100);
const MINUTE = 60_000;

/** Sums of a path's weighted P&L: its deepest fall below its own peak, which begins at nothing. */
function drawdown(ended: readonly EntryPoint[], weights: ArrayLike<number>): number {
  let [sum, peak, deepest] = [0, 0, 0];
  for (const { at, pnl } of ended) {
    const times = weights[at] ?? 0;
    for (let i = 0; i < times; i += 1) {
      sum += pnl;
      if (sum > peak) peak = sum;
      if (peak - sum > deepest) deepest = peak - sum;
    }
  }
  return deepest;
}

/** Mean P&L of a trade over its sample deviation. */
function sharpe(ended: readonly EntryPoint[], weights: ArrayLike<number>): number {
  let [trades, sum] = [0, 0];
  for (const { at, pnl, trade } of ended) {
    const times = trade ? (weights[at] ?? 0) : 0;
    trades += times;
    sum += times * pnl;
  }
  const mean = sum / trades;
  let squares = 0;
  for (const { at, pnl, trade } of ended) squares += trade ? (weights[at] ?? 0) * (pnl - mean) * (pnl - mean) : 0;
  return trades > 1 && squares > 0 ? mean / Math.sqrt(squares / (trades - 1)) : Number.NaN;
}

/** S0's table, in its order. */
export const COMPARISON_FIGURES = [
  {
    id: 'pnl',
    label: 'Total P&L, money',
    ofTrades: false,
    digits: 2,
    formula: 'sum of the net P&L of all entries; what is open counts at the last price',
    of: { numerator: (one) => one.pnl, denominator: () => ONE },
  },
  {
    id: 'win-rate',
    label: 'Win rate, %',
    ofTrades: true,
    digits: 1,
    formula: 'trades with a gain / trades',
    of: { numerator: (one) => oneIf(won(one)).times(HUNDRED), denominator: count(isTrade) },
  },
  {
    id: 'average-win',
    label: 'Average win, money',
    ofTrades: true,
    digits: 2,
    formula: 'sum of gains / trades with a gain',
    of: { numerator: part(won, ({ pnl }) => pnl), denominator: count(won) },
  },
  {
    id: 'average-loss',
    label: 'Average loss, money',
    ofTrades: true,
    digits: 2,
    formula: 'sum of losses / trades with a loss, without its sign',
    of: { numerator: part(lost, ({ pnl }) => pnl.abs()), denominator: count(lost) },
  },
  {
    id: 'profit-factor',
    label: 'Profit factor',
    ofTrades: true,
    digits: 2,
    formula: 'sum of gains / sum of losses',
    of: { numerator: part(won, ({ pnl }) => pnl), denominator: part(lost, ({ pnl }) => pnl.abs()) },
  },
  {
    id: 'expectancy',
    label: 'Expectancy, money an entry',
    ofTrades: false,
    digits: 2,
    formula: 'total P&L / entries that at least one side took; 0 where it was refused',
    of: { numerator: (one) => one.pnl, denominator: () => ONE },
  },
  {
    id: 'expectancy-r',
    label: 'Expectancy, R a trade',
    ofTrades: true,
    digits: 3,
    formula: 'mean of P&L / (R × quantity of the entry), of trades with a stop',
    of: { numerator: (one) => one.r ?? ZERO, denominator: (one) => oneIf(one.r !== null) },
  },
  {
    id: 'max-drawdown',
    label: 'Max drawdown, money',
    ofTrades: false,
    digits: 2,
    formula:
      'deepest fall of the sum of P&L below its peak, by the ends of trades, sessions one after the other; its resamples keep that order',
    of: { along: drawdown },
  },
  {
    id: 'sharpe',
    label: 'Sharpe, a trade',
    ofTrades: true,
    digits: 3,
    formula: 'mean P&L of a trade / its sample standard deviation; not annualised, no risk-free rate',
    of: { along: sharpe },
  },
  {
    id: 'hold',
    label: 'Average hold, minutes',
    ofTrades: true,
    digits: 1,
    formula: 'mean time from the entry to its end, market time',
    of: { numerator: part(isTrade, ({ heldMs }) => dec(heldMs).div(MINUTE)), denominator: count(isTrade) },
  },
  {
    id: 'early-exit-savings',
    label: 'Early-exit savings, % of the stop’s loss',
    ofTrades: true,
    digits: 1,
    formula: 'sum saved by early exits / sum that their stops would have lost',
    of: { numerator: ({ saved }) => saved.times(HUNDRED), denominator: ({ atStop }) => atStop },
  },
  {
    id: 'stop-out-rate',
    label: 'Stop-out rate, %',
    ofTrades: true,
    digits: 1,
    formula: 'trades that left at their stop with a loss / trades',
    of: { numerator: ({ stoppedOut }) => oneIf(stoppedOut).times(HUNDRED), denominator: count(isTrade) },
  },
] as const satisfies readonly ComparisonFigure[];

export type ComparisonFigureId = (typeof COMPARISON_FIGURES)[number]['id'];

/** Entries in the order of their ends; `session` orders those of several sessions. */
export const endedOf = (entries: readonly EntryResult[], session: readonly number[]): EntryPoint[] =>
  entries
    .map((one, at) => ({ at, pnl: one.pnl.toNumber(), trade: isTrade(one), endTs: one.endTs, session: session[at] ?? 0 }))
    .toSorted((a, b) => a.session - b.session || a.endTs - b.endTs || a.at - b.at);

/** A figure of all entries; null where it is unknown. */
export function figureOf(
  { id, of }: ComparisonFigure,
  entries: readonly EntryResult[],
  ended: readonly EntryPoint[],
): Decimal | null {
  if ('along' in of) {
    const value = of.along(ended, new Uint8Array(entries.length).fill(1));
    return Number.isNaN(value) || entries.length === 0 ? null : dec(value);
  }
  const sum = (take: (one: EntryResult) => Decimal): Decimal => entries.reduce((total, one) => total.plus(take(one)), ZERO);
  const numerator = sum((one) => of.numerator(one));
  if (id === 'pnl') return numerator;
  const denominator = sum((one) => of.denominator(one));
  return denominator.isZero() ? null : Decimal.div(numerator, denominator);
}

/** The same figure of resamples of the entries, one after the other; NaN where it is unknown. */
export function resampledFigure(
  { id, of }: ComparisonFigure,
  entries: readonly EntryResult[],
  ended: readonly EntryPoint[],
  drawn: readonly Uint16Array[],
): Float64Array {
  if ('along' in of) return Float64Array.from(drawn, (weights) => of.along(ended, weights));
  const numerators = Float64Array.from(entries, (one) => of.numerator(one).toNumber());
  const denominators = Float64Array.from(entries, (one) => of.denominator(one).toNumber());
  return Float64Array.from(drawn, (weights) => {
    let [numerator, denominator] = [0, 0];
    for (let i = 0; i < weights.length; i += 1) {
      const times = weights[i] ?? 0;
      numerator += times * (numerators[i] ?? 0);
      denominator += times * (denominators[i] ?? 0);
    }
    return id === 'pnl' ? numerator : denominator === 0 ? Number.NaN : numerator / denominator;
  });
}
