import type { HoldReason } from '../domain/commands.ts';
import { type Decimal, dec, maxOf, minOf, money, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction } from '../domain/measure.ts';
import { enters, type Order, type Purpose } from '../domain/order.ts';
import { averageEntry, sign } from '../domain/position.ts';
import { type Addition, entering, freeMoney, marginFor, ofEquity, released, wholeWith } from './addition.ts';
import type { Core } from './core.ts';
import { leastNotional } from './filters.ts';
import { accountOf, haltsOf, multiplierOf, openCount, openKey } from './state.ts';

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
    figure: clock.timeOfDay(core.ts),
    limit: clock.timeOfDay(from),
  };
}

const HELD: Record<HoldReason, string> = {
  store: 'the journal cannot be saved: what adds risk is held until it can',
};

/** While something is held or a limit on the account's equity holds, nothing that adds risk is sent; exits and stop moves are never asked. */
export function halted(core: Core, account: string): Refusal | undefined {
  const [hold] = core.state.holds;
  if (hold) return { code: 'HELD', message: HELD[hold], figure: hold };
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
  const open = openCount(core.state, account);
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
const fillsOf = (purpose: Purpose): number => (purpose === 'flip' ? 2 : enters(purpose) ? 1 : 0);

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

/** An add by hand, made while a scale-in waited, takes its place. */
const scaleIns: Guard = (core, { position, rule }) => {
  if (!position || rule !== 'scale-in') return undefined;
  const most = core.policy.rules['scale-in'].adds;
  const adds = position.adds + core.ordersOf(position.id).filter(({ purpose }) => purpose === 'add').length + 1;
  return adds > most
    ? {
        code: 'SCALE_INS',
        message: 'more would be added to the position than the policy scales in',
        figure: String(adds),
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

const hasEquity: Guard = (core, { account }) =>
  core.equity(account).greaterThan(0)
    ? undefined
    : {
        code: 'NO_EQUITY',
        message: 'the account has no money left',
        figure: money(core.equity(account)),
        limit: money(accountOf(core.state, account).startingEquity),
      };

const guards: readonly Guard[] = [
  hasEquity,
  (core, { account }) => halted(core, account),
  (core, { symbol }) => entryWindow(core, symbol),
  openPositions,
  tradesADay,
  tranches,
  scaleIns,
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
