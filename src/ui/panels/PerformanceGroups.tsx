import type { ReactNode } from 'react';
import type { PerformanceTable } from '../../projections/performance-tables.ts';
import type { PerformanceView, TradeFilter, TradeGroup } from '../../projections/performance-views.ts';
import { count, signedMoney, signedR, toneOf } from '../format.ts';
import { setFilter } from '../performance.ts';
import { CardHead } from './PerformanceCard.tsx';
import css from './PerformanceGroups.module.css';

/** What the trades came to by the rule that closed them, by instrument and by policy; a row chooses its trades. */
export function PerformanceGroups({ view }: { view: PerformanceView }): ReactNode {
  return (
    <div className={css.groups}>
      <Groups title="Exits by rule" table="by-rule" name="causedBy" groups={view.byCause} />
      <Groups title="By instrument" table="by-symbol" name="symbol" groups={view.bySymbol} />
      <Groups title="By policy" table="by-policy" name="policy" groups={view.byPolicy} />
    </div>
  );
}

function Groups(props: {
  title: string;
  table: PerformanceTable;
  name: keyof Pick<TradeFilter, 'causedBy' | 'symbol' | 'policy'>;
  groups: readonly TradeGroup[];
}): ReactNode {
  const { title, table, name, groups } = props;
  const longest = Math.max(...groups.map(({ pnl }) => Math.abs(Number(pnl))), 0);
  return (
    <section aria-label={title}>
      <CardHead title={title} table={table} />
      <table className={css.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" data-number>
              Trades
            </th>
            <th scope="col" data-number>
              Won
            </th>
            <th scope="col" data-number>
              P&L
            </th>
            <th scope="col">
              <span className="unseen">P&L as a bar</span>
            </th>
            <th scope="col" data-number>
              R
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.name}>
              <th scope="row">
                <button type="button" data-quiet title={`Only ${group.name}`} onClick={() => setFilter(name, group.name)}>
                  {group.name}
                </button>
              </th>
              <td data-number>{count(group.trades)}</td>
              <td data-number>{count(group.wins)}</td>
              <td data-number data-tone={toneOf(group.pnl)}>
                {signedMoney(group.pnl)}
              </td>
              <td className={css.bar}>
                <Bar share={longest === 0 ? 0 : Number(group.pnl) / longest} />
              </td>
              <td data-number>{group.r === null ? '–' : signedR(group.r)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** From the middle to the right for a gain, to the left for a loss. @param share −1..1 of the longest */
const Bar = ({ share }: { share: number }): ReactNode => (
  <svg aria-hidden width="64" height="10" viewBox="-32 0 64 10">
    <path d="M0 0v10" stroke="var(--faint)" />
    <rect
      x={Math.min(0, share * 31)}
      y="2"
      width={Math.abs(share * 31)}
      height="6"
      fill={share >= 0 ? 'var(--up)' : 'var(--down)'}
    />
  </svg>
);
