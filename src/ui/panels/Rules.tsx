import type { ReactNode } from 'react';
import type { PositionView } from '../../projections/views.ts';
import { useChoices } from '../choices.ts';
import { Empty } from '../parts.tsx';
import { usePage } from '../store.ts';
import { Criteria } from './Criteria.tsx';
import css from './Rules.module.css';

/** The selected position, or the first that is held. */
function useSelectedPosition(): PositionView | undefined {
  const selected = useChoices((choices) => choices.selectedPositionId);
  return usePage(
    ({ positions }) => positions.find(({ id }) => id === selected) ?? positions.find(({ closedTs }) => closedTs === null),
  );
}

/** What each rule of the policy makes of the selected position. */
export function Rules(): ReactNode {
  const position = useSelectedPosition();
  if (!position) return <Empty>The rules read a position. Nothing is held.</Empty>;
  return (
    <section className={css.rules} aria-label={`Rules of ${position.symbol}`}>
      {position.rules.map(({ rule, title, state, criteria }) => (
        <details key={rule} className={css.rule}>
          <summary>
            <b>{title}</b>
            <span>{state}</span>
          </summary>
          <Criteria criteria={criteria} />
        </details>
      ))}
    </section>
  );
}
