import { numberOf } from '../domain/decimal.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { AccountWatch } from './account.ts';
import type { Core, Lane } from './core.ts';
import { evaluate, fault, type Occasion } from './evaluate.ts';
import { checkHalts, recover, usesLimits } from './halts.ts';
import type { Managed } from './managed.ts';
import { matchOrders } from './paper.ts';
import { sendScout } from './scout.ts';

const WAKE: Occasion = { atBar: false, onCadence: false };
const BAR_CLOSED: Occasion = { atBar: true, onCadence: false };
const EVALUATION: Occasion = { atBar: true, onCadence: true };

/** A guard's level is reached earlier by this share, so that rounding of doubles never makes it late. */
const EARLY = 1e-9;

/**
 * Decides what a price, a bar's close or a time wakes. An instrument keeps the nearest level below, the nearest above and the earliest due time
 * of everything on it; what is not reached by them sleeps, and what wakes is evaluated exactly.
 */
export class Watch {
  private readonly core: Core;
  /** when the rules on the cadence are evaluated next, and the cadence that this was reckoned by; Infinity where it is no duration */
  private nextEvaluation = Number.POSITIVE_INFINITY;
  /** the cadence that `nextEvaluation` was drawn for */
  private drawnFor: 'bar' | 'tick' | Milliseconds = 'bar';
  /** true from the last price of a bar until every bar of that instant has closed: its timers have not come */
  private atClose = false;

  /** @param core whose policy says on which cadence rules without a price are evaluated */
  constructor(core: Core) {
    this.core = core;
  }

  private get cadence(): 'bar' | 'tick' | Milliseconds {
    const { evaluateEvery } = this.core.policy;
    return typeof evaluateEvery === 'string' ? evaluateEvery : numberOf(evaluateEvery.value);
  }

  /** A price: compared with the nearest level below, the nearest above and the earliest due time; only what it reaches wakes. */
  price(lane: Lane, price: number, ask: number, ts: Milliseconds, continuous: boolean, atClose: boolean): void {
    const { core } = this;
    const { market } = lane;
    // at a bar's close the bars of that instant come before its timers
    if (atClose ? ts > core.due && ts > core.ts : ts >= core.due) {
      core.ts = Math.max(core.ts, atClose ? ts - 1 : ts);
      this.timers();
    }
    this.atClose = atClose;
    if (ts > core.ts) core.ts = ts;
    const before = market.last;
    const askBefore = market.ask;
    market.last = price;
    market.ask = ask;
    if (price > market.lower && price < market.upper && (!market.quoted || (ask > market.askLower && ask < market.askUpper))) {
      if (price > market.runHigh) market.runHigh = price;
      if (price < market.runLow) market.runLow = price;
      if (ask > market.askRunHigh) market.askRunHigh = ask;
      if (ask < market.askRunLow) market.askRunLow = ask;
      return;
    }
    this.wake(lane, before, askBefore, continuous);
  }

  private wake(lane: Lane, before: number, askBefore: number, continuous: boolean): void {
    const { core } = this;
    const { market, book } = lane;
    this.takePeaks(lane);
    const records = core.journal.length;
    matchOrders(core, lane, before, askBefore, continuous);
    if (core.journal.length !== records) this.takeMoney();
    const occasion = this.cadence === 'tick' ? EVALUATION : WAKE;
    checkHalts(core);
    const { last, ask } = market;
    for (let i = 0; i < book.length; i += 1) {
      const one = book[i];
      if (!one) continue;
      const price = one.side > 0 ? last : ask;
      one.mark(price, price);
      if (!one.stale && occasion === WAKE && price > one.lower && price < one.upper) continue;
      this.look(one, occasion);
      if (book[i] !== one) i -= 1;
    }
    if (lane.scout?.lively) this.look(lane.scout, WAKE);
    if (core.lanes.length > 1) this.lookAtStale();
    this.redraw();
  }

  /** Positions on other instruments that something in this step has touched, such as a limit of their account. */
  private lookAtStale(): void {
    const { book } = this.core;
    for (let i = 0; i < book.length; i += 1) {
      const one = book[i];
      if (!one?.stale) continue;
      this.look(one, WAKE);
      if (book[i] !== one) i -= 1;
    }
  }

  /** Brings price and peaks of a lane's positions up to date, so that what starts now counts from the last price on. */
  private takePeaks({ book, market }: Lane): void {
    const { last, ask, runHigh, runLow, askRunHigh, askRunLow, quoted } = market;
    for (const one of book) {
      if (one.side < 0 && quoted) one.mark(askRunHigh, askRunLow);
      else one.mark(runHigh, runLow);
      one.price = one.side > 0 ? last : ask;
    }
    market.runHigh = market.last;
    market.runLow = market.last;
    market.askRunHigh = market.ask;
    market.askRunLow = market.ask;
  }

  /** Before a command: every position at the last price and the time of this instant. */
  takeAllPeaks(): void {
    for (const lane of this.core.lanes) this.takePeaks(lane);
    for (const one of this.core.book) one.ts = this.timeFor(one);
  }

  /** Bars close before the timers of their instant: until all have, its time has not come. */
  private timeFor(one: Managed): Milliseconds {
    return this.atClose ? Math.max(one.ts, this.core.ts - 1) : this.core.ts;
  }

  /**
   * After fills and at the close of bars: the peaks of the accounts that may stand higher than before, whatever the policy: the next one may ask
   * for them. @returns true where one rose
   */
  private takeMoney(): boolean {
    const { core } = this;
    let rose = false;
    if (
      core.moved.length === 0 &&
      core.lanes.every(({ market }) => market.ask > market.peakBelow && market.last < market.peakAbove)
    )
      return false;
    for (const account of core.moved) rose = this.takePeak(account) || rose;
    core.moved.length = 0;
    for (const { market, side, peakFrom, position } of core.book)
      if (!((market.exitPrice(side) - peakFrom) * side < 0)) rose = this.takePeak(core.account(position.account)) || rose;
    for (const { market, book } of core.lanes) {
      market.peakBelow = Number.NEGATIVE_INFINITY;
      market.peakAbove = Number.POSITIVE_INFINITY;
      for (const { side, peakFrom } of book)
        if (side > 0) market.peakAbove = Math.min(market.peakAbove, peakFrom);
        else market.peakBelow = Math.max(market.peakBelow, peakFrom);
    }
    return rose;
  }

  /** The room below the peak is shared out among the account's positions, as the room above its limits is. */
  private takePeak(account: AccountWatch): boolean {
    const rose = account.markPeak();
    const own = this.core.heldBy(account.id);
    const room = account.roomToPeak / own.length;
    for (const one of own) one.peakFrom = one.market.exitPrice(one.side) + (one.side * room) / one.exposure;
    return rose;
  }

  /** @param ownClose its own bar closes: its time has come, whatever other bars have yet to close */
  private look(one: Managed, occasion: Occasion, ownClose = false): void {
    const { core } = this;
    one.price = one.market.exitPrice(one.side);
    one.ts = ownClose ? core.ts : this.timeFor(one);
    evaluate(core, one, occasion);
    try {
      one.redraw();
    } catch (error) {
      fault(core, one, error);
      one.redraw();
    }
  }

  /** True where a trigger could act at a bar's close. One that throws is looked at, where its fault is caught. */
  private mayAct(one: Managed): boolean {
    try {
      return one.lively || one.mayAct();
    } catch {
      return true;
    }
  }

  /** The bar that is being built is over. */
  barClosed(lane: Lane): void {
    const { core } = this;
    lane.market.closeBar();
    if (core.policy.rules['tranche-entry'].plan !== 'none') this.scout(lane);
    if (lane.book.length === 0) return;
    // a higher peak brings its limit nearer, which no guard has been drawn for
    let looked = this.takeMoney() && usesLimits(core);
    if (core.state.halts.size > 0) looked = recover(core) || looked;
    if (!lane.market.sleepsThroughBar(core.ts)) {
      this.takePeaks(lane);
      looked = (this.cadence === 'bar' ? this.evaluateAll(lane) : this.evaluateLively(lane)) || looked;
    }
    if (looked) this.redraw();
  }

  /** Where the cadence is another than bars: what a close moves, and what asks anew at a close, whatever the cadence. */
  private evaluateLively({ book }: Lane): boolean {
    let looked = false;
    for (const one of [...book]) {
      if (!one.lively) continue;
      this.look(one, BAR_CLOSED, true);
      looked = true;
    }
    return looked;
  }

  /** The entry plan looks at an instrument on which nothing is held. */
  private scout(lane: Lane): void {
    const scout = sendScout(this.core, lane);
    if (!scout) return;
    scout.price = lane.market.exitPrice(scout.side);
    scout.ts = this.core.ts;
    if (!this.mayAct(scout)) return;
    this.look(scout, EVALUATION, true);
    this.redraw();
  }

  /** The evaluation cadence: positions in which nothing could act are passed by. @returns true where one was looked at */
  private evaluateAll({ book, market }: Lane): boolean {
    let looked = false;
    for (let i = 0; i < book.length; i += 1) {
      const one = book[i];
      if (!one) continue;
      const price = market.exitPrice(one.side);
      if (one.sleepsThroughBar(price, this.core.ts)) continue;
      one.price = price;
      one.ts = this.core.ts;
      if (this.mayAct(one)) {
        this.look(one, EVALUATION, true);
        looked = true;
      }
      if (book[i] !== one) i -= 1;
    }
    return looked;
  }

  /** Everything whose time has come at the engine's time. */
  timers(): void {
    const { core } = this;
    this.atClose = false;
    if (core.ts < core.due) return;
    this.takeAllPeaks();
    if (core.ts >= this.nextEvaluation) {
      this.nextEvaluation = Number.POSITIVE_INFINITY;
      for (const lane of core.lanes) if (!lane.market.sleepsThroughBar(core.ts)) this.evaluateAll(lane);
    }
    for (const one of [...core.book]) if (core.ts >= one.due) this.look(one, WAKE);
    for (const { scout } of core.lanes) if (scout && core.ts >= scout.due) this.look(scout, WAKE);
    this.redraw();
  }

  /** After a command: the limits that it may have moved, the positions that it touched, then the instruments' levels. */
  settle(): void {
    checkHalts(this.core);
    this.lookAtStale();
    for (const { scout } of this.core.lanes) if (scout?.stale) this.look(scout, WAKE);
    this.redraw();
  }

  /** The instruments' levels: the nearest of their positions' and working orders'. */
  redraw(): void {
    const { core } = this;
    const { cadence } = this;
    const limits = usesLimits(core);
    if (limits) this.drawGuards();
    let due = Number.POSITIVE_INFINITY;
    for (const lane of core.lanes) {
      const { market } = lane;
      let lower = Number.NEGATIVE_INFINITY;
      let upper = Number.POSITIVE_INFINITY;
      let askLower = Number.NEGATIVE_INFINITY;
      let askUpper = Number.POSITIVE_INFINITY;
      this.drawQuiet(lane);
      if (limits)
        for (const one of lane.book) {
          if (one.guardLower > lower) lower = one.guardLower;
          if (market.quoted) askUpper = Math.min(askUpper, one.guardUpper);
          else if (one.guardUpper < upper) upper = one.guardUpper;
        }
      for (const one of lane.book) {
        if (one.due < due) due = one.due;
        if (one.side < 0 && market.quoted) {
          if (one.lower > askLower) askLower = one.lower;
          if (one.upper < askUpper) askUpper = one.upper;
        } else {
          if (one.lower > lower) lower = one.lower;
          if (one.upper < upper) upper = one.upper;
        }
      }
      const { scout } = lane;
      if (scout) {
        if (scout.due < due) due = scout.due;
        lower = Math.max(lower, scout.lower);
        upper = Math.min(upper, scout.upper);
        if (market.quoted) {
          askLower = Math.max(askLower, scout.lower);
          askUpper = Math.min(askUpper, scout.upper);
        }
      }
      for (const order of lane.resting) {
        const price = order.price ? numberOf(order.price) : Number.NaN;
        const buys = order.side === 'buy';
        const below = buys === (order.kind === 'limit');
        if (buys && market.quoted) {
          if (below) askLower = Math.max(askLower, price);
          else askUpper = Math.min(askUpper, price);
        } else if (below) lower = Math.max(lower, price);
        else upper = Math.min(upper, price);
      }
      if (lane.pending.length > 0 || (cadence === 'tick' && lane.book.length > 0)) lower = Number.POSITIVE_INFINITY;
      market.lower = lower;
      market.upper = upper;
      market.askLower = askLower;
      market.askUpper = askUpper;
    }
    core.due = Math.min(due, this.drawEvaluation(cadence));
  }

  /** What a lane's bar closes may pass by in one look: the nearest of its positions' own. */
  private drawQuiet({ book, market }: Lane): void {
    let lower = Number.NEGATIVE_INFINITY;
    let upper = Number.POSITIVE_INFINITY;
    let askLower = Number.NEGATIVE_INFINITY;
    let askUpper = Number.POSITIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    for (const one of book) {
      if (one.stale) until = Number.NEGATIVE_INFINITY;
      if (one.due < until) until = one.due;
      if (one.side < 0 && market.quoted) {
        if (one.quietLower > askLower) askLower = one.quietLower;
        if (one.quietUpper < askUpper) askUpper = one.quietUpper;
      } else {
        if (one.quietLower > lower) lower = one.quietLower;
        if (one.quietUpper < upper) upper = one.quietUpper;
      }
    }
    market.quietLower = lower;
    market.quietUpper = upper;
    market.askQuietLower = askLower;
    market.askQuietUpper = askUpper;
    market.quietUntil = until;
  }

  /** When the cadence comes next. One that has come and waits for the bars of its instant to close stays. */
  private drawEvaluation(cadence: 'bar' | 'tick' | Milliseconds): Milliseconds {
    const never = Number.POSITIVE_INFINITY;
    if (typeof cadence !== 'number' || this.core.book.length === 0) this.nextEvaluation = never;
    else if (this.nextEvaluation === never || this.drawnFor !== cadence)
      this.nextEvaluation = (Math.floor(this.core.ts / cadence) + 1) * cadence;
    this.drawnFor = cadence;
    return this.nextEvaluation;
  }

  /**
   * The room that an account has above its nearest limit is shared out among its positions: as long as none loses more than its share,
   * the limit is not reached, whatever the others do.
   */
  private drawGuards(): void {
    const { core } = this;
    for (const account of core.accounts.values()) {
      const own = core.heldBy(account.id);
      if (own.length === 0) continue;
      const floor = this.floorOf(account.id);
      const equity = account.equity;
      const room = (equity - floor - Math.abs(equity) * EARLY) / own.length;
      for (const one of own) {
        const level = one.market.exitPrice(one.side) - (one.side * Math.max(0, room)) / one.exposure;
        one.guardLower = one.side > 0 ? level : Number.NEGATIVE_INFINITY;
        one.guardUpper = one.side > 0 ? Number.POSITIVE_INFINITY : level;
      }
    }
  }

  /** Equity at which the nearest limit that does not bind yet is reached. */
  private floorOf(id: string): number {
    const { core } = this;
    const account = core.account(id);
    const { 'daily-loss': day, 'drawdown-halt': peak } = core.policy.rules;
    const halts = core.state.halts.get(id);
    return Math.max(
      day.enabled && !halts?.has('daily-loss') ? account.dayFloor(day.limit) : Number.NEGATIVE_INFINITY,
      peak.enabled && !halts?.has('drawdown-halt') ? account.peakFloor(peak.limit) : Number.NEGATIVE_INFINITY,
    );
  }
}
