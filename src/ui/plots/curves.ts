import type { PerformanceView } from '../../projections/performance-views.ts';
import { axes, type Mark, type Picture, polyline, type Size, words } from './picture.ts';

/** Of the height, what the equity takes; the drawdown has the rest. */
const EQUITY_SHARE = 0.62;

/** Equity and drawdown below it, trade after trade, as the chart of the page shows them. */
export function curvesPicture(equity: PerformanceView['equity'], size: Size, dateOf: (ts: number) => string): Picture {
  const split = Math.round(size.height * EQUITY_SHARE);
  const across = { least: 0, most: equity.length, name: 'trade', unit: '', whole: true };
  const pane = (from: number, height: number, name: string, values: readonly number[], ink: 'target' | 'down'): Mark[] => {
    const all = [0, ...values];
    const upright = { least: Math.min(...all), most: Math.max(...all), name, unit: '' };
    const { frame, marks } = axes({ width: size.width, height }, across, upright, from);
    const points = all.map((value, at): [number, number] => [frame.x(at), frame.y(value)]);
    return [...marks, { shape: 'path', d: polyline(points), ink, filled: false }];
  };
  const marks = [
    ...pane(
      0,
      split,
      'equity',
      equity.map((point) => point.equity),
      'target',
    ),
    ...pane(
      split,
      size.height - split,
      'drawdown',
      equity.map((point) => point.drawdown),
      'down',
    ),
  ];
  const [first, last] = [equity[0], equity.at(-1)];
  if (first && last) marks.push(words(size.width - 12, 10, `${dateOf(first.ts)} – ${dateOf(last.ts)}`, 'end'));
  return { title: 'Equity and drawdown', ...size, marks, spots: [] };
}
