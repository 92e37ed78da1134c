import { Decimal, dec, text } from '../domain/decimal.ts';
import type { Order, StopPlan, TargetPlan } from '../domain/order.ts';
import { averageEntry, type Position, sign } from '../domain/position.ts';
import { stopPrice, targetReward } from '../sizing/stops.ts';
import type { Core } from './core.ts';
import { multiplierOf } from './state.ts';

/*
 * Where the stop and the target of a position stand behind a fill.
 */

/** Whose stop or target it is: an instrument and a side. */
type Holder = Pick<Position, 'symbol' | 'side'>;

/** A stop where it is at least one tick behind a price, else one tick behind it. */
export function behind(core: Core, { symbol, side }: Holder, stop: Decimal, price: Decimal): Decimal {
  const { prices } = core.lane(symbol).market.instrument;
  return side === 'long'
    ? Decimal.min(stop, prices.snap(price, 'up').minus(prices.step))
    : Decimal.max(stop, prices.snap(price, 'down').plus(prices.step));
}

/** What a position entered at `print` would leave at in the same instant: the other side of the spread, where the tape has two. */
export function leaving(core: Core, { symbol, side }: Holder, print: Decimal): Decimal {
  const { market } = core.lane(symbol);
  return market.quoted ? print.minus(dec(market.ask).minus(market.last).times(sign(side))) : print;
}

/**
 * The first stop for a fill at `price`, on the grid, rounded to the side that hurts. One at a price that the market has jumped over keeps the
 * distance that it was planned with, so that R stays what was meant to be risked; whatever is still too near stands one tick off what the
 * position would leave at.
 */
export function firstStop(core: Core, holder: Holder, price: Decimal, plan: StopPlan, leave = price): Decimal {
  const { symbol, side } = holder;
  const { prices } = core.lane(symbol).market.instrument;
  const wanted = (planned: StopPlan): Decimal => prices.snap(stopPrice(side, price, planned), side === 'long' ? 'down' : 'up');
  const kept = (stop: Decimal): Decimal => behind(core, holder, behind(core, holder, stop, price), leave);
  const exact = wanted(plan);
  const jumped = plan.kind === 'price' && plan.distance !== undefined && !kept(exact).equals(exact);
  const stop = jumped ? wanted({ kind: 'distance', distance: plan.distance ?? '0' }) : exact;
  return Decimal.max(kept(stop), prices.step);
}

/** The first target for a fill; undefined where there is none. */
export function firstTarget(
  core: Core,
  { symbol, side }: Holder,
  price: Decimal,
  risk: Decimal,
  plan: TargetPlan,
): Decimal | undefined {
  if (plan.kind === 'none') return undefined;
  const { prices } = core.lane(symbol).market.instrument;
  const towards = side === 'long' ? 'up' : 'down';
  if (plan.kind === 'price') return prices.snap(dec(plan.price), towards);
  const target = prices.snap(price.plus(targetReward(price, risk, plan).times(sign(side))), towards);
  return target.greaterThan(0) ? target : undefined;
}

/**
 * Sets stop and target behind a fill: at the first tranche from the plan; after an add the tightest of the old stop, the new average ∓ R and
 * the stop that the add was given.
 */
export function protect(core: Core, position: Position, order: Order, price: Decimal, print: Decimal): void {
  if (position.tranches.length === 1) {
    if (!order.stopPlan) return;
    const stop = firstStop(core, position, price, order.stopPlan, leaving(core, position, print));
    const r = price.minus(stop).abs();
    core.emit({ type: 'StopSet', positionId: position.id, price: text(stop), r: text(r), causedBy: order.causedBy });
    const target = order.targetPlan && firstTarget(core, position, price, r, order.targetPlan);
    if (target) core.emit({ type: 'TargetSet', positionId: position.id, from: null, to: text(target), causedBy: order.causedBy });
    return;
  }
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  const { r, stop, side } = position;
  if (!average || !r || !stop) return;
  const wanted = [
    ...(core.policy.rules['scale-in'].after === 'keep' ? [] : [text(average.minus(r.times(sign(side))))]),
    ...(order.stopPlan?.kind === 'price' ? [order.stopPlan.price] : []),
  ];
  const mark = core.mark(position);
  const tightest = wanted
    .map((at) => firstStop(core, position, mark, { kind: 'price', price: at }))
    .reduce((best, one) => (one.minus(best).times(sign(side)).greaterThan(0) ? one : best), stop);
  if (!tightest.equals(stop))
    core.emit({
      type: 'StopRaised',
      positionId: position.id,
      from: text(stop),
      to: text(tightest),
      causedBy: order.causedBy,
      alsoBy: [],
      ...(order.proposalId === undefined ? {} : { proposalId: order.proposalId }),
    });
}
