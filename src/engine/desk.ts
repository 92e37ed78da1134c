import { Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { allot, exitShares } from '../domain/ledger.ts';
import { fraction } from '../domain/measure.ts';
import { averageEntry, entrySide, exitSide, type Position, sign } from '../domain/position.ts';
import type { Action, Outlook, Proposal, ProposalRecord } from '../domain/proposal.ts';
import { readingsOf } from '../rules/rule.ts';
import { confidenceOf, scoreOf, urgencyOf } from './advice.ts';
import type { Core } from './core.ts';
import { planOf, sendPlanned } from './entries.ts';
import { leastNotional } from './filters.ts';
import { finish, finishProposal } from './finish.ts';
import { refusalOf } from './guards.ts';
import type { Armed, Managed } from './managed.ts';
import { cancel } from './paper.ts';
import { behind } from './protection.ts';
import { autonomyOf, multiplierOf } from './state.ts';

/** A rule's wish in one step, before precedence is applied. */
export interface Want {
  armed: Armed;
  action: Action;
  /** set once it has been put on the desk in this step */
  proposed: boolean;
}

/** A position with a quantity, its cost and a stop, read out for the preview. */
function outlook(core: Core, position: Position, quantity: Decimal, cost: Decimal, stop: Decimal | undefined): Outlook {
  const multiplier = multiplierOf(core.state, position.symbol);
  const average = averageEntry({ quantity, cost }, multiplier);
  const direction = sign(position.side);
  const risk = average && stop ? average.minus(stop).times(direction).times(quantity).times(multiplier) : ZERO;
  const unit = position.r?.times(quantity).times(multiplier);
  const equity = core.equity(position.account);
  const value = core.worth(position.symbol, quantity, core.mark(position)).div(position.leverage);
  return {
    quantity: text(quantity),
    averageEntry: average ? text(average.toDecimalPlaces(8)) : '',
    stop: stop && !quantity.isZero() ? text(stop) : '',
    openRisk: text(risk.toDecimalPlaces(2)),
    openRiskR: unit && !unit.isZero() ? text(risk.div(unit).toDecimalPlaces(2)) : '0',
    exposurePercent: equity.greaterThan(0) ? text(value.div(equity).times(100).toDecimalPlaces(2)) : '0',
  };
}

/** A stop that is valid now: at least one tick behind the last price. */
const validStop = (core: Core, position: Position, wanted: Decimal): Decimal =>
  behind(core, position, wanted, core.mark(position));

const tighter = (position: Position, stop: Decimal): boolean =>
  position.stop === undefined || stop.minus(position.stop).times(sign(position.side)).greaterThan(0);

/** What the card of an open proposal shows: the position as it is now, and as it would be if the action were applied now. */
export const outlooksNow = (core: Core, position: Position, action: Action): { before: Outlook; after: Outlook } => ({
  before: outlook(core, position, position.quantity, position.cost, position.stop),
  after: preview(core, position, action),
});

/** True where moving the stop as asked would tighten it now, or would start the trail. */
export const changesStop = (core: Core, position: Position, action: Extract<Action, { type: 'move-stop' }>): boolean =>
  (action.trailing && position.trailingFrom === undefined) || tighter(position, validStop(core, position, dec(action.price)));

/** A position as it is and as it would be with its stop elsewhere: what a confirmation shows before the stop is moved. */
export const stopOutlooks = (core: Core, position: Position, stop: Decimal): { before: Outlook; after: Outlook } => ({
  before: outlook(core, position, position.quantity, position.cost, position.stop),
  after: outlook(core, position, position.quantity, position.cost, stop),
});

/** What the position would be after the action, at the last price. */
function preview(core: Core, position: Position, action: Action): Outlook {
  const multiplier = multiplierOf(core.state, position.symbol);
  const last = core.mark(position);
  const { instrument } = core.lane(position.symbol).market;
  if (action.type === 'move-stop') {
    const stop = validStop(core, position, dec(action.price));
    return outlook(core, position, position.quantity, position.cost, tighter(position, stop) ? stop : position.stop);
  }
  if (action.type === 'enter') {
    const { quantity, price, stop } = planOf(core, position, action, 'tranche-entry');
    return outlook(core, position, quantity, price.times(quantity).times(multiplier), stop);
  }
  if (action.type === 'add') {
    const quantity = position.quantity.plus(action.quantity);
    const entry = core.priceFor(position.symbol, entrySide(position.side));
    const cost = position.cost.plus(entry.times(action.quantity).times(multiplier));
    const average = averageEntry({ quantity, cost }, multiplier) ?? last;
    const whole =
      position.r &&
      instrument.prices.snap(average.minus(position.r.times(sign(position.side))), position.side === 'long' ? 'down' : 'up');
    return outlook(core, position, quantity, cost, whole && tighter(position, whole) ? whole : position.stop);
  }
  const exit = action.type === 'close' ? position.quantity : Decimal.min(action.quantity, position.quantity);
  const held = position.tranches.filter(({ remaining }) => remaining.greaterThan(0));
  const taken = allot(held, exit, instrument.lots.step, core.policy.allotment);
  const spent = exitShares(held, taken, position.side, last, multiplier, ZERO).reduce((sum, share) => sum.plus(share.cost), ZERO);
  return outlook(core, position, position.quantity.minus(exit), position.cost.minus(spent), position.stop);
}

function riskScore(core: Core, position: Position, after: Outlook): number {
  const allowed = core.equity(position.account).times(fraction(core.policy.sizing.risk));
  if (!allowed.greaterThan(0)) return 100;
  return Math.min(100, Math.max(0, dec(after.openRisk).div(allowed).times(100).round().toNumber()));
}

/** How far the price may move before a proposal expires; of an entry, by the risk that it would take. NaN while unknown. */
function toleranceOf(core: Core, managed: Managed, action: Action): number {
  const { tolerance } = core.policy.proposals;
  if (action.type !== 'enter' || tolerance.unit === 'ATR') return managed.distance(tolerance);
  const { price, stop } = planOf(core, managed.position, action, 'tranche-entry');
  const whole = tolerance.unit === 'R' ? stop?.minus(price).abs() : price.div(100);
  return whole?.times(tolerance.value).toNumber() ?? Number.NaN;
}

/**
 * Prices beyond which a proposal expires: either way for what adds risk, the worse way only for exits, none for stop moves and for a close that
 * is counting down: a price that runs away is no reason to stay longer.
 */
function band(core: Core, managed: Managed, action: Action, countsDown: boolean): { low: string | null; high: string | null } {
  const stays = action.type === 'move-stop' || (action.type === 'close' && countsDown);
  const reach = stays ? Number.NaN : toleranceOf(core, managed, action);
  if (Number.isNaN(reach)) return { low: null, high: null };
  const { prices } = managed;
  const low = text(prices.decimalAt(Math.max(1, prices.floor(managed.price - reach))));
  const high = text(prices.decimalAt(prices.ceil(managed.price + reach)));
  if (action.type === 'add' || action.type === 'enter') return { low, high };
  return managed.side > 0 ? { low, high: null } : { low: null, high };
}

/** Puts a want on the desk, or straight through where its kind applies by itself. `also` are triggers that wanted the same stop move less far. */
export function propose(core: Core, managed: Managed, want: Want, also: readonly Want[]): void {
  const { armed, action } = want;
  want.proposed = true;
  managed.acting = armed;
  const { position } = managed;
  const autonomy = autonomyOf(core.state, armed.kind);
  const criteria = readingsOf(armed.trigger, managed);
  const { before, after } = outlooksNow(core, position, action);
  const { expireBars, expireAfter } = core.policy.proposals;
  const risk = riskScore(core, position, after);
  const urgency = urgencyOf(armed.rule.urgency, action, managed);
  const confidence = confidenceOf(criteria);
  const appliesAt = autonomy.mode === 'auto-after' ? core.ts + autonomy.seconds * 1_000 : null;
  const proposal: Proposal = {
    id: `P${core.state.proposals.size + 1}`,
    positionId: position.id,
    symbol: position.symbol,
    rule: armed.rule.id,
    trigger: armed.trigger.key,
    kind: armed.kind,
    action,
    ...(also.length === 0 ? {} : { alsoBy: [...new Set(also.map((other) => other.armed.rule.id))] }),
    price: text(dec(managed.price)),
    ts: core.ts,
    criteria,
    urgency,
    confidence,
    score: scoreOf(action, confidence, risk, before, after),
    riskScore: risk,
    before,
    after,
    autonomy,
    expiresAt: Math.max(core.ts + expireBars * managed.market.intervalMs, core.ts + expireAfter.value.toNumber(), appliesAt ?? 0),
    appliesAt,
    ...band(core, managed, action, appliesAt !== null),
  };
  for (const other of managed.armed)
    if (other !== armed && other.rule === armed.rule && other.live?.status === 'proposed' && action.type === 'reduce')
      supersede(core, other.live, proposal.id, 'a further step was reached');
  if (armed.live?.status === 'proposed') supersede(core, armed.live, proposal.id, 'quantity or price have changed');
  core.emit({ type: 'ProposalOpened', proposal });
  if (autonomy.mode !== 'auto') return;
  approve(core, proposal.id, 'auto', undefined);
  if (core.vetoed.has(proposal.id)) return;
  // a rule that is named beside the tightest has had its say too
  for (const other of also) finish(core, position.id, other.armed, other.action);
}

/** Ends an open proposal because something else has taken its place. */
export const supersede = (core: Core, { proposal }: ProposalRecord, byProposalId: string | null, reason: string): void =>
  core.emit({ type: 'ProposalSuperseded', proposalId: proposal.id, byProposalId, reason });

/** Approves an open proposal and applies it, by the user or by itself. The caller has checked that it is open. */
export function approve(core: Core, proposalId: string, by: 'user' | 'auto', quantity: string | undefined): void {
  const record = core.state.proposals.get(proposalId);
  if (!record) return;
  if (by === 'auto' && core.vetoed.has(proposalId)) return core.emit({ type: 'ProposalRejected', proposalId, vetoed: true });
  core.emit({ type: 'ProposalApproved', proposalId, by, ...(quantity === undefined ? {} : { quantity }) });
  const refusal = apply(core, record);
  if (refusal) core.emit({ type: 'ProposalFailed', proposalId, refusal });
  const position = core.state.positions.get(record.proposal.positionId);
  if (position) core.syncStatus(position);
}

/** Puts what a trigger would do now on the desk and has it applied, whatever its criteria say. @returns the proposal's id; undefined where there is nothing to do */
export function actNow(core: Core, managed: Managed, armed: Armed): string | undefined {
  const { position } = managed;
  managed.acting = armed;
  const action = armed.trigger.action(managed);
  if (!action || armed.live || closing(core, position)) return undefined;
  if (action.type === 'move-stop' && !changesStop(core, position, action)) return undefined;
  const id = `P${core.state.proposals.size + 1}`;
  propose(core, managed, { armed, action, proposed: false }, []);
  if (core.state.proposals.get(id)?.status === 'proposed') approve(core, id, 'user', undefined);
  return id;
}

function apply(core: Core, record: ProposalRecord): Refusal | undefined {
  const { proposal } = record;
  if (proposal.action.type === 'enter') return sendPlanned(core, proposal, proposal.action, record.quantity);
  const position = core.state.positions.get(proposal.positionId);
  if (!position || position.quantity.isZero()) return { code: 'POSITION_CLOSED', message: 'the position is closed' };
  const { action } = proposal;
  if (action.type === 'move-stop') return moveStop(core, position, dec(action.price), action.trailing, proposal);
  if (action.type === 'close') {
    closeOut(core, position, proposal.rule, proposal.id);
    return undefined;
  }
  const asked = dec(record.quantity ?? action.quantity);
  if (action.type === 'add') {
    const refusal = refusalOf(core, {
      account: position.account,
      symbol: position.symbol,
      side: position.side,
      quantity: asked,
      price: core.priceFor(position.symbol, entrySide(position.side)),
      position,
      rule: proposal.rule,
      strength: action.strength,
    });
    if (refusal) return refusal;
  }
  const quantity = action.type === 'reduce' ? Decimal.min(asked, freeQuantity(core, position)) : asked;
  if (!quantity.greaterThan(0))
    return {
      code: 'NOTHING_LEFT',
      message: 'an exit of the whole position is already working',
      figure: text(asked),
      limit: '0',
    };
  const small =
    action.type === 'reduce' && position.quantity.greaterThan(quantity)
      ? leastNotional(core, position.symbol, quantity, core.mark(position))
      : undefined;
  if (small) return small;
  const band =
    action.type === 'add' && proposal.low !== null && proposal.high !== null
      ? { low: proposal.low, high: proposal.high }
      : undefined;
  orderAtMarket(core, position, action.type, quantity, proposal.rule, proposal.id, band, action);
  return undefined;
}

/** Moves a stop towards the price, never away from it; one that the price would already hit is clamped or becomes an exit, as the policy says. */
function moveStop(core: Core, position: Position, wanted: Decimal, trailing: boolean, proposal: Proposal): Refusal | undefined {
  const stop = validStop(core, position, wanted);
  if (!stop.equals(wanted) && core.policy.stopBeyondPrice === 'exit') {
    closeOut(core, position, proposal.rule, proposal.id);
    return undefined;
  }
  if (trailing && position.trailingFrom === undefined)
    core.emit({ type: 'TrailingStarted', positionId: position.id, price: text(core.mark(position)) });
  const from = position.stop;
  if (from && tighter(position, stop))
    core.emit({
      type: 'StopRaised',
      positionId: position.id,
      from: text(from),
      to: text(stop),
      causedBy: proposal.rule,
      alsoBy: proposal.alsoBy ?? [],
      proposalId: proposal.id,
    });
  else if (!trailing)
    return {
      code: 'STOP_NOT_TIGHTER',
      message: 'the stop is already as near',
      figure: text(stop),
      limit: from ? text(from) : '',
    };
  core.emit({ type: 'ProposalApplied', proposalId: proposal.id });
  finishProposal(core, proposal);
  return undefined;
}

/** Sends a market order on an open position; it fills at the next price. */
export function orderAtMarket(
  core: Core,
  position: Position,
  purpose: 'add' | 'reduce' | 'close',
  quantity: Decimal,
  causedBy: string,
  proposalId?: string,
  band?: { low: string; high: string },
  plan?: { steps?: number[]; strength?: string },
): void {
  core.emit({
    type: 'OrderPlaced',
    order: {
      id: core.nextOrderId(),
      positionId: position.id,
      account: position.account,
      symbol: position.symbol,
      side: purpose === 'add' ? entrySide(position.side) : exitSide(position.side),
      kind: 'market',
      purpose,
      quantity: text(quantity),
      causedBy,
      ...(proposalId === undefined ? {} : { proposalId }),
      ...(band === undefined ? {} : { band }),
      ...(plan?.strength === undefined ? {} : { strength: plan.strength }),
    },
  });
}

/** True while an order works that takes the whole position out and opens nothing. */
export const closing = (core: Core, position: Position): boolean =>
  core.ordersOf(position.id).some(({ purpose }) => purpose === 'close');

/** What of a position no working exit has taken yet. */
export const freeQuantity = (core: Core, position: Position): Decimal =>
  core
    .ordersOf(position.id)
    .filter(({ purpose }) => purpose === 'reduce' || purpose === 'close' || purpose === 'flip')
    .reduce((left, order) => left.minus(order.quantity), position.quantity);

/** Orders the whole position out at market: everything else that works or waits on it ends first. */
export function closeOut(core: Core, position: Position, causedBy: string, proposalId: string | undefined): void {
  supersedeAll(core, position, proposalId);
  const working = core.ordersOf(position.id);
  for (const order of working) if (order.purpose !== 'close') cancel(core, order, 'the position is being closed');
  if (position.quantity.isZero()) {
    core.syncStatus(position);
    return;
  }
  if (working.some(({ purpose }) => purpose === 'close')) return;
  orderAtMarket(core, position, 'close', position.quantity, causedBy, proposalId);
  core.syncStatus(position);
}

/** Ends every open proposal of a position but one: it is being closed. */
function supersedeAll(core: Core, position: Position, but: string | undefined): void {
  for (const { live } of core.managed(position.id)?.armed ?? [])
    if (live?.status === 'proposed' && live.proposal.id !== but)
      supersede(core, live, but ?? null, 'the position is being closed');
}

/** Ends open proposals of a position whose time or price has passed, and applies those whose veto time has, unless the position is managed by hand. */
export function age(core: Core, managed: Managed): void {
  const byHand = core.state.manual.has(managed.position.id);
  for (const armed of managed.armed) {
    const record = armed.live;
    if (record?.status !== 'proposed') continue;
    const { id, low, high, expiresAt, appliesAt, price } = record.proposal;
    const moved = (low !== null && managed.price < Number(low)) || (high !== null && managed.price > Number(high));
    const { mode } = autonomyOf(core.state, record.proposal.kind);
    // the user may have taken the kind into their own hands since it was proposed
    const byItself = !byHand && (mode === 'auto' || mode === 'auto-after');
    if (!moved && byItself && appliesAt !== null && managed.ts >= appliesAt) approve(core, id, 'auto', undefined);
    else if (moved || managed.ts >= expiresAt) {
      const reason = moved ? `price moved from ${price} to ${text(dec(managed.price))}` : 'its time is up';
      core.emit({ type: 'ProposalExpired', proposalId: id, reason });
      armed.quietBars = managed.market.bars;
    }
  }
}
