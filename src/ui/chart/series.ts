import {
  type AutoscaleInfo,
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesPrimitive,
  LineSeries,
  LineStyle,
  type PriceFormatCustom,
  type SeriesAttachedParameter,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { DisplayBars } from './bars.ts';
import type { DrawnBranch } from './branches.ts';
import { addEquity, equityAt } from './equity.ts';
import { type Theme, fade } from './theme.ts';
import type { Canvas } from './paint.ts';
import type { Span } from './window.ts';

/** Which panes stand under the price. */
export interface Panes {
  volume: boolean;
  rsi: boolean;
  macd: boolean;
  atr: boolean;
}

export type PaneName = 'price' | 'equity' | keyof Panes;

/** Height of a pane under the price, in pixels, before the user moves a separator. */
const PANE_HEIGHT = 66;
/** Below this the price needs more of the chart. */
const LOW_HEIGHT = 320;

const secondsOf = (ts: number): UTCTimestamp => (ts / 1000) as UTCTimestamp;

type Point = { time: UTCTimestamp; value?: number; color?: string };

/** A line or histogram under the price, fed from one or two columns. */
interface Plot {
  api: ISeriesApi<'Line'> | ISeriesApi<'Histogram'>;
  point(bars: DisplayBars, index: number): Point;
  restyle(theme: Theme): void;
}

/** The chart's series. Each is written at most once a frame: one bar by `update`, more by `setData` of the stretch held. */
export class SeriesSet {
  readonly candles: ISeriesApi<'Candlestick'>;
  /** carries the R scale on the left axis; has no data of its own */
  readonly left: ISeriesApi<'Line'>;
  private readonly chart: IChartApi;
  private plots: Plot[] = [];
  /** whose equity is compared under the price */
  private branches: readonly DrawnBranch[] = [];
  private theme: Theme;
  panes: PaneName[] = ['price'];

  constructor(chart: IChartApi, theme: Theme) {
    this.chart = chart;
    this.theme = theme;
    this.left = chart.addSeries(LineSeries, { priceScaleId: 'left', lastValueVisible: false, priceLineVisible: false });
    this.candles = chart.addSeries(CandlestickSeries, { lastValueVisible: false, priceLineVisible: false, borderVisible: false });
    this.restyle(theme);
  }

  restyle(theme: Theme): void {
    this.theme = theme;
    this.candles.applyOptions({
      upColor: theme.up,
      downColor: theme.down,
      wickUpColor: theme.up,
      wickDownColor: theme.down,
    });
    for (const plot of this.plots) plot.restyle(theme);
  }

  /** Builds the panes anew; their series are empty until `write`. */
  setPanes(panes: Panes, branches: readonly DrawnBranch[] = this.branches): void {
    this.branches = branches;
    for (const plot of this.plots) this.chart.removeSeries(plot.api);
    for (let i = this.chart.panes().length - 1; i > 0; i -= 1) this.chart.removePane(i);
    this.plots = [];
    this.panes = ['price'];
    if (panes.volume) this.addVolume(this.nextPane('volume'));
    if (panes.rsi) this.addRsi(this.nextPane('rsi'));
    if (panes.macd) this.addMacd(this.nextPane('macd'));
    if (panes.atr) this.addAtr(this.nextPane('atr'));
    if (branches.length > 0) this.addEquity(this.nextPane('equity'));
    for (const plot of this.plots) plot.restyle(this.theme);
  }

  /** Gives the panes under the price their height and the price the rest. */
  layOut(height: number): void {
    const panes = this.chart.panes();
    const under = panes.length - 1;
    const each = Math.min(PANE_HEIGHT, (height * (height < LOW_HEIGHT ? 0.35 : 0.5)) / Math.max(1, under));
    // lines that lie close together are told apart only where they have room
    const tall = this.branches.length > 0 ? each * 0.7 : 0;
    panes.forEach((pane, i) => {
      const own = this.panes[i] === 'equity' ? each + tall : each;
      pane.setStretchFactor(i === 0 ? Math.max(1, height - under * each - tall) : own);
    });
  }

  /** Shows display bars `held`; `changed` is the first of them that differs from what is shown, null to write all. */
  write(bars: DisplayBars, held: Span, changed: number | null): void {
    const from = changed === null ? held.from : Math.max(held.from, changed);
    if (changed !== null && held.to - from <= 2) {
      for (let i = from; i < held.to; i += 1) {
        this.candles.update(candle(bars, i));
        for (const plot of this.plots) plot.api.update(plot.point(bars, i));
      }
      return;
    }
    // emptied first: the library looks for what lies under the crosshair between two series, and fails where their times differ
    for (const plot of this.plots) plot.api.setData([]);
    const rows = Array.from({ length: held.to - held.from }, (_, i) => held.from + i);
    this.candles.setData(rows.map((i) => candle(bars, i)));
    for (const plot of this.plots) plot.api.setData(rows.map((i) => plot.point(bars, i)));
  }

  private nextPane(name: PaneName): number {
    this.panes.push(name);
    return this.panes.length - 1;
  }

  private addVolume(pane: number): void {
    const api = this.chart.addSeries(HistogramSeries, { ...QUIET, priceFormat: BLANK }, pane);
    api.priceScale().applyOptions({ scaleMargins: { top: 0.28, bottom: 0 } });
    this.plots.push({
      api,
      point: (bars, i) => {
        const rising = bars.at('close', i) >= bars.at('open', i);
        return point(bars, i, bars.at('volume', i), fade(rising ? this.theme.up : this.theme.down, 0.5));
      },
      restyle: () => api.applyOptions({ baseLineVisible: false }),
    });
  }

  private addRsi(pane: number): void {
    const api = this.chart.addSeries(
      LineSeries,
      {
        ...QUIET,
        ...THIN,
        priceFormat: BLANK,
        autoscaleInfoProvider: (base: () => AutoscaleInfo | null) => around(base(), 22, 78),
      },
      pane,
    );
    const guides = [70, 50, 30].map((price) =>
      api.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.SparseDotted, axisLabelVisible: false }),
    );
    api.priceScale().applyOptions({ scaleMargins: { top: 0.14, bottom: 0.08 } });
    api.attachPrimitive(new AxisNumbers([70, 50, 30], () => this.theme));
    this.plots.push({
      api,
      point: (bars, i) => point(bars, i, bars.at('rsi', i)),
      restyle: (theme) => {
        api.applyOptions({ color: theme.average });
        for (const guide of guides) guide.applyOptions({ color: theme.faint });
      },
    });
  }

  private addMacd(pane: number): void {
    const bars = this.chart.addSeries(HistogramSeries, { ...QUIET, priceFormat: BLANK }, pane);
    const line = this.chart.addSeries(LineSeries, { ...QUIET, ...THIN, priceFormat: BLANK }, pane);
    const signal = this.chart.addSeries(LineSeries, { ...QUIET, ...THIN, priceFormat: BLANK, lineStyle: LineStyle.Dashed }, pane);
    line.priceScale().applyOptions({ scaleMargins: { top: 0.26, bottom: 0.06 } });
    line.attachPrimitive(new AxisNumbers([0], () => this.theme));
    this.plots.push(
      {
        api: bars,
        point: (rows, i) => {
          const value = rows.at('macd', i) - rows.at('macdSignal', i);
          return point(rows, i, value, fade(value >= 0 ? this.theme.up : this.theme.down, 0.5));
        },
        restyle: () => bars.applyOptions({ baseLineVisible: false }),
      },
      {
        api: line,
        point: (rows, i) => point(rows, i, rows.at('macd', i)),
        restyle: (theme) => line.applyOptions({ color: theme.average }),
      },
      {
        api: signal,
        point: (rows, i) => point(rows, i, rows.at('macdSignal', i)),
        restyle: (theme) => signal.applyOptions({ color: theme.muted }),
      },
    );
  }

  /** What the equity of each branch was at the end of a bar, the session that is open first. */
  equityAt(bars: DisplayBars, index: number): { name: string; equity: number }[] {
    return this.branches.map((branch) => ({
      name: branch.style === null ? 'this' : shortened(branch.name),
      equity: equityAt(branch, bars, index),
    }));
  }

  private addEquity(pane: number): void {
    for (const { branch, api, restyle } of addEquity(this.chart, pane, this.branches, { priceFormat: BLANK }))
      this.plots.push({ api, point: (bars, i) => point(bars, i, equityAt(branch, bars, i)), restyle });
  }

  private addAtr(pane: number): void {
    const api = this.chart.addSeries(LineSeries, { ...QUIET, ...THIN, priceFormat: BLANK }, pane);
    api.priceScale().applyOptions({ scaleMargins: { top: 0.28, bottom: 0.08 } });
    this.plots.push({
      api,
      point: (bars, i) => point(bars, i, bars.at('atr', i)),
      restyle: (theme) => api.applyOptions({ color: theme.average }),
    });
  }
}

/** A name that leaves room for others beside it. */
const shortened = (name: string): string => (name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name);
const NAME_LENGTH = 22;

const QUIET = { lastValueVisible: false, priceLineVisible: false } as const;
const THIN = { lineWidth: 1, crosshairMarkerVisible: false } as const;
/** Panes under the price say their value in their title; the axis stays empty. */
const BLANK: PriceFormatCustom = {
  type: 'custom',
  minMove: 0.0001,
  formatter: (value) => plain(value),
  tickmarksFormatter: (values) => values.map(() => ''),
};

const plain = (value: number): string =>
  value.toLocaleString(
    'en-US',
    Math.abs(value) >= 1000 ? { notation: 'compact', maximumFractionDigits: 1 } : { maximumFractionDigits: 2 },
  );

function candle(bars: DisplayBars, i: number): { time: UTCTimestamp; open: number; high: number; low: number; close: number } {
  return {
    time: secondsOf(bars.at('ts', i)),
    open: bars.at('open', i),
    high: bars.at('high', i),
    low: bars.at('low', i),
    close: bars.at('close', i),
  };
}

/** A value that is not known yet becomes a gap: production builds of the library take NaN without a word. */
function point(bars: DisplayBars, i: number, value: number, color?: string): Point {
  const time = secondsOf(bars.at('ts', i));
  if (Number.isNaN(value)) return { time };
  return color === undefined ? { time, value } : { time, value, color };
}

function around(base: AutoscaleInfo | null, low: number, high: number): AutoscaleInfo {
  return {
    priceRange: {
      minValue: Math.min(low, base?.priceRange?.minValue ?? low),
      maxValue: Math.max(high, base?.priceRange?.maxValue ?? high),
    },
  };
}

/** Numbers of a pane's guide lines at the price axis. */
class AxisNumbers implements ISeriesPrimitive {
  private series: SeriesAttachedParameter['series'] | null = null;
  private readonly values: readonly number[];
  private readonly theme: () => Theme;
  private readonly views = [
    {
      renderer: () => ({
        draw: (target: Canvas) => {
          target.useMediaCoordinateSpace(({ context, mediaSize }) => {
            const { muted, font } = this.theme();
            context.font = `10px ${font}`;
            context.fillStyle = muted;
            context.textBaseline = 'middle';
            for (const value of this.values) {
              const y = this.series?.priceToCoordinate(value) ?? null;
              if (y !== null && y > 5 && y < mediaSize.height - 5) context.fillText(String(value), 8, y + 0.5);
            }
          });
        },
      }),
    },
  ];

  constructor(values: readonly number[], theme: () => Theme) {
    this.values = values;
    this.theme = theme;
  }

  attached({ series }: SeriesAttachedParameter): void {
    this.series = series;
  }

  priceAxisPaneViews() {
    return this.views;
  }
}
