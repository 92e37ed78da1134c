import { type ReactNode, useId } from 'react';
import type { Library } from '../../worker/protocol.ts';
import { cancel, type Comparing, exportCsv, setComparing, type SideChoice, sideOptions, useComparing } from '../comparing.ts';
import { Field } from '../parts.tsx';
import type { Catalogue } from '../policy.ts';
import { usePage } from '../store.ts';
import css from './Compare.module.css';

/** A policy, or with `branches` also a session as it went. */
export function Side(props: {
  label: string;
  value: SideChoice;
  catalogue: Catalogue;
  library: Library | undefined;
  branches: boolean;
  onChange: (value: SideChoice) => void;
}): ReactNode {
  const { label, value, catalogue, library, branches, onChange } = props;
  return (
    <Field label={label}>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {sideOptions(catalogue, library, branches).map(({ group, options }) => (
          <optgroup key={group} label={group}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.text}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </Field>
  );
}

/** Whose entries are run: those of the session that is open, of kept ones, or of several. */
export function SessionsField({ library }: { library: Library | undefined }): ReactNode {
  const chosen = useComparing((state) => state.sessions);
  const open = usePage((page) => page.keeping?.session ?? null);
  const title = usePage((page) => page.session?.title ?? 'none is open');
  const others = (library?.sessions ?? []).filter(({ id }) => id !== open);
  const toggle = (id: string | null, on: boolean): void =>
    setComparing({ sessions: on ? [...chosen, id] : chosen.filter((one) => one !== id) });
  return (
    <fieldset className={css.sessions}>
      <legend>Entries of</legend>
      {[{ id: null, name: `${title} (open)` }, ...others].map(({ id, name }) => (
        <label key={id ?? ''}>
          <input type="checkbox" checked={chosen.includes(id)} onChange={(event) => toggle(id, event.target.checked)} />
          <span>{name}</span>
        </label>
      ))}
      {chosen.length === 0 ? <small data-tone="fault">Choose at least one session.</small> : null}
    </fieldset>
  );
}

const DECIDERS: { value: Comparing['decider']; text: string }[] = [
  { value: 'own', text: 'Nobody: what the policy does by itself' },
  { value: 'approve', text: 'Approve everything' },
  { value: 'reject', text: 'Reject everything' },
  { value: 'repeat', text: 'My decisions, where they still apply' },
];

export function DeciderField(): ReactNode {
  const decider = useComparing((state) => state.decider);
  return (
    <Field label="Who decides">
      <select value={decider} onChange={(event) => setComparing({ decider: event.target.value as Comparing['decider'] })}>
        {DECIDERS.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Starts, shows how far it is, cancels, and exports. */
export function Run(props: { able: boolean; onRun: () => void; part: Comparing['part']; text: string }): ReactNode {
  const { able, onRun, part, text } = props;
  const { running, error, sessions, comparison, sweep } = useComparing();
  const open = usePage((page) => page.session !== null && !page.dead);
  const bar = useId();
  const mine = running?.part === part;
  const found = part === 'compare' ? comparison !== null : (sweep?.rows.length ?? 0) > 0;
  return (
    <div className={css.run}>
      {mine ? (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      ) : (
        <button type="button" data-primary disabled={!able || !open || running !== null || sessions.length === 0} onClick={onRun}>
          {text}
        </button>
      )}
      <button type="button" disabled={!found} onClick={() => void exportCsv()}>
        Export CSV
      </button>
      <div className={css.progress} data-on={mine || undefined}>
        <label htmlFor={bar} className="unseen">
          How far it is
        </label>
        <progress id={bar} value={mine ? running.share : 0} max={1} />
        <span>{mine ? `${Math.round(running.share * 100)} %` : ''}</span>
      </div>
      {error?.part === part ? (
        <p role="alert" data-tone="fault">
          {error.message}
        </p>
      ) : null}
    </div>
  );
}
