import type { ReactNode } from 'react';
import type { Autonomy } from '../../domain/proposal.ts';
import type { AccountView } from '../../projections/views.ts';
import { choose, useChoices } from '../choices.ts';
import { client, command } from '../engine.ts';
import { Empty } from '../parts.tsx';
import { usePage } from '../store.ts';
import { KINDS, autonomyName } from '../words.ts';
import css from './Policy.module.css';

export function Policy(): ReactNode {
  const session = usePage((page) => page.session);
  if (!session) return <Empty>The policy shows with a session.</Empty>;
  return (
    <div className={css.policy}>
      <PolicyChoice active={session.policy} policies={session.policies} />
      <AutonomyTable />
    </div>
  );
}

function PolicyChoice({ active, policies }: { active: string; policies: readonly string[] }): ReactNode {
  const chosen = useChoices((choices) => choices.policy);
  const dead = usePage((page) => page.dead);
  const next = policies.includes(chosen) ? chosen : active;
  return (
    <fieldset className={css.list} disabled={dead}>
      <legend>
        Policy <b>{active}</b> is in force
      </legend>
      {policies.map((name) => (
        <label key={name}>
          <input type="radio" name="policy" checked={name === next} onChange={() => choose({ policy: name })} />
          {name}
          {name === active ? <span className={css.note}>in force</span> : null}
        </label>
      ))}
      <p className={css.note}>A choice holds from the next start of a session.</p>
      {next === active ? null : (
        <button
          type="button"
          title="What was decided in this session is dropped"
          onClick={() => client.send({ type: 'policy', name: next })}
        >
          Start over with {next}
        </button>
      )}
    </fieldset>
  );
}

const CHOICES: Autonomy[] = [
  { mode: 'off' },
  { mode: 'suggest' },
  { mode: 'approve' },
  { mode: 'auto-after', seconds: 10 },
  { mode: 'auto' },
];

function AutonomyTable(): ReactNode {
  const autonomy = usePage((page) => page.account?.autonomy);
  const level = usePage((page) => page.account?.autonomyLevel);
  if (!autonomy) return null;
  return (
    <table className={css.table} aria-label="Autonomy">
      <thead>
        <tr>
          <th scope="col">Kind of action</th>
          <th scope="col">How it comes about</th>
        </tr>
      </thead>
      <tbody>
        {autonomy.map((entry) => (
          <AutonomyRow key={entry.kind} entry={entry} />
        ))}
      </tbody>
      {level === 'assisted' ? null : (
        <caption>
          The switch stands at {level === 'manual' ? 'Manual: what may wait for you waits' : 'Auto: everything applies by itself'}
          , whatever is chosen here.
        </caption>
      )}
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
