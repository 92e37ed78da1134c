import { Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import { allot, exitShares } from '../domain/ledger.ts';
import { fraction } from '../domain/measure.ts';
import type { Order, Purpose, StopPlan, TargetPlan } from '../domain/order.ts';
import { averageEntry, exitSide, type OrderSide, type Position, sign } from '../domain/position.ts';
import type { Core } from './core.ts';
import { entryWindow } from './guards.ts';
import { commission, Managed } from './managed.ts';
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
  proposalId: string | undefined;
}

/** A price made worse by the policy's slippage, on the tick grid; without slippage the print stays as it was given. */
function slipped(core: Core, price: Decimal, side: OrderSide): Decimal {
  const { slippage } = core.policy.account;
  if (slippage.value.isZero()) return price;
  const { prices } = core.market.instrument;
  const shift = slippage.unit === 'ticks' ? prices.step.times(slippage.value) : price.times(fraction(slippage));
  return side === 'buy'
    ? prices.snap(price.plus(shift), 'up')
    : Decimal.max(prices.snap(price.minus(shift), 'down'), prices.step);
}

function fill(core: Core, execution: Execution): void {
  const { orderId, position, side, purpose, quantity, price, causedBy, gapped, proposalId } = execution;
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
    ...(proposalId === undefined ? {} : { proposalId }),
    ...(purpose === 'stop' || purpose === 'target' ? { evidence: restingEvidence(managed, purpose) } : {}),
  });
  if (purpose === 'entry' || purpose === 'add') openTranche(core, position, orderId, quantity, price, value, fee);
  else reduce(core, position, orderId, quantity, price, value, fee, causedBy);
}

function restingEvidence(managed: Managed | undefined, purpose: 'stop' | 'target') {
  const rule = purpose === 'stop' ? 'stop-loss' : 'take-profit';
  return (
    managed?.armed.find((armed) => armed.rule.id === rule)?.trigger.criteria.map((criterion) => criterion.read(managed)) ?? []
  );
}

function openTranche(
  core: Core,
  position: Position,
  orderId: string,
  quantity: Decimal,
  price: Decimal,
  cost: Decimal,
  fee: Decimal,
): void {
  const order = position.tranches.length === 0 ? 'first' : 'further';
  if (order === 'first') core.book.push(new Managed(position, core.market, core.state, core.policy, price.toNumber(), core.ts));
  core.emit({
    type: 'TrancheOpened',
    positionId: position.id,
    trancheId: `${position.id}.${position.tranches.length + 1}`,
    orderId,
    quantity: text(quantity),
    price: text(price),
    cost: text(cost),
    fee: text(fee),
  });
}

/** A stop where it is at least one tick behind a price, else one tick behind it. */
export function behind(core: Core, side: Position['side'], stop: Decimal, price: Decimal): Decimal {
  const { prices } = core.market.instrument;
  return side === 'long'
    ? Decimal.min(stop, prices.snap(price, 'up').minus(prices.step))
    : Decimal.max(stop, prices.snap(price, 'down').plus(prices.step));
}

/** The first stop for a fill, on the grid, rounded to the side that hurts; kept one tick off the price where it would already be hit. */
export function firstStop(core: Core, side: Position['side'], price: Decimal, plan: StopPlan): Decimal {
  const { prices } = core.market.instrument;
  const exact =
    plan.kind === 'price'
      ? dec(plan.price)
      : plan.kind === 'distance'
        ? price.minus(dec(plan.distance).times(sign(side)))
        : price.minus(price.times(plan.percent).times(sign(side)));
  const valid = behind(core, side, prices.snap(exact, side === 'long' ? 'down' : 'up'), price);
  return Decimal.max(valid, prices.step);
}

/** The first target for a fill; undefined where there is none. */
export function firstTarget(
  core: Core,
  side: Position['side'],
  price: Decimal,
  risk: Decimal,
  plan: TargetPlan,
): Decimal | undefined {
  if (plan.kind === 'none') return undefined;
  const { prices } = core.market.instrument;
  const towards = side === 'long' ? 'up' : 'down';
  if (plan.kind === 'price') return prices.snap(dec(plan.price), towards);
  const reward = Decimal.max(dec(plan.distance), price.times(plan.percent), risk.times(plan.rewardRisk));
  const target = prices.snap(price.plus(reward.times(sign(side))), towards);
  return target.greaterThan(0) ? target : undefined;
}

/** Sets stop and target behind a fill: at the first tranche from the plan, after an add the tighter of the old stop and the new average ∓ R. */
function protect(core: Core, position: Position, order: Order, price: Decimal, print: Decimal): void {
  if (position.tranches.length === 1) {
    if (!order.stopPlan) return;
    const stop = behind(core, position.side, firstStop(core, position.side, price, order.stopPlan), print);
    const r = price.minus(stop).abs();
    core.emit({ type: 'StopSet', positionId: position.id, price: text(stop), r: text(r), causedBy: order.causedBy });
    const target = order.targetPlan && firstTarget(core, position.side, price, r, order.targetPlan);
    if (target) core.emit({ type: 'TargetSet', positionId: position.id, from: null, to: text(target), causedBy: order.causedBy });
    return;
  }
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  const { r, stop, side } = position;
  if (!average || !r || !stop) return;
  const whole = firstStop(core, side, dec(core.market.last), { kind: 'price', price: text(average.minus(r.times(sign(side)))) });
  if (whole.minus(stop).times(sign(side)).greaterThan(0))
    core.emit({
      type: 'StopRaised',
      positionId: position.id,
      from: text(stop),
      to: text(whole),
      causedBy: order.causedBy === 'user' ? 'user' : order.causedBy,
      alsoBy: [],
      ...(order.proposalId === undefined ? {} : { proposalId: order.proposalId }),
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
  const taken = allot(held, quantity, core.market.instrument.lots.step, core.policy.allotment);
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
  if (managed) core.book.splice(core.book.indexOf(managed), 1);
}

/** Takes a working order back; a proposal that waited for its fill has failed. */
export function cancel(core: Core, order: Order, reason: string): void {
  core.emit({ type: 'OrderCanceled', orderId: order.id, positionId: order.positionId, reason });
  const record = order.proposalId === undefined ? undefined : core.state.proposals.get(order.proposalId);
  if (record && (record.status === 'approved' || record.status === 'auto-applied'))
    core.emit({ type: 'ProposalFailed', proposalId: record.proposal.id, refusal: { code: 'ORDER_CANCELED', message: reason } });
}

/** Why an entry or an add may no longer fill at this price; undefined where it may. */
function unfillable(core: Core, order: Order, position: Position, price: Decimal): string | undefined {
  const late = order.kind === 'market' ? undefined : entryWindow(core);
  if (late) return late.message;
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  const losing = average !== undefined && price.minus(average).times(sign(position.side)).lessThanOrEqualTo(0);
  if (losing && core.policy.averagingDown === 'forbidden')
    return `could only fill at ${text(price)}, on the losing side of the average`;
  if (order.band && (price.lessThan(order.band.low) || price.greaterThan(order.band.high)))
    return `could only fill at ${text(price)}, outside ${text(order.band.low)} to ${text(order.band.high)}`;
  return undefined;
}

function fillOrder(core: Core, order: Order, print: Decimal, gapped: boolean): void {
  const position = core.state.positions.get(order.positionId);
  if (!position) throw new Error(`order ${order.id} has no position`);
  const price = order.kind === 'limit' ? print : slipped(core, print, order.side);
  const exits = order.purpose === 'reduce' || order.purpose === 'close';
  const reason = exits ? undefined : unfillable(core, order, position, price);
  if (reason !== undefined) {
    cancel(core, order, reason);
    core.syncStatus(position);
    return;
  }
  const quantity = exits ? Decimal.min(order.quantity, position.quantity) : order.quantity;
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
  });
  if (!exits) protect(core, position, order, price, print);
  const record = order.proposalId === undefined ? undefined : core.state.proposals.get(order.proposalId);
  if (record) {
    core.emit({ type: 'ProposalApplied', proposalId: record.proposal.id, orderId: order.id });
    if (record.proposal.action.type === 'reduce' && record.proposal.action.steps.length > 0)
      core.emit({ type: 'LadderStepDone', positionId: position.id, steps: record.proposal.action.steps });
  }
  core.syncStatus(position);
}

/** Market orders fill at this print. */
function fillPending(core: Core, print: number): void {
  while (core.pending.length > 0) {
    const order = core.pending[0];
    if (order) fillOrder(core, order, dec(print), false);
  }
}

/**
 * Entries that rest at a price: touched along a continuous stretch they fill there, jumped over a stop order fills at the worse print.
 * One that the price `before` had already passed was not touched on the way: it fills at the print.
 */
function fillResting(core: Core, print: number, before: number, continuous: boolean): void {
  for (const order of [...core.resting]) {
    if (!order.price) continue;
    const price = order.price.toNumber();
    const below = (order.side === 'buy') === (order.kind === 'limit');
    if (below ? print > price : print < price) continue;
    const passed = below ? before < price : before > price;
    const jumped = passed || (!continuous && order.kind === 'stop' && print !== price);
    fillOrder(core, order, jumped ? dec(print) : order.price, jumped && order.kind === 'stop');
  }
}

/** Stop and target of each position, as one pair: the first that is touched fills for the whole quantity and ends the other. */
function fillProtection(core: Core, print: number, continuous: boolean): void {
  const targetRests = autonomyOf(core.state, 'take-profit').mode === 'auto';
  for (const managed of [...core.book]) {
    const { position, side, stop, target } = managed;
    if (side > 0 ? print <= stop : print >= stop) {
      const jumped = !continuous && print !== stop;
      const raw = jumped || !position.stop ? dec(print) : position.stop;
      const orderSide = exitSide(position.side);
      managed.price = raw.toNumber();
      managed.ts = core.ts;
      fill(core, {
        orderId: `${position.id}-stop`,
        position,
        side: orderSide,
        purpose: 'stop',
        quantity: position.quantity,
        price: slipped(core, raw, orderSide),
        causedBy: 'stop-loss',
        gapped: jumped,
        proposalId: undefined,
      });
      core.syncStatus(position);
      continue;
    }
    if (!targetRests || !position.target || !(side > 0 ? print >= target : print <= target)) continue;
    const takeProfit = managed.armed.find(({ rule }) => rule.id === 'take-profit');
    if (takeProfit) {
      const action = takeProfit.trigger.action(managed);
      if (!action) continue;
      const quantity = action.type === 'reduce' ? dec(action.quantity) : position.quantity;
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
        proposalId: undefined,
      });
      if (position.quantity.greaterThan(0))
        core.emit({ type: 'TargetSet', positionId: position.id, from: text(price), to: null, causedBy: 'take-profit' });
      core.syncStatus(position);
    }
  }
}

/**
 * Everything that a new print fills. Along a continuous stretch of a bar the resting prices lie before the print, so they fill first;
 * after a jump (a trade, a bar's open) the orders that came first fill first. What an entry opened on the way is protected for the rest of it.
 * @param before the price before this print
 */
export function matchOrders(core: Core, print: number, before: number, continuous: boolean): void {
  if (!continuous) fillPending(core, print);
  fillProtection(core, print, continuous);
  if (core.resting.length > 0) {
    fillResting(core, print, before, continuous);
    fillProtection(core, print, continuous);
  }
  if (continuous) fillPending(core, print);
}
