import { type Decimal, dec, ONE, SHARE_DIGITS, text } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import type { Side } from '../domain/position.ts';
import { isoTime, type Milliseconds } from '../domain/time.ts';

/** The columns of a trade, in order. `closedAt`, `pnl` and `rMultiple` are what other tools ask for by these names. */
export const TRADE_COLUMNS = [
  'position',
  'account',
  'symbol',
  'side',
  'openedAt',
  'opened',
  'closedAt',
  'closed',
  'quantity',
  'averageEntry',
  'averageExit',
  'fees',
  'pnl',
  'rMultiple',
  'mae',
  'mfe',
  'heldMs',
  'causedBy',
] as const satisfies readonly (keyof TradeRow)[];

/** A position that is closed, from its first fill to its last. */
export interface TradeRow {
  position: string;
  account: string;
  symbol: string;
  side: Side;
  /** UTC milliseconds, and the same as ISO text */
  openedAt: Milliseconds;
  opened: string;
  closedAt: Milliseconds;
  closed: string;
  /** the most that was held */
  quantity: string;
  averageEntry: string;
  averageExit: string;
  fees: string;
  /** net of every fee */
  pnl: string;
  /** the same in initial risk; null where no stop was set */
  rMultiple: string | null;
  /** maximum adverse and favourable excursion against the first entry, in price */
  mae: string;
  mfe: string;
  heldMs: Milliseconds;
  /** the rule that closed it, or "user" */
  causedBy: string;
}

/** The columns of a share of an exit, in order. */
export const EXIT_COLUMNS = [
  'position',
  'tranche',
  'account',
  'symbol',
  'side',
  'openedAt',
  'opened',
  'entryPrice',
  'closedAt',
  'closed',
  'exitPrice',
  'quantity',
  'gross',
  'entryFee',
  'exitFee',
  'pnl',
  'rMultiple',
  'mae',
  'mfe',
  'heldMs',
  'causedBy',
] as const satisfies readonly (keyof ExitRow)[];

/** What one exit took from one tranche. The shares of a closed position sum to its P&L, exactly. */
export interface ExitRow {
  position: string;
  tranche: string;
  account: string;
  symbol: string;
  side: Side;
  /** when the tranche was entered, when this share of it left: UTC milliseconds, and the same as ISO text */
  openedAt: Milliseconds;
  opened: string;
  entryPrice: string;
  closedAt: Milliseconds;
  closed: string;
  exitPrice: string;
  quantity: string;
  gross: string;
  /** its share of what the tranche paid at its entry; the last takes what is left */
  entryFee: string;
  exitFee: string;
  /** gross less both fees */
  pnl: string;
  rMultiple: string | null;
  /** of the whole position, in price; null while it is open */
  mae: string | null;
  mfe: string | null;
  heldMs: Milliseconds;
  causedBy: string;
}

interface Tranche {
  ts: Milliseconds;
  price: string;
  quantity: Decimal;
  remaining: Decimal;
  fee: Decimal;
  feeLeft: Decimal;
}

interface Held {
  account: string;
  symbol: string;
  side: Side;
  multiplier: Decimal;
  /** initial risk a unit; undefined where no stop was set */
  r: Decimal | undefined;
  tranches: Map<string, Tranche>;
  exits: ExitRow[];
}

/** Multiples of R are shown to this many places. */
const PLACES = 6;

/** A share of what is left of a tranche's entry fee. */
function feeShare(tranche: Tranche, quantity: Decimal): Decimal {
  const whole = quantity.equals(tranche.remaining);
  const share = whole ? tranche.feeLeft : tranche.fee.times(quantity).div(tranche.quantity).toDecimalPlaces(SHARE_DIGITS);
  tranche.remaining = tranche.remaining.minus(quantity);
  tranche.feeLeft = tranche.feeLeft.minus(share);
  return share;
}

function exitsOf(held: Held, event: Extract<Event, { type: 'TranchesReduced' }>, ts: Milliseconds, causedBy: string): ExitRow[] {
  const { account, symbol, side, multiplier, r } = held;
  return event.exits.flatMap((exit): ExitRow[] => {
    const tranche = held.tranches.get(exit.trancheId);
    if (!tranche) return [];
    const quantity = dec(exit.quantity);
    const entryFee = feeShare(tranche, quantity);
    const pnl = dec(exit.realizedPnl).minus(entryFee).minus(exit.fee);
    const risk = r?.times(quantity).times(multiplier);
    return [
      {
        position: event.positionId,
        tranche: exit.trancheId,
        account,
        symbol,
        side,
        openedAt: tranche.ts,
        opened: isoTime(tranche.ts),
        entryPrice: tranche.price,
        closedAt: ts,
        closed: isoTime(ts),
        exitPrice: event.price,
        quantity: exit.quantity,
        gross: exit.realizedPnl,
        entryFee: text(entryFee),
        exitFee: exit.fee,
        pnl: text(pnl),
        rMultiple: risk && !risk.isZero() ? text(pnl.div(risk).toDecimalPlaces(PLACES)) : null,
        mae: null,
        mfe: null,
        heldMs: ts - tranche.ts,
        causedBy,
      },
    ];
  });
}

/** The trades of a journal in the order of their ends: positions that are closed, and every share of every exit, those of open positions too. */
export function tradeRowsOf(records: readonly JournalRecord[]): { trades: TradeRow[]; exits: ExitRow[] } {
  const multipliers = new Map<string, Decimal>();
  const positions = new Map<string, Held>();
  const trades: TradeRow[] = [];
  const exits: ExitRow[] = [];
  let causedBy = '';
  for (const { ts, event } of records) {
    const held = 'positionId' in event ? positions.get(event.positionId ?? '') : undefined;
    if (event.type === 'SessionStarted')
      for (const { instrument } of event.tapes) multipliers.set(instrument.symbol, dec(instrument.multiplier));
    else if (event.type === 'PositionOpened') {
      const { account, symbol, side } = event;
      const multiplier = multipliers.get(symbol) ?? ONE;
      positions.set(event.positionId, { account, symbol, side, multiplier, r: undefined, tranches: new Map(), exits: [] });
    } else if (event.type === 'OrderFilled') causedBy = event.causedBy;
    else if (event.type === 'TrancheOpened') {
      const [quantity, fee] = [dec(event.quantity), dec(event.fee)];
      held?.tranches.set(event.trancheId, { ts, price: event.price, quantity, remaining: quantity, fee, feeLeft: fee });
    } else if (event.type === 'StopSet' && held) held.r ??= dec(event.r);
    else if (event.type === 'TranchesReduced' && held) {
      const shares = exitsOf(held, event, ts, causedBy);
      held.exits.push(...shares);
      exits.push(...shares);
    } else if (event.type === 'PositionClosed' && held) {
      for (const exit of held.exits) [exit.mae, exit.mfe] = [event.mae, event.mfe];
      trades.push(tradeOf(held, event, ts));
    }
  }
  return { trades, exits };
}

function tradeOf(held: Held, event: Extract<Event, { type: 'PositionClosed' }>, ts: Milliseconds): TradeRow {
  const openedAt = ts - event.heldMs;
  return {
    position: event.positionId,
    account: held.account,
    symbol: event.symbol,
    side: event.side,
    openedAt,
    opened: isoTime(openedAt),
    closedAt: ts,
    closed: isoTime(ts),
    quantity: event.peakQuantity,
    averageEntry: event.averageEntry,
    averageExit: event.averageExit,
    fees: event.fees,
    pnl: event.realizedPnl,
    rMultiple: event.profitR,
    mae: event.mae,
    mfe: event.mfe,
    heldMs: event.heldMs,
    causedBy: event.causedBy,
  };
}
