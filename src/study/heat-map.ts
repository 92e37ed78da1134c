import type { ComparisonFigureId } from './comparison-figures.ts';
import type { SweepRow, SweptKey } from './sweep.ts';

/** Figures that a heat map can show, with which end is the better one. */
export const HEAT_FIGURES = [
  { id: 'pnl', label: 'Total P&L, money', best: 'most' },
  { id: 'expectancy-r', label: 'Expectancy, R a trade', best: 'most' },
  { id: 'profit-factor', label: 'Profit factor', best: 'most' },
  { id: 'win-rate', label: 'Win rate, %', best: 'most' },
  { id: 'sharpe', label: 'Sharpe, a trade', best: 'most' },
  { id: 'max-drawdown', label: 'Max drawdown, money', best: 'least' },
  { id: 'average-loss', label: 'Average loss, money', best: 'least' },
] as const satisfies readonly { id: ComparisonFigureId; label: string; best: 'most' | 'least' }[];
export type HeatFigure = (typeof HEAT_FIGURES)[number]['id'];

/** A cell as it is drawn. */
export interface HeatCell {
  cell: number;
  /** null where there is none: not run yet, failed, or not enough data; `why` says which */
  value: string | null;
  why: string;
  /** 0 the worst, 1 the best of those there are; 0.5 where all are the same */
  heat: number;
  best: boolean;
}

/** A sweep's cells as a table: a row a value of the first key, a column a value of the second (one column where there is none). */
export interface HeatMap {
  figure: HeatFigure;
  label: string;
  rows: readonly (string | number)[];
  columns: readonly (string | number)[];
  cells: HeatCell[][];
  /** "A lone peak: its neighbours do not hold …"; '' where the best cell stands among its like */
  warning: string;
}

/** How far the best may stand above its neighbours, in median steps between neighbours that differ. */
const PEAK_STEPS = 2;

/** Places beside a place, at most eight. */
function besides(row: number, column: number, rows: number, columns: number): [number, number][] {
  return [-1, 0, 1].flatMap((down) =>
    [-1, 0, 1].flatMap((right): [number, number][] => {
      const [y, x] = [row + down, column + right];
      return (down === 0 && right === 0) || y < 0 || x < 0 || y >= rows || x >= columns ? [] : [[y, x]];
    }),
  );
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
};

/**
 * Whether the best of a grid stands alone: it is further above the mean of its neighbours than twice the median difference between neighbours that differ, or
 * the best is a gain and the mean of its neighbours is none. Larger is better; unknown is NaN.
 * @param gain what a gain is above: 0 for money, 1 for a profit factor; null where there is no such line
 */
export function lonePeak(grid: readonly (readonly number[])[], gain: number | null): boolean {
  const [height, width] = [grid.length, grid[0]?.length ?? 0];
  const at = (row: number, column: number): number => grid[row]?.[column] ?? Number.NaN;
  const around = (row: number, column: number): number[] =>
    besides(row, column, height, width).flatMap(([y, x]) => (Number.isNaN(at(y, x)) ? [] : [at(y, x)]));
  const meanAround = (row: number, column: number): number => {
    const values = around(row, column);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  let best: [number, number] | undefined;
  // of several that are the best alike, the one with the best neighbours
  const betterThan = (row: number, column: number, other: [number, number]): boolean =>
    at(row, column) > at(...other) || (at(row, column) === at(...other) && meanAround(row, column) > meanAround(...other));
  const steps: number[] = [];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const value = at(row, column);
      if (Number.isNaN(value)) continue;
      if (!best || betterThan(row, column, best)) best = [row, column];
      steps.push(...around(row, column).flatMap((other) => (other === value ? [] : [Math.abs(other - value)])));
    }
  if (!best || around(...best).length === 0) return false;
  const mean = meanAround(...best);
  const top = at(...best);
  if (top === mean) return false;
  return top - mean > PEAK_STEPS * median(steps) || (gain !== null && top > gain && mean <= gain);
}

const GAIN: Partial<Record<HeatFigure, number>> = { pnl: 0, 'expectancy-r': 0, sharpe: 0, 'profit-factor': 1 };

/** A figure of a sweep as a table. Rows that are not there yet are empty cells. */
export function heatMap(keys: readonly SweptKey[], rows: readonly SweepRow[], figure: HeatFigure): HeatMap {
  const [first, second] = keys;
  const [down, across] = [first?.values ?? [], second?.values ?? ['']];
  const shown = HEAT_FIGURES.find(({ id }) => id === figure) ?? HEAT_FIGURES[0];
  const sign = shown.best === 'most' ? 1 : -1;
  const byCell = new Map(rows.map((row) => [row.cell, row]));
  const found = down.map((_, y) => across.map((_, x) => byCell.get(y * across.length + x)));
  const grid = found.map((line) =>
    line.map((row) => {
      const value = row?.figures[figure] ?? null;
      return value === null ? Number.NaN : sign * Number(value);
    }),
  );
  const known = grid.flat().filter((value) => !Number.isNaN(value));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const cells = found.map((line, y) =>
    line.map((row, x): HeatCell => {
      const value = grid[y]?.[x] ?? Number.NaN;
      return {
        cell: y * across.length + x,
        value: row?.figures[figure] ?? null,
        why: !row ? 'not run' : row.error || (row.figures[figure] ? '' : 'not enough data'),
        heat: Number.isNaN(value) ? 0 : most > least ? (value - least) / (most - least) : 0.5,
        best: value === most && most > least,
      };
    }),
  );
  const lone = lonePeak(grid, GAIN[figure] ?? null);
  return {
    figure,
    label: shown.label,
    rows: down,
    columns: across,
    cells,
    warning: lone
      ? 'A lone peak: its neighbours do not hold. Values beside the best one come to much less, so it may be no more than chance.'
      : '',
  };
}
