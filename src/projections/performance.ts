import { type Decimal, money, numberOf } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { MarketSense } from './figures/evidence.ts';
import { inR } from './figures/excursions.ts';
import { sum } from './figures/figure.ts';
import { chosen, evidenceOf, evidenceOfPart, type JournalTrade, recordOf } from './figures/from-journal.ts';
import { weekdayOf } from './figures/from-trades.ts';
import { figureView, type Reading, readingsOf } from './figures/index.ts';
import { givenBack } from './figures/management.ts';
import { drawdowns } from './figures/outcome.ts';
import type { PerformanceView, TradeFilter, TradeGroup, TradePoint } from './performance-views.ts';

/** Width of a bin of the histogram, in R, and where its open ends begin. */
const BIN = 0.5;
const OUTERMOST = 10;
const DAY_MS = 86_400_000;
const HOURS = 24;

const numberOrNull = (value: Decimal | null): number | null => (value ? numberOf(value) : null);

function pointOf({ closedTs, pnl, r, detail }: JournalTrade): TradePoint {
  const { positionId, symbol, side, causedBy, policy, openedTs, seq, place, mae, mfe } = detail;
  return {
    positionId,
    symbol,
    side,
    causedBy,
    policy,
    openedTs,
    closedTs,
    pnl: money(pnl),
    r: numberOrNull(r),
    maeR: numberOrNull(inR(mae, detail)),
    mfeR: numberOrNull(inR(mfe, detail)),
    givenBack: numberOrNull(givenBack(detail)),
    seq,
    place,
  };
}

/** Things by a key of theirs, in the order of first appearance. */
function grouped<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

/** The trades by a name of theirs, in the order of first appearance. */
function groupsOf(trades: readonly JournalTrade[], nameOf: (trade: JournalTrade) => string): TradeGroup[] {
  return [...grouped(trades, nameOf)].map(([name, group]) => {
    const inRisk = group.flatMap(({ r }) => r ?? []);
    return {
      name,
      trades: group.length,
      wins: group.filter(({ pnl }) => pnl.greaterThan(0)).length,
      pnl: money(sum(group.map(({ pnl }) => pnl))),
      r: inRisk.length === 0 ? null : money(sum(inRisk)),
    };
  });
}

/** R in bins of half an R, without a hole from the first to the last; what lies beyond ±10R is in one bin at either end. */
function histogramOf(trades: readonly JournalTrade[]): PerformanceView['histogram'] {
  const all = trades.flatMap(({ r }) => (r ? [numberOf(r)] : []));
  if (all.length === 0) return [];
  const [least, most] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const binOf = (r: number): number => Math.floor(Math.max(-OUTERMOST - BIN, Math.min(OUTERMOST, r)) / BIN);
  const bins: PerformanceView['histogram'] = [];
  for (let bin = binOf(least); bin <= binOf(most); bin += 1) {
    const [from, to] = [bin * BIN, (bin + 1) * BIN];
    bins.push({
      from: Math.min(from, from < -OUTERMOST ? least : from),
      to: Math.max(to, to > OUTERMOST ? most : to),
      trades: 0,
    });
  }
  for (const r of all) {
    const bin = bins[binOf(r) - binOf(least)];
    if (bin) bin.trades += 1;
  }
  return bins;
}

/** When a trade was closed; the weekday (1 is Monday) is that of the trading day, which of an overnight session begins on the evening before. */
function hourOf(ts: Milliseconds, clock: ZoneClock): { weekday: number; hour: number } {
  const day = Date.parse(clock.day(ts).date) / DAY_MS;
  return { weekday: weekdayOf(day), hour: Number(clock.timeOfDay(ts).slice(0, 2)) };
}

/** The trades by weekday and hour of their close. */
function hoursOf(trades: readonly JournalTrade[], clock: ZoneClock): PerformanceView['byHour'] {
  const placed = trades.map(({ closedTs, pnl }) => ({ ...hourOf(closedTs, clock), pnl }));
  return [...grouped(placed, ({ weekday, hour }) => weekday * HOURS + hour)]
    .toSorted(([a], [b]) => a - b)
    .map(([at, group]) => {
      const made = sum(group.map(({ pnl }) => pnl));
      return {
        weekday: Math.floor(at / HOURS),
        hour: at % HOURS,
        trades: group.length,
        pnl: money(made),
        sum: numberOf(made),
      };
    });
}

/** What figures are read by, each with the name of a trade's part. */
const PARTS = {
  symbol: ({ detail }: JournalTrade) => detail.symbol,
  rule: ({ detail }: JournalTrade) => detail.causedBy,
  policy: ({ detail }: JournalTrade) => detail.policy,
  hour: ({ closedTs }: JournalTrade, clock: ZoneClock) => `${String(hourOf(closedTs, clock).hour).padStart(2, '0')}:00`,
};
type PartName = keyof typeof PARTS;

/** Figures of a session, and of each of its parts. */
export interface Readings {
  whole: Reading[];
  /** by instrument, by the rule that closed, by policy, by the hour of the close in the session's zone; in the order of first appearance */
  parts: Record<PartName, Map<string, Reading[]>>;
}

/** Every figure of a session, and of its parts. @param market what only the tape tells; null where there is none */
export function readingsBy(journal: readonly JournalRecord[], market: MarketSense | null): Readings {
  const record = recordOf(journal);
  const by = (name: PartName): Map<string, Reading[]> =>
    new Map(
      [...grouped(record.trades, (trade) => PARTS[name](trade, record.clock))].map(([part, trades]) => [
        part,
        readingsOf(evidenceOfPart(record, trades, market)),
      ]),
    );
  return {
    whole: readingsOf(evidenceOf(record, {}, market)),
    parts: { symbol: by('symbol'), rule: by('rule'), policy: by('policy'), hour: by('hour') },
  };
}

const namesOf = (trades: readonly JournalTrade[], of: (trade: JournalTrade) => string): string[] => [...new Set(trades.map(of))];

/**
 * How a session, or a part of it, went, from its journal alone. Money is net of every fee, in decimal text of two places.
 * @param market what only the tape tells; null where there is none
 * @throws RangeError where the journal does not begin with its session
 */
export function performanceOf(
  journal: readonly JournalRecord[],
  filter: TradeFilter,
  market: MarketSense | null = null,
): PerformanceView {
  const record = recordOf(journal);
  const trades = chosen(record, filter);
  const equity = [...drawdowns(trades.map(({ pnl }) => pnl))].map(({ total, below }, at) => ({
    ts: trades[at]?.closedTs ?? 0,
    equity: numberOf(total),
    drawdown: numberOf(below),
  }));
  return {
    total: record.trades.length,
    trades: trades.map(pointOf),
    symbols: namesOf(record.trades, ({ detail }) => detail.symbol),
    causes: namesOf(record.trades, ({ detail }) => detail.causedBy),
    policies: namesOf(record.trades, ({ detail }) => detail.policy),
    figures: readingsOf(evidenceOf(record, filter, market)).map(figureView),
    equity,
    histogram: histogramOf(trades),
    byCause: groupsOf(trades, ({ detail }) => detail.causedBy),
    bySymbol: groupsOf(trades, ({ detail }) => detail.symbol),
    byPolicy: groupsOf(trades, ({ detail }) => detail.policy),
    byHour: hoursOf(trades, record.clock),
  };
}
