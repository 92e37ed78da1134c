import type { IChartApi } from 'lightweight-charts';
import type { Milliseconds } from '../../domain/time.ts';
import { type BarStore, type Bucket, DisplayBars } from './bars.ts';
import type { SeriesSet } from './series.ts';
import { type Span, windowFor } from './window.ts';

const NOTHING: Span = { from: 0, to: 0 };

/** Which bars are in sight and which of them the library holds. All places are display bars, counted from the session's first. */
export class Viewport {
  private readonly chart: IChartApi;
  private readonly series: SeriesSet;
  private readonly store: BarStore;
  /** room right of the newest bar, in pixels */
  private readonly room: () => number;
  bars: DisplayBars;
  held = NOTHING;
  /** first row of the store that changed since the last write */
  private dirty = Number.POSITIVE_INFINITY;
  private rewrite = true;
  /** a view that was asked for: the library takes it up in its next frame, and tells the old one until then */
  private asked: Span | null = null;
  private frame = 0;

  constructor(chart: IChartApi, series: SeriesSet, store: BarStore, bars: DisplayBars, room: () => number) {
    this.chart = chart;
    this.series = series;
    this.store = store;
    this.bars = bars;
    this.room = room;
  }

  /** The store changed from a row on. */
  touch(row: number): void {
    this.dirty = Math.min(this.dirty, row);
  }

  /** The series have to be written anew: their panes or colours are others. */
  renew(): void {
    this.rewrite = true;
  }

  /**
   * Brings the library up to date: what changed, or a new stretch when the view nears the end of the held one.
   * @param pressed the pointer holds the chart; moving the stretch under it would make the view jump
   * @returns true when anything was written or became known
   */
  flush(pressed: boolean): boolean {
    const { dirty } = this;
    this.dirty = Number.POSITIVE_INFINITY;
    const before = this.bars.length;
    const away = this.away();
    const fresh = dirty < Number.POSITIVE_INFINITY;
    const changed = fresh ? this.bars.sync(dirty) : before;
    const total = this.bars.length;
    const shrunk = total < this.held.to;
    const anew = this.rewrite || shrunk || this.held.to === 0;
    this.rewrite = false;
    // a view of what is no more, after going back, moves to the newest bar
    const lost = this.held.to === 0 || (shrunk && (!away || this.seen().from > total - 2));
    // a view that follows the newest bar moves with it, however many bars came at once
    const moved = away ? 0 : Math.max(0, total - before);
    const view = this.seen();
    const seen = lost ? null : { from: view.from + moved, to: view.to + moved };
    if (!anew && this.held.to === before) this.held = { from: this.held.from, to: total };
    const next = pressed && !anew ? null : windowFor(total, seen, shrunk ? NOTHING : this.held);
    if (next === null && !anew) {
      if (changed < this.held.to) this.series.write(this.bars, this.held, changed);
      return fresh;
    }
    this.held = total === 0 ? NOTHING : (next ?? this.held);
    this.series.write(this.bars, this.held, null);
    // where the old and the new stretch end with the newest bar, the library keeps the view by itself
    if (seen && (away || this.held.to !== total)) this.setSeen(seen);
    else if (shrunk && away) this.toNow();
    return true;
  }

  /** Other bars (interval, session): the same moment stays in sight, the newest if it was. */
  rebuild(intervalMs: Milliseconds, bucket: Bucket | null): void {
    const following = this.held.to === 0 || !this.away();
    const { from, to } = this.seen();
    const middle = this.bars.at('ts', Math.max(0, Math.min(this.bars.length - 1, Math.round((from + to) / 2))));
    this.bars = new DisplayBars(this.store, intervalMs, bucket);
    this.dirty = Number.POSITIVE_INFINITY;
    this.held = NOTHING;
    this.flush(false);
    if (following || Number.isNaN(middle)) this.toNow();
    else this.centre(this.bars.placeOf(middle), to - from);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
  }

  /** Bars in sight; the newest bars before anything was drawn. */
  seen(): Span {
    if (this.asked) return this.asked;
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return { from: this.bars.length - 100, to: this.bars.length };
    return { from: range.from + this.held.from, to: range.to + this.held.from };
  }

  /** True when the user has scrolled the newest bar out of sight. */
  away(): boolean {
    return this.held.to > 0 && this.seen().to < this.bars.length - 1;
  }

  toNow(): void {
    const { from, to } = this.seen();
    const right = this.bars.length - 0.5 + (this.room() / this.chart.timeScale().width()) * (to - from);
    this.show({ from: right - (to - from), to: right });
  }

  toStart(): void {
    const { from, to } = this.seen();
    this.show({ from: -2, to: to - from - 2 });
  }

  /** @param width bars in sight, as many as now by default */
  centre(place: number, width?: number): void {
    const { from, to } = this.seen();
    const half = (width ?? to - from) / 2;
    this.show({ from: place - half, to: place + half });
  }

  /** Moves the view by a share of its width; below 0 into the past. */
  pan(share: number): void {
    const { from, to } = this.seen();
    const by = (to - from) * share;
    this.show({ from: from + by, to: to + by });
  }

  /** Above 1 shows more bars. The right edge stays. */
  zoom(factor: number): void {
    const { from, to } = this.seen();
    this.show({ from: to - Math.max(10, (to - from) * factor), to });
  }

  private show(seen: Span): void {
    if (this.bars.length === 0) return;
    const next = windowFor(this.bars.length, seen, this.held);
    if (next) {
      this.held = next;
      this.series.write(this.bars, next, null);
    }
    this.setSeen(seen);
  }

  private setSeen(seen: Span): void {
    const { from, to } = seen;
    this.asked = seen;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      // the library's own frame may come after this one
      this.frame = requestAnimationFrame(() => {
        this.asked = null;
      });
    });
    this.chart.timeScale().setVisibleLogicalRange({ from: from - this.held.from, to: to - this.held.from });
  }
}
