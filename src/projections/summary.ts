import { type Decimal, text, ZERO } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { PositionStatus, Side } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { EVENT_TYPES, type EventType } from './event-types.ts';
import { positionEvents } from './tables.ts';

/** A place of the stop: from when on, and who put it there. */
export interface StopStep {
  ts: Milliseconds;
  price: string;
  by: string;
}

/** How a position has been managed so far; numbers are decimal text. S1's `get_position_management_summary`. */
export interface PositionSummary {
  position: string;
  account: string;
  symbol: string;
  side: Side;
  status: PositionStatus;
  quantity: string;
  /** actions by kind, in the order of `EVENT_TYPES`; kinds that have not been are left out */
  actions: Partial<Record<EventType, number>>;
  /** every place of the stop, in order */
  stops: StopStep[];
  /** net of every fee paid so far */
  realizedPnl: string;
  fees: string;
  /** maximum adverse and favourable excursion against the first entry, in price; null until it is closed */
  mae: string | null;
  mfe: string | null;
  /** market times of the first fill and the last; null before */
  openedTs: Milliseconds | null;
  closedTs: Milliseconds | null;
  /** until it was closed, or until the journal's last record; null before the first fill */
  heldMs: Milliseconds | null;
}

function actionsOf(records: readonly JournalRecord[], positionId: string): PositionSummary['actions'] {
  const types = positionEvents(records, '')
    .filter(({ trade_id }) => trade_id === positionId)
    .map(({ event_type }) => event_type);
  return Object.fromEntries(
    EVENT_TYPES.flatMap((type) => {
      const count = types.filter((one) => one === type).length;
      return count === 0 ? [] : [[type, count]];
    }),
  );
}

/** How a position has been managed, from the journal alone; undefined where the journal opens none of this id. */
export function positionSummary(records: readonly JournalRecord[], positionId: string): PositionSummary | undefined {
  let summary: PositionSummary | undefined;
  let [quantity, realized, fees]: [Decimal, Decimal, Decimal] = [ZERO, ZERO, ZERO];
  const pay = (fee: string): void => {
    fees = fees.plus(fee);
    realized = realized.minus(fee);
  };
  for (const { ts, event } of records) {
    if (!('positionId' in event) || event.positionId !== positionId) continue;
    if (event.type === 'PositionOpened') {
      const { account, symbol, side } = event;
      summary = { ...EMPTY, position: positionId, account, symbol, side, actions: actionsOf(records, positionId), stops: [] };
    }
    if (!summary) continue;
    if (event.type === 'PositionStatusChanged') summary.status = event.to;
    else if (event.type === 'StopSet') summary.stops.push({ ts, price: event.price, by: event.causedBy });
    else if (event.type === 'StopRaised' || event.type === 'StopLoosened')
      summary.stops.push({ ts, price: event.to, by: event.causedBy });
    else if (event.type === 'TrancheOpened') {
      summary.openedTs ??= ts;
      quantity = quantity.plus(event.quantity);
      pay(event.fee);
    } else if (event.type === 'TranchesReduced')
      for (const exit of event.exits) {
        quantity = quantity.minus(exit.quantity);
        realized = realized.plus(exit.realizedPnl);
        pay(exit.fee);
      }
    else if (event.type === 'PositionClosed') Object.assign(summary, { closedTs: ts, mae: event.mae, mfe: event.mfe });
  }
  if (!summary) return undefined;
  const { openedTs, closedTs } = summary;
  const until = closedTs ?? records.at(-1)?.ts ?? null;
  return {
    ...summary,
    quantity: text(quantity),
    realizedPnl: text(realized),
    fees: text(fees),
    heldMs: openedTs === null || until === null ? null : until - openedTs,
  };
}

const EMPTY = {
  status: 'CLOSED',
  quantity: '0',
  realizedPnl: '0',
  fees: '0',
  mae: null,
  mfe: null,
  openedTs: null,
  closedTs: null,
  heldMs: null,
} as const;
