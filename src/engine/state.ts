import { type Decimal, dec, maxOf, ONE, ZERO } from '../domain/decimal.ts';
import type { HoldReason } from '../domain/commands.ts';
import type { Event, JournalRecord, PlacedOrder } from '../domain/events.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Order } from '../domain/order.ts';
import { type Account, averageEntry, type Position, type Tranche } from '../domain/position.ts';
import type { ActionKind, Autonomy, AutonomyLevel, ProposalRecord, RuleId } from '../domain/proposal.ts';
import type { Milliseconds } from '../domain/time.ts';
import { loadPolicy } from '../policy/load.ts';
import { type Policy, tooWeak } from '../policy/schema.ts';

/** Why a rule's trigger says nothing on a position: until its criteria have been false (rejected, spent), until the next bar, or until a guard clears. */
export interface Silence {
  reason: 'rejected' | 'expired' | 'refused' | 'spent';
  code: string;
}

/** Everything that events decide. It is always the fold of the journal; the market is not in it. */
export interface State {
  startingEquity: Decimal;
  multipliers: Map<string, Decimal>;
  accounts: Map<string, Account>;
  /** open and closed, in the order of their opening */
  positions: Map<string, Position>;
  /** ids of the positions that are not closed, by `openKey` */
  open: Map<string, string>;
  /** when an account last entered an instrument, into whichever position, by `openKey` */
  lastEntry: Map<string, Milliseconds>;
  /** working orders; stop and target stand on the position */
  orders: Map<string, Order>;
  proposals: Map<string, ProposalRecord>;
  /** by `silenceKey` */
  silences: Map<string, Silence>;
  /** rules that refuse an account what adds risk, by account */
  halts: Map<string, Set<RuleId>>;
  /** what holds back everything that adds risk, of all accounts */
  holds: Set<HoldReason>;
  /** positions whose rules failed: their stop stays, nothing else acts */
  manual: Set<string>;
  autonomyLevel: AutonomyLevel;
  autonomy: Map<ActionKind, Autonomy>;
  ordersPlaced: number;
  positionsOpened: Map<string, number>;
}

/** One position per account and instrument. */
export const openKey = (account: string, symbol: string): string => `${account} ${symbol}`;

export const silenceKey = (positionId: string, rule: string, trigger: string): string => `${positionId} ${rule} ${trigger}`;

/** The state before anything has happened: what a policy gives an account and allows, and what a unit of each instrument is worth. */
export const emptyState = (policy: Policy, instruments: readonly InstrumentSpec[]): State => ({
  startingEquity: dec(policy.account.equity),
  multipliers: new Map(instruments.map(({ symbol, multiplier }) => [symbol, dec(multiplier)])),
  accounts: new Map(),
  positions: new Map(),
  open: new Map(),
  lastEntry: new Map(),
  orders: new Map(),
  proposals: new Map(),
  silences: new Map(),
  halts: new Map(),
  holds: new Set(),
  manual: new Set(),
  autonomyLevel: 'assisted',
  autonomy: autonomyIn(policy),
  ordersPlaced: 0,
  positionsOpened: new Map(),
});

const autonomyIn = ({ autonomy }: Policy): State['autonomy'] => new Map(Object.entries(autonomy) as [ActionKind, Autonomy][]);

export const multiplierOf = (state: State, symbol: string): Decimal => state.multipliers.get(symbol) ?? ONE;

/** The account, as it starts where no event has touched it yet. */
export const accountOf = (state: State, id: string): Account =>
  state.accounts.get(id) ?? { id, startingEquity: state.startingEquity, cash: state.startingEquity, fees: ZERO };

/** How many positions an account holds or is entering. */
export const openCount = (state: State, account: string): number =>
  [...state.open.values()].filter((id) => state.positions.get(id)?.account === account).length;

const NONE: ReadonlySet<RuleId> = new Set();

/** The rules that halt an account. */
export const haltsOf = (state: State, account: string): ReadonlySet<RuleId> => state.halts.get(account) ?? NONE;

function found<T>(map: Map<string, T>, id: string, what: string): T {
  const value = map.get(id);
  if (!value) throw new Error(`the journal names ${what} ${id}, which does not exist`);
  return value;
}

function orderFrom(placed: PlacedOrder, placedTs: number): Order {
  return {
    id: placed.id,
    positionId: placed.positionId,
    account: placed.account,
    symbol: placed.symbol,
    side: placed.side,
    kind: placed.kind,
    purpose: placed.purpose,
    quantity: dec(placed.quantity),
    price: placed.price === undefined ? undefined : dec(placed.price),
    placedTs,
    causedBy: placed.causedBy,
    proposalId: placed.proposalId,
    stopPlan: placed.stopPlan,
    targetPlan: placed.targetPlan,
    strength: placed.strength,
    steps: placed.steps ?? [],
    band: placed.band && { low: dec(placed.band.low), high: dec(placed.band.high) },
  };
}

function openTranche(position: Position, event: Extract<Event, { type: 'TrancheOpened' }>, ts: number): void {
  const quantity = dec(event.quantity);
  const fee = dec(event.fee);
  const cost = dec(event.cost);
  const tranche: Tranche = {
    id: event.trancheId,
    orderId: event.orderId,
    quantity,
    remaining: quantity,
    entryPrice: dec(event.price),
    remainingCost: cost,
    entryTs: ts,
    signalStrength: event.strength === undefined ? undefined : dec(event.strength),
    status: 'open',
    realizedPnl: fee.negated(),
    fees: fee,
    closedTs: undefined,
  };
  if (position.tranches.length === 0) {
    position.initialQuantity = quantity;
    position.openedTs = ts;
  } else position.adds += 1;
  position.tranches.push(tranche);
  position.quantity = position.quantity.plus(quantity);
  position.cost = position.cost.plus(cost);
  position.fees = position.fees.plus(fee);
  position.realizedPnl = position.realizedPnl.minus(fee);
  position.peakQuantity = maxOf(position.peakQuantity, position.quantity);
}

function reduceTranches(state: State, position: Position, event: Extract<Event, { type: 'TranchesReduced' }>, ts: number): void {
  const average = averageEntry(position, multiplierOf(state, position.symbol));
  for (const exit of event.exits) {
    const tranche = position.tranches.find(({ id }) => id === exit.trancheId);
    if (!tranche) throw new Error(`the journal names tranche ${exit.trancheId}, which does not exist`);
    const quantity = dec(exit.quantity);
    const fee = dec(exit.fee);
    const pnl = dec(exit.realizedPnl).minus(fee);
    tranche.remaining = tranche.remaining.minus(quantity);
    tranche.remainingCost = tranche.remainingCost.minus(exit.cost);
    tranche.realizedPnl = tranche.realizedPnl.plus(pnl);
    tranche.fees = tranche.fees.plus(fee);
    tranche.status = tranche.remaining.isZero() ? 'closed' : 'reduced';
    if (tranche.status === 'closed') tranche.closedTs = ts;
    position.quantity = position.quantity.minus(quantity);
    position.cost = position.cost.minus(exit.cost);
    position.realizedPnl = position.realizedPnl.plus(pnl);
    position.fees = position.fees.plus(fee);
    position.exitedQuantity = position.exitedQuantity.plus(quantity);
  }
  position.exitedValue = position.exitedValue.plus(event.value);
  if (position.quantity.isZero()) position.closedAverage = average;
}

function endProposal(state: State, id: string, status: ProposalRecord['status'], reason: string, ts: number): ProposalRecord {
  const record = found(state.proposals, id, 'proposal');
  record.status = status;
  record.reason = reason;
  record.decidedTs = ts;
  return record;
}

function silence(state: State, record: ProposalRecord, reason: Silence['reason'], code: string): void {
  const { positionId, rule, trigger } = record.proposal;
  state.silences.set(silenceKey(positionId, rule, trigger), { reason, code });
}

/** A position before its first fill. */
export function emptyPosition(
  { positionId, account, symbol, side }: { positionId: string; account: string; symbol: string; side: Position['side'] },
  leverage: Decimal,
  ts: number,
): Position {
  return {
    id: positionId,
    account,
    symbol,
    side,
    status: 'CLOSED',
    tranches: [],
    quantity: ZERO,
    initialQuantity: ZERO,
    peakQuantity: ZERO,
    cost: ZERO,
    closedAverage: undefined,
    realizedPnl: ZERO,
    fees: ZERO,
    exitedQuantity: ZERO,
    exitedValue: ZERO,
    r: undefined,
    stop: undefined,
    target: undefined,
    mae: undefined,
    mfe: undefined,
    openedTs: ts,
    closedTs: undefined,
    adds: 0,
    stepsDone: new Map(),
    leverage,
    trailingFrom: undefined,
    loosenedAt: undefined,
  };
}

/** Applies one record to the state, which it owns and changes in place. The only place where state changes. */
export function evolve(state: State, record: JournalRecord): State {
  const { event, ts } = record;
  switch (event.type) {
    case 'SessionStarted':
    case 'CommandReceived':
    case 'CommandRefused':
    case 'EntryDenied':
      return state;
    case 'PositionOpened':
      state.positionsOpened.set(event.symbol, (state.positionsOpened.get(event.symbol) ?? 0) + 1);
      state.positions.set(event.positionId, emptyPosition(event, dec(event.leverage), ts));
      return state;
    case 'OrderPlaced':
      state.ordersPlaced += 1;
      state.orders.set(event.order.id, orderFrom(event.order, ts));
      return state;
    case 'OrderCanceled':
      state.orders.delete(event.orderId);
      return state;
    case 'OrderFilled': {
      state.orders.delete(event.orderId);
      const account = accountOf(state, event.account);
      account.cash = account.cash.plus(event.cash);
      account.fees = account.fees.plus(event.fee);
      state.accounts.set(account.id, account);
      return state;
    }
    case 'TrancheOpened': {
      const position = found(state.positions, event.positionId, 'position');
      openTranche(position, event, ts);
      state.lastEntry.set(openKey(position.account, position.symbol), ts);
      return state;
    }
    case 'TranchesReduced':
      reduceTranches(state, found(state.positions, event.positionId, 'position'), event, ts);
      return state;
    case 'StopSet': {
      const position = found(state.positions, event.positionId, 'position');
      position.stop = dec(event.price);
      position.r ??= dec(event.r);
      return state;
    }
    case 'StopRaised':
      found(state.positions, event.positionId, 'position').stop = dec(event.to);
      return state;
    case 'StopLoosened': {
      const position = found(state.positions, event.positionId, 'position');
      position.stop = dec(event.to);
      position.loosenedAt = event.best === null ? undefined : dec(event.best);
      for (const { rule, trigger } of event.silenced)
        state.silences.set(silenceKey(event.positionId, rule, trigger), { reason: 'rejected', code: '' });
      return state;
    }
    case 'TargetSet':
      found(state.positions, event.positionId, 'position').target = event.to === null ? undefined : dec(event.to);
      return state;
    case 'TrailingStarted':
      found(state.positions, event.positionId, 'position').trailingFrom = dec(event.price);
      return state;
    case 'StepsDone': {
      const { stepsDone } = found(state.positions, event.positionId, 'position');
      stepsDone.set(event.rule, [...(stepsDone.get(event.rule) ?? []), ...event.steps]);
      return state;
    }
    case 'SavingRecorded':
      return state;
    case 'PositionStatusChanged': {
      const position = found(state.positions, event.positionId, 'position');
      position.status = event.to;
      const key = openKey(position.account, position.symbol);
      if (event.to === 'CLOSED') state.open.delete(key);
      else state.open.set(key, position.id);
      return state;
    }
    case 'PositionClosed': {
      const position = found(state.positions, event.positionId, 'position');
      position.closedTs = ts;
      position.mae = dec(event.mae);
      position.mfe = dec(event.mfe);
      position.stop = undefined;
      position.target = undefined;
      for (const key of [...state.silences.keys()]) if (key.startsWith(`${event.positionId} `)) state.silences.delete(key);
      return state;
    }
    case 'ProposalOpened': {
      const { proposal } = event;
      state.proposals.set(proposal.id, {
        proposal,
        status: 'proposed',
        reason: undefined,
        decidedTs: undefined,
        snoozedUntil: undefined,
        quantity: undefined,
        orderId: undefined,
      });
      state.silences.delete(silenceKey(proposal.positionId, proposal.rule, proposal.trigger));
      return state;
    }
    case 'ProposalApproved':
      endProposal(state, event.proposalId, event.by === 'auto' ? 'auto-applied' : 'approved', '', ts).quantity = event.quantity;
      return state;
    case 'ProposalRejected':
      silence(
        state,
        endProposal(state, event.proposalId, event.vetoed ? 'vetoed' : 'rejected', 'by the user', ts),
        'rejected',
        '',
      );
      return state;
    case 'ProposalExpired':
      silence(state, endProposal(state, event.proposalId, 'expired', event.reason, ts), 'expired', '');
      return state;
    case 'ProposalSuperseded':
      endProposal(state, event.proposalId, 'superseded', event.reason, ts);
      return state;
    case 'ProposalSnoozed':
      found(state.proposals, event.proposalId, 'proposal').snoozedUntil = event.until;
      return state;
    case 'ProposalApplied': {
      const ended = endProposal(state, event.proposalId, 'applied', '', ts);
      ended.orderId = event.orderId;
      return state;
    }
    case 'ProposalFailed':
      silence(state, endProposal(state, event.proposalId, 'failed', event.refusal.message, ts), 'refused', event.refusal.code);
      return state;
    case 'RuleRearmed':
      state.silences.delete(silenceKey(event.positionId, event.rule, event.trigger));
      return state;
    case 'RuleSpent':
      state.silences.set(silenceKey(event.positionId, event.rule, event.trigger), { reason: 'spent', code: '' });
      return state;
    case 'RuleBlocked':
      state.silences.set(silenceKey(event.positionId, event.rule, event.trigger), {
        reason: 'refused',
        code: event.refusal.code,
      });
      return state;
    case 'AutonomyLevelSet':
      state.autonomyLevel = event.level;
      return state;
    case 'AutonomySet':
      state.autonomy.set(event.kind, event.autonomy);
      return state;
    case 'RuleFaulted':
      state.manual.add(event.positionId);
      return state;
    case 'HaltBegan':
      state.halts.set(event.account, new Set([...haltsOf(state, event.account), event.rule]));
      return state;
    case 'HaltEnded':
      state.halts.set(event.account, new Set([...haltsOf(state, event.account)].filter((rule) => rule !== event.rule)));
      return state;
    case 'HoldBegan':
      state.holds.add(event.reason);
      return state;
    case 'HoldEnded':
      state.holds.delete(event.reason);
      return state;
    case 'PeakReset':
      return state;
    case 'PolicyChanged':
      state.autonomy = autonomyIn(loadPolicy(event.policy, 'the journal').policy);
      return state;
    default:
      return event satisfies never;
  }
}

/** The autonomy of a kind after the master switch: by hand as far as it may be, as set, or by itself. */
export function autonomyOf(state: Pick<State, 'autonomy' | 'autonomyLevel'>, kind: ActionKind): Autonomy {
  const set = state.autonomy.get(kind) ?? { mode: 'approve' };
  if (state.autonomyLevel === 'assisted' || set.mode === 'off') return set;
  if (state.autonomyLevel === 'auto') return { mode: 'auto' };
  const byHand: Autonomy = set.mode === 'suggest' ? set : { mode: 'approve' };
  if (!tooWeak(kind, byHand)) return byHand;
  const vetoable: Autonomy = { mode: 'auto-after', seconds: 10 };
  return tooWeak(kind, vetoable) ? set : vetoable;
}
