import { Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import { allot, exitShares } from '../domain/ledger.ts';
import type { Event } from '../domain/events.ts';
import type { Instrument } from '../domain/instrument.ts';
import { fraction } from '../domain/measure.ts';
import { enters, type Order, type Purpose } from '../domain/order.ts';
import { averageEntry, exitSide, type OrderSide, type Position, sign } from '../domain/position.ts';
import type { CriterionReading } from '../domain/proposal.ts';
import type { Policy } from '../policy/schema.ts';
import { crossed } from '../rules/rule.ts';
import type { Core, Lane } from './core.ts';
import { finishProposal } from './finish.ts';
import { entryWindow, halted } from './guards.ts';
import { commission, Managed } from './managed.ts';
import { protect } from './protection.ts';
import { dismissScout } from './scout.ts';
import { autonomyOf, multiplierOf } from './state.ts';

/** One execution on paper. */
interface Execution {
  orderId: string;
  position: Position;
  side: OrderSide;
  purpose: Purpose;
  quantity: Decimal;
  price: Decimal;
  causedBy: string;
  gapped: boolean;
  /** the bar's path, not the market, says that it came before the other of stop and target */
  ambiguous?: boolean;
  proposalId: string | undefined;
  strength?: string | undefined;
}

/** A price made worse by the policy's slippage, on the tick grid; without slippage the print stays as it was given. */
export const slipped = (
  core: Core,
  { symbol, leverage }: Pick<Position, 'symbol' | 'leverage'>,
  price: Decimal,
  side: OrderSide,
): Decimal => slippedUnder(core.policy, core.lane(symbol).market.instrument, leverage, price, side);

/** The same under a policy, of an instrument at a leverage. */
export function slippedUnder(
  { account: { slippage, slippageOf } }: Pick<Policy, 'account'>,
  { prices }: Pick<Instrument, 'prices'>,
  leverage: Decimal,
  price: Decimal,
  side: OrderSide,
): Decimal {
  if (slippage.value.isZero()) return price;
  const share = slippageOf === 'size' ? fraction(slippage).div(leverage) : fraction(slippage);
  const shift = slippage.unit === 'ticks' ? prices.step.times(slippage.value) : price.times(share);
  return side === 'buy'
    ? prices.snap(price.plus(shift), 'up')
    : Decimal.max(prices.snap(price.minus(shift), 'down'), prices.step);
}

function fill(core: Core, execution: Execution): void {
  const { orderId, position, side, purpose, quantity, price, causedBy, gapped, proposalId, strength } = execution;
  const multiplier = multiplierOf(core.state, position.symbol);
  const fee = commission(core.policy, quantity, price, multiplier);
  const value = price.times(quantity).times(multiplier);
  const cash = (side === 'sell' ? value : value.negated()).minus(fee);
  const managed = core.managed(position.id);
  core.emit({
    type: 'OrderFilled',
    orderId,
    positionId: position.id,
    account: position.account,
    symbol: position.symbol,
    side,
    purpose,
    quantity: text(quantity),
    price: text(price),
    fee: text(fee),
    cash: text(cash),
    causedBy,
    gapped,
    ...(execution.ambiguous ? { ambiguous: true } : {}),
    ...(proposalId === undefined ? {} : { proposalId }),
    ...(purpose in RESTING ? { evidence: restingEvidence(managed, purpose) } : {}),
  });
  if (enters(purpose)) openTranche(core, position, orderId, quantity, price, value, fee, strength);
  else reduce(core, position, orderId, quantity, price, value, fee, causedBy);
}

/** The rules that explain what a resting order has filled. */
const RESTING: Partial<Record<Purpose, string>> = { stop: 'stop-loss', target: 'take-profit', liquidation: 'liquidation' };

function restingEvidence(managed: Managed | undefined, purpose: Purpose): CriterionReading[] {
  const armed = managed?.armed.find(({ rule }) => rule.id === RESTING[purpose]);
  return managed && armed ? armed.trigger.criteria.map((criterion) => criterion.read(managed)) : [];
}

/** True where the bar that is being walked holds stop and target alike, and its open has not settled which came first. */
function ambiguous({ rowHigh, rowLow }: Lane, { stop, target }: Managed, continuous: boolean): boolean {
  return continuous && Math.max(stop, target) <= rowHigh && Math.min(stop, target) >= rowLow;
}

function openTranche(
  core: Core,
  position: Position,
  orderId: string,
  quantity: Decimal,
  price: Decimal,
  cost: Decimal,
  fee: Decimal,
  strength: string | undefined,
): void {
  if (position.tranches.length === 0)
    core.enlist(new Managed(position, core.lane(position.symbol).market, core, price.toNumber(), core.ts));
  core.emit({
    type: 'TrancheOpened',
    positionId: position.id,
    trancheId: `${position.id}.${position.tranches.length + 1}`,
    orderId,
    quantity: text(quantity),
    price: text(price),
    cost: text(cost),
    fee: text(fee),
    ...(strength === undefined ? {} : { strength }),
  });
}

function reduce(
  core: Core,
  position: Position,
  orderId: string,
  quantity: Decimal,
  price: Decimal,
  value: Decimal,
  fee: Decimal,
  causedBy: string,
): void {
  const multiplier = multiplierOf(core.state, position.symbol);
  const held = position.tranches.filter(({ remaining }) => remaining.greaterThan(0));
  const taken = allot(held, quantity, core.lane(position.symbol).market.instrument.lots.step, core.policy.allotment);
  const shares = exitShares(held, taken, position.side, price, multiplier, fee);
  core.emit({
    type: 'TranchesReduced',
    positionId: position.id,
    orderId,
    price: text(price),
    value: text(value),
    exits: shares.map((share) => ({
      trancheId: held[share.index]?.id ?? '',
      quantity: text(share.quantity),
      realizedPnl: text(share.grossPnl),
      cost: text(share.cost),
      fee: text(share.fee),
    })),
  });
  const managed = core.managed(position.id);
  managed?.mark(price.toNumber(), price.toNumber());
  if (position.quantity.isZero()) closePosition(core, position, causedBy);
}

function closePosition(core: Core, position: Position, causedBy: string): void {
  for (const order of core.ordersOf(position.id)) cancel(core, order, 'the position is closed');
  const managed = core.managed(position.id);
  for (const { live } of managed?.armed ?? [])
    if (live?.status === 'proposed')
      core.emit({
        type: 'ProposalSuperseded',
        proposalId: live.proposal.id,
        byProposalId: null,
        reason: 'the position is closed',
      });
  const multiplier = multiplierOf(core.state, position.symbol);
  const first = position.tranches[0]?.entryPrice ?? ZERO;
  const average = position.closedAverage ?? first;
  const risk = position.r?.times(position.initialQuantity).times(multiplier);
  const favourable = dec(managed ? (position.side === 'long' ? managed.high : managed.low) : 0);
  const adverse = dec(managed ? (position.side === 'long' ? managed.low : managed.high) : 0);
  core.emit({
    type: 'PositionClosed',
    positionId: position.id,
    symbol: position.symbol,
    side: position.side,
    causedBy,
    realizedPnl: text(position.realizedPnl),
    fees: text(position.fees),
    averageEntry: text(average.toDecimalPlaces(12)),
    averageExit: text(position.exitedValue.div(position.exitedQuantity).div(multiplier).toDecimalPlaces(12)),
    peakQuantity: text(position.peakQuantity),
    profitR: risk ? text(position.realizedPnl.div(risk).toDecimalPlaces(6)) : null,
    mae: text(adverse.minus(first).times(sign(position.side))),
    mfe: text(favourable.minus(first).times(sign(position.side))),
    heldMs: core.ts - position.openedTs,
  });
  if (managed) core.dismiss(managed);
}

/** Takes a working order back; a proposal that waited for its fill has failed. */
export function cancel(core: Core, order: Order, reason: string): void {
  core.emit({ type: 'OrderCanceled', orderId: order.id, positionId: order.positionId, reason });
  const record = order.proposalId === undefined ? undefined : core.state.proposals.get(order.proposalId);
  if (record && (record.status === 'approved' || record.status === 'auto-applied'))
    core.emit({ type: 'ProposalFailed', proposalId: record.proposal.id, refusal: { code: 'ORDER_CANCELED', message: reason } });
}

/** What forbids new risk now, whatever was allowed when the order was sent: a halt that has begun since, the end of the session. */
const tooLate = (core: Core, { account, symbol }: Order): string | undefined =>
  (halted(core, account) ?? entryWindow(core, symbol))?.message;

/** Why an entry or an add may no longer fill at this price; undefined where it may. */
function unfillable(core: Core, order: Order, position: Position, price: Decimal): string | undefined {
  const late = tooLate(core, order);
  if (late !== undefined) return late;
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  const losing = average !== undefined && price.minus(average).times(sign(position.side)).lessThanOrEqualTo(0);
  if (losing && (order.causedBy === 'scale-in' || core.policy.averagingDown === 'forbidden'))
    return `could only fill at ${text(price)}, on the losing side of the average`;
  if (order.band && (price.lessThan(order.band.low) || price.greaterThan(order.band.high)))
    return `could only fill at ${text(price)}, outside ${text(order.band.low)} to ${text(order.band.high)}`;
  return undefined;
}

function fillOrder(core: Core, order: Order, print: Decimal, gapped: boolean): void {
  const position = core.state.positions.get(order.positionId);
  if (!position) throw new Error(`order ${order.id} has no position`);
  const price = order.kind === 'limit' ? print : slipped(core, position, print, order.side);
  if (order.purpose === 'flip') return flip(core, order, position, price, print);
  const exits = order.purpose === 'reduce' || order.purpose === 'close';
  const reason = exits ? undefined : unfillable(core, order, position, price);
  if (reason !== undefined) {
    cancel(core, order, reason);
    core.syncStatus(position);
    return;
  }
  const quantity = exits ? Decimal.min(order.quantity, position.quantity) : order.quantity;
  const saving = order.causedBy === 'early-exit' ? savingOf(core, position, quantity, price) : undefined;
  fill(core, {
    orderId: order.id,
    position,
    side: order.side,
    purpose: order.purpose,
    quantity,
    price,
    causedBy: order.causedBy,
    gapped,
    proposalId: order.proposalId,
    strength: order.strength,
  });
  if (saving) core.emit(saving);
  if (!exits) protect(core, position, order, price, print);
  const record = order.proposalId === undefined ? undefined : core.state.proposals.get(order.proposalId);
  if (record) {
    core.emit({ type: 'ProposalApplied', proposalId: record.proposal.id, orderId: order.id });
    finishProposal(core, record.proposal);
    if (record.proposal.rule === 'take-profit') spendTarget(core, position);
  }
  if (!exits && position.tranches.length === 1) spendCrossings(core, position);
  core.syncStatus(position);
}

/** What the stop would have lost, what was lost, and what that saves. Undefined where there was no stop, or it did not stand for a loss. */
function savingOf(core: Core, position: Position, quantity: Decimal, price: Decimal): Event | undefined {
  const multiplier = multiplierOf(core.state, position.symbol);
  const average = averageEntry(position, multiplier);
  const { stop } = position;
  if (!average || !stop) return undefined;
  const of = (at: Decimal): Decimal => at.minus(average).times(sign(position.side)).times(quantity).times(multiplier);
  const atStop = of(stop);
  if (!atStop.lessThan(0)) return undefined;
  const saved = of(price).minus(atStop);
  const money = (value: Decimal): string => text(value.toDecimalPlaces(8));
  return {
    type: 'SavingRecorded',
    positionId: position.id,
    rule: 'early-exit',
    stop: text(stop),
    atStop: money(atStop),
    actual: money(of(price)),
    saved: money(saved),
    savedPercent: text(saved.div(atStop.abs()).times(100).toDecimalPlaces(4)),
  };
}

/** What waits for something to cross does not act on what had crossed before the position was opened. */
function spendCrossings(core: Core, { id }: Position): void {
  const managed = core.managed(id);
  for (const { rule, trigger } of managed?.armed ?? [])
    if (managed && crossed(trigger, managed))
      core.emit({ type: 'RuleSpent', positionId: id, rule: rule.id, trigger: trigger.key });
}

/** Closes the whole position and opens the other side with the rest, in one fill; only closes where new risk has been forbidden since it was sent. */
function flip(core: Core, order: Order, position: Position, price: Decimal, print: Decimal): void {
  const rest = order.quantity.minus(position.quantity);
  const common = { orderId: order.id, side: order.side, price, causedBy: order.causedBy, gapped: false, proposalId: undefined };
  if (position.quantity.greaterThan(0)) fill(core, { ...common, position, purpose: 'close', quantity: position.quantity });
  core.syncStatus(position);
  if (!rest.greaterThan(0)) return;
  const late = tooLate(core, order);
  if (late !== undefined) {
    core.emit({ type: 'OrderCanceled', orderId: order.id, positionId: position.id, reason: `the rest opens nothing: ${late}` });
    return;
  }
  const side: Position['side'] = order.side === 'buy' ? 'long' : 'short';
  const positionId = core.nextPositionId(order.symbol);
  // an entry plan of another account may be looking at the instrument under this id
  dismissScout(core, core.lane(order.symbol), 'a position was opened');
  core.emit({
    type: 'PositionOpened',
    positionId,
    account: order.account,
    symbol: order.symbol,
    side,
    leverage: text(core.leverage),
  });
  const opened = core.state.positions.get(positionId);
  if (!opened) return;
  fill(core, { ...common, position: opened, purpose: 'entry', quantity: rest });
  protect(core, opened, order, price, print);
  spendCrossings(core, opened);
  core.syncStatus(opened);
}

/** Market orders fill at this print: buys at the ask, sells at the bid, where there are two. */
function fillPending(core: Core, { pending, market }: Lane): void {
  while (pending.length > 0) {
    const order = pending[0];
    if (order) fillOrder(core, order, dec(market.entryPrice(order.side === 'buy' ? 1 : -1)), false);
  }
}

/**
 * Entries that rest at a price: touched along a continuous stretch they fill there, jumped over a stop order fills at the worse print.
 * One that the price before had already passed was not touched on the way: it fills at the print.
 */
function fillResting(core: Core, lane: Lane, bidBefore: number, askBefore: number, continuous: boolean): void {
  for (const order of [...lane.resting]) {
    if (!order.price) continue;
    const buys = order.side === 'buy';
    const print = lane.market.entryPrice(buys ? 1 : -1);
    const before = buys ? askBefore : bidBefore;
    const price = order.price.toNumber();
    const below = buys === (order.kind === 'limit');
    if (below ? print > price : print < price) continue;
    const passed = below ? before < price : before > price;
    const jumped = passed || (!continuous && order.kind === 'stop' && print !== price);
    fillOrder(core, order, jumped ? dec(print) : order.price, jumped && order.kind === 'stop');
  }
}

/** The stop, or the liquidation where the price has come to it first or has jumped over both. */
function fillLoss(core: Core, lane: Lane, managed: Managed, print: number, continuous: boolean): boolean {
  const { position, side, stop, liquidation } = managed;
  const stopped = side > 0 ? print <= stop : print >= stop;
  const beyond = side > 0 ? print <= liquidation : print >= liquidation;
  const liquidated = beyond && !(continuous && stopped && (stop - liquidation) * side >= 0);
  if (!stopped && !liquidated) return false;
  const level = liquidated ? liquidation : stop;
  const jumped = !continuous && print !== level;
  const raw = jumped ? dec(print) : liquidated ? dec(liquidation) : (position.stop ?? dec(print));
  const orderSide = exitSide(position.side);
  managed.price = raw.toNumber();
  managed.ts = core.ts;
  fill(core, {
    orderId: `${position.id}-${liquidated ? 'liquidation' : 'stop'}`,
    position,
    side: orderSide,
    purpose: liquidated ? 'liquidation' : 'stop',
    quantity: position.quantity,
    price: slipped(core, position, raw, orderSide),
    causedBy: liquidated ? 'liquidation' : 'stop-loss',
    gapped: jumped,
    ambiguous: !liquidated && ambiguous(lane, managed, continuous),
    proposalId: undefined,
  });
  core.syncStatus(position);
  return true;
}

/** Stop and target of each position, as one pair: the first that is touched fills for the whole quantity and ends the other. */
function fillProtection(core: Core, lane: Lane, continuous: boolean): void {
  const { book, market } = lane;
  const targetRests = autonomyOf(core.state, 'take-profit').mode === 'auto';
  for (const managed of [...book]) {
    const { position, side, target } = managed;
    const print = market.exitPrice(side);
    if (fillLoss(core, lane, managed, print, continuous)) continue;
    if (!targetRests || !position.target || !(side > 0 ? print >= target : print <= target)) continue;
    const takeProfit = managed.armed.find(({ rule }) => rule.id === 'take-profit');
    const action = takeProfit?.trigger.action(managed);
    if (!action) continue;
    const quantity = action.type === 'reduce' ? dec(action.quantity) : position.quantity;
    if (quantity.isZero()) continue;
    const price = position.target;
    managed.price = price.toNumber();
    managed.ts = core.ts;
    fill(core, {
      orderId: `${position.id}-target`,
      position,
      side: exitSide(position.side),
      purpose: 'target',
      quantity,
      price,
      causedBy: 'take-profit',
      gapped: false,
      ambiguous: ambiguous(lane, managed, continuous),
      proposalId: undefined,
    });
    spendTarget(core, position);
    core.syncStatus(position);
  }
}

/** A target that has taken its fraction is done: what is left has its stop alone. */
function spendTarget(core: Core, { id, quantity, target }: Position): void {
  if (target && quantity.greaterThan(0))
    core.emit({ type: 'TargetSet', positionId: id, from: text(target), to: null, causedBy: 'take-profit' });
}

/**
 * Everything that a new print fills. Along a continuous stretch of a bar the resting prices lie before the print, so they fill first;
 * after a jump (a trade, a bar's open) the orders that came first fill first. What an entry opened on the way is protected for the rest of it.
 * @param bidBefore and askBefore: the prices before this print
 */
export function matchOrders(core: Core, lane: Lane, bidBefore: number, askBefore: number, continuous: boolean): void {
  if (!continuous) fillPending(core, lane);
  fillProtection(core, lane, continuous);
  if (lane.resting.length > 0) {
    fillResting(core, lane, bidBefore, askBefore, continuous);
    fillProtection(core, lane, continuous);
  }
  if (continuous) fillPending(core, lane);
}
