import type { PlaceEntry } from '../domain/commands.ts';
import { type Decimal, dec, ONE, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction } from '../domain/measure.ts';
import type { StopPlan, TargetPlan } from '../domain/order.ts';
import { entrySide, type Position, sign } from '../domain/position.ts';
import type { SizingStep } from '../domain/sizing.ts';
import { tradeRecord } from '../sizing/kelly.ts';
import { limitsOf, plannedAdds, size } from '../sizing/size.ts';
import { firstStopPlan, firstTargetPlan } from '../sizing/stops.ts';
import type { Core } from './core.ts';
import { freeMoney, lotRefusal, refusalOf, tickRefusal } from './guards.ts';
import { firstStop, firstTarget } from './paper.ts';
import { multiplierOf } from './state.ts';

/** What an entry would be if it were sent now: the order, or why it is refused, and every step of its size. */
export interface EntryPlan {
  account: string;
  position: Position | undefined;
  /** price that the plan reckons with: the last, or the order's own */
  price: Decimal;
  quantity: Decimal;
  stopPlan: StopPlan | undefined;
  targetPlan: TargetPlan;
  stop: Decimal | undefined;
  target: Decimal | undefined;
  steps: SizingStep[];
  refusal: Refusal | undefined;
}

/** The account that entries go to where none is named. */
const PAPER = 'paper';

/** A refusal for want of an ATR, with the bars that have closed against the 14 it takes. */
const barsMissing = (refusal: Refusal, bars: number): Refusal => ({ ...refusal, figure: String(bars), limit: '14' });

function stopPlanOf(core: Core, entry: PlaceEntry, price: Decimal): StopPlan | Refusal {
  const { initialStop } = core.policy;
  const { prices } = core.market.instrument;
  if (entry.stop !== undefined) {
    const refusal = tickRefusal(core, entry.stop, 'stop');
    if (refusal) return refusal;
    const distance = price.minus(entry.stop).times(sign(entry.side));
    return distance.greaterThan(0)
      ? { kind: 'price', price: entry.stop }
      : {
          code: 'STOP_SIDE',
          message: `the stop of a ${entry.side} must be ${entry.side === 'long' ? 'below' : 'above'} the price`,
          figure: entry.stop,
          limit: text(price),
        };
  }
  const { atr, history } = core.market;
  const found = firstStopPlan(
    {
      side: entry.side,
      entry: price,
      atr,
      vix: NaN,
      volatilityPercentile: NaN,
      support: NaN,
      resistance: NaN,
      modelDistance: NaN,
    },
    initialStop,
  );
  if ('code' in found) return found.code === 'ATR_UNKNOWN' ? barsMissing(found, history.length) : found;
  const { plan } = found;
  return plan.kind === 'distance' ? { kind: 'distance', distance: text(prices.snap(dec(plan.distance), 'up')) } : plan;
}

function targetPlanOf(core: Core, entry: PlaceEntry, price: Decimal): TargetPlan | Refusal {
  const { target } = core.policy;
  if (entry.target !== undefined) {
    const refusal = tickRefusal(core, entry.target, 'target');
    if (refusal) return refusal;
    return price.minus(entry.target).times(sign(entry.side)).lessThan(0)
      ? { kind: 'price', price: entry.target }
      : {
          code: 'TARGET_SIDE',
          message: `the target of a ${entry.side} must be ${entry.side === 'long' ? 'above' : 'below'} the price`,
          figure: entry.target,
          limit: text(price),
        };
  }
  const plan = firstTargetPlan(core.market.atr, target);
  return 'code' in plan ? barsMissing(plan, core.market.history.length) : plan;
}

/** Plans an entry without sending it: the ticket's preview and the order itself come from here. */
export function planEntry(core: Core, entry: PlaceEntry): EntryPlan {
  const account = entry.account ?? PAPER;
  const { instrument, last } = core.market;
  const position = core.positionOf(account, entry.symbol);
  const base = {
    account,
    position,
    quantity: ZERO,
    stopPlan: undefined,
    targetPlan: { kind: 'none' } as TargetPlan,
    stop: undefined,
    target: undefined,
    steps: [],
  };
  const refuse = (refusal: Refusal, price = ZERO, rest: Partial<EntryPlan> = {}): EntryPlan => ({
    ...base,
    ...rest,
    price,
    refusal,
  });
  if (entry.symbol !== instrument.spec.symbol)
    return refuse({
      code: 'SYMBOL',
      message: 'this session has another instrument',
      figure: entry.symbol,
      limit: instrument.spec.symbol,
    });
  if (Number.isNaN(last)) return refuse({ code: 'NO_PRICE', message: 'there is no price yet' });
  if (entry.kind !== 'market') {
    const refusal =
      entry.price === undefined
        ? { code: 'PRICE', message: `a ${entry.kind} entry needs a price` }
        : tickRefusal(core, entry.price, 'price');
    if (refusal) return refuse(refusal);
  }
  const price = entry.kind === 'market' ? dec(last) : dec(entry.price ?? last);
  if (position && position.side !== entry.side)
    return refuse(
      {
        code: 'OPPOSITE_POSITION',
        message: `${position.id} is ${position.side}: close it before entering ${entry.side}`,
        figure: entry.side,
        limit: position.side,
      },
      price,
    );
  const stopPlan = stopPlanOf(core, entry, price);
  if ('code' in stopPlan) return refuse(stopPlan, price);
  const targetPlan = targetPlanOf(core, entry, price);
  if ('code' in targetPlan) return refuse(targetPlan, price, { stopPlan });
  const stop = firstStop(core, entry.side, price, stopPlan);
  const distance = price.minus(stop).abs();
  const target = firstTarget(core, entry.side, price, distance, targetPlan);
  const planned = { stopPlan, targetPlan, stop, target };
  const { limits, rules, sizing } = core.policy;
  const scale = rules['scale-in'];
  const multiplier = multiplierOf(core.state, entry.symbol);
  const exposure = core.exposure(account);
  const closed = [...core.state.positions.values()].filter((one) => one.account === account && one.closedTs !== undefined);
  const sized = size(
    {
      equity: core.equity(account),
      cash: freeMoney(core, account),
      entry: price,
      stopDistance: distance,
      atr: core.market.atr,
      multiplier,
      lot: instrument.lots.step,
      minNotional: dec(instrument.spec.minNotional),
      leverage: ONE,
      openPositions: 0,
      exposure,
      instrumentExposure: exposure,
      correlation: undefined,
      recentVolume: core.market.volumeNow,
      trades: tradeRecord(closed.map(({ realizedPnl }) => realizedPnl)),
      model: undefined,
      plannedAdds: plannedAdds(scale.enabled, fraction(scale.size), scale.adds, limits.totalSize.value),
      limits: limitsOf(limits),
    },
    sizing,
  );
  if (entry.quantity === undefined && sized.refusal) return refuse(sized.refusal, price, { ...planned, steps: sized.steps });
  const refusal = entry.quantity === undefined ? undefined : lotRefusal(core, entry.quantity);
  if (refusal) return refuse(refusal, price, { ...planned, steps: sized.steps });
  const quantity = entry.quantity === undefined ? sized.quantity : dec(entry.quantity);
  const least = dec(instrument.spec.minNotional);
  const notional = quantity.times(price).times(multiplier);
  const guard = notional.lessThan(least)
    ? {
        code: 'MIN_NOTIONAL',
        message: 'the order is below the least notional of the instrument',
        figure: text(notional),
        limit: text(least),
      }
    : refusalOf(core, { account, symbol: entry.symbol, side: entry.side, quantity, price, position });
  return { ...base, ...planned, price, quantity, steps: sized.steps, refusal: guard };
}

/** Sends an entry, or denies it with the guard, the figure and the limit. */
export function placeEntry(core: Core, entry: PlaceEntry): void {
  const plan = planEntry(core, entry);
  if (plan.refusal) {
    core.emit({
      type: 'EntryDenied',
      account: plan.account,
      symbol: entry.symbol,
      side: entry.side,
      quantity: entry.quantity ?? text(plan.quantity),
      refusal: plan.refusal,
    });
    return;
  }
  const positionId = plan.position?.id ?? `${entry.symbol}-${(core.state.positionsOpened.get(entry.symbol) ?? 0) + 1}`;
  if (!plan.position)
    core.emit({ type: 'PositionOpened', positionId, account: plan.account, symbol: entry.symbol, side: entry.side });
  core.emit({
    type: 'OrderPlaced',
    order: {
      id: core.nextOrderId(),
      positionId,
      account: plan.account,
      symbol: entry.symbol,
      side: entrySide(entry.side),
      kind: entry.kind,
      purpose: plan.position && plan.position.quantity.greaterThan(0) ? 'add' : 'entry',
      quantity: text(plan.quantity),
      ...(entry.kind === 'market' ? {} : { price: text(plan.price) }),
      causedBy: entry.source === 'ticket' ? 'user' : 'entries',
      ...(plan.stopPlan ? { stopPlan: plan.stopPlan } : {}),
      targetPlan: plan.targetPlan,
    },
  });
  const position = core.state.positions.get(positionId);
  if (position) core.syncStatus(position);
}
