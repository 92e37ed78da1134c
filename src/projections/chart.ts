import type { JournalRecord } from '../domain/events.ts';
import type { Purpose } from '../domain/order.ts';
import { causeWords, fillNote, pricePadded } from './lines.ts';
import type { ChartPosition, OtherWay } from './views.ts';

interface Tranche {
  id: string;
  ordinal: number;
  openTs: number;
  closeTs: number | null;
  price: number;
  quantity: string;
  label: string;
}

/** How a mark names what its fill was for, where the side alone does not say it. */
const FILL_WORDS: Partial<Record<Purpose, string>> = {
  stop: 'stopped',
  target: 'target',
  liquidation: 'liquidated',
  flip: 'turned round',
};

/** A position on the chart while records are folded into it. */
interface Drawn extends ChartPosition {
  tranches: Tranche[];
}

/** What is left of tranches, by id: averages are drawn, never booked, so doubles do. */
type Held = Map<string, { remaining: number; price: number }>;

/** Folds the journal into what the chart draws of positions: marks, bands, the stop's staircase, targets and averages. */
export class ChartFold {
  /** in the order of their close; what is drawn of them does not change any more */
  readonly closed: ChartPosition[] = [];
  private readonly drawn = new Map<string, Drawn>();
  private readonly held = new Map<string, Held>();
  private readonly decimals: number;
  private readonly symbol: string;

  /** @param symbol the instrument on the chart @param decimals of a price on its tick grid */
  constructor(symbol: string, decimals: number) {
    this.symbol = symbol;
    this.decimals = decimals;
  }

  /** those that are not closed, in the order of their opening */
  get open(): ChartPosition[] {
    return [...this.drawn.values()].filter(({ tranches }) => tranches.length > 0);
  }

  /** Takes one record; records must come in order, each once. @param other of a fill that might have been another one */
  apply({ seq, ts, event }: JournalRecord, other: OtherWay | null = null): void {
    if (event.type === 'PositionOpened') {
      if (event.symbol !== this.symbol) return;
      this.drawn.set(event.positionId, {
        id: event.positionId,
        yours: false,
        side: event.side,
        openTs: ts,
        closeTs: null,
        marks: [],
        tranches: [],
        stops: [],
        targets: [],
        averages: [],
        trailing: false,
        entry: Number.NaN,
        r: null,
        liquidation: null,
        best: Number.NaN,
        worst: Number.NaN,
        stopLabel: '',
        targetLabel: '',
      });
      this.held.set(event.positionId, new Map());
      return;
    }
    const position = 'positionId' in event && event.positionId !== undefined ? this.drawn.get(event.positionId) : undefined;
    if (!position) return;
    switch (event.type) {
      case 'OrderFilled': {
        const note = fillNote(event);
        position.marks.push({
          ts,
          price: Number(event.price),
          side: event.side,
          quantity: event.quantity,
          text: [`${FILL_WORDS[event.purpose] ?? event.side} ${event.quantity}`, note].filter(Boolean).join(' · '),
          note,
          ...(other ? { other } : {}),
          seq,
        });
        return;
      }
      case 'TrancheOpened': {
        const price = Number(event.price);
        const ordinal = position.tranches.length;
        if (ordinal === 0) {
          position.openTs = ts;
          position.entry = price;
        }
        position.tranches.push({
          id: event.trancheId,
          ordinal,
          openTs: ts,
          closeTs: null,
          price,
          quantity: event.quantity,
          label: `tranche ${ordinal + 1} · ${event.quantity} @ ${pricePadded(event.price, this.decimals)}`,
        });
        this.held.get(position.id)?.set(event.trancheId, { remaining: Number(event.quantity), price });
        this.average(position, ts);
        return;
      }
      case 'TranchesReduced':
        for (const exit of event.exits) {
          const held = this.held.get(position.id)?.get(exit.trancheId);
          if (held) held.remaining -= Number(exit.quantity);
          const tranche = position.tranches.find(({ id }) => id === exit.trancheId);
          if (tranche && held && held.remaining < 1e-12) tranche.closeTs = ts;
        }
        this.average(position, ts);
        return;
      case 'StopSet':
        position.r = Number(event.r);
        position.stops.push({ ts, price: Number(event.price), reason: 'first stop', seq });
        return;
      case 'StopRaised':
        position.stops.push({ ts, price: Number(event.to), reason: causeWords(event.causedBy), seq });
        return;
      case 'StopLoosened':
        position.stops.push({ ts, price: Number(event.to), reason: 'loosened by hand', seq });
        return;
      case 'TargetSet':
        position.targets.push({ ts, price: event.to === null ? null : Number(event.to) });
        return;
      case 'TrailingStarted':
        position.trailing = true;
        return;
      case 'PositionClosed':
        position.closeTs = ts;
        position.trailing = false;
        for (const tranche of position.tranches) tranche.closeTs ??= ts;
        this.drawn.delete(position.id);
        this.held.delete(position.id);
        this.closed.push(position);
        return;
      default:
    }
  }

  private average(position: Drawn, ts: number): void {
    let quantity = 0;
    let cost = 0;
    for (const { remaining, price } of this.held.get(position.id)?.values() ?? []) {
      quantity += remaining;
      cost += remaining * price;
    }
    const price = cost / quantity;
    if (quantity > 1e-12 && position.averages.at(-1)?.price !== price) position.averages.push({ ts, price });
  }
}
