import type { PerformanceView } from '../../projections/performance-views.ts';
import { axes, box, type Picture, type Size, type Spot } from './picture.ts';
import { rText } from './trade-text.ts';

/** How often trades came to which R: a bar each half R. Losing bins are hollow. */
export function histogramPicture(view: Pick<PerformanceView, 'histogram' | 'trades'>, size: Size): Picture {
  const { histogram, trades } = view;
  const least = histogram[0]?.from ?? 0;
  const most = histogram.at(-1)?.to ?? 0;
  const tallest = Math.max(0, ...histogram.map((bin) => bin.trades));
  const { frame, marks } = axes(
    size,
    { least: Math.min(0, least), most: Math.max(0, most), name: 'result', unit: 'R' },
    { least: 0, most: tallest, name: 'trades', unit: '', whole: true },
  );
  const last = histogram.length - 1;
  const spots = histogram.flatMap((bin, at): Spot[] => {
    if (bin.trades === 0) return [];
    const [x1, x2, y] = [frame.x(bin.from), frame.x(bin.to), frame.y(bin.trades)];
    const within = trades.flatMap(({ r }, index) =>
      r !== null && r >= bin.from && (r < bin.to || (at === last && r <= bin.to)) ? [index] : [],
    );
    return [
      {
        id: `bin ${bin.from}`,
        lines: [
          `${rText(bin.from)} to ${rText(bin.to)}`,
          bin.trades === 1 ? '1 trade' : `${bin.trades} trades`,
          bin.trades === 1 ? 'Enter goes to it' : 'Enter goes from one to the next',
        ],
        mark: {
          shape: 'path',
          d: box(x1 + 1, y, Math.max(2, x2 - x1 - 2), frame.bottom - y),
          ink: bin.from >= 0 ? 'up' : 'down',
          filled: bin.from >= 0,
        },
        x: (x1 + x2) / 2,
        y,
        trades: within,
      },
    ];
  });
  return { title: 'R of the trades', ...size, marks, spots };
}
