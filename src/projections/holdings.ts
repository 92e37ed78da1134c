import { Decimal, dec, money, text, ZERO } from '../domain/decimal.ts';
import { averageEntry, marginOf, type Position, sign } from '../domain/position.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { fraction } from '../domain/measure.ts';
import type { Core, Lane } from '../engine/core.ts';
import type { RuleReading, TriggerReading } from '../engine/explain.ts';
import type { Managed } from '../engine/managed.ts';
import type { Diary } from './diary.ts';
import { ruleView, ruleViews } from './rules.ts';
import type {
  AccountView,
  ChartPosition,
  ChartView,
  GaugeView,
  HaltView,
  InstrumentView,
  OrderView,
  PositionView,
  TrancheView,
} from './views.ts';

const ACCOUNT = 'paper';
/** "+12.30", "−4.10" */
const signed = (value: Decimal): string => {
  const shown = money(value);
  return shown.startsWith('-') ? `−${shown.slice(1)}` : `+${shown}`;
};
const places = (value: Decimal, digits: number): string => value.toDecimalPlaces(digits).toFixed(digits);

/** Local time of day of the market. */
type Clock = (ts: number) => string;

/** Money lost if the stop fills at its price; negative where it locks in a gain. */
function openRisk(position: Position, multiplier: Decimal): Decimal {
  if (!position.stop || position.quantity.isZero()) return ZERO;
  return position.cost.minus(position.stop.times(position.quantity).times(multiplier)).times(sign(position.side));
}

/** What a trigger waits for, in words: "breakeven 1R 101.00" */
export function nextWords({ label, state, level, due, criteria }: TriggerReading, decimals: number, clock: Clock): string {
  if (state === 'live') return label;
  const missing = criteria.find(({ verdict, level: own }) => own === undefined && (verdict === 'fail' || verdict === 'unknown'));
  const where = Number.isNaN(level) ? (Number.isFinite(due) ? clock(due) : '') : level.toFixed(decimals);
  const place = where === '' || label.includes(where) ? label : `${label} ${where}`;
  if (state !== 'waiting' || !missing) return place;
  return missing.any
    ? `${place} · waiting for one of its signals`
    : `${place} · waiting: ${missing.label} ${missing.value}, needs ${missing.comparison} ${missing.threshold}`;
}

/** Levels and times at which something would happen next, nearest price first; the stop, the target and the liquidation have lines of their own. */
function nextLevels(managed: Managed, readings: readonly RuleReading[]): (TriggerReading & { rule: string })[] {
  return readings
    .flatMap(({ rule, triggers }) => triggers.map((trigger) => ({ ...trigger, rule })))
    .filter(
      ({ rule, state, level, due }) =>
        rule !== 'stop-loss' &&
        rule !== 'take-profit' &&
        rule !== 'liquidation' &&
        (state === 'armed' || state === 'waiting' || state === 'live') &&
        (!Number.isNaN(level) || Number.isFinite(due) || state === 'live'),
    )
    .toSorted((a, b) => (a.state === 'live' ? -1 : 0) - (b.state === 'live' ? -1 : 0) || gap(managed, a) - gap(managed, b));
}

/** Where rules will act next on a position, for the chart: those that have a price. */
export function chartLevels(managed: Managed, readings: readonly RuleReading[]): ChartView['nextLevels'] {
  return nextLevels(managed, readings).flatMap(({ level, label, state, criteria }) => {
    if (Number.isNaN(level)) return [];
    const missing =
      state === 'waiting'
        ? criteria.find(({ verdict, level: own }) => own === undefined && verdict !== 'pass' && verdict !== 'left-out')
        : undefined;
    const words = missing ? `${label} · waits for ${missing.any ? 'a signal' : missing.label}` : label;
    return [{ price: level, label: words, positionId: managed.position.id }];
  });
}

const gap = (managed: Managed, { level }: TriggerReading): number =>
  Number.isNaN(level) ? Number.POSITIVE_INFINITY : Math.abs(level - managed.price);

function trancheViews(position: Position, last: Decimal, multiplier: Decimal): TrancheView[] {
  return position.tranches.map((tranche, ordinal) => {
    const open = last.times(tranche.remaining).times(multiplier).minus(tranche.remainingCost).times(sign(position.side));
    // of what is held its open profit, which sums to the position's; of what is closed the one that it brought
    const pnl = tranche.remaining.isZero() ? tranche.realizedPnl : open;
    const unit = position.r?.times(tranche.quantity).times(multiplier);
    return {
      id: tranche.id,
      ordinal,
      status: tranche.status,
      quantity: text(tranche.quantity),
      remaining: text(tranche.remaining),
      entryPrice: text(tranche.entryPrice),
      entryTs: tranche.entryTs,
      strength: tranche.signalStrength ? places(tranche.signalStrength, 2) : '',
      pnl: money(pnl),
      pnlR: unit && !unit.isZero() ? places(pnl.div(unit), 2) : '',
    };
  });
}

/** The best and the worst price since entry. A position's own peaks are those of its last wake: what has traded since then is the market's. */
function extremes({ side, high, low, market }: Managed): { best: number; worst: number } {
  const asks = side < 0 && market.quoted;
  const highest = Math.max(high, asks ? market.askRunHigh : market.runHigh);
  const lowest = Math.min(low, asks ? market.askRunLow : market.runLow);
  return side > 0 ? { best: highest, worst: lowest } : { best: lowest, worst: highest };
}

/** What a fold of the journal and the market of this instant make of one position. */
function positionView(
  core: Core,
  position: Position,
  readings: readonly RuleReading[],
  managed: Managed | undefined,
  clock: Clock,
  diary: Diary,
): PositionView {
  const { instrument } = core.lane(position.symbol).market;
  const multiplier = dec(instrument.spec.multiplier);
  const { decimals } = instrument.prices;
  const last = core.mark(position);
  const exit = position.exitedQuantity.isZero() ? undefined : position.exitedValue.div(position.exitedQuantity).div(multiplier);
  const average = averageEntry(position, multiplier) ?? position.closedAverage;
  const unrealised = managed
    ? last.times(position.quantity).times(multiplier).minus(position.cost).times(sign(position.side))
    : ZERO;
  const closed = position.closedTs !== undefined;
  const pnl = closed ? position.realizedPnl : unrealised;
  const basis = average?.times(closed ? position.peakQuantity : position.quantity).times(multiplier);
  const unit = position.r?.times(closed ? position.initialQuantity : position.quantity).times(multiplier);
  const first = position.tranches[0]?.entryPrice;
  const inR = (excursion: Decimal | undefined): string => (excursion && position.r ? places(excursion.div(position.r), 2) : '');
  const against = (price: number): Decimal | undefined => first && dec(price).minus(first).times(sign(position.side));
  const next = managed ? nextLevels(managed, readings) : [];
  const byHand = core.state.manual.has(position.id);
  const saving = diary.saving(position.id);
  return {
    id: position.id,
    symbol: position.symbol,
    side: position.side,
    status: position.status,
    quantity: text(closed ? position.peakQuantity : position.quantity),
    averageEntry: average ? text(average.toDecimalPlaces(decimals + 2)) : '',
    last: text(closed && exit ? exit.toDecimalPlaces(decimals + 2) : last),
    pnl: money(pnl),
    realizedPnl: money(position.realizedPnl),
    pnlPercent: basis && !basis.isZero() ? places(pnl.div(basis).times(100), 2) : '',
    pnlR: unit && !unit.isZero() ? places(pnl.div(unit), 2) : '',
    stop: position.stop ? text(position.stop) : '',
    target: position.target ? text(position.target) : '',
    liquidation: managed && !Number.isNaN(managed.liquidation) ? managed.liquidation.toFixed(decimals) : '',
    toStopPercent: position.stop && last.greaterThan(0) ? places(last.minus(position.stop).abs().div(last).times(100), 2) : '',
    openRisk: money(openRisk(position, multiplier)),
    maeR: inR(managed ? against(extremes(managed).worst) : position.mae),
    mfeR: inR(managed ? against(extremes(managed).best) : position.mfe),
    openedTs: position.openedTs,
    closedTs: position.closedTs ?? null,
    ageMs: (position.closedTs ?? core.ts) - position.openedTs,
    margin: money(marginOf(position)),
    notional: money(position.cost),
    leverage: text(position.leverage),
    byHand,
    ending: diary.ending(position.id),
    saved: saving ? `${signed(dec(saving.saved))} · ${dec(saving.savedPercent).toFixed(1)}%` : '',
    tranches: trancheViews(position, last, multiplier),
    next: next.map((reading) => nextWords(reading, decimals, clock)),
    waiting: managed?.armed.filter(({ live }) => live?.status === 'proposed' && (live.snoozedUntil ?? 0) <= core.ts).length ?? 0,
    rules: ruleViews(readings, {
      price: last.toNumber(),
      decimals,
      clock,
      byHand,
      actedAt: (rule) => diary.actedAt(position.id, rule),
      blockedBy: (rule) => diary.blockedBy(position.id, rule),
    }),
  };
}

/** Positions as the page lists them. `readings` of those that are held come from the engine's `explain`. */
export const positionViews = (
  core: Core,
  positions: Iterable<Position>,
  readings: ReadonlyMap<string, readonly RuleReading[]>,
  clock: (symbol: string) => Clock,
  diary: Diary,
): PositionView[] =>
  Array.from(positions, (position) =>
    positionView(core, position, readings.get(position.id) ?? [], core.managed(position.id), clock(position.symbol), diary),
  );

/** Open of the trading day; NaN before its first price. */
function dayOpen({ market }: Lane, ts: number): number {
  const { start } = market.clock.day(ts);
  const closed = market.history.column('ts')[market.history.length - 1] ?? Number.NaN;
  if (closed >= start) return market.dayOpen;
  return market.barStart >= start ? market.open : Number.NaN;
}

/** Every instrument of the session as it trades now. `plans` are read out of those on which an entry plan looks for entries. */
export function instrumentViews(
  core: Core,
  plans: ReadonlyMap<string, readonly RuleReading[]>,
  clock: (symbol: string) => Clock,
  diary: Diary,
): InstrumentView[] {
  return core.lanes.map((lane) => {
    const { symbol, market, scout } = lane;
    const { last } = market;
    const known = !Number.isNaN(last);
    const { decimals } = market.instrument.prices;
    const open = dayOpen(lane, core.ts);
    const id = scout?.position.id ?? '';
    return {
      symbol,
      last: known ? last.toFixed(decimals) : '',
      dayPercent: known && open > 0 ? ((last / open - 1) * 100).toFixed(2) : '',
      plan: ruleView(plans.get(symbol) ?? [], 'tranche-entry', {
        price: last,
        decimals,
        clock: clock(symbol),
        byHand: core.state.manual.has(id),
        actedAt: (rule) => diary.actedAt(id, rule),
        blockedBy: (rule) => diary.blockedBy(id, rule),
      }),
    };
  });
}

/** Levels that belong to this instant, put onto the open positions of the shown instrument as they are folded: peaks, tags, what comes next, pins, working orders. */
export function chartView(
  core: Core,
  symbol: string,
  open: readonly ChartPosition[],
  readings: ReadonlyMap<string, readonly RuleReading[]>,
  pinned: ChartView['pins'],
): ChartView {
  const lane = core.lane(symbol);
  const multiplier = dec(lane.market.instrument.spec.multiplier);
  const next: ChartView['nextLevels'] = [];
  const positions = open.map((position) => {
    const managed = core.managed(position.id);
    if (!managed) return { ...position };
    next.push(...chartLevels(managed, readings.get(position.id) ?? []));
    const risk = openRisk(managed.position, multiplier);
    const reward =
      managed.position.target && managed.position.r
        ? dec(managed.target).minus(position.entry).abs().div(managed.position.r)
        : undefined;
    return {
      ...position,
      ...extremes(managed),
      liquidation: Number.isNaN(managed.liquidation) ? null : managed.liquidation,
      stopLabel: risk.greaterThan(0) ? `stop · risks ${money(risk)}` : `stop · locks +${money(risk.negated())}`,
      targetLabel: reward ? `target ${places(reward, 1)}R` : 'target',
    };
  });
  return {
    positions,
    nextLevels: next,
    pins: pinned,
    orders: lane.resting.map((order) => ({
      orderId: order.id,
      price: order.price?.toNumber() ?? Number.NaN,
      label: `${order.side} ${text(order.quantity)} ${order.kind}`,
    })),
  };
}

export const orderViews = (core: Core): OrderView[] =>
  [...core.state.orders.values()].map((order) => ({
    id: order.id,
    positionId: order.positionId,
    text: `${order.side} ${text(order.quantity)} ${order.symbol} ${order.kind}${order.price ? ` at ${text(order.price)}` : ''} · ${order.purpose}`,
    price: order.price ? text(order.price) : '',
    quantity: text(order.quantity),
  }));

/** What halts the account, with the figure of now and the limit. */
function haltViews({ state, policy }: Core, gauges: readonly GaugeView[], diary: Diary): HaltView[] {
  return [...(state.halts.get(ACCOUNT) ?? [])].map((rule) => {
    const day = rule === 'daily-loss';
    const gauge = gauges.find(({ id }) => id === (day ? 'daily-loss' : 'drawdown'));
    const begun = diary.halt(rule);
    const closes = day && policy.rules['daily-loss'].positions === 'close';
    return {
      rule,
      title: day ? 'Loss of the day' : 'Below the peak',
      figure: gauge?.figure ?? '',
      limit: gauge?.limit ?? '',
      since: begun?.ts ?? null,
      began: begun?.figure ?? '',
      refused: day
        ? 'no entries or adds until the next trading day'
        : 'no entries or adds until equity recovers or you reset the peak',
      goesOn: closes ? 'what is held is closed; stops and exits go on' : 'stops and exits go on',
      resettable: !day,
    };
  });
}

/** The account at this instant. The risk limit is what the policy allows one position, for each that is open. */
export function accountView(
  core: Core,
  gauges: readonly GaugeView[],
  diary: Diary,
  fixed: (kind: (typeof ACTION_KINDS)[number]) => boolean,
): AccountView {
  const { state, policy } = core;
  const equity = core.equity(ACCOUNT);
  const account = state.accounts.get(ACCOUNT);
  const { opening } = core.account(ACCOUNT);
  const day = equity.minus(opening);
  const risk = core.book.reduce(
    (sum, { position, multiplier }) => sum.plus(Decimal.max(openRisk(position, multiplier), 0)),
    ZERO,
  );
  const notional = core.book.reduce(
    (sum, { position }) => sum.plus(core.worth(position.symbol, position.quantity, core.mark(position))),
    ZERO,
  );
  const realized = [...state.positions.values()].reduce((sum, position) => sum.plus(position.realizedPnl), ZERO);
  const share = (value: Decimal): string => (equity.greaterThan(0) ? places(value.div(equity).times(100), 2) : '0');
  return {
    equity: money(equity),
    cash: money(account?.cash ?? state.startingEquity),
    dayPnl: money(day),
    dayPnlPercent: opening.isZero() ? '0' : places(day.div(opening).times(100), 2),
    realizedPnl: money(realized),
    openRisk: money(risk),
    openRiskLimit: money(equity.times(fraction(policy.sizing.risk)).times(Math.max(1, core.book.length))),
    notionalPercent: share(notional),
    gauges: [...gauges],
    halts: haltViews(core, gauges, diary),
    policy: policy.name,
    averagingDown: policy.averagingDown === 'allowed',
    leverage: policy.account.leverage,
    autonomyLevel: state.autonomyLevel,
    autonomy: ACTION_KINDS.map((kind) => ({
      kind,
      autonomy: state.autonomy.get(kind) ?? { mode: 'approve' as const },
      fixed: fixed(kind),
    })),
  };
}
