import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { FigureView, PerformanceView } from '../../projections/performance-views.ts';
import { roved } from '../plots/roving.ts';
import { Tip } from '../plots/Tip.tsx';
import { CardHead } from './PerformanceCard.tsx';
import { MetricsButtons } from './PerformanceMetrics.tsx';
import css from './PerformanceFigures.module.css';

/** Every figure by its group. One tab stop: arrows go from one to the next, and the one that is pointed at says how it is reckoned. */
export function PerformanceFigures({ view }: { view: PerformanceView }): ReactNode {
  const none = view.total === 0;
  // before the first close almost nothing has a value: only what has one is worth reading
  const figures = useMemo(() => (none ? view.figures.filter(({ value }) => value !== null) : view.figures), [view.figures, none]);
  const groups = useMemo(() => [...new Set(figures.map(({ group }) => group))], [figures]);
  const [at, setAt] = useState(0);
  const [shown, setShown] = useState<{ id: string; x: number; y: number } | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const tipId = useId();
  const current = Math.min(at, figures.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    const next = roved(event.key, current, figures.length);
    if (next !== null) {
      setAt(next);
      place.current?.querySelectorAll<HTMLElement>('[data-figure]')[next]?.focus();
    } else if (event.key === 'Escape' && shown) setShown(null);
    else return;
    event.preventDefault();
  };
  const show = (id: string, element: Element): void => {
    const box = element.getBoundingClientRect();
    setShown({ id, x: box.left + box.width / 2, y: box.top + 4 });
  };
  const tipped = shown ? figures.find(({ id }) => id === shown.id) : undefined;
  return (
    <div ref={place} className={css.figures}>
      {none ? <p className={css.note}>No position has been closed yet. This is known already:</p> : null}
      <CardHead title="Figures" table="figures">
        <MetricsButtons />
      </CardHead>
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <div className={css.grid}>
            {figures.map((figure, index) =>
              figure.group === group ? (
                <button
                  key={figure.id}
                  type="button"
                  data-figure={figure.id}
                  className={css.figure}
                  tabIndex={index === current ? 0 : -1}
                  aria-describedby={shown?.id === figure.id ? tipId : undefined}
                  onKeyDown={onKey}
                  onPointerEnter={(event) => show(figure.id, event.currentTarget)}
                  onPointerLeave={() => setShown(null)}
                  onFocus={(event) => {
                    setAt(index);
                    show(figure.id, event.currentTarget);
                  }}
                  onBlur={() => setShown(null)}
                  onClick={(event) => show(figure.id, event.currentTarget)}
                >
                  <Figure figure={figure} />
                </button>
              ) : null,
            )}
          </div>
        </section>
      ))}
      {shown && tipped ? (
        <Tip id={tipId} at={shown}>
          <p>{tipped.label}</p>
          {tipped.value === null ? <p>Not enough data: {tipped.why}</p> : null}
          <p>{tipped.formula}</p>
          <p>{tipped.convention}</p>
          <p>
            Source: {tipped.source}
            {tipped.target === null ? '' : ` · asked for: ${tipped.target}`}
          </p>
        </Tip>
      ) : null}
    </div>
  );
}

function Figure({ figure: { label, value, why, target, reached } }: { figure: FigureView }): ReactNode {
  return (
    <>
      <span className={css.label}>{label}</span>
      <b>{value ?? '–'}</b>
      <small className={css.more} title={value === null ? why : undefined}>
        {value === null ? `Not enough data: ${why}` : target === null ? '' : <Target target={target} reached={reached} />}
      </small>
    </>
  );
}

const Target = ({ target, reached }: { target: string; reached: boolean | null }): ReactNode => (
  <span data-tone={reached === null ? undefined : reached ? 'up' : 'down'} title={`asked for: ${target}`}>
    {reached === null ? '' : reached ? '✓ reached: ' : '✗ not reached: '}
    {target}
  </span>
);
