import { type ReactNode, useState } from 'react';
import { hold, useApprovals } from '../approvals.ts';
import { askFork } from '../fork.ts';
import { duration } from '../format.ts';
import { Empty } from '../parts.tsx';
import { isSnoozed } from '../queue.ts';
import { endText } from '../words.ts';
import { usePage } from '../store.ts';
import { ApprovalCard } from './ApprovalCard.tsx';
import css from './Approvals.module.css';

export function Approvals(): ReactNode {
  const cards = useApprovals((queue) => queue.cards);
  return (
    <div
      className={css.queue}
      onPointerOver={(event) => {
        const card = event.target instanceof Element ? event.target.closest('article') : null;
        if (card) hold(card.dataset.id ?? null);
      }}
      onPointerLeave={() => hold(null)}
    >
      {cards.length === 0 ? <NothingWaits /> : cards.map((card) => <ApprovalCard key={card.id} card={card} />)}
      <Snoozed />
      <Recent />
      <NotifyButton />
    </div>
  );
}

/** What is armed next, so that an empty queue says where it will fill. */
function NothingWaits(): ReactNode {
  const next = usePage(({ positions, instruments }) => {
    const held = positions.find((position) => position.closedTs === null);
    if (held) return held.next[0];
    const planned = instruments.find(({ plan }) => plan !== null);
    return planned?.plan ? `entry plan of ${planned.symbol}, ${planned.plan.state}` : undefined;
  });
  return (
    <Empty>
      <p>Nothing waits for you.</p>
      {next ? <p>Next: {next}</p> : null}
    </Empty>
  );
}

function Snoozed(): ReactNode {
  const proposals = usePage((page) => page.proposals);
  const now = usePage((page) => page.clock?.ts ?? null);
  const snoozed = proposals.filter((proposal) => isSnoozed(proposal, now));
  if (snoozed.length === 0) return null;
  return (
    <ul className={css.quietList} aria-label="Snoozed">
      {snoozed.map(({ id, title, snoozedUntil }) => (
        <li key={id}>
          <span aria-hidden>z</span> {title}
          <span className={css.when}>back in {duration((snoozedUntil ?? 0) - (now ?? 0))}</span>
        </li>
      ))}
    </ul>
  );
}

function Recent(): ReactNode {
  const ended = usePage((page) => page.ended);
  if (ended.length === 0) return null;
  return (
    <section className={css.recent} aria-label="Recent">
      <h3>Recent</h3>
      <ul className={css.quietList}>
        {ended.map(({ id, title, status, reason }) => (
          <li key={id} data-status={status}>
            {title}
            <span className={css.when}>{endText(status, reason)}</span>
            <button type="button" data-quiet aria-label={`Fork at ${title}`} onClick={() => askFork({ proposalId: id })}>
              Fork
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NotifyButton(): ReactNode {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (permission !== 'default') return null;
  return (
    <button
      type="button"
      data-quiet
      className={css.notify}
      onClick={() => void Notification.requestPermission().then(setPermission)}
    >
      Notify me when one waits and this page is hidden
    </button>
  );
}
