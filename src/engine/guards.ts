import { type Decimal, dec, maxOf, minOf, ONE, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { Order, Purpose } from '../domain/order.ts';
import { averageEntry, type Position, type Side, sign } from '../domain/position.ts';
import type { RuleId } from '../domain/position.ts';
import type { Core } from './core.ts';
import { accountOf, haltsOf, multiplierOf, openKey } from './state.ts';

const money = (value: Decimal): string => value.toDecimalPlaces(2).toFixed(2);

/** An order that would add risk, before it is sent. */
export interface Addition {
  account: string;
  symbol: string;
  side: Side;
  quantity: Decimal;
  price: Decimal;
  /** the position it adds to, if there is one */
  position: Position | undefined;
  /** true where it takes the place of a position of the other side */
  flips?: boolean;
  /** the rule that asks for it; undefined: the user */
  rule: RuleId | undefined;
  /** 0..1, of the signal of an entry plan */
  strength: string | undefined;
}

const ENTERS: ReadonlySet<Purpose> = new Set<Purpose>(['entry', 'add']);

type Guard = (core: Core, addition: Addition) => Refusal | undefined;

/** No entries and adds late in the session: asked before an order is sent, and again where one that rests would fill. */
export function entryWindow(core: Core, symbol: string): Refusal | undefined {
  const { limits } = core.policy;
  const { clock, hasSession } = core.lane(symbol).market;
  if (!limits.entryWindow || !hasSession) return undefined;
  const from = clock.sessionTime(core.ts, limits.noEntriesFrom);
  if (core.ts < from) return undefined;
  const day = clock.day(core.ts);
  if (!day.trading) return { code: 'SESSION_CLOSED', message: 'the exchange has no session today', figure: day.date };
  return {
    code: 'ENTRY_WINDOW',
    message: 'no entries or adds this late in the session',
    figure: timeOfDay(core.ts - day.start),
    limit: timeOfDay(from - day.start),
  };
}

const timeOfDay = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
};

/** While a limit on the account's equity holds, nothing that adds risk is sent; exits and stop moves are never asked. */
export function halted(core: Core, account: string): Refusal | undefined {
  const halts = haltsOf(core.state, account);
  const { 'daily-loss': day, 'drawdown-halt': peak } = core.policy.rules;
  const watch = core.account(account);
  if (halts.has('daily-loss'))
    return {
      code: 'DAILY_LOSS',
      message: 'the loss of the day has reached its limit: no entries or adds until the next trading day',
      figure: `${watch.dayLoss.toFixed(2)}%`,
      limit: day.limit.text,
    };
  return halts.has('drawdown-halt')
    ? {
        code: 'DRAWDOWN',
        message: 'equity is too far below its peak: no entries or adds until it recovers or the peak is reset',
        figure: `${watch.drawdown.toFixed(2)}%`,
        limit: peak.limit.text,
      }
    : undefined;
}

const openPositions: Guard = (core, { account, position, flips }) => {
  if (position) return undefined;
  const most = core.policy.limits.openPositions;
  const open = [...core.state.open.values()].filter((id) => core.state.positions.get(id)?.account === account).length;
  const count = flips ? open : open + 1;
  return count > most
    ? {
        code: 'OPEN_POSITIONS',
        message: 'as many positions as the policy allows are open',
        figure: String(count),
        limit: String(most),
      }
    : undefined;
};

/** Fills that an order which adds risk makes: a flip closes and opens. */
const fillsOf = (purpose: Purpose): number => (purpose === 'flip' ? 2 : ENTERS.has(purpose) ? 1 : 0);

const tradesADay: Guard = (core, { account, flips }) => {
  const { tradesPerDay } = core.policy.limits;
  if (tradesPerDay === 'none') return undefined;
  let trades = core.account(account).trades + fillsOf(flips ? 'flip' : 'entry');
  for (const order of core.state.orders.values()) if (order.account === account) trades += fillsOf(order.purpose);
  return tradesPerDay.value.lessThan(trades)
    ? {
        code: 'TRADES_PER_DAY',
        message: 'more fills than the policy allows a day, entries and exits, would be made',
        figure: String(trades),
        limit: tradesPerDay.text,
      }
    : undefined;
};

/** Working entries and adds of a position. */
const entering = (core: Core, position: Position) => core.ordersOf(position.id).filter(({ purpose }) => ENTERS.has(purpose));

/** What the position would be with this order and all that already work to enlarge it. */
const wholeWith = (core: Core, { position, quantity }: Addition): Decimal =>
  position
    ? entering(core, position).reduce((sum, order) => sum.plus(order.quantity), position.quantity.plus(quantity))
    : quantity;

const tranches: Guard = (core, { position }) => {
  if (!position) return undefined;
  const most = core.policy.limits.tranches;
  const count = position.tranches.length + entering(core, position).length + 1;
  return count > most
    ? {
        code: 'TRANCHES',
        message: 'the position would have more tranches than the policy allows',
        figure: String(count),
        limit: String(most),
      }
    : undefined;
};

/** Cooldown and least strength bind entry plans only (rules.md §3). A position that was stopped out does not start the cooldown anew, nor end it. */
const entryPlan: Guard = (core, { account, symbol, rule, strength }) => {
  if (rule !== 'tranche-entry') return undefined;
  const { cooldown, strength: least } = core.policy.limits;
  const last = core.state.lastEntry.get(openKey(account, symbol));
  if (last !== undefined && core.ts - last < cooldown.value.toNumber())
    return {
      code: 'COOLDOWN',
      message: 'the plan’s last entry is too young',
      figure: `${((core.ts - last) / 60_000).toFixed(1)}m`,
      limit: cooldown.text,
    };
  return least.value.greaterThan(strength ?? 0)
    ? { code: 'SIGNAL_STRENGTH', message: 'the signal is too weak', figure: strength ?? '0', limit: least.text }
    : undefined;
};

const smallestOf = (orders: readonly Order[], quantity: Decimal): Decimal =>
  orders.reduce((least, order) => minOf(least, order.quantity), quantity);

const totalSize: Guard = (core, addition) => {
  const { position } = addition;
  const { totalSize: factor } = core.policy.limits;
  if (!position || factor === 'none') return undefined;
  // before the first fill any of the working entries may become the first tranche
  const first = position.tranches.length > 0 ? position.initialQuantity : smallestOf(entering(core, position), addition.quantity);
  const most = first.times(factor.value);
  const whole = wholeWith(core, addition);
  return whole.greaterThan(most)
    ? {
        code: 'TOTAL_SIZE',
        message: 'the position would be too large against its first tranche',
        figure: text(whole),
        limit: text(most),
      }
    : undefined;
};

/** Refuses an amount above a limit that may be left out. */
function above(
  figure: Decimal,
  limit: Decimal,
  code: string,
  message: string,
  show: (value: Decimal) => string,
): Refusal | undefined {
  return figure.greaterThan(limit) ? { code, message, figure: show(figure), limit: show(limit) } : undefined;
}

/** Margin that a quantity binds at a price. */
const marginFor = (core: Core, { symbol, position }: Addition, quantity: Decimal, price: Decimal): Decimal =>
  core.worth(symbol, quantity, price).div(position?.leverage ?? core.leverage);

const ofEquity = (core: Core, account: string, share: Measure): Decimal => core.equity(account).times(fraction(share));

const positionSize: Guard = (core, addition) => {
  const { positionEquity, positionMoney, positionUnits } = core.policy.limits;
  const whole = wholeWith(core, addition);
  const margin = marginFor(core, addition, whole, addition.price);
  return (
    above(
      margin,
      ofEquity(core, addition.account, positionEquity),
      'POSITION_LIMIT',
      `the position would be above ${positionEquity.text} of equity`,
      money,
    ) ??
    (positionMoney === 'none'
      ? undefined
      : above(
          margin,
          positionMoney.value,
          'POSITION_MONEY',
          'more money would be in the position than the policy allows',
          money,
        )) ??
    (positionUnits === 'none'
      ? undefined
      : above(whole, positionUnits.value, 'POSITION_UNITS', 'the position would have more units than the policy allows', text))
  );
};

/** The largest quantity, up to the one that is asked for, that the limits in money leave room for at this price, in whole lots. */
export function roomFor(core: Core, addition: Addition): Decimal {
  const { positionEquity, positionMoney } = core.policy.limits;
  const { quantity, symbol, price, account } = addition;
  const held = wholeWith(core, { ...addition, quantity: ZERO });
  const unit = marginFor(core, addition, ONE, price);
  const limit = ofEquity(core, account, positionEquity);
  const room = (positionMoney === 'none' ? limit : minOf(limit, positionMoney.value)).div(unit).minus(held);
  return core.lane(symbol).market.instrument.lots.snap(maxOf(minOf(room, quantity), ZERO), 'down');
}

const trancheSize: Guard = (core, addition) => {
  const { trancheLeast, trancheMost } = core.policy.limits;
  const margin = marginFor(core, addition, addition.quantity, addition.price);
  if (trancheLeast !== 'none' && margin.lessThan(trancheLeast.value))
    return {
      code: 'TRANCHE_LEAST',
      message: 'the tranche would be too small',
      figure: money(margin),
      limit: money(trancheLeast.value),
    };
  return trancheMost === 'none'
    ? undefined
    : above(margin, trancheMost.value, 'TRANCHE_MOST', 'the tranche would be too large', money);
};

/** Refuses an order that is worth less than the instrument's least notional. An exit of everything is never asked. */
export function leastNotional(core: Core, symbol: string, quantity: Decimal, price: Decimal): Refusal | undefined {
  const least = dec(core.lane(symbol).market.instrument.spec.minNotional);
  const notional = core.worth(symbol, quantity, price);
  return notional.lessThan(least)
    ? {
        code: 'MIN_NOTIONAL',
        message: 'the order is below the least notional of the instrument',
        figure: text(notional),
        limit: text(least),
      }
    : undefined;
}

const averagingDown: Guard = (core, { position, price }) => {
  if (!position || core.policy.averagingDown === 'allowed') return undefined;
  const average = averageEntry(position, multiplierOf(core.state, position.symbol));
  if (!average || price.minus(average).times(sign(position.side)).greaterThan(0)) return undefined;
  return {
    code: 'AVERAGING_DOWN',
    message: 'the policy forbids adding to a losing position',
    figure: text(price),
    limit: text(average.toDecimalPlaces(8)),
  };
};

/** Margin that a flip sets free before it binds its own. */
function released(core: Core, { account, symbol, flips }: Addition): Decimal {
  const held = flips ? core.positionOf(account, symbol) : undefined;
  return held ? core.worth(symbol, held.quantity, core.mark(held)).div(held.leverage) : ZERO;
}

/** Exposure counts notional over leverage, as S3 does: of the account, of one instrument in it, and what of it is margin. */
const exposure: Guard = (core, addition) => {
  const { account, symbol } = addition;
  const { totalExposure, instrumentShare, marginUse } = core.policy.limits;
  const added = marginFor(core, addition, addition.quantity, addition.price).minus(released(core, addition));
  const whole = core.exposure(account).plus(added);
  const total = totalExposure === 'none' ? undefined : ofEquity(core, account, totalExposure);
  return (
    (total && above(whole, total, 'EXPOSURE', 'the account’s exposure would be above its limit', money)) ??
    (instrumentShare === 'none'
      ? undefined
      : above(
          core.exposure(account, symbol).plus(added),
          (total ?? core.equity(account)).times(fraction(instrumentShare)),
          'INSTRUMENT_SHARE',
          'one instrument would take too large a share of the exposure',
          money,
        )) ??
    (marginUse === 'none' || core.leverage.equals(1)
      ? undefined
      : above(
          whole,
          ofEquity(core, account, marginUse),
          'MARGIN_USE',
          'more margin would be bound than the policy allows',
          money,
        ))
  );
};

const liquidity: Guard = (core, { symbol, quantity }) => {
  const { volumeShare } = core.policy.limits;
  const { volumeNow } = core.lane(symbol).market;
  if (volumeShare === 'none' || Number.isNaN(volumeNow)) return undefined;
  return above(
    quantity,
    dec(volumeNow).times(fraction(volumeShare)),
    'LIQUIDITY',
    'the order would be too large a share of the recent volume of a bar',
    (value) => text(value.toDecimalPlaces(8)),
  );
};

const buyingPower: Guard = (core, addition) =>
  above(
    marginFor(core, addition, addition.quantity, addition.price),
    maxOf(freeMoney(core, addition.account).plus(released(core, addition)), ZERO),
    'BUYING_POWER',
    'not enough money is free',
    money,
  );

const known: Guard = (core, { account }) =>
  core.equity(account).greaterThan(0)
    ? undefined
    : {
        code: 'NO_EQUITY',
        message: 'the account has no money left',
        figure: money(core.equity(account)),
        limit: money(accountOf(core.state, account).startingEquity),
      };

const guards: readonly Guard[] = [
  known,
  (core, { account }) => halted(core, account),
  (core, { symbol }) => entryWindow(core, symbol),
  openPositions,
  tradesADay,
  tranches,
  entryPlan,
  totalSize,
  averagingDown,
  positionSize,
  trancheSize,
  (core, { symbol, quantity, price, flips }) => (flips ? undefined : leastNotional(core, symbol, quantity, price)),
  exposure,
  liquidity,
  buyingPower,
];

/** The first guard that refuses an order which adds risk; undefined where all let it pass. Exits and stop moves are never asked. */
export function refusalOf(core: Core, addition: Addition): Refusal | undefined {
  for (const guard of guards) {
    const refusal = guard(core, addition);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Money that may still be put into positions. */
export const freeMoney = (core: Core, account: string): Decimal => core.equity(account).minus(core.exposure(account));

/** How full the account's limits are, for the gauges: figure and limit of each, ready to show. */
export interface Gauge {
  id: 'daily-loss' | 'drawdown' | 'exposure' | 'positions' | 'trades';
  figure: string;
  limit: string;
  /** 0..1 and beyond; null where there is no limit */
  share: number | null;
}

/** Every gauge of an account; a limit that the policy does not set has share null. */
export function gauges(core: Core, account: string): Gauge[] {
  const { limits, rules } = core.policy;
  const watch = core.account(account);
  const equity = core.equity(account);
  const used = equity.greaterThan(0) ? core.exposure(account).div(equity) : ZERO;
  const open = [...core.state.open.values()].filter((id) => core.state.positions.get(id)?.account === account).length;
  const of = (id: Gauge['id'], figure: number, limit: number | null, show: (value: number) => string): Gauge => ({
    id,
    figure: show(figure),
    limit: limit === null ? 'none' : show(limit),
    share: limit === null ? null : figure / limit,
  });
  const shown = (value: number): string => `${value.toFixed(2)}%`;
  const measured = (measure: Measure | 'none'): number | null => (measure === 'none' ? null : measure.value.toNumber());
  const day = rules['daily-loss'];
  const peak = rules['drawdown-halt'];
  return [
    of('daily-loss', Math.max(0, watch.dayLoss), day.enabled ? measured(day.limit) : null, shown),
    of('drawdown', Math.max(0, watch.drawdown), peak.enabled ? measured(peak.limit) : null, shown),
    of('exposure', used.times(100).toNumber(), measured(limits.totalExposure), shown),
    of('positions', open, limits.openPositions, String),
    of('trades', watch.trades, measured(limits.tradesPerDay), String),
  ];
}

/** Refuses a quantity that is not a positive number of lots. */
export function lotRefusal(core: Core, symbol: string, quantity: string): Refusal | undefined {
  const { lots } = core.lane(symbol).market.instrument;
  if (!/^\d+(\.\d+)?$/.test(quantity) || !dec(quantity).greaterThan(0))
    return { code: 'QUANTITY', message: 'the quantity must be a decimal above 0', figure: quantity, limit: text(lots.step) };
  return lots.snap(dec(quantity), 'down').equals(quantity)
    ? undefined
    : { code: 'LOT_SIZE', message: 'the quantity must be a multiple of the lot', figure: quantity, limit: text(lots.step) };
}

/** Refuses a price that is not a positive decimal on the tick grid. */
export function tickRefusal(core: Core, symbol: string, price: string, what: string): Refusal | undefined {
  const { prices } = core.lane(symbol).market.instrument;
  if (!/^\d+(\.\d+)?$/.test(price) || !dec(price).greaterThan(0))
    return { code: 'PRICE', message: `the ${what} must be a decimal above 0`, figure: price, limit: text(prices.step) };
  return prices.snap(dec(price), 'down').equals(price)
    ? undefined
    : { code: 'TICK_SIZE', message: `the ${what} must be a multiple of the tick`, figure: price, limit: text(prices.step) };
}
