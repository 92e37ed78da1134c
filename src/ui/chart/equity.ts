import { type IChartApi, type ISeriesApi, LineSeries, LineStyle, type PriceFormatCustom } from 'lightweight-charts';
import type { DisplayBars } from './bars.ts';
import { branchColor, type DrawnBranch } from './branches.ts';
import type { Theme } from './theme.ts';

/** Line styles of the library that come nearest to the dashes of the price pane, by a branch's style. */
const STYLES = [LineStyle.Dashed, LineStyle.Dotted, LineStyle.LargeDashed, LineStyle.SparseDotted] as const;

/** A branch's equity at the end of a display bar; NaN before its first note and where it has not been. */
export function equityAt({ equity, endTs }: DrawnBranch, bars: DisplayBars, index: number): number {
  const start = bars.at('ts', index);
  if (!(start <= endTs)) return Number.NaN;
  const ts = start + bars.intervalMs;
  let [low, high] = [0, equity.ts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((equity.ts[middle] ?? 0) <= ts) low = middle + 1;
    else high = middle;
  }
  return equity.equity[low - 1] ?? Number.NaN;
}

/** A line of the equity pane. */
export interface EquityLine {
  branch: DrawnBranch;
  api: ISeriesApi<'Line'>;
  restyle(theme: Theme): void;
}

/** Adds the equity of every branch to a pane, the session that is open on top. @param format of values at the axis */
export function addEquity(
  chart: IChartApi,
  pane: number,
  branches: readonly DrawnBranch[],
  format: { priceFormat: PriceFormatCustom },
): EquityLine[] {
  return branches
    .toSorted((a, b) => Number(a.style === null) - Number(b.style === null))
    .map((branch) => {
      const api = chart.addSeries(
        LineSeries,
        {
          ...format,
          lineWidth: 2,
          crosshairMarkerVisible: false,
          lastValueVisible: false,
          priceLineVisible: false,
          lineStyle: branch.style === null ? LineStyle.Solid : (STYLES[branch.style] ?? LineStyle.Dashed),
        },
        pane,
      );
      api.priceScale().applyOptions({ scaleMargins: { top: 0.28, bottom: 0.08 } });
      return { branch, api, restyle: (theme) => api.applyOptions({ color: branchColor(theme, branch.style) }) };
    });
}
