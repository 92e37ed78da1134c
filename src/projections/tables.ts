import { type Decimal, dec, ONE, text, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { enters } from '../domain/order.ts';
import { averageEntry, sign } from '../domain/position.ts';
import type { CriterionReading, Proposal } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { type EventType, eventTypeOf, fillType } from './event-types.ts';
import { fillNote } from './lines.ts';
import type { Indicators, PositionEventRow } from './table-rows.ts';

/** A position as far as its rows need it. */
interface Held {
  side: 1 | -1;
  multiplier: Decimal;
  quantity: Decimal;
  cost: Decimal;
}

type Fill = Extract<Event, { type: 'OrderFilled' }>;
type Raise = Extract<Event, { type: 'StopRaised' }>;

/** What a proposal says of what it led to. */
interface Known {
  proposal: Proposal;
  tape: TapePosition;
  byUser: boolean;
}

/** What was done to a position, and by whom. */
interface Act {
  positionId: string;
  type: EventType;
  causedBy: string;
  action: string;
  price?: string | null;
  known?: Known | undefined;
  /** where it is not the proposal that says it */
  criteria?: readonly CriterionReading[] | undefined;
  /** quantity after it, where it changes */
  size?: Decimal;
}

/** Percentages are shown to this many places. */
const PLACES = 6;

/**
 * The journal as rows of `position_events`. Every action on a position is one row: each fill (its tranches or shares of an exit go with it, and so
 * do the first stop and target behind an entry) and each move of the stop or the target. Orders, proposals and changes of status are none.
 */
export class PositionEvents {
  private readonly session: string;
  private readonly multipliers = new Map<string, Decimal>();
  private readonly held = new Map<string, Held>();
  private readonly proposals = new Map<string, Known>();
  private readonly flips = new Set<string>();
  /** fills whose row is not complete: of an early exit what it saved is said last; by position */
  private readonly waiting = new Map<string, PositionEventRow>();
  /** the event before the one that is being taken */
  private before: Event | undefined;

  /** @param session what stands before the colon of each id */
  constructor(session: string) {
    this.session = session;
  }

  /**
   * Takes the next record, from the first on. A fill's row comes with the record that completes it, a few later.
   * @param createdAt wall time at which the record was journaled; null where it is not known
   * @throws RangeError where it names a position that no record has opened
   */
  apply(record: JournalRecord, createdAt: Milliseconds | null): PositionEventRow | undefined {
    const row = this.take(record, createdAt);
    this.before = record.event;
    return row;
  }

  /** Rows of fills that the journal ends within, their amounts unknown. */
  rest(): PositionEventRow[] {
    return [...this.waiting.values()];
  }

  private take(record: JournalRecord, createdAt: Milliseconds | null): PositionEventRow | undefined {
    const { event } = record;
    const row = (act: Act | undefined): PositionEventRow | undefined => act && this.row(record, createdAt, act);
    switch (event.type) {
      case 'OrderFilled':
        this.waiting.set(event.positionId, this.row(record, createdAt, this.filled(event)));
        return undefined;
      case 'TrancheOpened':
        this.change(event.positionId, dec(event.quantity), dec(event.cost));
        return this.complete(event.positionId, text(dec(event.fee).negated()));
      case 'TranchesReduced':
        return this.reduced(event);
      case 'SavingRecorded':
        return this.complete(event.positionId, event.saved);
      case 'ProposalApplied':
        return this.unsaved(event.proposalId) ?? row(this.trails(event.proposalId));
      case 'StopRaised':
        return row(this.raised(event, record.tape));
      case 'StopLoosened': {
        const { positionId, from, to, causedBy } = event;
        return row({ positionId, type: 'user_loosen', causedBy, action: `stop ${from} → ${to}` });
      }
      case 'TargetSet':
        return row(this.targeted(event));
      default:
        this.note(event, record.tape);
        return undefined;
    }
  }

  /** Keeps what later rows need of an event that is none itself. */
  private note(event: Event, tape: TapePosition): void {
    if (event.type === 'SessionStarted')
      for (const { instrument } of event.tapes) this.multipliers.set(instrument.symbol, dec(instrument.multiplier));
    else if (event.type === 'PositionOpened') {
      const multiplier = this.multipliers.get(event.symbol) ?? ONE;
      this.held.set(event.positionId, { side: sign(event.side), multiplier, quantity: ZERO, cost: ZERO });
    } else if (event.type === 'ProposalOpened')
      this.proposals.set(event.proposal.id, { proposal: event.proposal, tape, byUser: false });
    else if (event.type === 'ProposalApproved') {
      const known = this.proposals.get(event.proposalId);
      if (known) known.byUser = event.by === 'user';
    } else if (event.type === 'OrderPlaced' && event.order.purpose === 'flip') this.flips.add(event.order.id);
  }

  private heldOf(positionId: string): Held {
    const held = this.held.get(positionId);
    if (!held) throw new RangeError(`the journal names position ${positionId}, which does not exist`);
    return held;
  }

  private change(positionId: string, quantity: Decimal, cost: Decimal): void {
    const held = this.heldOf(positionId);
    held.quantity = held.quantity.plus(quantity);
    held.cost = held.cost.plus(cost);
  }

  private row({ seq, ts }: JournalRecord, createdAt: Milliseconds | null, act: Act): PositionEventRow {
    const { positionId, type, causedBy, action, price = null, known, criteria = known?.proposal.criteria ?? [] } = act;
    const held = this.heldOf(positionId);
    return {
      id: `${this.session}:${seq}`,
      trade_id: positionId,
      event_type: type,
      event_time: ts,
      price,
      profit_pct: profitPercent(held, price),
      position_size: text(act.size ?? held.quantity),
      trigger_reason: reasonOf(causedBy, criteria, known?.byUser ?? false),
      ml_prediction: null,
      indicators: indicatorsOf(criteria),
      action_taken: action,
      amount_saved_or_gained: null,
      created_at: createdAt,
    };
  }

  private filled({ positionId, orderId, side, purpose, quantity, price, causedBy, proposalId, evidence, ...how }: Fill): Act {
    const before = this.heldOf(positionId).quantity;
    const note = fillNote(how);
    return {
      positionId,
      type: this.flips.has(orderId) && !enters(purpose) ? 'flip' : fillType(purpose, causedBy),
      causedBy,
      action: `${side} ${quantity} @ ${price}${note === '' ? '' : ` (${note})`}`,
      price,
      known: this.knownOf(proposalId),
      criteria: evidence,
      size: enters(purpose) ? before.plus(quantity) : before.minus(quantity),
    };
  }

  private knownOf(proposalId: string | undefined): Known | undefined {
    return proposalId === undefined ? undefined : this.proposals.get(proposalId);
  }

  /** The row of a position's last fill, complete; undefined where none waits. */
  private complete(positionId: string, amount: string): PositionEventRow | undefined {
    const row = this.waiting.get(positionId);
    this.waiting.delete(positionId);
    return row && { ...row, amount_saved_or_gained: amount };
  }

  private reduced({ positionId, exits }: Extract<Event, { type: 'TranchesReduced' }>): PositionEventRow | undefined {
    let amount = ZERO;
    for (const exit of exits) {
      amount = amount.plus(exit.realizedPnl).minus(exit.fee);
      this.change(positionId, dec(exit.quantity).negated(), dec(exit.cost).negated());
    }
    const row = this.complete(positionId, text(amount));
    if (row?.event_type !== 'early_exit') return row;
    this.waiting.set(positionId, row);
    return undefined;
  }

  /** The row of an early exit of which no saving has been recorded: there was no stop, or it stood for no loss. */
  private unsaved(proposalId: string): PositionEventRow | undefined {
    const positionId = this.proposals.get(proposalId)?.proposal.positionId ?? '';
    const row = this.waiting.get(positionId);
    this.waiting.delete(positionId);
    return row;
  }

  /** A trail that has begun without moving the stop. */
  private trails(proposalId: string): Act | undefined {
    const known = this.proposals.get(proposalId);
    const from = known && this.trailFrom(known.proposal.positionId);
    if (!known || from === undefined) return undefined;
    const { positionId, rule } = known.proposal;
    return { positionId, type: eventTypeOf(rule), causedBy: rule, action: 'the stop begins to trail', price: from, known };
  }

  /** The price at which a position's stop has just begun to trail. */
  private trailFrom(positionId: string): string | undefined {
    const { before } = this;
    return before?.type === 'TrailingStarted' && before.positionId === positionId ? before.price : undefined;
  }

  private raised({ positionId, from, to, causedBy, alsoBy, proposalId }: Raise, tape: TapePosition): Act {
    const { before } = this;
    const action = `stop ${from} → ${to}`;
    // the stop of a position that was added to follows its new average
    if (before?.type === 'TrancheOpened' && before.positionId === positionId)
      return { positionId, type: 'stop_after_add', causedBy, action };
    const known = this.knownOf(proposalId);
    const trail = this.trailFrom(positionId);
    const now = known && samePlace(known.tape, tape) ? known.proposal.price : null;
    const also = alsoBy.length > 0 ? ` (also ${alsoBy.join(', ')})` : '';
    return {
      positionId,
      type: causedBy === 'user' ? 'user_stop' : eventTypeOf(causedBy),
      causedBy,
      action: `${action}${trail === undefined ? '' : ', and begins to trail'}${also}`,
      price: trail ?? now,
      known,
    };
  }

  /** A target that is moved by hand or taken away by another policy. That of an entry goes with it, and one that has filled with its fill. */
  private targeted({ positionId, causedBy, from, to }: Extract<Event, { type: 'TargetSet' }>): Act | undefined {
    const byHand = this.before?.type === 'CommandReceived' && this.before.command.type === 'MoveTarget';
    if (!byHand && causedBy !== 'policy') return undefined;
    const type = byHand ? 'user_target' : 'policy_target';
    return { positionId, type, causedBy, action: `target ${from ?? 'none'} → ${to ?? 'none'}` };
  }
}

/** The rows of a whole journal, whose wall times are not known. */
export function positionEvents(records: readonly JournalRecord[], session: string): PositionEventRow[] {
  const fold = new PositionEvents(session);
  const rows = records.flatMap((record) => fold.apply(record, null) ?? []);
  return [...rows, ...fold.rest()];
}

const samePlace = (a: TapePosition, b: TapePosition): boolean => a.row === b.row && a.point === b.point;

function profitPercent(held: Held, price: string | null): string | null {
  const average = averageEntry(held, held.multiplier);
  if (price === null || !average || average.isZero()) return null;
  return text(dec(price).minus(average).times(held.side).div(average).times(100).toDecimalPlaces(PLACES));
}

/** "breakeven: Profit 1.02R ≥ 1R; approved by the user" */
function reasonOf(causedBy: string, criteria: readonly CriterionReading[], byUser: boolean): string {
  const passed = criteria
    .filter(({ verdict }) => verdict === 'pass')
    .map(({ label, value, comparison, threshold }) => `${label} ${value} ${comparison} ${threshold}`);
  const parts = [...passed, ...(byUser ? ['approved by the user'] : [])];
  return parts.length === 0 ? causedBy : `${causedBy}: ${parts.join('; ')}`;
}

/** The readings by their labels; a label that comes again is numbered. */
function indicatorsOf(criteria: readonly CriterionReading[]): Indicators | null {
  if (criteria.length === 0) return null;
  const named = new Map<string, Indicators[string]>();
  for (const { label, value, comparison, threshold, verdict } of criteria) {
    let name = label;
    for (let again = 2; named.has(name); again += 1) name = `${label} (${again})`;
    named.set(name, { value, comparison, threshold, verdict });
  }
  return Object.fromEntries(named);
}
