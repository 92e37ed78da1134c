import { type Decimal, dec, numberOf, ONE, ZERO } from '../domain/decimal.ts';
import type { Grid } from '../domain/grid.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { averageEntry, marginOf, type Position } from '../domain/position.ts';
import type { ActionKind, ProposalRecord } from '../domain/proposal.ts';
import type { ZoneClock } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Policy } from '../policy/schema.ts';
import { ProfitAtLeast } from '../rules/criteria.ts';
import { rules } from '../rules/index.ts';
import { type AccountReading, type Context, holds, type Rule, type Standing, type Trigger } from '../rules/rule.ts';
import type { Market } from './market.ts';
import { autonomyOf, multiplierOf, openKey, type Silence, type State, silenceKey } from './state.ts';

/** The rules without each one's own parameter type: here all are treated alike. */
const TABLE: readonly Rule[] = rules;

/** Rules whose work a resting order or the desk does, whatever is watched. */
const RESTS = new Set(['stop-loss', 'liquidation', 'emergency-stop']);
/** Rules that hold even where a policy manages nothing. */
const ALWAYS = new Set([...RESTS, 'take-profit', 'daily-loss', 'drawdown-halt']);

/** A rule's trigger on one position, with what the desk remembers of it. */
export interface Armed {
  rule: Rule;
  params: unknown;
  trigger: Trigger;
  kind: ActionKind;
  /** a proposal of it that is open, or approved and not yet applied */
  live: ProposalRecord | undefined;
  silence: Silence | undefined;
  /** what its trigger spoke of when it fell silent */
  silentOn: number | undefined;
  /** bars that had closed when its last proposal expired: it may return once one more has */
  quietBars: number;
  /** false where its kind is off, or a resting order does its work */
  watched: boolean;
}

/** What a position needs of the house around it. */
export interface Surroundings {
  readonly state: State;
  readonly policy: Policy;
  account(id: string): AccountReading;
  standing(managed: Managed): Standing;
}

/** What closing a quantity at a price costs in commission, by the policy's account. */
export function commission(policy: Policy, quantity: Decimal, price: Decimal, multiplier: Decimal): Decimal {
  const { commissionPerUnit, commissionPercent, commissionMinimum } = policy.account;
  const value = price.times(quantity).times(multiplier);
  const exact = dec(commissionPerUnit)
    .times(quantity)
    .plus(value.times(fraction(commissionPercent)));
  return exact.isZero() ? ZERO : exact.lessThan(commissionMinimum) ? dec(commissionMinimum) : exact;
}

/**
 * An open position as the hot path sees it: its numbers mirrored as doubles, its triggers, and the band in which it sleeps.
 * It is made when the first tranche fills and dropped when the position closes.
 */
export class Managed implements Context {
  /** true where nothing is held: only the rules that open positions look at it */
  readonly flat: boolean;
  readonly position: Position;
  readonly market: Market;
  readonly side: 1 | -1;
  readonly prices: Grid;
  readonly lots: Grid;
  readonly minNotional: Decimal;
  readonly account: AccountReading;
  readonly leverage: number;
  readonly clock: ZoneClock;
  readonly hasClock: boolean;
  readonly hasSession: boolean;
  readonly multiplier: Decimal;
  readonly armed: Armed[];
  /** those that are tested at every evaluation, whatever the price */
  readonly onBar: Armed[];
  price: number;
  ts: Milliseconds;
  epoch = 0;
  average = Number.NaN;
  r = Number.NaN;
  stop = Number.NaN;
  target = Number.NaN;
  best = Number.NaN;
  readonly entryBar: number;
  readonly entryVolume: number;
  readonly entryAtr: number;
  readonly entryFavourable: number;
  readonly entryAdverse: number;
  /** quantity times multiplier, as a double */
  exposure = 0;
  liquidation = Number.NaN;
  emergency = false;
  /** the prices at which the account's limits may be reached, were every position of it to move against it alike */
  guardLower = Number.NEGATIVE_INFINITY;
  guardUpper = Number.POSITIVE_INFINITY;
  /** the price from which on the account's equity may be a new peak, were every position of it to move in its favour alike; NaN while unknown */
  peakFrom = Number.NaN;
  /** highest and lowest price since the first fill */
  high: number;
  low: number;
  lower = Number.NEGATIVE_INFINITY;
  upper = Number.POSITIVE_INFINITY;
  due = Number.POSITIVE_INFINITY;
  /** the prices strictly between which a bar's close sets nothing off */
  quietLower = Number.POSITIVE_INFINITY;
  quietUpper = Number.NEGATIVE_INFINITY;
  /** the trigger that is being worked on, so that one that throws can be named */
  acting: Armed | undefined;
  private isStale = true;
  private readonly around: Surroundings;
  /** the measure that `distance` was last asked for, and its number: turning a decimal into one is slow */
  private measure: Measure | undefined;
  private amount = 0;
  /** the decimals that the numbers were last mirrored from */
  private cost: Decimal | undefined;
  private basisR: Decimal | undefined;
  private fees: Decimal | undefined;
  private marginOf: Decimal | undefined;
  private lastMargin = 0;

  /** @param entry what the market was at the first fill, where it is taken over from before a change of policy */
  constructor(position: Position, market: Market, around: Surroundings, price: number, ts: Milliseconds, entry?: Managed) {
    const { state, policy } = around;
    this.flat = position.tranches.length === 0 && state.positions.get(position.id) !== position;
    this.position = position;
    this.market = market;
    this.around = around;
    this.side = position.side === 'long' ? 1 : -1;
    this.leverage = position.leverage.toNumber();
    this.account = around.account(position.account);
    this.prices = market.instrument.prices;
    this.lots = market.instrument.lots;
    this.minNotional = dec(market.instrument.spec.minNotional);
    this.clock = market.clock;
    this.hasClock = market.hasClock;
    this.hasSession = market.hasSession;
    this.multiplier = multiplierOf(state, position.symbol);
    this.price = price;
    this.ts = ts;
    this.high = entry?.high ?? price;
    this.low = entry?.low ?? price;
    this.best = entry?.best ?? Number.NaN;
    this.entryBar = entry?.entryBar ?? market.bars;
    this.entryVolume = entry?.entryVolume ?? market.volumeNow;
    this.entryAtr = entry?.entryAtr ?? market.atr;
    this.entryFavourable =
      entry?.entryFavourable ?? (this.side > 0 ? market.levels.nearestResistance(price) : market.levels.nearestSupport(price));
    this.entryAdverse = entry?.entryAdverse ?? this.nearestBehind(price);
    this.armed = TABLE.flatMap((rule) => {
      const params = policy.rules[rule.id as keyof Policy['rules']] as { enabled?: boolean };
      if (params.enabled === false || (!policy.enabled && !ALWAYS.has(rule.id)) || (this.flat && !rule.opens)) return [];
      return rule.triggers(params).map((trigger) => ({
        rule,
        params,
        trigger,
        kind: trigger.kind ?? rule.kind,
        live: undefined,
        silence: undefined,
        silentOn: undefined,
        quietBars: 0,
        watched: true,
      }));
    });
    for (const before of entry?.armed ?? []) {
      const same = this.armed.find(({ rule, trigger }) => rule === before.rule && trigger.key === before.trigger.key);
      if (same)
        Object.assign(same, {
          live: before.live,
          silence: before.silence,
          silentOn: before.silentOn,
          quietBars: before.quietBars,
        });
    }
    this.rewatch(state);
    this.onBar = this.armed.filter(({ rule }) => rule.cadence === 'bar');
  }

  /** Mirrors the decimals anew after an event on the position. */
  refresh(state: State): void {
    const { position } = this;
    if (this.cost !== position.cost || this.basisR !== position.r || this.fees !== position.fees) {
      this.cost = position.cost;
      this.basisR = position.r;
      this.fees = position.fees;
      const average = averageEntry(position, this.multiplier);
      this.average = average?.toNumber() ?? Number.NaN;
      this.r = position.r?.toNumber() ?? Number.NaN;
      this.exposure = position.quantity.times(this.multiplier).toNumber();
      this.liquidation = this.liquidationPrice(average);
      this.epoch += 1;
    }
    this.stop = position.stop?.toNumber() ?? Number.NaN;
    this.target = position.target?.toNumber() ?? Number.NaN;
    if (position.trailingFrom && Number.isNaN(this.best)) this.best = position.trailingFrom.toNumber();
    for (const armed of this.armed) {
      const silence =
        state.silences.size > 0 ? state.silences.get(silenceKey(position.id, armed.rule.id, armed.trigger.key)) : undefined;
      if (silence === armed.silence) continue;
      armed.silence = silence;
      armed.silentOn = silence && armed.trigger.subject?.(this);
    }
    this.stale = true;
  }

  /** Triggers of its own, in the place of those that it shares with what it was copied from: they remember what they have reckoned. */
  rearm(): void {
    for (const armed of this.armed) {
      const { key } = armed.trigger;
      armed.trigger = armed.rule.triggers(armed.params).find((trigger) => trigger.key === key) ?? armed.trigger;
    }
  }

  /** Brings every trigger's `watched` up to date after autonomy has changed: not where its kind is off, nor where a resting order does its work. */
  rewatch(state: State): void {
    for (const armed of this.armed) {
      const { id } = armed.rule;
      const { mode } = autonomyOf(state, armed.kind);
      armed.watched =
        !RESTS.has(id) && mode !== 'off' && !(id === 'take-profit' && mode === 'auto') && !state.manual.has(this.position.id);
    }
    this.stale = true;
  }

  /** Margin that it binds, as a double. */
  get margin(): number {
    if (this.marginOf !== this.position.cost) {
      this.marginOf = this.position.cost;
      this.lastMargin = marginOf(this.position).toNumber();
    }
    return this.lastMargin;
  }

  /** true from an event on this position until its band has been drawn anew */
  get stale(): boolean {
    return this.isStale;
  }

  set stale(stale: boolean) {
    this.isStale = stale;
    if (stale) this.market.quietUntil = Number.NEGATIVE_INFINITY;
  }

  /** True where some trigger could act at this bar's close without a new price: it moves with the ATR, waits on the desk, or is silent. */
  get lively(): boolean {
    for (const { live, silence, watched, trigger } of this.armed)
      if (live || silence || (watched && trigger.moving && !trigger.idle(this))) return true;
    return false;
  }

  /** True where a rule on the evaluation cadence could act now. */
  mayAct(): boolean {
    return this.onBar.some(({ watched, trigger }) => watched && !trigger.idle(this) && holds(trigger, this));
  }

  /** Takes a stretch of prices into the peaks. */
  mark(high: number, low: number): void {
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
    if (this.side > 0) {
      if (high > this.best) this.best = high;
    } else if (low < this.best) this.best = low;
  }

  exitFee(price: Decimal): Decimal {
    return commission(this.around.policy, this.position.quantity, price, this.multiplier);
  }

  nearestBehind(price: number): number {
    const { levels } = this.market;
    return this.side > 0 ? levels.nearestSupport(price) : levels.nearestResistance(price);
  }

  get lastEntry(): Milliseconds {
    const { account, symbol } = this.position;
    return this.around.state.lastEntry.get(openKey(account, symbol)) ?? Number.NEGATIVE_INFINITY;
  }

  get standing(): Standing {
    return this.around.standing(this);
  }

  /** Where the loss has used up the margin but the policy's maintenance share of it; undefined without leverage. */
  private liquidationPrice(average: Decimal | undefined): number {
    if (!average || this.leverage <= 1) return Number.NaN;
    const { maintenance } = this.around.policy.account;
    const reach = average.div(this.position.leverage).times(ONE.minus(fraction(maintenance)));
    return this.prices.snap(average.minus(reach.times(this.side)), this.side > 0 ? 'up' : 'down').toNumber();
  }

  equityLevel(floor: number): number {
    const level = this.price - (this.side * (this.account.equity - floor)) / this.exposure;
    return Number.isFinite(level) && level > 0 ? this.prices.round(level, this.side > 0 ? 'down' : 'up') : Number.NaN;
  }

  profitLevel(threshold: Measure): number {
    const { position, side, prices } = this;
    const towards = side > 0 ? 'up' : 'down';
    if (threshold.unit === 'ATR') {
      const level = this.average + side * numberOf(threshold.value) * this.market.atr;
      return Number.isNaN(level) ? level : prices.round(level, towards);
    }
    const average = averageEntry(position, this.multiplier);
    if (!average) return Number.NaN;
    const shift =
      threshold.unit === 'R'
        ? position.r?.times(threshold.value)
        : threshold.unit === '%'
          ? average.times(fraction(threshold))
          : threshold.value.div(position.quantity).div(this.multiplier);
    return shift ? prices.snap(average.plus(shift.times(side)), towards).toNumber() : Number.NaN;
  }

  profitIn(threshold: Measure): number {
    const profit = (this.price - this.average) * this.side;
    if (threshold.unit === 'R') return profit / this.r;
    if (threshold.unit === 'ATR') return profit / this.market.atr;
    if (threshold.unit === '%') return (profit / this.average) * 100;
    return profit * this.position.quantity.toNumber() * this.multiplier.toNumber();
  }

  distance(measure: Measure): number {
    if (this.measure !== measure) {
      this.measure = measure;
      this.amount = measure.value.toNumber();
    }
    const { amount } = this;
    if (measure.unit === 'ATR') return amount * this.market.atr;
    if (measure.unit === 'R') return amount * this.r;
    if (measure.unit === '%') return (amount * this.average) / 100;
    return amount;
  }

  /** Draws the band anew: the nearest price and time at which anything could happen. Early is harmless, late is not. */
  redraw(): void {
    const { price, prices } = this;
    this.stale = false;
    let lower = Number.NEGATIVE_INFINITY;
    let upper = Number.POSITIVE_INFINITY;
    let due = Number.POSITIVE_INFINITY;
    if (this.side > 0) {
      if (this.stop > lower) lower = this.stop;
      if (this.liquidation > lower) lower = this.liquidation;
      if (this.target < upper) upper = this.target;
    } else {
      if (this.stop < upper) upper = this.stop;
      if (this.liquidation < upper) upper = this.liquidation;
      if (this.target > lower) lower = this.target;
    }
    for (const armed of this.armed) {
      const { live, silence, trigger, rule, watched } = armed;
      this.acting = armed;
      if (live) {
        const { low, high, expiresAt, appliesAt } = live.proposal;
        if (live.status !== 'proposed') continue;
        if (low !== null) lower = Math.max(lower, Number(low));
        if (high !== null) upper = Math.min(upper, Number(high));
        due = Math.min(due, expiresAt, appliesAt !== null && appliesAt >= this.ts ? appliesAt : expiresAt);
        continue;
      }
      if (!watched || rule.cadence === 'bar' || silence?.reason === 'expired' || trigger.idle(this)) continue;
      if (silence?.reason === 'rejected' || silence?.reason === 'spent') {
        // it speaks again once its criteria have been false: wait for the first of its prices to be lost, or for what it speaks of anew
        if (trigger.nextSubject) due = Math.min(due, trigger.nextSubject(this));
        for (const criterion of trigger.criteria) {
          if (criterion.kind !== 'price' || !criterion.holds(this)) continue;
          const level = criterion.level(this);
          if (level <= price) lower = Math.max(lower, level);
          if (level >= price) upper = Math.min(upper, level);
        }
        continue;
      }
      let asleep = false;
      for (const criterion of trigger.criteria) if (criterion.kind === 'value' && !criterion.holds(this)) asleep = true;
      if (asleep) continue;
      let held = armed.kind === 'stop-move';
      for (const criterion of trigger.criteria) {
        if (criterion.kind === 'value' || criterion.holds(this)) continue;
        held = false;
        if (criterion.kind === 'time') {
          due = Math.min(due, criterion.due(this));
          continue;
        }
        const level = criterion.level(this);
        if (level > price) upper = Math.min(upper, level);
        else if (level <= price) lower = Math.max(lower, level);
      }
      // a stop that the price holds back goes on with every tick in favour
      if (held && this.side > 0) upper = Math.min(upper, prices.at(prices.floor(price) + 1));
      else if (held) lower = Math.max(lower, prices.at(prices.ceil(price) - 1));
    }
    this.lower = lower;
    this.upper = upper;
    this.due = due;
    this.drawQuiet();
  }

  /** True where a bar's close, whatever its ATR and indicators, changes neither what this position does nor where its band lies. */
  sleepsThroughBar(price: number, ts: Milliseconds): boolean {
    return price > this.quietLower && price < this.quietUpper && ts < this.due && !this.stale;
  }

  /** Draws the prices for `sleepsThroughBar`: all that a bar's close could set off must also wait for a price that does not move with it. */
  private drawQuiet(): void {
    let lower = Number.NEGATIVE_INFINITY;
    let upper = Number.POSITIVE_INFINITY;
    this.quietLower = Number.POSITIVE_INFINITY;
    for (const { live, silence, trigger, rule, watched } of this.armed) {
      if (live || silence) return;
      if (!watched || !(trigger.moving || rule.cadence === 'bar')) continue;
      // what is idle for now may not be at a later close, where time has a say in it
      if (trigger.idle(this) && !trigger.criteria.some(({ kind }) => kind === 'time')) continue;
      let level = Number.NaN;
      if (holds(trigger, this)) return;
      for (const criterion of trigger.criteria) {
        if (criterion.holds(this)) continue;
        if (criterion instanceof ProfitAtLeast && !criterion.moving) level = criterion.level(this);
        else if (trigger.moving) return;
      }
      if (level > this.price) upper = Math.min(upper, level);
      else if (level < this.price) lower = Math.max(lower, level);
      else return;
    }
    this.quietLower = lower;
    this.quietUpper = upper;
  }
}
