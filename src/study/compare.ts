import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { Side } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { dice } from '../engine/dice.ts';
import { interval, LEAST_PAIRS, resamples } from './bootstrap.ts';
import type { Case } from './case.ts';
import { COMPARISON_FIGURES, type ComparisonFigure, endedOf, figureOf, isTrade, resampledFigure } from './comparison-figures.ts';
import { type Decider, runAgain, type Take } from './decide.ts';
import type { BookedEntry } from './entry-book.ts';
import { type EntryResult, type EntryStatus, type Results, resultsOf } from './entry-results.ts';

/** Which sessions are compared: each pair is one session under two policies, or two branches of one. */
export interface CompareInput {
  /** what the two sides are called */
  names: readonly [string, string];
  pairs: readonly { a: Take; b: Take }[];
}

/** A figure of both sides, as text with the figure's own decimals, and B − A with its 95 % interval. */
export interface ComparisonRow {
  id: string;
  label: string;
  formula: string;
  /** null where there is not enough data */
  a: string | null;
  b: string | null;
  difference: string | null;
  /** null where `why` says why */
  low: string | null;
  high: string | null;
  /** the interval does not hold 0 */
  clear: boolean;
  why: string;
}

/** What one side made of an entry. */
export interface PairSide {
  /** `absent`: a branch in which nobody asked for it */
  status: EntryStatus | 'absent';
  reason: string;
  pnl: string;
}

/** An entry under both. */
export interface ComparedPair {
  session: string;
  ts: Milliseconds;
  symbol: string;
  side: Side;
  a: PairSide;
  b: PairSide;
}

/** What one side did with the entries. */
export interface ComparisonSide {
  name: string;
  entries: number;
  trades: number;
  refused: number;
  /** held still where the sessions end */
  open: number;
  /** positions that the policy opened by itself, which no entry is behind: they are in no figure */
  own: number;
  ownPnl: string;
  /** decisions of the user that did not apply any more */
  dropped: number;
}

export interface Comparison {
  sides: readonly [ComparisonSide, ComparisonSide];
  sessions: number;
  rows: ComparisonRow[];
  pairs: ComparedPair[];
  /** what should be known of the figures, a sentence each */
  notes: string[];
}

const SEED = 20_250_301;

const ABSENT: EntryResult = {
  status: 'unfilled',
  reason: '',
  pnl: ZERO,
  r: null,
  heldMs: 0,
  endTs: 0,
  stoppedOut: false,
  atStop: ZERO,
  saved: ZERO,
};

/** A session under another policy, as it is written. */
export const underPolicy = (made: Case, policy: PolicyDocument, decider: Decider): Take => ({
  one: { ...made, policy },
  decider,
  made,
});

/** What came of one session on one side. */
interface Half {
  results: Results;
  booked: readonly BookedEntry[];
  dropped: number;
}

function sideOf(take: Take, tell: (share: number) => void): Half {
  const ran = runAgain(take, tell);
  return { results: resultsOf(ran), booked: ran.book.entries, dropped: ran.dropped };
}

interface Pair {
  session: number;
  entry: BookedEntry;
  a: EntryResult | undefined;
  b: EntryResult | undefined;
}

/** What was asked for, where: the same on both sides is the same entry, the n-th of its kind the n-th. */
const keyOf = ({ at, command }: BookedEntry): string =>
  [at.row, at.point, command.account ?? '', command.symbol, command.side, command.kind, command.source].join(' ');

/** The entries of two runs, those of both as one pair. */
function paired(session: number, a: Half, b: Half): Pair[] {
  const pairs: Pair[] = [];
  const waiting = new Map<string, Pair[]>();
  for (const [n, entry] of a.booked.entries()) {
    const pair = { session, entry, a: a.results.entries[n], b: undefined };
    pairs.push(pair);
    waiting.set(keyOf(entry), [...(waiting.get(keyOf(entry)) ?? []), pair]);
  }
  for (const [n, entry] of b.booked.entries()) {
    const same = waiting.get(keyOf(entry))?.shift();
    if (same) same.b = b.results.entries[n];
    else pairs.push({ session, entry, a: undefined, b: b.results.entries[n] });
  }
  return pairs.toSorted(
    (x, y) => x.entry.ts - y.entry.ts || x.entry.at.row - y.entry.at.row || x.entry.at.point - y.entry.at.point,
  );
}

/** Both sides on the same entries, and what came of it. @param tell how much of it is done, 0..1 */
export function compared({ names, pairs: sessions }: CompareInput, tell: (share: number) => void): Comparison {
  const pairs: Pair[] = [];
  const sides: [Half[], Half[]] = [[], []];
  for (const [at, { a, b }] of sessions.entries()) {
    const told = (half: number) => (share: number) => tell((at + (half + share) / 2) / sessions.length);
    const left = sideOf(a, told(0));
    const right = sideOf(b, told(1));
    sides[0].push(left);
    sides[1].push(right);
    pairs.push(...paired(at, left, right));
  }
  const sideView = (name: string, which: 'a' | 'b', ran: readonly Half[]): ComparisonSide => {
    const own = pairs.flatMap((pair) => pair[which] ?? []);
    return {
      name,
      entries: own.length,
      trades: own.filter(isTrade).length,
      refused: own.filter(({ status }) => status === 'refused').length,
      open: own.filter(({ status }) => status === 'open').length,
      own: ran.reduce((sum, { results }) => sum + results.own.positions, 0),
      ownPnl: text(ran.reduce((sum, { results }) => sum.plus(results.own.pnl), ZERO)),
      dropped: ran.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  };
  const both = [sideView(names[0], 'a', sides[0]), sideView(names[1], 'b', sides[1])] as const;
  return {
    sides: both,
    sessions: sessions.length,
    rows: rowsOf(
      pairs.map(({ a }) => a ?? ABSENT),
      pairs.map(({ b }) => b ?? ABSENT),
      pairs.map(({ session }) => session),
    ),
    pairs: pairs.map(({ session, entry, a, b }) => ({
      session: sessions[session]?.a.one.name ?? '',
      ts: entry.ts,
      symbol: entry.command.symbol,
      side: entry.command.side,
      a: pairSide(a),
      b: pairSide(b),
    })),
    notes: notesOf(both),
  };
}

const pairSide = (one: EntryResult | undefined): PairSide =>
  one ? { status: one.status, reason: one.reason, pnl: text(one.pnl) } : { status: 'absent', reason: '', pnl: '0' };

function notesOf(sides: readonly ComparisonSide[]): string[] {
  return sides.flatMap(({ name, open, own, ownPnl, dropped }) => [
    ...(open > 0 ? [`${name}: ${open} still open at the end, counted at the last price`] : []),
    ...(own > 0
      ? [
          `${name}: ${counted(own, 'position')} opened by the policy itself (P&L ${ownPnl}), in no figure: no entry is behind them`,
        ]
      : []),
    ...(dropped > 0 ? [`${name}: ${counted(dropped, 'decision')} left out: what they were about is not there`] : []),
  ]);
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A value as it is shown. */
const shown = (value: Decimal, digits: number): string => value.toDecimalPlaces(digits).toFixed(digits);

/** The table: the figures of both sides of the same pairs, their difference and its interval. @param session of each pair, its number */
export function rowsOf(a: readonly EntryResult[], b: readonly EntryResult[], session: readonly number[]): ComparisonRow[] {
  // a pair that neither side took says nothing of their difference, and would only make it look surer
  const informative = a.flatMap((one, at) => {
    const other = b[at];
    return isTrade(one) || (other && isTrade(other)) ? [at] : [];
  });
  const pick = <T>(all: readonly T[]): T[] => informative.flatMap((at) => all[at] ?? []);
  const [left, right, of] = [pick(a), pick(b), pick(session)];
  const drawn = left.length >= LEAST_PAIRS ? resamples(left.length, dice(SEED)) : [];
  const [pathA, pathB] = [endedOf(left, of), endedOf(right, of)];
  const spread = (figure: ComparisonFigure): Pick<ComparisonRow, 'low' | 'high' | 'clear' | 'why'> => {
    const none = (why: string) => ({ low: null, high: null, clear: false, why: `Not enough data: ${why}` });
    if (left.length < LEAST_PAIRS) return none(`${counted(left.length, 'pair')}, ${LEAST_PAIRS} are needed`);
    const trades = Math.min(left.filter(isTrade).length, right.filter(isTrade).length);
    if (figure.ofTrades && trades < LEAST_PAIRS)
      return none(`${counted(trades, 'trade')} on one side, ${LEAST_PAIRS} are needed`);
    const [valuesA, valuesB] = [resampledFigure(figure, left, pathA, drawn), resampledFigure(figure, right, pathB, drawn)];
    const found = interval(valuesA.map((value, at) => (valuesB[at] ?? Number.NaN) - value));
    if (!found) return none('too many resamples have nothing to divide by');
    return {
      low: shown(dec(found.low), figure.digits),
      high: shown(dec(found.high), figure.digits),
      clear: found.low > 0 || found.high < 0,
      why: '',
    };
  };
  return COMPARISON_FIGURES.map((figure: ComparisonFigure): ComparisonRow => {
    const { id, label, formula, digits } = figure;
    const [valueA, valueB] = [figureOf(figure, left, pathA), figureOf(figure, right, pathB)];
    const { low, high, clear, why } =
      valueA && valueB
        ? spread(figure)
        : { low: null, high: null, clear: false, why: 'Not enough data: there is nothing to divide by on one side' };
    return {
      id,
      label,
      formula,
      a: valueA && shown(valueA, digits),
      b: valueB && shown(valueB, digits),
      difference: valueA && valueB && shown(valueB.minus(valueA), digits),
      low,
      high,
      clear,
      why,
    };
  });
}
