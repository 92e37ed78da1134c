import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type RefObject, useRef, useState } from 'react';
import type { Command } from '../../domain/commands.ts';
import type { ForkAt, ForkPoint } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { fork } from '../fork.ts';
import { count, minute, stamp } from '../format.ts';
import { usePage } from '../store.ts';
import css from './ForkDialog.module.css';

const close = (): void => choose({ fork: null });

/** Before a branch is begun: what is there, what is shared, and what is done otherwise. It opens once that is known. */
export function ForkDialog(): ReactNode {
  const wish = useChoices((choices) => choices.fork);
  const run = usePage((page) => page.run);
  const first = useRef<HTMLButtonElement>(null);
  const { data, error } = useQuery({
    queryKey: ['fork-point', run, wish],
    queryFn: () => client.ask({ ask: 'fork-point', at: wish?.at ?? null }),
    enabled: wish !== null,
  });
  const known = wish !== null && (data !== undefined || error !== null);
  return (
    <Dialog title="Fork: take the other branch" open={known} onClose={close} initialFocus={first}>
      {wish && error ? (
        <p role="alert" data-tone="fault">
          {error.message}
        </p>
      ) : null}
      {wish && data && !error ? <Ways key={wish.nonce} at={wish.at} point={data} first={first} /> : null}
    </Dialog>
  );
}

/** The button that has the focus first: what is most likely meant. */
type First = RefObject<HTMLButtonElement | null>;

function Ways({ at, point, first }: { at: ForkAt; point: ForkPoint; first: First }): ReactNode {
  const [name, setName] = useState('');
  const [on, setOn] = useState(false);
  const unable = useUnable();
  const begin = (decision: Command | null): void => fork(at, decision, name.trim(), on && decision !== null);
  const { proposal } = point;
  return (
    <div className={css.fork}>
      <Where at={at} point={point} />
      {unable === '' ? null : (
        <p role="alert" data-tone="fault">
          {unable}
        </p>
      )}
      <fieldset disabled={unable !== ''} className={css.ways}>
        <legend>Do otherwise</legend>
        {proposal ? <Proposal proposal={proposal} begin={begin} first={first} /> : null}
        <PolicyWay policies={point.policies} begin={begin} />
        <div className={css.way}>
          <span>{proposal ? 'Leave it open, stand there and decide' : 'Stand there and decide'}</span>
          <button
            ref={proposal ? null : first}
            type="button"
            data-primary={proposal ? undefined : true}
            onClick={() => begin(null)}
          >
            By hand
          </button>
        </div>
      </fieldset>
      <label className={css.name}>
        Name of the branch
        <input
          value={name}
          maxLength={200}
          placeholder="what is done, and when"
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      {at === null ? null : <GoOn on={on} onChange={setOn} />}
    </div>
  );
}

/** Why no branch can be begun here; '' where one can. */
function useUnable(): string {
  const keeping = usePage((page) => page.keeping);
  const role = usePage((page) => page.tab?.role);
  const dead = usePage((page) => page.dead);
  if (dead) return 'The engine has stopped.';
  if (role !== undefined && role !== 'driver') return 'This tab only looks on: take over here to fork.';
  if (keeping?.state === 'failing') return `A branch has to be kept, and the journal cannot be saved: ${keeping.message}`;
  if (keeping?.state === 'unkept' && keeping.session === null) return `A branch has to be kept: ${keeping.message}`;
  return '';
}

function Where({ at, point }: { at: ForkAt; point: ForkPoint }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const { ts, text, before, proposal, kept, dropped } = point;
  const what = proposal ? `${proposal.title}: ${text}` : text;
  return (
    <div>
      <p>
        <b>{stamp(ts, zone)}</b>{' '}
        {at === null ? 'The present moment.' : before ? 'Nobody decided that: the branch begins just before it.' : `${what}.`}
      </p>
      <p className={css.muted}>
        The branch shares {decisions(kept)} before it.{' '}
        {dropped === 0
          ? 'Nothing was decided after it.'
          : `${capital(decisions(dropped))} after it ${dropped === 1 ? 'is' : 'are'} not repeated: ${dropped === 1 ? 'it stays' : 'they stay'} in the session that is left.`}
      </p>
    </div>
  );
}

const decisions = (n: number): string => (n === 0 ? 'no decision' : n === 1 ? 'the one decision' : `the ${count(n)} decisions`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const NUMBER = /^\d+(?:\.\d+)?$/;

function Proposal(props: {
  proposal: NonNullable<ForkPoint['proposal']>;
  begin: (decision: Command) => void;
  first: First;
}): ReactNode {
  const { proposal, begin, first } = props;
  const [quantity, setQuantity] = useState(proposal.quantity ?? '');
  const { id: proposalId } = proposal;
  const done = proposal.was === 'applied' || proposal.was === 'approved' || proposal.was === 'auto-applied';
  const own = proposal.quantity === null || quantity.trim() === proposal.quantity;
  const usable = own || NUMBER.test(quantity.trim());
  return (
    <>
      <div className={css.way}>
        <span>Reject it</span>
        <button
          ref={done || !proposal.actionable ? first : null}
          type="button"
          data-primary={done || undefined}
          onClick={() => begin({ type: 'RejectProposal', proposalId })}
        >
          Reject
        </button>
      </div>
      {proposal.actionable ? (
        <div className={css.way}>
          {proposal.quantity === null ? (
            <span>Approve it</span>
          ) : (
            <label>
              Approve it with quantity{' '}
              <input
                inputMode="decimal"
                value={quantity}
                aria-invalid={!usable}
                onChange={({ target }) => setQuantity(target.value)}
              />
            </label>
          )}
          <button
            ref={done ? null : first}
            type="button"
            data-primary={done ? undefined : true}
            disabled={!usable}
            onClick={() => begin({ type: 'ApproveProposal', proposalId, ...(own ? {} : { quantity: quantity.trim() }) })}
          >
            Approve
          </button>
        </div>
      ) : null}
    </>
  );
}

function PolicyWay({ policies, begin }: { policies: ForkPoint['policies']; begin: (decision: Command) => void }): ReactNode {
  const [chosen, setChosen] = useState('');
  const policy = policies.find(({ name }) => name === chosen);
  return (
    <div className={css.way}>
      <label>
        From there on under the policy{' '}
        <select value={chosen} onChange={({ target }) => setChosen(target.value)}>
          <option value="">choose…</option>
          {policies.map(({ name, refused }) => (
            <option key={name} value={name}>
              {refused === null ? name : `${name} (cannot)`}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={!policy || policy.refused !== null}
        onClick={() => policy && begin({ type: 'SetPolicy', policy: policy.policy })}
      >
        Put in force
      </button>
      {policy && policy.refused !== null ? (
        <p role="alert" data-tone="fault" className={css.refusal}>
          {policy.refused}
        </p>
      ) : null}
    </div>
  );
}

function GoOn({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }): ReactNode {
  const ts = usePage((page) => page.clock?.ts ?? null);
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  if (ts === null) return null;
  return (
    <label className={css.goOn}>
      <input type="checkbox" checked={on} onChange={({ target }) => onChange(target.checked)} />
      Then go on to {minute(ts, zone)}, where this session stands, without waiting for proposals
    </label>
  );
}
