import { type IChartApi, type Logical, type MouseEventParams, type UTCTimestamp, createChart } from 'lightweight-charts';
import type { Milliseconds } from '../../domain/time.ts';
import { type BarStore, DisplayBars } from './bars.ts';
import type { Crosshair } from './crosshair.ts';
import { differing } from './branches.ts';
import { LevelDrag } from './drag.ts';
import { listenToKeys } from './keys.ts';
import { BASE, axisLook, colorLook } from './look.ts';
import { Overlay } from './overlay.ts';
import type { Moment, PlotEvents } from './props.ts';
import { Readout, type ReadoutElements } from './readout.ts';
import type { Drag, Ground, Subject } from './scene.ts';
import { SeriesSet } from './series.ts';
import type { Rect } from './tags.ts';
import { Ruler, type Theme, readTheme } from './theme.ts';
import { type ZoneTexts, bucketOf, isOutside, sessionClock, zoneTexts } from './times.ts';
import { Viewport } from './viewport.ts';

interface PlotElements extends ReadoutElements {
  root: HTMLElement;
  canvas: HTMLElement;
  now: HTMLElement;
}

/** The chart outside React: takes the newest of everything, and draws at most once a frame. */
export class Plot {
  private readonly elements: PlotElements;
  private readonly events: () => PlotEvents;
  private readonly store: BarStore;
  private readonly crosshair: Crosshair;
  private readonly chart: IChartApi;
  private readonly series: SeriesSet;
  private readonly overlay: Overlay;
  private readonly readout: Readout;
  private readonly drag: LevelDrag;
  private readonly control = new AbortController();
  private readonly stops: (() => void)[] = [];
  private input: Moment;
  private theme: Theme;
  private clock: ReturnType<typeof sessionClock>;
  private texts: ZoneTexts;
  private readonly viewport: Viewport;
  private frame = 0;
  private arranging = 0;
  private retheming = 0;
  private sized = false;
  private prices: Intl.NumberFormat;
  private ticks: readonly number[] = [];
  private legend: Rect = { x: 0, y: 0, width: 0, height: 0 };
  private readonly ruler = new Ruler();

  /** @param crosshair of several charts in step */
  constructor(elements: PlotElements, store: BarStore, input: Moment, events: () => PlotEvents, crosshair: Crosshair) {
    const { session, options, theme } = input;
    this.elements = elements;
    this.store = store;
    this.input = input;
    this.events = events;
    this.crosshair = crosshair;
    this.theme = readTheme(elements.root, theme);
    this.clock = sessionClock(session);
    this.texts = zoneTexts(session.zone);
    this.prices = numbers(session.priceDecimals);
    this.chart = createChart(elements.canvas, BASE);
    this.series = new SeriesSet(this.chart, this.theme);
    const bars = new DisplayBars(store, options.intervalMs, bucketOf(session, options.intervalMs));
    this.viewport = new Viewport(this.chart, this.series, store, bars, () => this.room());
    this.overlay = new Overlay({ subject: () => this.subject(), ground: () => this.ground(), ticks: () => this.ticks });
    this.series.candles.attachPrimitive(this.overlay);
    this.series.left.attachPrimitive(this.overlay.left);
    this.readout = new Readout(elements, this.chart, this.series);
    this.drag = new LevelDrag(elements.root, elements.canvas, {
      grab: (x, y) => this.grab(x, y),
      priceAt: (y) => this.series.candles.coordinateToPrice(y),
      tick: () => Number(this.input.session.instrument.tick),
      loosens: (drag) => this.loosens(drag),
      hold: (on) => this.hold(on),
      moved: () => this.overlay.changed(),
      dropped: (drag) => this.dropped(drag),
    });
    this.listen();
    this.applySession();
    this.dress();
    this.applyPanes();
    this.retheme();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.arranging);
    cancelAnimationFrame(this.retheming);
    for (const stop of this.stops) stop();
    this.control.abort();
    this.drag.destroy();
    this.viewport.destroy();
    this.chart.remove();
  }

  /** Shows what changed since the last call. */
  take(input: Moment): void {
    const before = this.input;
    this.input = input;
    const { session, options, theme, focus } = input;
    if (session !== before.session) this.applySession();
    // prices of another instrument are elsewhere, however the scale was pulled about
    if (session.instrument.symbol !== before.session.instrument.symbol)
      this.chart.priceScale('right').applyOptions({ autoScale: true });
    if (session !== before.session || options.intervalMs !== before.options.intervalMs) this.rebuild();
    if (input.branches !== before.branches || PANES.some((name) => options[name] !== before.options[name])) this.applyPanes();
    if (theme !== before.theme) this.retheme();
    this.showScaleInR();
    this.overlay.changed();
    if (focus && focus.nonce !== before.focus?.nonce) this.focus(focus.ts, focus.price);
  }

  /** Centres the chart on a time and points at it. */
  private focus(ts: Milliseconds, price: number | null): void {
    this.flush();
    const { bars } = this.viewport;
    if (bars.length === 0) return;
    const place = bars.placeOf(ts);
    const index = Math.max(0, Math.min(bars.length - 1, Math.round(place)));
    this.steer((viewport) => viewport.centre(place));
    // the price scale settles in the chart's own frame
    requestAnimationFrame(() => {
      const y = this.series.candles.priceToCoordinate(price ?? bars.at('close', index));
      const x = this.ground()?.barX(place);
      if (x !== undefined && y !== null) this.readout.flash(x + this.leftWidth(), y);
    });
  }

  /** Moves the view at the user's wish. */
  steer(move: (viewport: Viewport) => void): void {
    this.readout.endFlash();
    move(this.viewport);
    this.settled();
    this.schedule();
  }

  private listen(): void {
    const { chart } = this;
    this.stops.push(
      this.store.subscribe((from) => {
        this.viewport.touch(from);
        this.schedule();
      }),
    );
    const hover = (param: MouseEventParams) => this.hover(param);
    const click = (param: MouseEventParams) => this.click(param);
    const moved = () => this.schedule();
    const released = () => {
      this.schedule();
      // a separator between panes may have moved
      this.arrange();
    };
    this.stops.push(this.crosshair.listen(this, (ts) => this.follow(ts)));
    chart.subscribeCrosshairMove(hover);
    chart.subscribeClick(click);
    chart.timeScale().subscribeVisibleLogicalRangeChange(moved);
    const { signal } = this.control;
    this.elements.root.addEventListener('pointerup', released, { signal });
    this.elements.canvas.addEventListener('wheel', () => this.readout.endFlash(), { passive: true, signal });
    this.elements.canvas.addEventListener('pointerdown', () => this.readout.endFlash(), { signal });
    listenToKeys(this.elements.root, (move) => this.steer(move), signal);
    const resized = new ResizeObserver(() => this.resized());
    resized.observe(this.elements.canvas);
    this.stops.push(() => {
      chart.unsubscribeCrosshairMove(hover);
      chart.unsubscribeClick(click);
      chart.timeScale().unsubscribeVisibleLogicalRangeChange(moved);
      resized.disconnect();
    });
  }

  private schedule(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.flush();
      this.readout.showNow(this.viewport.away());
    });
  }

  private flush(): void {
    if (this.viewport.flush(this.drag.pressed)) this.settled();
  }

  private settled(): void {
    this.readout.setBars(this.viewport.bars, this.input.session, this.prices);
    this.overlay.changed();
  }

  private rebuild(): void {
    this.viewport.rebuild(this.input.options.intervalMs, bucketOf(this.input.session, this.input.options.intervalMs));
    this.settled();
    this.schedule();
  }

  /** Room for levels right of the newest bar, in pixels. */
  private room(): number {
    const width = this.chart.timeScale().width();
    return Math.min(width * 0.34, Math.max(190, width * 0.22));
  }

  private leftWidth(): number {
    return this.chart.options().leftPriceScale.visible ? this.chart.priceScale('left').width() : 0;
  }

  private applySession(): void {
    const { session } = this.input;
    this.clock = sessionClock(session);
    this.texts = zoneTexts(session.zone);
    this.prices = numbers(session.priceDecimals);
    this.chart.applyOptions(
      axisLook(
        this.texts,
        () => this.input.options.intervalMs,
        (ts) => this.startsDay(ts),
      ),
    );
    this.series.candles.applyOptions({
      priceFormat: {
        type: 'custom',
        minMove: Number(this.input.session.instrument.tick),
        formatter: (price: number) => this.prices.format(price),
        // the overlay writes the axis numbers, so that none stands half under a tag; blanks keep the axis as wide as they are
        tickmarksFormatter: (prices: readonly number[]) => {
          this.ticks = prices;
          return prices.map((price) => this.prices.format(price).replaceAll(/\d/g, '\u2007').replaceAll(/[.,]/g, '\u2008'));
        },
      },
    });
  }

  /** True for the first bar of a local day. */
  private startsDay(ts: Milliseconds): boolean {
    const { bars } = this.viewport;
    return !(bars.at('ts', bars.indexAt(ts) - 1) >= this.clock.day(ts).start);
  }

  /** Reads the tokens in the next frame: the page may switch them in an effect that runs after the chart's. */
  private retheme(): void {
    cancelAnimationFrame(this.retheming);
    this.retheming = requestAnimationFrame(() => this.applyTheme());
  }

  private applyTheme(): void {
    const theme = readTheme(this.elements.root, this.input.theme);
    if (JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    this.dress();
  }

  /** Puts the theme's colours on everything. */
  private dress(): void {
    this.viewport.renew();
    this.chart.applyOptions(colorLook(this.theme));
    this.series.restyle(this.theme);
    this.overlay.changed();
    this.schedule();
  }

  private applyPanes(): void {
    this.series.setPanes(this.input.options, this.input.branches);
    this.viewport.renew();
    this.resized();
    this.schedule();
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.elements.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    if (!this.sized) {
      this.sized = true;
      this.chart.applyOptions({ timeScale: { rightOffsetPixels: this.room() } });
    }
    this.series.layOut(clientHeight);
    this.arrange();
  }

  /** Puts the words over the panes once these have their places. */
  private arrange(): void {
    cancelAnimationFrame(this.arranging);
    this.arranging = requestAnimationFrame(() => {
      this.legend = this.readout.layOut(this.leftWidth());
      this.overlay.changed();
    });
  }

  private showScaleInR(): void {
    const visible =
      this.input.options.rScale && this.input.view.positions.some(({ closeTs, r }) => closeTs === null && r !== null);
    if (visible === this.chart.options().leftPriceScale.visible) return;
    this.chart.applyOptions({ leftPriceScale: { visible } });
    this.arrange();
  }

  /** Shows the crosshair at the time at which the pointer is on another chart. */
  private follow(ts: Milliseconds | null): void {
    const { bars, held } = this.viewport;
    const index = ts === null ? -1 : bars.indexAt(ts);
    if (index < held.from || index >= held.to) {
      this.chart.clearCrosshairPosition();
      this.readout.hover(null);
      return;
    }
    this.chart.setCrosshairPosition(bars.at('close', index), (bars.at('ts', index) / 1000) as UTCTimestamp, this.series.candles);
    this.readout.hover(index);
  }

  private hover({ point, paneIndex, logical, sourceEvent }: MouseEventParams): void {
    const index = point && logical !== undefined ? Math.round(logical) + this.viewport.held.from : null;
    // what was set from another chart is not told again
    if (point && !sourceEvent) return;
    this.readout.hover(index);
    if (sourceEvent || !point) this.crosshair.move(this, index === null ? null : this.timeAt(index));
    const spot = point && paneIndex === 0 && !this.drag.current ? this.overlay.spotAt(point.x, point.y) : null;
    this.readout.tip(spot, (point?.x ?? 0) + this.leftWidth(), point?.y ?? 0);
  }

  private timeAt(index: number): Milliseconds | null {
    const ts = this.viewport.bars.at('ts', Math.min(index, this.viewport.bars.length - 1));
    return Number.isNaN(ts) ? null : ts;
  }

  private click({ point, paneIndex }: MouseEventParams): void {
    const spot = point && paneIndex === 0 ? this.overlay.spotAt(point.x, point.y) : null;
    if (spot?.proposalId) this.events().onPin(spot.proposalId);
    else if (spot && spot.seq !== null) this.events().onMark(spot.seq);
  }

  private grab(x: number, y: number): Omit<Drag, 'loosens'> | null {
    const left = this.leftWidth();
    const width = this.chart.timeScale().width();
    if (x < left || y > this.chart.paneSize(0).height) return null;
    return this.overlay.grab(x - left, y, x - left > width);
  }

  /** While a level is held the chart does not scroll, and the crosshair does not cover the level. */
  private hold(on: boolean): void {
    const cross = { visible: !on, labelVisible: !on };
    this.chart.applyOptions({ handleScroll: !on, handleScale: !on, crosshair: { horzLine: cross, vertLine: cross } });
  }

  private loosens({ positionId, kind, price }: Omit<Drag, 'loosens'>): boolean {
    const position = this.input.view.positions.find(({ id }) => id === positionId);
    const stop = position?.stops.at(-1)?.price;
    if (kind !== 'stop' || !position || stop === undefined) return false;
    return position.side === 'long' ? price < stop : price > stop;
  }

  private dropped({ positionId, kind, price, loosens }: Drag): void {
    if (kind === 'stop') this.events().onMoveStop(positionId, price, loosens);
    else this.events().onMoveTarget(positionId, price);
  }

  private subject(): Subject {
    return {
      view: this.input.view,
      preview: this.input.preview,
      candidate: this.input.candidate,
      branches: differing(this.input.branches, this.input.view.positions, this.input.wholeBranches ? null : this.input.now),
      drag: this.drag.current,
      selectedProposalId: this.input.selectedProposalId,
      showLevels: this.input.options.levels,
      showR: this.input.options.rScale,
    };
  }

  private ground(): Ground | null {
    const { chart } = this;
    const { bars, held } = this.viewport;
    if (bars.length === 0 || held.to === 0) return null;
    const scale = chart.timeScale();
    // the library converts whole bars only; between them the scale is even
    const origin = scale.logicalToCoordinate(0 as Logical) ?? 0;
    const spacing = (scale.logicalToCoordinate(1 as Logical) ?? 0) - origin;
    const barX = (index: number): number => origin + (index - held.from) * spacing;
    const width = scale.width();
    // far outside there is nothing to tell apart, and a dashed line of a million pixels would take its time
    const x = (ts: Milliseconds): number => Math.max(-200, Math.min(width + 200, barX(bars.placeOf(ts))));
    const seen = this.viewport.seen();
    return {
      width,
      height: chart.paneSize(0).height,
      theme: this.theme,
      texts: this.texts,
      bars,
      last: bars.at('close', bars.length - 1),
      now: this.input.now === null ? barX(bars.length - 1) : Math.max(barX(bars.length - 1), x(this.input.now)),
      seen: { from: Math.max(0, Math.floor(seen.from)), to: Math.min(bars.length, Math.ceil(seen.to) + 1) },
      x,
      y: (price) => this.series.candles.priceToCoordinate(price) ?? -1,
      barX,
      indexAt: (at) => Math.round((at - origin) / spacing) + held.from,
      price: (value) => this.prices.format(value),
      measure: (text, font) => this.ruler.measure(text, `${font} ${this.theme.font}`),
      isOutside: (ts) => isOutside(this.clock, ts),
      dayStart: (ts) => this.clock.day(ts).start,
      legend: this.legend,
    };
  }
}

const PANES = ['volume', 'rsi', 'macd', 'atr'] as const;

const numbers = (decimals: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
