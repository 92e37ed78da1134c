import {
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
  createChart,
} from 'lightweight-charts';
import type { PerformanceView } from '../../projections/performance-views.ts';
import { colorLook } from '../chart/look.ts';
import type { Theme } from '../chart/theme.ts';
import type { Size } from './picture.ts';

export type Equity = PerformanceView['equity'];

interface Words {
  /** at the axis, and in the crosshair's label */
  day(ts: number): string;
  full(ts: number): string;
}

const timeOf = (index: number): UTCTimestamp => index as UTCTimestamp;

/**
 * Equity and drawdown in two panes, outside React. The axis counts trades, since several may close in one instant: place 0 is the start,
 * place n the close of the n-th trade.
 */
export class EquityPlot {
  private readonly element: HTMLElement;
  private readonly chart: IChartApi;
  private readonly equity: ISeriesApi<'Line'>;
  private readonly drawdown: ISeriesApi<'Line'>;
  private points: Equity = [];

  /** @param on told the index of the trade that is pointed at, or null, and of the one that is clicked */
  constructor(element: HTMLElement, words: Words, on: { hover(index: number | null): void; click(index: number): void }) {
    this.element = element;
    const dayOf = (time: Time, write: (ts: number) => string): string => {
      const point = this.points[Number(time) - 1];
      return point ? write(point.ts) : '';
    };
    this.chart = createChart(element, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11 },
      timeScale: {
        fixLeftEdge: true,
        fixRightEdge: true,
        minBarSpacing: 0.01,
        tickMarkFormatter: (time: Time) => dayOf(time, words.day) || 'start',
      },
      rightPriceScale: {
        minimumWidth: 66,
        borderVisible: false,
        entireTextOnly: true,
        scaleMargins: { top: 0.12, bottom: 0.08 },
      },
      localization: { timeFormatter: (time: Time) => dayOf(time, words.full) || 'start' },
      handleScroll: false,
      handleScale: false,
    });
    const line = { priceLineVisible: false, lastValueVisible: true, lineWidth: 2 } as const;
    this.equity = this.chart.addSeries(LineSeries, { ...line, title: '' }, 0);
    this.drawdown = this.chart.addSeries(LineSeries, { ...line, title: '' }, 1);
    const [upper, lower] = this.chart.panes();
    upper?.setStretchFactor(3);
    lower?.setStretchFactor(2);
    const indexOf = (param: MouseEventParams): number | null => {
      const index = param.time === undefined ? -1 : Number(param.time) - 1;
      return index >= 0 && index < this.points.length ? index : null;
    };
    this.chart.subscribeCrosshairMove((param) => on.hover(indexOf(param)));
    this.chart.subscribeClick((param) => {
      const index = indexOf(param);
      if (index !== null) on.click(index);
    });
  }

  show(points: Equity): void {
    this.points = points;
    const start = { time: timeOf(0), value: 0 };
    this.equity.setData([start, ...points.map(({ equity }, at) => ({ time: timeOf(at + 1), value: equity }))]);
    this.drawdown.setData([start, ...points.map(({ drawdown }, at) => ({ time: timeOf(at + 1), value: drawdown }))]);
    this.chart.timeScale().fitContent();
  }

  dress(theme: Theme): void {
    this.chart.applyOptions(colorLook(theme));
    this.equity.applyOptions({ color: theme.target });
    this.drawdown.applyOptions({ color: theme.down });
  }

  /** Puts the crosshair at a trade; takes it away where it is null. */
  point(index: number | null): void {
    const at = index === null ? undefined : this.points[index];
    if (index === null || !at) this.chart.clearCrosshairPosition();
    else this.chart.setCrosshairPosition(at.equity, timeOf(index + 1), this.equity);
  }

  /** The chart at a size of its own, whatever room it has on the page. */
  picture({ width, height }: Size): HTMLCanvasElement {
    const { clientWidth, clientHeight } = this.element;
    const fit = (w: number, h: number): void => {
      this.chart.resize(w, h, true);
      this.chart.timeScale().fitContent();
    };
    this.chart.applyOptions({ autoSize: false });
    fit(width, height);
    const taken = this.chart.takeScreenshot(true, false);
    fit(clientWidth, clientHeight);
    this.chart.applyOptions({ autoSize: true });
    return taken;
  }

  destroy(): void {
    this.chart.remove();
  }
}
