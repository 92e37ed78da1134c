import { type Decimal, dec, maxOf, text, ZERO } from '../domain/decimal.ts';
import { allot, exitShares, FINEST_LOT, type Lot } from '../domain/ledger.ts';
import type { Side } from '../domain/position.ts';

/** One execution of a broker; numbers are decimal text, `fee` is money (negative: a rebate). */
export interface Fill {
  symbol: string;
  side: 'buy' | 'sell';
  quantity: string;
  price: string;
  fee: string;
  multiplier: string;
}

/** A position after a fill, in decimal text. `closed` is what a fill that flips the position has ended; averages are null where nothing was entered or left. */
export interface LedgerLine {
  symbol: string;
  side: Side | 'flat';
  quantity: string;
  averageEntry: string | null;
  averageExit: string | null;
  realizedPnl: string;
  fees: string;
  peakQuantity: string;
  status: 'OPEN' | 'CLOSED';
  closed?: LedgerLine;
}

interface Book {
  side: Side;
  lots: Lot[];
  quantity: Decimal;
  cost: Decimal;
  /** average entry just before the exit that closed it */
  lastAverage: Decimal;
  exited: Decimal;
  exitedValue: Decimal;
  realized: Decimal;
  fees: Decimal;
  peak: Decimal;
  multiplier: Decimal;
}

/** Averages are shown to this many places; sums are exact. */
const PLACES = 18;
const shown = (value: Decimal): string => text(value.toDecimalPlaces(PLACES));

/**
 * Positions from a stream of fills, one a symbol, by average cost. A fill larger than the position closes it and opens the other side with
 * the rest; its fee is split by quantity. The multiplier is the position's: it may change only while nothing is held.
 */
export class FillLedger {
  private readonly books = new Map<string, Book>();

  /**
   * Takes the next fill and reads out the position that it leaves.
   * @throws RangeError where its multiplier is not that of the open position; nothing has been taken then
   */
  apply(fill: Fill): LedgerLine {
    const side: Side = fill.side === 'buy' ? 'long' : 'short';
    const quantity = dec(fill.quantity);
    const fee = dec(fill.fee);
    const held = this.books.get(fill.symbol);
    if (held && !held.quantity.isZero() && !held.multiplier.equals(fill.multiplier))
      throw new RangeError(
        `multiplier "${fill.multiplier}": expected ${text(held.multiplier)}, that of the open position in ${fill.symbol}`,
      );
    if (!held || held.quantity.isZero() || held.side === side) {
      const book = held && !held.quantity.isZero() ? held : open(side, dec(fill.multiplier));
      this.books.set(fill.symbol, book);
      enter(book, quantity, dec(fill.price), fee);
      return line(fill.symbol, book);
    }
    if (quantity.lessThanOrEqualTo(held.quantity)) {
      leave(held, quantity, dec(fill.price), fee);
      return line(fill.symbol, held);
    }
    const closing = fee.times(held.quantity).div(quantity).toDecimalPlaces(PLACES);
    const rest = quantity.minus(held.quantity);
    leave(held, held.quantity, dec(fill.price), closing);
    const book = open(side, dec(fill.multiplier));
    this.books.set(fill.symbol, book);
    enter(book, rest, dec(fill.price), fee.minus(closing));
    return { ...line(fill.symbol, book), closed: line(fill.symbol, held) };
  }
}

const open = (side: Side, multiplier: Decimal): Book => ({
  side,
  lots: [],
  quantity: ZERO,
  cost: ZERO,
  lastAverage: ZERO,
  exited: ZERO,
  exitedValue: ZERO,
  realized: ZERO,
  fees: ZERO,
  peak: ZERO,
  multiplier,
});

function enter(book: Book, quantity: Decimal, price: Decimal, fee: Decimal): void {
  const cost = price.times(quantity).times(book.multiplier);
  book.lots.push({ remaining: quantity, entryPrice: price, remainingCost: cost });
  book.quantity = book.quantity.plus(quantity);
  book.cost = book.cost.plus(cost);
  book.fees = book.fees.plus(fee);
  book.realized = book.realized.minus(fee);
  book.peak = maxOf(book.peak, book.quantity);
}

function leave(book: Book, quantity: Decimal, price: Decimal, fee: Decimal): void {
  book.lastAverage = book.cost.div(book.quantity).div(book.multiplier);
  const taken = allot(book.lots, quantity, FINEST_LOT, 'pro-rata');
  for (const share of exitShares(book.lots, taken, book.side, price, book.multiplier, fee)) {
    const lot = book.lots[share.index];
    if (!lot) continue;
    lot.remaining = lot.remaining.minus(share.quantity);
    lot.remainingCost = lot.remainingCost.minus(share.cost);
    book.cost = book.cost.minus(share.cost);
    book.realized = book.realized.plus(share.grossPnl);
  }
  book.lots = book.lots.filter(({ remaining }) => remaining.greaterThan(0));
  book.realized = book.realized.minus(fee);
  book.fees = book.fees.plus(fee);
  book.quantity = book.quantity.minus(quantity);
  book.exited = book.exited.plus(quantity);
  book.exitedValue = book.exitedValue.plus(price.times(quantity).times(book.multiplier));
}

function line(symbol: string, book: Book): LedgerLine {
  const flat = book.quantity.isZero();
  return {
    symbol,
    side: flat ? 'flat' : book.side,
    quantity: text(book.quantity),
    averageEntry: shown(flat ? book.lastAverage : book.cost.div(book.quantity).div(book.multiplier)),
    averageExit: book.exited.isZero() ? null : shown(book.exitedValue.div(book.exited).div(book.multiplier)),
    realizedPnl: shown(book.realized),
    fees: text(book.fees),
    peakQuantity: text(book.peak),
    status: flat ? 'CLOSED' : 'OPEN',
  };
}
