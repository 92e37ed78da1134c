import type { PlaceEntry } from '../domain/commands.ts';
import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { OrderSide, Side } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { type Fill, FillLedger, type LedgerLine } from './fills.ts';
import type { TradeView } from './views.ts';

/** A fill of a file, with its place there. */
export interface TimedFill extends Fill {
  line: number;
  ts: Milliseconds;
}

/** What a fill was for a trade; one that turns a position round is the exit of one and the entry of another, its fee shared by quantity. */
export interface TradeFill {
  line: number;
  ts: Milliseconds;
  kind: 'entry' | 'add' | 'exit';
  side: OrderSide;
  quantity: string;
  price: string;
  fee: string;
}

/** From the first fill of a position to the one that leaves nothing of it, or to the last there is. Its initial risk is unknown: fills have no stop. */
export interface Trade {
  /** "1", "2" …, in the order of their opening */
  id: string;
  symbol: string;
  side: Side;
  openedTs: Milliseconds;
  /** null while something is held */
  closedTs: Milliseconds | null;
  /** the most that was held, and what still is */
  quantity: string;
  held: string;
  averageEntry: string;
  /** null where nothing was sold yet */
  averageExit: string | null;
  /** realised so far, before fees and after them; `netPnl` is the ledger's */
  grossPnl: string;
  netPnl: string;
  fees: string;
  multiplier: string;
  fills: TradeFill[];
}

/** A fill that the ledger could not take. */
interface Refused {
  line: number;
  reason: string;
}

/** A trade while fills are folded into it. */
interface Open {
  trade: Trade;
  held: Decimal;
  /** its fees up to now */
  fees: Decimal;
}

/**
 * Folds fills, in the order of their time, through the ledger into trades; several instruments may be mixed.
 * @returns trades in the order of their opening, and the fills that were left out because their multiplier is not that of what is held
 */
export function tradesOf(fills: readonly TimedFill[]): { trades: Trade[]; refused: Refused[] } {
  const ledger = new FillLedger();
  const open = new Map<string, Open>();
  const trades: Trade[] = [];
  const refused: Refused[] = [];
  for (const fill of fills) {
    let line: LedgerLine;
    try {
      line = ledger.apply(fill);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused.push({ line: fill.line, reason: error.message });
      continue;
    }
    const side: Side = fill.side === 'buy' ? 'long' : 'short';
    const held = open.get(fill.symbol);
    if (held && held.trade.side !== side) {
      const quantity = line.closed ? held.held : dec(fill.quantity);
      take(held, fill, 'exit', quantity, line.closed ?? line);
      if (held.held.isZero()) open.delete(fill.symbol);
      if (!line.closed) continue;
    }
    const now = open.get(fill.symbol) ?? begin(fill, side, trades);
    open.set(fill.symbol, now);
    take(now, fill, now.trade.fills.length === 0 ? 'entry' : 'add', dec(line.quantity).minus(now.held), line);
  }
  return { trades, refused };
}

function begin(fill: TimedFill, side: Side, trades: Trade[]): Open {
  const trade: Trade = {
    id: String(trades.length + 1),
    symbol: fill.symbol,
    side,
    openedTs: fill.ts,
    closedTs: null,
    quantity: '0',
    held: '0',
    averageEntry: fill.price,
    averageExit: null,
    grossPnl: '0',
    netPnl: '0',
    fees: '0',
    multiplier: fill.multiplier,
    fills: [],
  };
  trades.push(trade);
  return { trade, held: ZERO, fees: ZERO };
}

/** Books a fill, or its part, on a trade. @param line what the ledger says of the position after it */
function take(open: Open, fill: TimedFill, kind: TradeFill['kind'], quantity: Decimal, line: LedgerLine): void {
  const { trade } = open;
  const fees = dec(line.fees);
  trade.fills.push({
    line: fill.line,
    ts: fill.ts,
    kind,
    side: fill.side,
    quantity: text(quantity),
    price: text(dec(fill.price)),
    fee: text(fees.minus(open.fees)),
  });
  open.fees = fees;
  open.held = kind === 'exit' ? open.held.minus(quantity) : open.held.plus(quantity);
  trade.quantity = line.peakQuantity;
  trade.held = text(open.held);
  trade.averageEntry = line.averageEntry ?? trade.averageEntry;
  trade.averageExit = line.averageExit;
  trade.netPnl = line.realizedPnl;
  trade.grossPnl = text(dec(line.realizedPnl).plus(fees));
  trade.fees = line.fees;
  if (open.held.isZero()) trade.closedTs = fill.ts;
}

/** An entry that a trade asks for, as a file of entries would; `line` is its fill's place in the file. */
export interface TradeEntry {
  ts: Milliseconds;
  entry: PlaceEntry;
  line: number;
}

/**
 * The entries and adds of trades, for any policy to manage: exits are left to it, and so are stops and targets. In the order of time.
 * @param keepQuantity with the quantities of the fills; else the policy sizes them
 */
export function entriesOf(trades: readonly Trade[], keepQuantity: boolean): TradeEntry[] {
  const entries = trades.flatMap(({ symbol, side, fills }) =>
    fills
      .filter(({ kind }) => kind !== 'exit')
      .map(
        ({ ts, line, quantity }): TradeEntry => ({
          ts,
          entry: { type: 'PlaceEntry', symbol, side, kind: 'market', source: 'entries', ...(keepQuantity ? { quantity } : {}) },
          line,
        }),
      ),
  );
  return entries.sort((a, b) => a.ts - b.ts || a.line - b.line);
}

/** Sums over trades, money as decimal text. Trades that are still held count with what they have realised. */
export interface TradeTotals {
  trades: number;
  open: number;
  /** closed trades with a net gain, and with a net loss */
  won: number;
  lost: number;
  grossPnl: string;
  netPnl: string;
  fees: string;
}

export function totalsOf(trades: readonly Trade[]): TradeTotals {
  const closed = trades.filter(({ closedTs }) => closedTs !== null);
  const sum = (of: (trade: Trade) => string): string => text(trades.reduce((total, trade) => total.plus(of(trade)), ZERO));
  return {
    trades: trades.length,
    open: trades.length - closed.length,
    won: closed.filter(({ netPnl }) => dec(netPnl).greaterThan(0)).length,
    lost: closed.filter(({ netPnl }) => dec(netPnl).lessThan(0)).length,
    grossPnl: sum(({ grossPnl }) => grossPnl),
    netPnl: sum(({ netPnl }) => netPnl),
    fees: sum(({ fees }) => fees),
  };
}

/** Places that prices of trades are shown with at most. */
const MOST_DECIMALS = 8;

/** Decimals of prices, by symbol: the finest among the fills. */
export function decimalsOf(trades: readonly Trade[]): Record<string, number> {
  const decimals = new Map<string, number>();
  for (const { symbol, fills } of trades)
    for (const { price } of fills) {
      const places = Math.min(MOST_DECIMALS, dec(price).decimalPlaces());
      decimals.set(symbol, Math.max(decimals.get(symbol) ?? 0, places));
    }
  return Object.fromEntries(decimals);
}

/** A trade as a row of a table. */
export function tradeView(trade: Trade): TradeView {
  const { id, symbol, side, openedTs, closedTs, quantity, held, averageEntry, averageExit, grossPnl, netPnl, fees, fills } =
    trade;
  const entries = fills.filter(({ kind }) => kind !== 'exit').length;
  return {
    id,
    symbol,
    side,
    openedTs,
    closedTs,
    quantity,
    held,
    averageEntry,
    averageExit: averageExit ?? '',
    grossPnl,
    netPnl,
    fees,
    adds: entries - 1,
    exits: fills.length - entries,
  };
}
