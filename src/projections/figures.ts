import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { averageEntry, type Position } from '../domain/position.ts';
import type { State } from '../engine/state.ts';
import { jsonLines } from './cells.ts';
import type { MarketSense } from './figures/evidence.ts';
import { evidenceOf, recordOf } from './figures/from-journal.ts';
import { sum } from './figures/figure.ts';
import { type Reading, readingsOf } from './figures/index.ts';

const optional = (value: Decimal | undefined): string | null => (value ? text(value) : null);

function positionRecord(position: Position, multiplier: Decimal) {
  const average = averageEntry(position, multiplier) ?? position.closedAverage;
  return {
    id: position.id,
    account: position.account,
    symbol: position.symbol,
    side: position.side,
    status: position.status,
    quantity: text(position.quantity),
    peakQuantity: text(position.peakQuantity),
    averageEntry: optional(average?.toDecimalPlaces(18)),
    averageExit: position.exitedQuantity.isZero()
      ? null
      : text(position.exitedValue.div(position.exitedQuantity).div(multiplier).toDecimalPlaces(18)),
    realizedPnl: text(position.realizedPnl),
    fees: text(position.fees),
    r: optional(position.r),
    stop: optional(position.stop),
    target: optional(position.target),
    openedTs: position.openedTs,
    closedTs: position.closedTs ?? null,
    mae: optional(position.mae),
    mfe: optional(position.mfe),
    adds: position.adds,
    tranches: position.tranches.map((tranche) => ({
      id: tranche.id,
      status: tranche.status,
      quantity: text(tranche.quantity),
      remaining: text(tranche.remaining),
      entryPrice: text(tranche.entryPrice),
      entryTs: tranche.entryTs,
      closedTs: tranche.closedTs ?? null,
      realizedPnl: text(tranche.realizedPnl),
      fees: text(tranche.fees),
    })),
  };
}

export type PositionRecord = ReturnType<typeof positionRecord>;

/** Every position that was filled, with its tranches, as plain JSON; money and prices are decimal text. */
export const positionsJson = (state: State): PositionRecord[] =>
  [...state.positions.values()]
    .filter(({ tranches }) => tranches.length > 0)
    .map((position) => positionRecord(position, state.multipliers.get(position.symbol) ?? dec(1)));

/** Places of a figure in `figures.json`. */
const PLACES = 6;

/** A figure as a file has it. */
export const figureRecord = (reading: Reading) => ({
  value: reading.value === null ? null : text(reading.value.toDecimalPlaces(PLACES)),
  unit: reading.figure.unit,
  ...(reading.value === null ? { why: reading.why } : {}),
  ...(reading.value !== null && reading.error ? { standardError: text(reading.error.toDecimalPlaces(PLACES)) } : {}),
});

/**
 * Figures of a session, from its closed positions and its journal. P&L is net of fees; what there is no value of is null and says why.
 * @param equity at the last price, per account
 * @param market what only the tape tells
 */
export function figuresJson(
  state: State,
  journal: readonly JournalRecord[],
  equity: (account: string) => Decimal,
  market: MarketSense | null = null,
): Record<string, unknown> {
  const evidence = evidenceOf(recordOf(journal), {}, market);
  const figures = Object.fromEntries(readingsOf(evidence).map((reading) => [reading.figure.id, figureRecord(reading)]));
  const value = (id: string): string | null => figures[id]?.value ?? null;
  const events = new Map<string, number>();
  const causes = new Map<string, number>();
  for (const { event } of journal) {
    events.set(event.type, (events.get(event.type) ?? 0) + 1);
    if (event.type === 'OrderFilled' || event.type === 'StopRaised')
      causes.set(event.causedBy, (causes.get(event.causedBy) ?? 0) + 1);
  }
  return {
    positions: Number(value('trades')),
    wins: Number(value('wins')),
    losses: Number(value('losses')),
    winRate: value('win-rate'),
    netPnl: text(sum(evidence.trades.map(({ pnl }) => pnl))),
    averageWin: value('average-win'),
    averageLoss: value('average-loss'),
    profitFactor: value('profit-factor'),
    expectancy: value('expectancy'),
    fees: text([...state.positions.values()].reduce((total, { fees }) => total.plus(fees), ZERO)),
    equity: Object.fromEntries(
      (state.accounts.size > 0 ? [...state.accounts.keys()] : ['paper']).map((id) => [id, text(equity(id))]),
    ),
    actions: Object.fromEntries([...causes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    events: Object.fromEntries([...events].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    figures,
  };
}

/** The journal as text: one JSON line a record, nothing that differs between two runs of the same input. */
export const journalText = (journal: readonly JournalRecord[]): string => jsonLines(journal);

export const prettyJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
