import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CSSProperties, ReactNode } from 'react';
import type { HeatFigure } from '../../worker/protocol.ts';
import { setComparing, type Swept, useComparing } from '../comparing.ts';
import { labelOf } from '../draft.ts';
import { client } from '../engine.ts';
import { asGiven, count } from '../format.ts';
import { Empty } from '../parts.tsx';
import css from './Compare.module.css';

const FIGURES: { value: HeatFigure; text: string }[] = [
  { value: 'pnl', text: 'Total P&L' },
  { value: 'expectancy-r', text: 'Expectancy, R' },
  { value: 'profit-factor', text: 'Profit factor' },
  { value: 'win-rate', text: 'Win rate' },
  { value: 'sharpe', text: 'Sharpe, a trade' },
  { value: 'max-drawdown', text: 'Max drawdown' },
  { value: 'average-loss', text: 'Average loss' },
];

/** The cells of a sweep as a table whose ground is the darker the better a cell is. */
export function HeatTable(): ReactNode {
  const { sweep, running } = useComparing();
  if (!sweep || sweep.rows.length === 0)
    return (
      <Empty>
        {running?.part === 'sweep'
          ? 'Running the first cells…'
          : 'A policy once for each value of a key, or for each pair of two. Choose a key, its values, and sweep.'}
      </Empty>
    );
  return <Map sweep={sweep} />;
}

function Map({ sweep }: { sweep: Swept }): ReactNode {
  const { policy, keys, rows, cells } = sweep;
  const figure = useComparing((state) => state.figure);
  const { data } = useQuery({
    queryKey: ['heat-map', keys, rows, figure],
    queryFn: () => client.ask({ ask: 'heat-map', keys, rows, figure }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const [first, second] = keys;
  const failed = rows.filter(({ error }) => error !== '');
  if (!data || !first) return <Empty>Drawing the table…</Empty>;
  return (
    <div className={css.heat}>
      <div className={css.heatHead}>
        <label>
          Figure{' '}
          <select value={figure} onChange={(event) => setComparing({ figure: event.target.value as HeatFigure })}>
            {FIGURES.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <span>
          {policy}: {count(rows.length)} of {count(cells)} cells
        </span>
        {rows.length === cells && data.warning !== '' ? (
          <p role="status" data-tone="waits">
            {data.warning}
          </p>
        ) : null}
      </div>
      <table aria-label="Sweep" className={css.map}>
        <caption>
          {data.label}, by {first.path}
          {second ? ` (down) and ${second.path} (across)` : ''}
        </caption>
        {second ? (
          <thead>
            <tr>
              <th scope="col">
                {labelOf(first.path)} \ {labelOf(second.path)}
              </th>
              {data.columns.map((column) => (
                <th key={column} scope="col" data-number>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
        ) : null}
        <tbody>
          {data.cells.map((line, at) => (
            <tr key={data.rows[at]}>
              <th scope="row">{data.rows[at]}</th>
              {line.map(({ cell, value, why, heat, best }) => (
                <td
                  key={cell}
                  data-number
                  data-best={best || undefined}
                  title={why}
                  style={{ '--heat': `${value === null ? 0 : Math.round(4 + heat * 30)}%` } as CSSProperties}
                >
                  {value === null ? '–' : asGiven(value)}
                  {best ? <span className="unseen"> the best</span> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {failed.length > 0 ? (
        <ul className={css.failed} aria-label="Cells that could not be run">
          {failed.map(({ cell, values, error }) => (
            <li key={cell} data-tone="fault">
              {values.join(', ')}: {error}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
