import type { ReactNode } from 'react';
import type { RejectedRow } from '../../projections/views.ts';
import { count } from '../format.ts';
import css from './RejectedRows.module.css';

/** Rows of a file that were left out, by line and reason. */
export function RejectedRows({ rows, total }: { rows: readonly RejectedRow[]; total: number }): ReactNode {
  if (rows.length === 0) return null;
  return (
    <details className={css.rejected} open={rows.length <= 5}>
      <summary>Rows left out{rows.length < total ? ` (the first ${count(rows.length)} of ${count(total)})` : ''}</summary>
      <section className={css.scroller} aria-label="Rows left out">
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Reason</th>
              <th scope="col">Text</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ line, reason, text }) => (
              <tr key={line}>
                <td>{count(line)}</td>
                <td>{reason}</td>
                <td>
                  <code>{text}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
