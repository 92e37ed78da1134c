import type { ReactNode } from 'react';
import { drawBranch, useDrawnBranches } from '../branches.ts';
import { DASHES } from '../chart/branches.ts';
import { choose, useChoices } from '../choices.ts';
import { backToParent } from '../fork.ts';
import { useLibrary } from '../library.ts';
import { usePage } from '../store.ts';
import css from './BranchLegend.module.css';

/** How a branch's lines look. */
export const Swatch = ({ style }: { style: number }): ReactNode => (
  <svg className={css.swatch} width="26" height="8" aria-hidden style={{ color: `var(--branch-${style + 1})` }}>
    <line x1="0" y1="4" x2="26" y2="4" stroke="currentColor" strokeWidth="2" strokeDasharray={DASHES[style]?.join(' ')} />
  </svg>
);

/** Which line is whose, where branches are drawn over the session that is open; and where it left, where it is a branch itself. */
export function BranchLegend(): ReactNode {
  const branches = useDrawnBranches();
  const parent = usePage((page) => page.keeping?.parent ?? null);
  const whole = useChoices((choices) => choices.wholeBranches);
  const others = branches.flatMap(({ id, name, style }) => (style === null ? [] : [{ id, name, style }]));
  if (others.length === 0 && parent === null) return null;
  return (
    <div className={css.legend}>
      {parent === null ? null : <Back parent={parent} />}
      {others.length === 0 ? null : (
        <>
          <ul aria-label="Branches on the chart">
            {others.map(({ id, name, style }) => (
              <li key={id}>
                <Swatch style={style} />
                <span title={name}>{name}</span>
                <button type="button" data-quiet aria-label={`Take ${name} off the chart`} onClick={() => drawBranch(id)}>
                  ×
                </button>
              </li>
            ))}
          </ul>
          <label>
            <input type="checkbox" checked={!whole} onChange={({ target }) => choose({ wholeBranches: !target.checked })} /> Hide
            what comes after
          </label>
        </>
      )}
    </div>
  );
}

/** Says that the session is a branch, and leads back to where it left. */
function Back({ parent }: { parent: string }): ReactNode {
  const able = usePage((page) => !page.dead && page.tab?.role === 'driver');
  const { library } = useLibrary();
  const name = library?.sessions.find(({ id }) => id === parent)?.name ?? 'its parent';
  return (
    <button
      type="button"
      data-quiet
      className={css.back}
      disabled={!able}
      aria-label={`Back to ${name}`}
      title={`This is a branch of “${name}”: open that again, where it was left`}
      onClick={backToParent}
    >
      ↩ Branch of {name}
    </button>
  );
}
