import type { ReactNode } from 'react';
import type { Comparison } from '../../worker/protocol.ts';
import { useComparing } from '../comparing.ts';
import { asGiven, count, day, minute } from '../format.ts';
import { Empty } from '../parts.tsx';
import { usePage } from '../store.ts';
import css from './Compare.module.css';
import { HeatTable } from './HeatTable.tsx';

/** What was found: the table of a comparison, or the heat map of a sweep. */
export function CompareTable(): ReactNode {
  const { part, comparison, running } = useComparing();
  if (part === 'sweep') return <HeatTable />;
  if (!comparison)
    return (
      <Empty>
        {running?.part === 'compare'
          ? 'Running both sides on the same entries…'
          : 'Two policies on the same entries: what each made of them, the difference, and how sure it is. Choose two and compare.'}
      </Empty>
    );
  return <Table comparison={comparison} stale={running?.part === 'compare'} />;
}

const shown = (value: string | null): string => (value === null ? '–' : asGiven(value));

function Table({ comparison, stale }: { comparison: Comparison; stale: boolean }): ReactNode {
  const { sides, rows, notes, sessions } = comparison;
  const [a, b] = sides;
  return (
    <div className={css.tables} aria-busy={stale}>
      <table className={css.table} aria-label="Comparison">
        <caption className="unseen">
          {a.name} against {b.name} on the same entries
        </caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" data-number>
              <span>A</span> {a.name}
            </th>
            <th scope="col" data-number>
              <span>B</span> {b.name}
            </th>
            <th scope="col" data-number>
              B − A
            </th>
            <th scope="col" data-number title="Percentile bootstrap, paired by entry, 2 000 resamples">
              95 % interval
            </th>
            <th scope="col">
              <span className="unseen">Whether they differ</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-figure={row.id}>
              <th scope="row" title={row.formula}>
                {row.label}
              </th>
              <td data-number>{shown(row.a)}</td>
              <td data-number>{shown(row.b)}</td>
              <td data-number>{shown(row.difference)}</td>
              {row.low === null ? (
                <td colSpan={2} className={css.why}>
                  {row.why}
                </td>
              ) : (
                <>
                  <td data-number>
                    {shown(row.low)} … {shown(row.high)}
                  </td>
                  <td className={css.clear}>{row.clear ? 'differs' : 'may be chance'}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <div className={css.aside}>
        <dl>
          <dt>Sessions</dt>
          <dd>{count(sessions)}</dd>
          <dt>Entries</dt>
          <dd>
            {count(a.entries)} and {count(b.entries)}
          </dd>
          <dt>Trades</dt>
          <dd>
            {count(a.trades)} and {count(b.trades)}
          </dd>
          <dt>Refused</dt>
          <dd>
            {count(a.refused)} and {count(b.refused)}
          </dd>
        </dl>
        {notes.map((note) => (
          <p key={note}>{note}.</p>
        ))}
        <Refused comparison={comparison} />
      </div>
    </div>
  );
}

/** Entries that one of them refused: they count as nothing made there. */
function Refused({ comparison }: { comparison: Comparison }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const lines = comparison.pairs.flatMap(({ ts, symbol, side, a, b }, at) =>
    [
      { which: 'A', one: a },
      { which: 'B', one: b },
    ].flatMap(({ which, one }) =>
      one.status === 'refused'
        ? [{ key: `${at} ${which}`, which, text: `${side} ${symbol}, ${day(ts, zone)} ${minute(ts, zone)}: ${one.reason}` }]
        : [],
    ),
  );
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>What was refused</summary>
      <ul>
        {lines.map(({ key, which, text }) => (
          <li key={key}>
            <b>{which}</b> {text}
          </li>
        ))}
      </ul>
    </details>
  );
}
