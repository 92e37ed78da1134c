import { csvOf, csvText } from '../projections/cells.ts';
import type { Comparison, ComparisonRow } from './compare.ts';
import { COMPARISON_FIGURES } from './comparison-figures.ts';
import type { SweepRow, SweptKey } from './sweep.ts';

const COMPARISON_COLUMNS = [
  'id',
  'label',
  'a',
  'b',
  'difference',
  'low',
  'high',
  'why',
  'formula',
] as const satisfies readonly (keyof ComparisonRow)[];

/** The table of a comparison as CSV, a row a figure; `low` and `high` are the 95 % interval of the difference. */
export const comparisonCsv = ({ rows }: Comparison): string => csvOf(COMPARISON_COLUMNS, rows);

/** The rows of a sweep as CSV, in the order of their cells: the value of each key, then every figure; a cell is empty where there is not enough data. */
export const sweepCsv = (keys: readonly SweptKey[], rows: readonly SweepRow[]): string =>
  csvText(
    [...keys.map(({ path }) => path), 'entries', 'trades', ...COMPARISON_FIGURES.map(({ id }) => id), 'error'],
    rows
      .toSorted((a, b) => a.cell - b.cell)
      .map(({ values, entries, trades, figures, error }) =>
        [values, entries, trades, COMPARISON_FIGURES.map(({ id }) => figures[id] ?? null), error].flat(),
      ),
  );
