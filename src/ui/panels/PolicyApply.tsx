import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { PolicyEffect, PolicyKey, PolicyReview } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { command } from '../engine.ts';
import { warningsOf } from '../policy.ts';
import { usePage } from '../store.ts';
import css from './PolicyApply.module.css';
import { DifferenceTable } from './PolicyDifferences.tsx';

const close = (): void => choose({ dialog: null });

/** Before a policy is put in force under way: what differs, and what changes for each open position. */
export function PolicyApply(props: {
  keys: readonly PolicyKey[];
  review: PolicyReview | undefined;
  effect: PolicyEffect | undefined;
}): ReactNode {
  const open = useChoices((choices) => choices.dialog === 'policy');
  const confirm = useRef<HTMLButtonElement>(null);
  const name = props.review?.ok ? ` “${String(props.review.policy.name)}”` : '';
  return (
    <Dialog title={`Apply${name} to this session`} open={open} onClose={close} initialFocus={confirm} wide>
      <Confirm {...props} confirm={confirm} />
    </Dialog>
  );
}

function Confirm(props: {
  keys: readonly PolicyKey[];
  review: PolicyReview | undefined;
  effect: PolicyEffect | undefined;
  confirm: RefObject<HTMLButtonElement | null>;
}): ReactNode {
  const { keys, review, effect, confirm } = props;
  const dead = usePage((page) => page.dead);
  const refused = effect?.refused ?? null;
  const policy = review?.ok ? review.policy : undefined;
  const changes = review?.inForce ?? [];
  const [sent, setSent] = useState<{ epoch: number; journal: number } | null>(null);
  // what has happened is what the journal says
  const answer = usePage(({ epoch, journal }) =>
    sent && epoch === sent.epoch ? journal.slice(sent.journal).find(({ kind }) => kind === 'refusal') : undefined,
  );
  const done = sent !== null && policy !== undefined && changes.length === 0;
  useEffect(() => {
    if (done) close();
  }, [done]);
  const apply = (): void => {
    if (!policy) return;
    const { epoch, journal } = usePage.getState();
    setSent({ epoch, journal: journal.length });
    command({ type: 'SetPolicy', policy });
  };
  return (
    <div className={css.apply}>
      {policy === undefined || changes.length === 0 ? (
        <p>{policy === undefined ? 'The policy cannot be used: its faults stand in the form.' : 'It is in force already.'}</p>
      ) : (
        <>
          <section>
            <h3>What changes in the policy</h3>
            <DifferenceTable keys={keys} differences={changes} label="Changes of the policy" />
          </section>
          <section aria-label="What changes for open positions">
            <h3>What changes for open positions</h3>
            <Positions effect={effect} />
          </section>
          {warningsOf(keys, policy).map(({ path, text }) => (
            <p key={path} data-tone="down">
              <b aria-hidden>!</b> {text}
            </p>
          ))}
        </>
      )}
      {refused === null && answer === undefined ? null : (
        <p role="alert" data-tone="fault">
          {refused ?? answer?.text}
        </p>
      )}
      <footer className={css.foot}>
        <button type="button" onClick={close}>
          Cancel <kbd>Esc</kbd>
        </button>
        <button
          ref={confirm}
          type="button"
          data-primary
          disabled={dead || !effect || refused !== null || policy === undefined || changes.length === 0}
          onClick={apply}
        >
          Apply <kbd>Enter</kbd>
        </button>
      </footer>
    </div>
  );
}

function Positions({ effect }: { effect: PolicyEffect | undefined }): ReactNode {
  if (!effect) return <p className={css.muted}>Asking the engine…</p>;
  if (effect.positions.length === 0) return <p className={css.muted}>Nothing is held: it counts from the next entry on.</p>;
  return (
    <ul className={css.positions}>
      {effect.positions.map(({ positionId, symbol, changes }) => (
        <li key={positionId}>
          <b>{symbol}</b>
          {changes.length === 0 ? <p className={css.muted}>Nothing changes for it now.</p> : null}
          <ul>
            {changes.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
