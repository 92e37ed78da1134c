import type { PlaceEntry } from '../domain/commands.ts';
import { type Decimal, dec, maxOf, minOf, money, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import type { StopPlan, TargetPlan } from '../domain/order.ts';
import { entrySide, exitSide, type OrderSide, type Position, type RuleId, sign } from '../domain/position.ts';
import type { Action, Proposal } from '../domain/proposal.ts';
import type { SizingStep } from '../domain/sizing.ts';
import { tradeRecord } from '../sizing/kelly.ts';
import { limitsOf, plannedAdds, size } from '../sizing/size.ts';
import { firstStopPlan, firstTargetPlan } from '../sizing/stops.ts';
import { type Addition, freeMoney, roomFor } from './addition.ts';
import type { Core } from './core.ts';
import { leastNotional, lotRefusal, tickRefusal } from './filters.ts';
import { refusalOf } from './guards.ts';
import { slipped } from './paper.ts';
import { firstStop, firstTarget, leaving } from './protection.ts';
import { dismissScout, PAPER } from './scout.ts';
import { closestTo } from './standing.ts';
import { multiplierOf, openCount } from './state.ts';

/** What an entry would be if it were sent now: the order, or why it is refused, and every step of its size. */
export interface EntryPlan {
  account: string;
  position: Position | undefined;
  /** `flip`: closes the position of the other side and opens this one with the rest; `reduce`: takes from it */
  purpose: 'entry' | 'add' | 'flip' | 'reduce';
  /** price that the plan reckons with: the last, or the order's own */
  price: Decimal;
  quantity: Decimal;
  stopPlan: StopPlan | undefined;
  targetPlan: TargetPlan;
  stop: Decimal | undefined;
  target: Decimal | undefined;
  /** what the policy's slippage would take of a unit that is stopped out, in price */
  slippage: Decimal;
  /** how the stop follows, in words */
  stopDetail: string;
  steps: SizingStep[];
  refusal: Refusal | undefined;
}

/** What asks for an entry besides the user. */
interface Cause {
  rule: RuleId;
  strength: string;
}

/** The price of the instrument that is read as VIX, where the session has it and it has traded; else NaN. */
function vixOf(core: Core): number {
  const { vixSymbol } = core.policy.initialStop;
  return core.hasLane(vixSymbol) ? core.lane(vixSymbol).market.last : Number.NaN;
}

function stopPlanOf(core: Core, entry: PlaceEntry, price: Decimal): { plan: StopPlan; detail: string } | Refusal {
  const { market } = core.lane(entry.symbol);
  if (entry.stop !== undefined) {
    const refusal = tickRefusal(core, entry.symbol, entry.stop, 'stop');
    if (refusal) return refusal;
    // beyond the price that it is entered at and the one that it would leave at
    const leave = leaving(core, entry, price);
    const nearest = entry.side === 'long' ? minOf(price, leave) : maxOf(price, leave);
    return nearest.minus(entry.stop).times(sign(entry.side)).greaterThan(0)
      ? { plan: { kind: 'price', price: entry.stop }, detail: 'given' }
      : {
          code: 'STOP_SIDE',
          message: `the stop of a ${entry.side} must be ${entry.side === 'long' ? 'below' : 'above'} the price`,
          figure: entry.stop,
          limit: text(nearest),
        };
  }
  const at = price.toNumber();
  const vix = vixOf(core);
  const found = firstStopPlan(
    {
      side: entry.side,
      entry: price,
      atr: market.atr,
      vix,
      // found over a thousand bars: only where the stop asks for it
      volatilityPercentile:
        core.policy.initialStop.kind === 'regime' && Number.isNaN(vix) ? market.volatility.percentile() : Number.NaN,
      support: market.levels.nearestSupport(at),
      resistance: market.levels.nearestResistance(at),
      modelDistance: Number.NaN,
    },
    core.policy.initialStop,
  );
  if ('code' in found) return found.code === 'ATR_UNKNOWN' ? barsMissing(core, entry.symbol, found) : found;
  const { plan, detail } = found;
  const { prices } = market.instrument;
  return plan.kind === 'distance'
    ? { plan: { kind: 'distance', distance: text(prices.snap(dec(plan.distance), 'up')) }, detail }
    : found;
}

/** A refusal for want of an ATR, with the bars that have closed against those that it takes. */
const barsMissing = (core: Core, symbol: string, refusal: Refusal): Refusal => ({
  ...refusal,
  figure: String(core.lane(symbol).market.bars),
  limit: String(core.policy.indicators.atr),
});

/** Why a target may not be set at a price that a user gives. */
export const targetRefusal = (core: Core, symbol: string, target: string): Refusal | undefined =>
  core.policy.rules['take-profit'].enabled
    ? tickRefusal(core, symbol, target, 'target')
    : { code: 'NO_TAKE_PROFIT', message: 'the policy takes no profit at a target: it would never fill', figure: target };

function targetPlanOf(core: Core, entry: PlaceEntry, price: Decimal): TargetPlan | Refusal {
  if (entry.target !== undefined) {
    const refusal = targetRefusal(core, entry.symbol, entry.target);
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
  if (!core.policy.rules['take-profit'].enabled) return { kind: 'none' };
  const found = firstTargetPlan(core.lane(entry.symbol).market.atr, core.policy.target);
  return 'code' in found && found.code === 'ATR_UNKNOWN' ? barsMissing(core, entry.symbol, found) : found;
}

/** The size that the policy gives an entry, with every step. */
function sizeOf(core: Core, account: string, { symbol, side }: PlaceEntry, price: Decimal, distance: Decimal) {
  const { limits, rules, sizing } = core.policy;
  const scale = rules['scale-in'];
  const { market } = core.lane(symbol);
  const { instrument } = market;
  // only Kelly's formula looks back: every other size leaves the past alone
  const looksBack = sizing.strategy === 'kelly' || sizing.of.includes('kelly') || sizing.fallback === 'kelly';
  const closed = looksBack
    ? [...core.state.positions.values()].filter((one) => one.account === account && one.closedTs !== undefined)
    : [];
  return size(
    {
      equity: core.equity(account),
      cash: freeMoney(core, account),
      entry: price,
      stopDistance: distance,
      atr: market.atr,
      multiplier: multiplierOf(core.state, symbol),
      lot: instrument.lots.step,
      minNotional: dec(instrument.spec.minNotional),
      leverage: core.leverage,
      openPositions: openCount(core.state, account),
      exposure: core.exposure(account),
      instrumentExposure: core.exposure(account, symbol),
      correlation: closestTo(core, account, symbol, sign(side)),
      recentVolume: market.volumeNow,
      trades: tradeRecord(closed.map(({ realizedPnl }) => realizedPnl)),
      model: undefined,
      plannedAdds: plannedAdds(scale, limits.totalSize),
      limits: limitsOf(limits),
    },
    sizing,
  );
}

/** Slippage at the stop, and at the entry unless it works at a limit or its stop follows from the fill. */
function slippageOf(core: Core, { symbol, side, kind }: PlaceEntry, price: Decimal, stop: Decimal, plan: StopPlan): Decimal {
  const lost = (at: Decimal, order: OrderSide): Decimal =>
    slipped(core, { symbol, leverage: core.leverage }, at, order).minus(at).abs();
  const entering = kind === 'limit' || plan.kind === 'distance' ? ZERO : lost(price, entrySide(side));
  return entering.plus(lost(stop, exitSide(side)));
}

/**
 * Plans an entry without sending it: the ticket's preview and the order itself come from here.
 * @param explained to find the policy's size, with its steps, even where the entry brings its own quantity
 */
export function planEntry(core: Core, entry: PlaceEntry, explained: boolean, cause?: Cause): EntryPlan {
  const account = entry.account ?? PAPER;
  const position = core.hasLane(entry.symbol) ? core.positionOf(account, entry.symbol) : undefined;
  const against = position !== undefined && position.side !== entry.side;
  const base: Omit<EntryPlan, 'refusal'> = {
    account,
    position,
    purpose: position && position.quantity.greaterThan(0) ? 'add' : 'entry',
    price: ZERO,
    quantity: ZERO,
    stopPlan: undefined,
    targetPlan: { kind: 'none' },
    stop: undefined,
    target: undefined,
    slippage: ZERO,
    stopDetail: '',
    steps: [],
  };
  const refuse = (refusal: Refusal, rest: Partial<EntryPlan> = {}): EntryPlan => ({ ...base, ...rest, refusal });
  if (!core.hasLane(entry.symbol))
    return refuse({
      code: 'SYMBOL',
      message: 'this session has no such instrument',
      figure: entry.symbol,
      limit: core.lanes.map(({ symbol }) => symbol).join(', '),
    });
  const { market } = core.lane(entry.symbol);
  if (Number.isNaN(market.last)) return refuse({ code: 'NO_PRICE', message: 'there is no price yet' });
  if (entry.kind !== 'market') {
    const refusal =
      entry.price === undefined
        ? { code: 'PRICE', message: `a ${entry.kind} entry needs a price` }
        : tickRefusal(core, entry.symbol, entry.price, 'price');
    if (refusal) return refuse(refusal);
  }
  const price =
    entry.kind === 'market' || entry.price === undefined ? core.priceFor(entry.symbol, entrySide(entry.side)) : dec(entry.price);
  const lots = entry.quantity === undefined ? undefined : lotRefusal(core, entry.symbol, entry.quantity);
  if (against && position) {
    const refusal = lots ?? oppositeRefusal(core, position, entry);
    if (refusal) return refuse(refusal, { price });
    if (entry.quantity !== undefined && position.quantity.greaterThanOrEqualTo(entry.quantity))
      return { ...base, purpose: 'reduce', price, quantity: dec(entry.quantity), refusal: undefined };
  }
  const found = stopPlanOf(core, entry, price);
  if ('code' in found) return refuse(found, { price });
  const stopPlan: StopPlan =
    found.plan.kind === 'price' ? { ...found.plan, distance: text(price.minus(found.plan.price).abs()) } : found.plan;
  const targetPlan = targetPlanOf(core, entry, price);
  if ('code' in targetPlan) return refuse(targetPlan, { price, stopPlan });
  const stop = firstStop(core, entry, price, stopPlan, leaving(core, entry, price));
  const distance = price.minus(stop).abs();
  const target = firstTarget(core, entry, price, distance, targetPlan);
  const held = against ? undefined : position?.stop;
  const holds = held && (entry.stop === undefined || held.minus(stop).times(sign(entry.side)).greaterThanOrEqualTo(0));
  const stopDetail = !holds
    ? found.detail
    : entry.stop === undefined
      ? 'the position’s own'
      : `${text(held)} of the position is nearer and holds`;
  const slippage = slippageOf(core, entry, price, holds ? held : stop, stopPlan);
  const planned = { price, stopPlan, targetPlan, stop: holds ? held : stop, target, slippage, stopDetail };
  const sized =
    explained || entry.quantity === undefined
      ? sizeOf(core, account, entry, price, distance)
      : { quantity: ZERO, steps: [], refusal: undefined };
  if (entry.quantity === undefined && sized.refusal) return refuse(sized.refusal, { ...planned, steps: sized.steps });
  if (lots) return refuse(lots, { ...planned, steps: sized.steps });
  const addition = {
    account,
    symbol: entry.symbol,
    side: entry.side,
    price,
    position: against ? undefined : position,
    flips: against,
    rule: cause?.rule,
    strength: cause?.strength,
  };
  const steps = [...sized.steps];
  const asked = entry.quantity === undefined ? leftOf(core, addition, sized.quantity, steps) : dec(entry.quantity);
  const quantity = against && position && entry.quantity === undefined ? asked.plus(position.quantity) : asked;
  const opened = against && position ? quantity.minus(position.quantity) : quantity;
  const refusal = leastNotional(core, entry.symbol, quantity, price) ?? refusalOf(core, { ...addition, quantity: opened });
  return { ...base, ...planned, ...(against ? { purpose: 'flip' as const } : {}), quantity, steps, refusal };
}

/** Of a size that the policy gives, what the position that is held already has room for; all of it where there is none, so that a guard says why. */
function leftOf(core: Core, addition: Omit<Addition, 'quantity'>, quantity: Decimal, steps: SizingStep[]): Decimal {
  if (!addition.position) return quantity;
  const room = roomFor(core, { ...addition, quantity });
  if (room.isZero() || room.equals(quantity)) return quantity;
  steps.push({
    label: 'room in the position',
    detail: `${text(room)} of ${text(quantity)} beside what is held`,
    amount: money(core.worth(addition.symbol, room, addition.price).div(addition.position.leverage)),
  });
  return room;
}

/** Why an entry against the position may not reduce or flip it. */
function oppositeRefusal(core: Core, position: Position, entry: PlaceEntry): Refusal | undefined {
  if (core.ordersOf(position.id).some(({ purpose }) => purpose === 'close' || purpose === 'flip'))
    return { code: 'ALREADY_CLOSING', message: 'the position is already being closed', figure: position.id };
  if (position.quantity.isZero())
    return {
      code: 'OPPOSITE_POSITION',
      message: `${position.id} is being entered ${position.side}: cancel it before entering ${entry.side}`,
      figure: entry.side,
      limit: position.side,
    };
  const larger = entry.quantity === undefined || position.quantity.lessThan(entry.quantity);
  if (larger && core.policy.limits.flips === 'forbidden')
    return {
      code: 'FLIP_FORBIDDEN',
      message: `the order is larger than ${position.id}, and the policy does not allow it to open the other side`,
      figure: entry.quantity ?? 'sized by the policy',
      limit: text(position.quantity),
    };
  return entry.kind === 'market'
    ? undefined
    : { code: 'MARKET_ONLY', message: 'an entry against a position works at market only', figure: entry.kind, limit: 'market' };
}

/** Sends an entry, or denies it with the guard, the figure and the limit. */
export function placeEntry(core: Core, entry: PlaceEntry): void {
  const plan = planEntry(core, entry, false);
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
  send(core, entry, plan, { causedBy: entry.source === 'ticket' ? 'user' : 'entries' });
}

/** What goes with an order besides its plan. */
interface Extra {
  causedBy: string;
  proposalId?: string;
  strength?: string;
  band?: { low: string; high: string };
}

/** What an add brings that the position does not take over, in words. */
function noteOf({ stop, target }: PlaceEntry, plan: EntryPlan): { note?: string } {
  if (plan.purpose !== 'add') return {};
  const unused = [
    ...(stop !== undefined && plan.stop && !plan.stop.equals(stop)
      ? [`its stop at ${stop} is not used: ${plan.stopDetail}`]
      : []),
    ...(target === undefined ? [] : [`its target at ${target} is not used: move the position’s own`]),
  ];
  return unused.length > 0 ? { note: unused.join('; ') } : {};
}

function send(core: Core, entry: PlaceEntry, plan: EntryPlan, extra: Extra): void {
  const { position, purpose } = plan;
  const positionId = position?.id ?? core.nextPositionId(entry.symbol);
  if (!position) {
    dismissScout(core, core.lane(entry.symbol), 'a position was opened');
    core.emit({
      type: 'PositionOpened',
      positionId,
      account: plan.account,
      symbol: entry.symbol,
      side: entry.side,
      leverage: text(core.leverage),
    });
  }
  core.emit({
    type: 'OrderPlaced',
    order: {
      id: core.nextOrderId(),
      positionId,
      account: plan.account,
      symbol: entry.symbol,
      side: entrySide(entry.side),
      kind: entry.kind,
      purpose,
      quantity: text(plan.quantity),
      ...(entry.kind === 'market' ? {} : { price: text(plan.price) }),
      ...extra,
      // a position has one stop: an add brings its own only where the user gave it one
      ...(plan.stopPlan && (purpose !== 'add' || entry.stop !== undefined) ? { stopPlan: plan.stopPlan } : {}),
      ...noteOf(entry, plan),
      targetPlan: plan.targetPlan,
    },
  });
  const opened = core.state.positions.get(positionId);
  if (opened) core.syncStatus(opened);
}

type Entering = Extract<Action, { type: 'enter' }>;

const entryOf = ({ account, symbol }: Pick<Position, 'account' | 'symbol'>, { side, quantity }: Entering): PlaceEntry => ({
  type: 'PlaceEntry',
  account,
  symbol,
  side,
  kind: 'market',
  ...(quantity === null ? {} : { quantity }),
  source: 'ticket',
});

/** What an entry plan's wish would be if it were sent now. */
export const planOf = (core: Core, position: Position, action: Entering, rule: RuleId): EntryPlan =>
  planEntry(core, entryOf(position, action), false, { rule, strength: action.strength });

/** Sends the entry of an approved proposal, or says why not. */
export function sendPlanned(core: Core, proposal: Proposal, action: Entering, asked: string | undefined): Refusal | undefined {
  const { symbol, rule, id, low, high } = proposal;
  const wanted = { ...action, quantity: asked ?? action.quantity };
  const entry = entryOf({ account: PAPER, symbol }, wanted);
  const plan = planEntry(core, entry, false, { rule, strength: action.strength });
  if (plan.refusal) return plan.refusal;
  send(core, entry, plan, {
    causedBy: rule,
    proposalId: id,
    strength: action.strength,
    ...(low !== null && high !== null ? { band: { low, high } } : {}),
  });
  return undefined;
}
