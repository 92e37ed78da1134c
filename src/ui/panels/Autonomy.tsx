import type { ReactNode } from 'react';
import type { Autonomy } from '../../domain/proposal.ts';
import type { AccountView } from '../../projections/views.ts';
import { command } from '../engine.ts';
import { usePage } from '../store.ts';
import { KINDS, autonomyName } from '../words.ts';
import css from './Autonomy.module.css';

const CHOICES: Autonomy[] = [
  { mode: 'off' },
  { mode: 'suggest' },
  { mode: 'approve' },
  { mode: 'auto-after', seconds: 10 },
  { mode: 'auto' },
];

/** How each kind of action comes about in the running session; a change holds at once. */
export function AutonomyTable(): ReactNode {
  const autonomy = usePage((page) => page.account?.autonomy);
  const level = usePage((page) => page.account?.autonomyLevel);
  if (!autonomy) return null;
  return (
    <table className={css.table} aria-label="Autonomy">
      <thead>
        <tr>
          <th scope="col">Kind of action</th>
          <th scope="col">How it comes about in this session</th>
        </tr>
      </thead>
      <tbody>
        {autonomy.map((entry) => (
          <AutonomyRow key={entry.kind} entry={entry} />
        ))}
      </tbody>
      <caption>
        {level === 'assisted'
          ? 'A change here holds at once, in this session. What a policy starts with is in its own group above.'
          : `The switch stands at ${
              level === 'manual' ? 'Manual: what may wait for you waits' : 'Auto: everything applies by itself'
            }, whatever is chosen here.`}
      </caption>
    </table>
  );
}

function AutonomyRow({ entry }: { entry: AccountView['autonomy'][number] }): ReactNode {
  const dead = usePage((page) => page.dead);
  const now = autonomyName(entry.autonomy);
  const choices = CHOICES.some((choice) => autonomyName(choice) === now) ? CHOICES : [...CHOICES, entry.autonomy];
  return (
    <tr>
      <th scope="row">{KINDS[entry.kind]}</th>
      <td>
        <select
          aria-label={KINDS[entry.kind]}
          value={now}
          disabled={dead || entry.fixed}
          title={entry.fixed ? 'Protects the position: it cannot be weakened' : undefined}
          onChange={(event) => {
            const chosen = choices.find((choice) => autonomyName(choice) === event.target.value);
            if (chosen) command({ type: 'SetAutonomy', kind: entry.kind, autonomy: chosen });
          }}
        >
          {choices.map((choice) => (
            <option key={autonomyName(choice)}>{autonomyName(choice)}</option>
          ))}
        </select>
        {entry.fixed ? <span className={css.note}> fixed: it protects the position</span> : null}
      </td>
    </tr>
  );
}
