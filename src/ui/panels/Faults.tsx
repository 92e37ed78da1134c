import { type ReactNode, useState } from 'react';
import { usePage } from '../store.ts';
import css from './Faults.module.css';

/** What went wrong, until it is dismissed; what stopped the engine stays. */
export function Faults(): ReactNode {
  const faults = usePage((page) => page.faults);
  const [dismissed, setDismissed] = useState<(typeof faults)[number][]>([]);
  const open = faults.filter((fault) => !dismissed.includes(fault));
  const shown = open.findLast(({ fatal }) => fatal) ?? open.at(-1);
  if (!shown) return null;
  const others = open.length - 1;
  return (
    <div className={css.banner} role="alert">
      <b>{shown.message}</b>
      <span className={css.detail}>{shown.detail}</span>
      {others > 0 ? <span className={css.detail}>and {others} more</span> : null}
      {shown.fatal ? (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      ) : (
        <button type="button" onClick={() => setDismissed([...dismissed, shown])}>
          Dismiss
        </button>
      )}
    </div>
  );
}
