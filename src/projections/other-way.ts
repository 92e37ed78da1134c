import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { exitSide, type OrderSide, type Side, sign } from '../domain/position.ts';
import type { OtherWay } from './views.ts';

/** How the paper account fills and charges at present. */
export interface ExitTerms {
  /** the same terms after a record: policies and autonomy change on the way */
  apply(record: JournalRecord): void;
  multiplier(symbol: string): Decimal;
  fee(symbol: string, quantity: Decimal, price: Decimal): Decimal;
  /** what a stop at a price fills at */
  stopped(symbol: string, leverage: Decimal, price: Decimal, side: OrderSide): Decimal;
  /** what the target takes of a quantity at its price; null where it asks first */
  taken(symbol: string, quantity: Decimal, price: Decimal): Decimal | null;
}

/** What is held of a position, and what it has made. */
interface Held {
  symbol: string;
  side: Side;
  leverage: Decimal;
  quantity: Decimal;
  cost: Decimal;
  /** net of the fees so far */
  realized: Decimal;
  stop: Decimal | null;
  target: Decimal | null;
  r: Decimal | null;
  initialQuantity: Decimal;
}

interface Exit {
  quantity: Decimal;
  price: Decimal;
  fee: Decimal;
}

type Filled = Extract<Event, { type: 'OrderFilled' }>;

/**
 * Folds the journal into what fills of ambiguous bars would have been the other way round: the position as it was just before the fill, its stop
 * and target where they stood, filled and charged as the paper account does. What rules would have done on the other way is not in it.
 */
export class OtherWays {
  private readonly terms: ExitTerms;
  private readonly held = new Map<string, Held>();

  constructor(terms: ExitTerms) {
    this.terms = terms;
  }

  /** Takes one record; records must come in order, each once. @returns what it might have been instead, where it might */
  apply(record: JournalRecord): OtherWay | null {
    const { event } = record;
    this.terms.apply(record);
    if (event.type === 'PositionOpened') {
      const { positionId, symbol, side, leverage } = event;
      const nothing = { quantity: ZERO, cost: ZERO, realized: ZERO, initialQuantity: ZERO, stop: null, target: null, r: null };
      this.held.set(positionId, { symbol, side, leverage: dec(leverage), ...nothing });
      return null;
    }
    const held = 'positionId' in event && event.positionId !== undefined ? this.held.get(event.positionId) : undefined;
    if (!held) return null;
    switch (event.type) {
      case 'OrderFilled':
        return event.ambiguous ? this.otherWay(held, event) : null;
      case 'TrancheOpened':
        if (held.initialQuantity.isZero()) held.initialQuantity = dec(event.quantity);
        held.quantity = held.quantity.plus(event.quantity);
        held.cost = held.cost.plus(event.cost);
        held.realized = held.realized.minus(event.fee);
        return null;
      case 'TranchesReduced':
        for (const exit of event.exits) {
          held.quantity = held.quantity.minus(exit.quantity);
          held.cost = held.cost.minus(exit.cost);
          held.realized = held.realized.plus(exit.realizedPnl).minus(exit.fee);
        }
        return null;
      case 'StopSet':
        held.stop = dec(event.price);
        held.r = dec(event.r);
        return null;
      case 'StopRaised':
      case 'StopLoosened':
        held.stop = dec(event.to);
        return null;
      case 'TargetSet':
        held.target = event.to === null ? null : dec(event.to);
        return null;
      case 'PositionClosed':
        this.held.delete(event.positionId);
        return null;
      default:
        return null;
    }
  }

  private otherWay(held: Held, { purpose, quantity, price, fee }: Filled): OtherWay | null {
    const { stop, target } = held;
    if (stop === null || target === null || (purpose !== 'stop' && purpose !== 'target')) return null;
    const whole = held.quantity.equals(quantity);
    const made = whole ? this.made(held, [{ quantity: held.quantity, price: dec(price), fee: dec(fee) }]) : null;
    const taken = purpose === 'stop' ? this.terms.taken(held.symbol, held.quantity, target) : ZERO;
    const other = taken === null ? null : this.made(held, this.exits(held, taken, target, stop));
    return {
      first: purpose,
      pnl: made?.pnl ?? '',
      pnlR: made?.pnlR ?? '',
      otherPnl: other?.pnl ?? '',
      otherPnlR: other?.pnlR ?? '',
    };
  }

  /** All that is held, as far as the target takes it there, and the rest at the stop. */
  private exits({ symbol, leverage, side, quantity }: Held, taken: Decimal, target: Decimal, stop: Decimal): Exit[] {
    const at = (part: Decimal, price: Decimal): Exit => ({ quantity: part, price, fee: this.terms.fee(symbol, part, price) });
    const stopped = this.terms.stopped(symbol, leverage, stop, exitSide(side));
    return [at(taken, target), at(quantity.minus(taken), stopped)].filter((exit) => exit.quantity.greaterThan(0));
  }

  /** What the position has made once these fills have taken all that is held. */
  private made(
    { symbol, side, cost, realized, r, initialQuantity }: Held,
    fills: readonly Exit[],
  ): { pnl: string; pnlR: string } {
    const multiplier = this.terms.multiplier(symbol);
    let value = ZERO;
    let fees = ZERO;
    for (const fill of fills) {
      value = value.plus(fill.price.times(fill.quantity).times(multiplier));
      fees = fees.plus(fill.fee);
    }
    const pnl = value.minus(cost).times(sign(side)).plus(realized).minus(fees);
    const risk = r?.times(initialQuantity).times(multiplier);
    return { pnl: text(pnl), pnlR: risk ? text(pnl.div(risk).toDecimalPlaces(6)) : '' };
  }
}
