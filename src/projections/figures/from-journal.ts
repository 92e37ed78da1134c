import { type Decimal, dec, ONE, ZERO } from '../../domain/decimal.ts';
import { valueAt } from '../../domain/document.ts';
import type { Event, JournalRecord } from '../../domain/events.ts';
import { enters, type Purpose } from '../../domain/order.ts';
import { type Side, sign } from '../../domain/position.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { sessionOf, ZoneClock } from '../../domain/session.ts';
import type { Milliseconds } from '../../domain/time.ts';
import { EVENT_TYPES, type EventType } from '../event-types.ts';
import type { Outcome, TradeFilter } from '../performance-views.ts';
import { positionEvents } from '../tables.ts';
import { tradeRowsOf } from '../trade-table.ts';
import { tradingDays } from './days.ts';
import type { Detail, Evidence, Fate, Holding, MarketSense, Trade } from './evidence.ts';

/** A trade of a journal, of which everything is known. */
export type JournalTrade = Trade & { detail: Detail };

/** A session as its figures need it. */
export interface SessionRecord {
  /** the name of the policy that the session began with */
  policy: string;
  /** every closed position, in the order of their close */
  trades: JournalTrade[];
  fates: Fate[];
  acts: { positionId: string; type: EventType }[];
  holdings: Holding[];
  /** all accounts together, before the first trade */
  equity: Decimal;
  clock: ZoneClock;
  /** false where the exchange never closes: then a year has 365 days */
  closes: boolean;
  fromTs: Milliseconds;
  toTs: Milliseconds;
}

type Closed = Extract<Event, { type: 'PositionClosed' }>;

/** A position while records are folded into it. */
interface Held {
  symbol: string;
  side: Side;
  account: string;
  policy: string;
  multiplier: Decimal;
  firstEntry: Decimal | undefined;
  initialQuantity: Decimal;
  cost: Decimal;
  r: Decimal | undefined;
  stopMoved: boolean;
  adds: number;
  exits: number;
  lastPurpose: Purpose;
  trailFrom: Decimal | undefined;
  trailGain: Decimal;
  /** tranches that the rule scale-in added */
  scaleIns: string[];
  saving: { atStop: Decimal; saved: Decimal } | null;
  closed: { seq: number; place: JournalRecord['tape']; ts: Milliseconds; event: Closed } | undefined;
}

/** What a proposal has come to, while records are folded into it. */
interface Open {
  proposal: Proposal;
  openedTs: Milliseconds;
  outcome: Outcome | 'open';
  decidedTs: Milliseconds | null;
}

/** The rule whose adds are scale-ins. */
const SCALE_IN = 'scale-in';

class Fold {
  readonly positions = new Map<string, Held>();
  readonly proposals = new Map<string, Open>();
  readonly accounts = new Set<string>();
  private readonly multipliers = new Map<string, Decimal>();
  private policy = '';
  private fill: Extract<Event, { type: 'OrderFilled' }> | undefined;

  apply({ seq, tape, ts, event }: JournalRecord): void {
    switch (event.type) {
      case 'SessionStarted':
        for (const { instrument } of event.tapes) this.multipliers.set(instrument.symbol, dec(instrument.multiplier));
        this.policy = nameOf(event.policy);
        return;
      case 'PolicyChanged':
        this.policy = nameOf(event.policy);
        return;
      case 'PositionOpened':
        this.positions.set(event.positionId, this.opened(event));
        this.accounts.add(event.account);
        return;
      case 'OrderFilled':
        this.fill = event;
        return this.filled(event);
      case 'PositionClosed': {
        const held = this.positions.get(event.positionId);
        if (held) held.closed = { seq, place: tape, ts, event };
        return;
      }
      case 'ProposalOpened':
        this.proposals.set(event.proposal.id, { proposal: event.proposal, openedTs: ts, outcome: 'open', decidedTs: null });
        return;
      default:
        this.decide(event, ts);
        this.change(event);
    }
  }

  private opened({ symbol, side, account }: Extract<Event, { type: 'PositionOpened' }>): Held {
    return {
      symbol,
      side,
      account,
      policy: this.policy,
      multiplier: this.multipliers.get(symbol) ?? ONE,
      firstEntry: undefined,
      initialQuantity: ZERO,
      cost: ZERO,
      r: undefined,
      stopMoved: false,
      adds: 0,
      exits: 0,
      lastPurpose: 'entry',
      trailFrom: undefined,
      trailGain: ZERO,
      scaleIns: [],
      saving: null,
      closed: undefined,
    };
  }

  private filled({ positionId, purpose, quantity, price }: Extract<Event, { type: 'OrderFilled' }>): void {
    const held = this.positions.get(positionId);
    if (!held) return;
    held.lastPurpose = purpose;
    if (enters(purpose) || !held.trailFrom) return;
    const move = dec(price).minus(held.trailFrom).times(sign(held.side));
    held.trailGain = held.trailGain.plus(move.times(quantity).times(held.multiplier));
  }

  /** Takes what changes a position. */
  private change(event: Event): void {
    const held = 'positionId' in event ? this.positions.get(event.positionId ?? '') : undefined;
    if (!held) return;
    if (event.type === 'TrancheOpened') {
      held.cost = held.cost.plus(event.cost);
      if (held.firstEntry) {
        held.adds += 1;
        if (this.fill?.causedBy === SCALE_IN) held.scaleIns.push(event.trancheId);
      } else {
        held.firstEntry = dec(event.price);
        held.initialQuantity = dec(event.quantity);
      }
    } else if (event.type === 'TranchesReduced') {
      held.exits += 1;
      for (const { cost } of event.exits) held.cost = held.cost.minus(cost);
    } else if (event.type === 'StopSet') held.r ??= dec(event.r);
    else if (event.type === 'StopRaised' || event.type === 'StopLoosened') held.stopMoved = true;
    else if (event.type === 'TrailingStarted') held.trailFrom ??= dec(event.price);
    else if (event.type === 'SavingRecorded') held.saving = { atStop: dec(event.atStop), saved: dec(event.saved) };
  }

  private decide(event: Event, ts: Milliseconds): void {
    const known = 'proposalId' in event ? this.proposals.get(event.proposalId ?? '') : undefined;
    if (!known) return;
    if (event.type === 'ProposalApproved') {
      known.outcome = event.by === 'user' ? 'approved' : 'auto';
      if (event.by === 'user') known.decidedTs = ts;
    } else if (event.type === 'ProposalRejected') {
      known.outcome = event.vetoed ? 'vetoed' : 'rejected';
      known.decidedTs = ts;
    } else if (event.type === 'ProposalExpired') known.outcome = 'expired';
    else if (event.type === 'ProposalSuperseded') known.outcome = 'superseded';
    else if (event.type === 'ProposalFailed') known.outcome = 'failed';
  }
}

function nameOf(policy: unknown): string {
  const name = valueAt(policy, 'name');
  return typeof name === 'string' && name !== '' ? name : 'policy without a name';
}

/** Reads a session's journal once, for figures of any part of it. @throws RangeError where it does not begin with its session */
export function recordOf(journal: readonly JournalRecord[]): SessionRecord {
  const [first] = journal;
  if (first?.event.type !== 'SessionStarted') throw new RangeError('a journal begins with SessionStarted');
  const fold = new Fold();
  for (const record of journal) fold.apply(record);
  const { trades: rows, exits } = tradeRowsOf(journal);
  const tranchePnl = new Map<string, Decimal>();
  for (const { tranche, pnl } of exits) tranchePnl.set(tranche, (tranchePnl.get(tranche) ?? ZERO).plus(pnl));
  const hours = first.event.tapes[0] && sessionOf(first.event.tapes[0].instrument);
  const equity = valueAt(first.event.policy, 'account.equity');
  return {
    policy: nameOf(first.event.policy),
    trades: rows.flatMap((row) => {
      const held = fold.positions.get(row.position);
      const trade = held && tradeOf(row.position, held, tranchePnl);
      return trade ? [trade] : [];
    }),
    fates: [...fold.proposals.values()].map(({ proposal: { positionId, symbol }, outcome, openedTs, decidedTs }) => ({
      positionId,
      symbol,
      outcome,
      delayMs: decidedTs === null ? null : decidedTs - openedTs,
    })),
    acts: positionEvents(journal, '').map(({ trade_id, event_type }) => ({ positionId: trade_id, type: event_type })),
    holdings: [...fold.positions].flatMap(([positionId, { symbol, side, policy, cost, closed, firstEntry }]) =>
      closed || !firstEntry ? [] : [{ positionId, symbol, side, policy, cost }],
    ),
    equity: dec(Number(equity) > 0 ? String(equity) : 0).times(Math.max(1, fold.accounts.size)),
    clock: new ZoneClock(hours ?? sessionOf({ session: 'UTC/24h' })),
    closes: hours?.calendar !== undefined,
    fromTs: first.ts,
    toTs: journal.at(-1)?.ts ?? first.ts,
  };
}

function tradeOf(positionId: string, held: Held, tranchePnl: ReadonlyMap<string, Decimal>): JournalTrade | undefined {
  const { closed, firstEntry, initialQuantity, multiplier, side, trailFrom } = held;
  if (!closed || !firstEntry) return undefined;
  const { event, ts } = closed;
  return {
    closedTs: ts,
    pnl: dec(event.realizedPnl),
    r: event.profitR === null ? null : dec(event.profitR),
    detail: {
      positionId,
      symbol: held.symbol,
      side,
      causedBy: event.causedBy,
      policy: held.policy,
      openedTs: ts - event.heldMs,
      seq: closed.seq,
      place: closed.place,
      fees: dec(event.fees),
      mae: dec(event.mae),
      mfe: dec(event.mfe),
      exitMove: dec(event.averageExit).minus(firstEntry).times(sign(side)),
      rPrice: held.r && !held.r.isZero() ? held.r : null,
      initialValue: initialQuantity.times(multiplier),
      heldMs: event.heldMs,
      closedBy: held.lastPurpose,
      untouched: held.adds === 0 && held.exits === 1 && !held.stopMoved,
      trailGain: trailFrom ? held.trailGain : null,
      scaleIns: held.scaleIns.map((tranche) => tranchePnl.get(tranche) ?? ZERO),
      saving: held.saving,
    },
  };
}

/** The trades that a filter chooses. */
export const chosen = ({ trades }: SessionRecord, { symbol, causedBy, policy, from, to }: TradeFilter): JournalTrade[] =>
  trades.filter(
    ({ closedTs, detail }) =>
      (symbol === undefined || detail.symbol === symbol) &&
      (causedBy === undefined || detail.causedBy === causedBy) &&
      (policy === undefined || detail.policy === policy) &&
      (from === undefined || closedTs >= from) &&
      (to === undefined || closedTs < to),
  );

/**
 * What the figures of a part of a session are reckoned from. Proposals and actions are those of the trades that the filter chooses, and where it
 * chooses nothing away those of open positions too; what is open is chosen by instrument and policy.
 */
export function evidenceOf(record: SessionRecord, filter: TradeFilter, market: MarketSense | null = null): Evidence {
  const all = Object.values(filter).every((value) => value === undefined);
  const { symbol, policy, from = record.fromTs, to } = filter;
  const until = to === undefined ? record.toTs : Math.min(record.toTs, to - 1);
  const range = { fromTs: Math.max(from, record.fromTs), toTs: until };
  const evidence = evidenceOfPart(record, chosen(record, filter), market, range, all);
  const holdings = record.holdings.filter(
    (one) => (symbol === undefined || one.symbol === symbol) && (policy === undefined || one.policy === policy),
  );
  return { ...evidence, journal: { ...evidence.journal, holdings } };
}

/**
 * The same of some trades of a session and nothing that is open.
 * @param all whether what belongs to none of them counts too
 */
export function evidenceOfPart(
  record: SessionRecord,
  trades: readonly JournalTrade[],
  market: MarketSense | null,
  { fromTs, toTs }: Pick<SessionRecord, 'fromTs' | 'toTs'> = record,
  all = false,
) {
  const ids = new Set(trades.map(({ detail }) => detail.positionId));
  const counts = (id: string): boolean => all || ids.has(id);
  const actions = new Map<EventType, number>(EVENT_TYPES.map((type) => [type, 0]));
  for (const { positionId, type } of record.acts) if (counts(positionId)) actions.set(type, (actions.get(type) ?? 0) + 1);
  return {
    trades,
    days: { pnl: tradingDays(trades, record.clock, fromTs, toTs), perYear: record.closes ? 252 : 365 },
    equity: record.equity.isZero() ? null : record.equity,
    journal: {
      fates: record.fates.filter(({ positionId }) => counts(positionId)),
      actions,
      holdings: [] as Holding[],
      worth: market?.worth?.filter(({ positionId }) => counts(positionId)) ?? null,
    },
    market,
  } satisfies Evidence;
}
