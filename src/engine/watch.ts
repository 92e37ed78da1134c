import type { Milliseconds } from '../domain/time.ts';
import type { Core } from './core.ts';
import { evaluate, fault } from './evaluate.ts';
import type { Managed } from './managed.ts';
import { matchOrders } from './paper.ts';

/**
 * Decides what a price, a bar's close or a time wakes. An instrument keeps the nearest level below, the nearest above and the earliest due time
 * of everything on it; what is not reached by them sleeps, and what wakes is evaluated exactly.
 */
export class Watch {
  private readonly core: Core;
  private readonly cadence: 'bar' | 'tick' | Milliseconds;
  private nextEvaluation = Number.POSITIVE_INFINITY;

  /** @param core whose policy says on which cadence rules without a price are evaluated */
  constructor(core: Core) {
    this.core = core;
    const { evaluateEvery } = core.policy;
    this.cadence = typeof evaluateEvery === 'string' ? evaluateEvery : evaluateEvery.value.toNumber();
  }

  /** A price: compared with the nearest level below, the nearest above and the earliest due time; only what it reaches wakes. */
  price(price: number, ts: Milliseconds, continuous: boolean): void {
    const { core } = this;
    const { market } = core;
    // at a bar's close the bar comes before the timers of the same instant
    if (core.point === 4 ? ts > market.due : ts >= market.due) {
      core.ts = Math.max(core.ts, core.point === 4 ? ts - 1 : ts);
      this.timers();
    }
    if (ts > core.ts) core.ts = ts;
    const before = market.last;
    market.last = price;
    if (price > market.lower && price < market.upper) {
      if (price > market.runHigh) market.runHigh = price;
      if (price < market.runLow) market.runLow = price;
      return;
    }
    this.wake(price, before, continuous);
  }

  private wake(price: number, before: number, continuous: boolean): void {
    const { core } = this;
    const { book } = core;
    this.takePeaks();
    matchOrders(core, price, before, continuous);
    const atBar = this.cadence === 'tick';
    for (let i = 0; i < book.length; i += 1) {
      const one = book[i];
      if (!one) continue;
      one.mark(price, price);
      if (!one.stale && !atBar && price > one.lower && price < one.upper) continue;
      this.look(one, atBar);
      if (book[i] !== one) i -= 1;
    }
    this.redraw();
  }

  /** Brings price and peaks of the positions up to date, so that what starts now counts from the last price on. */
  takePeaks(): void {
    const { book, market } = this.core;
    for (const one of book) {
      one.mark(market.runHigh, market.runLow);
      one.price = market.last;
    }
    market.runHigh = market.last;
    market.runLow = market.last;
  }

  private look(one: Managed, atBar: boolean): void {
    const { core } = this;
    one.price = core.market.last;
    // a bar closes before the timers of that instant: at its last price their time has not come
    one.ts = core.point === 4 ? core.ts - 1 : core.ts;
    evaluate(core, one, atBar);
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
      return (
        one.lively ||
        one.onBar.some(
          ({ watched, trigger }) => watched && !trigger.idle(one) && trigger.criteria.every((criterion) => criterion.holds(one)),
        )
      );
    } catch {
      return true;
    }
  }

  barClosed(): void {
    const { market } = this.core;
    market.closeBar();
    if (this.core.book.length === 0) return;
    this.takePeaks();
    let looked = false;
    if (this.cadence === 'bar') looked = this.evaluateAll();
    else
      for (const one of [...this.core.book]) {
        if (!one.lively) continue;
        this.look(one, true);
        looked = true;
      }
    if (looked) this.redraw();
  }

  /** The evaluation cadence: positions in which nothing could act are passed by. @returns true where one was looked at */
  private evaluateAll(): boolean {
    const { book } = this.core;
    let looked = false;
    for (let i = 0; i < book.length; i += 1) {
      const one = book[i];
      if (!one || one.sleepsThroughBar(this.core.market.last, this.core.ts)) continue;
      one.price = this.core.market.last;
      one.ts = this.core.ts;
      if (this.mayAct(one)) {
        this.look(one, true);
        looked = true;
      }
      if (book[i] !== one) i -= 1;
    }
    return looked;
  }

  /** Everything whose time has come at the engine's time. */
  timers(): void {
    const { core } = this;
    const { market } = core;
    if (core.ts < market.due) return;
    this.takePeaks();
    if (core.ts >= this.nextEvaluation) this.evaluateAll();
    for (const one of [...core.book]) if (core.ts >= one.due) this.look(one, false);
    this.redraw();
  }

  /** After a command: the positions that it touched, then the instrument's levels. */
  settle(): void {
    for (const one of this.core.book) if (one.stale) this.look(one, false);
    this.redraw();
  }

  /** The instrument's levels: the nearest of its positions' and working orders'. */
  private redraw(): void {
    const { core } = this;
    const { market } = core;
    let lower = Number.NEGATIVE_INFINITY;
    let upper = Number.POSITIVE_INFINITY;
    let due = Number.POSITIVE_INFINITY;
    for (const one of core.book) {
      if (one.lower > lower) lower = one.lower;
      if (one.upper < upper) upper = one.upper;
      if (one.due < due) due = one.due;
    }
    for (const order of core.resting) {
      const price = order.price?.toNumber() ?? Number.NaN;
      if ((order.side === 'buy') === (order.kind === 'limit')) lower = Math.max(lower, price);
      else upper = Math.min(upper, price);
    }
    if (core.pending.length > 0 || (this.cadence === 'tick' && core.book.length > 0)) lower = Number.POSITIVE_INFINITY;
    this.nextEvaluation = Number.POSITIVE_INFINITY;
    if (typeof this.cadence === 'number' && core.book.length > 0) {
      this.nextEvaluation = (Math.floor(core.ts / this.cadence) + 1) * this.cadence;
      due = Math.min(due, this.nextEvaluation);
    }
    market.lower = lower;
    market.upper = upper;
    market.due = due;
  }
}
