import type { ReactNode } from 'react';
import { choose, useChoices } from '../choices.ts';
import { type Asked, resetFilter, SECTIONS, usePerformance } from '../performance.ts';
import { Empty, Segmented } from '../parts.tsx';
import { usePage } from '../store.ts';
import css from './Performance.module.css';
import { PerformanceCurves } from './PerformanceCurves.tsx';
import { PerformanceFigures } from './PerformanceFigures.tsx';
import { FilterButton, FilterChips } from './PerformanceFilter.tsx';
import { PerformanceGroups } from './PerformanceGroups.tsx';
import { PerformanceHours } from './PerformanceHours.tsx';
import { PerformancePlots } from './PerformancePlots.tsx';
import { PerformanceTrades } from './PerformanceTrades.tsx';

/** How the session went so far: figures, curves, plots and tables of the trades that are chosen. */
export function Performance(): ReactNode {
  const open = usePage((page) => page.session !== null);
  return open ? <OfSession /> : <Empty>No session is open yet.</Empty>;
}

function OfSession(): ReactNode {
  const asked = usePerformance();
  const section = useChoices((choices) => choices.performance.section);
  const { view } = asked;
  return (
    <section className={css.panel} aria-label="Performance" aria-busy={asked.waiting}>
      <header className={css.bar}>
        <Segmented
          label="Part"
          value={section}
          options={SECTIONS}
          onChoose={(chosen) => choose(({ performance }) => ({ performance: { ...performance, section: chosen } }))}
        />
        <FilterChips />
        <output className={css.count}>{view ? `${view.trades.length} of ${view.total} trades` : ''}</output>
        <FilterButton view={view} />
      </header>
      <div key={section} className={css.body}>
        <Body asked={asked} />
      </div>
    </section>
  );
}

function Body({ asked: { view, error, again } }: { asked: Asked }): ReactNode {
  const section = useChoices((choices) => choices.performance.section);
  if (error)
    return (
      <div className={css.said}>
        <p role="alert" data-tone="fault">
          {error.message}
        </p>
        <button type="button" onClick={again}>
          Ask again
        </button>
      </div>
    );
  if (!view) return <p className={css.said}>Reckoning…</p>;
  if (section === 'figures') return <PerformanceFigures view={view} />;
  if (view.total === 0)
    return (
      <div className={css.said}>
        <p>No position has been closed yet: this begins with the first one.</p>
      </div>
    );
  if (view.trades.length === 0)
    return (
      <div className={css.said}>
        <p>None of the {view.total} closed positions is among what is chosen.</p>
        <button type="button" onClick={resetFilter}>
          Show all
        </button>
      </div>
    );
  switch (section) {
    case 'curves':
      return <PerformanceCurves view={view} />;
    case 'plots':
      return <PerformancePlots view={view} />;
    case 'groups':
      return <PerformanceGroups view={view} />;
    case 'hours':
      return <PerformanceHours view={view} />;
    case 'trades':
      return <PerformanceTrades view={view} />;
    default:
      return section satisfies never;
  }
}
