import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { averageEntry, type Position } from '../domain/position.ts';
import type { State } from '../engine/state.ts';
import { jsonLines } from './cells.ts';

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

const ratio = (part: Decimal, whole: Decimal): string | null =>
  whole.isZero() ? null : text(part.div(whole).toDecimalPlaces(6));

/**
 * Figures of a session, from its closed positions and its journal. P&L is net of fees; a ratio whose denominator is 0 is null.
 * @param equity at the last price, per account
 */
export function figuresJson(
  state: State,
  journal: readonly JournalRecord[],
  equity: (account: string) => Decimal,
): Record<string, unknown> {
  const closed = [...state.positions.values()].filter(({ closedTs }) => closedTs !== undefined);
  const pnl = closed.map(({ realizedPnl }) => realizedPnl);
  const wins = pnl.filter((value) => value.greaterThan(0));
  const losses = pnl.filter((value) => value.lessThan(0));
  const sum = (values: Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);
  const events = new Map<string, number>();
  const causes = new Map<string, number>();
  for (const { event } of journal) {
    events.set(event.type, (events.get(event.type) ?? 0) + 1);
    if (event.type === 'OrderFilled' || event.type === 'StopRaised')
      causes.set(event.causedBy, (causes.get(event.causedBy) ?? 0) + 1);
  }
  const grossWin = sum(wins);
  const grossLoss = sum(losses).abs();
  return {
    positions: closed.length,
    wins: wins.length,
    losses: losses.length,
    winRate: ratio(dec(wins.length), dec(closed.length)),
    netPnl: text(sum(pnl)),
    averageWin: ratio(grossWin, dec(wins.length)),
    averageLoss: ratio(grossLoss, dec(losses.length)),
    profitFactor: ratio(grossWin, grossLoss),
    expectancy: ratio(sum(pnl), dec(closed.length)),
    fees: text(sum([...state.positions.values()].map(({ fees }) => fees))),
    equity: Object.fromEntries(
      (state.accounts.size > 0 ? [...state.accounts.keys()] : ['paper']).map((id) => [id, text(equity(id))]),
    ),
    actions: Object.fromEntries([...causes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    events: Object.fromEntries([...events].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The journal as text: one JSON line a record, nothing that differs between two runs of the same input. */
export const journalText = (journal: readonly JournalRecord[]): string => jsonLines(journal);

export const prettyJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
