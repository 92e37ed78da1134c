import { Menu } from '@base-ui/react/menu';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, memo, useEffect, useRef, useState } from 'react';
import type { Autonomy } from '../../domain/proposal.ts';
import { type Card, approve, edit, editQuantity, reject, select, snooze, useApprovals } from '../approvals.ts';
import { client, command } from '../engine.ts';
import { askFork } from '../fork.ts';
import { duration, negated, percent, price, quantity, signedMoney, signedR, toneOf } from '../format.ts';
import { isPending } from '../queue.ts';
import { useDecimals, usePage } from '../store.ts';
import { KINDS, endText } from '../words.ts';
import css from './ApprovalCard.module.css';
import { Criteria } from './Criteria.tsx';

const NUMBER = /^\d+(?:\.\d+)?$/;

/** One proposal: what and how urgent, why, what changes, what can be done. */
export const ApprovalCard = memo(function ApprovalCard({ card }: { card: Card }): ReactNode {
  const selected = useApprovals((queue) => queue.selected === card.id);
  const open = card.status === 'proposed';
  const [typed, setTyped] = useState<string | null>(null);
  const outlook = useOutlook(card, open ? typed : null);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (selected) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <article
      ref={ref}
      className={css.card}
      aria-label={card.title}
      aria-current={selected || undefined}
      data-id={card.id}
      data-testid="approval"
      data-open={open || undefined}
      onPointerDown={() => select(card.id)}
    >
      <header className={css.head}>
        {open ? <Ring card={card} /> : <span className={css.ended} aria-hidden />}
        <h3>{card.title}</h3>
        <span className={css.urgency} data-urgency={card.urgency}>
          {card.urgency}
        </span>
        <button
          type="button"
          data-quiet
          className={css.fork}
          aria-label={`Fork at ${card.title}`}
          title="Decide it in a branch of its own, where it came up"
          onClick={() => askFork({ proposalId: card.id })}
        >
          Fork
        </button>
      </header>
      <div className={css.about}>
        <Weight card={card} />
        {open ? <Validity card={card} /> : <span className={css.validity}>{endText(card.status, card.reason)}</span>}
      </div>
      {card.reason !== '' && open ? <p className={css.reason}>{card.reason}</p> : null}
      <Criteria criteria={card.criteria} />
      <Change symbol={card.symbol} before={outlook.before} after={outlook.after} />
      <Buttons card={card} open={open} refused={outlook.refusal} onType={setTyped} />
    </article>
  );
});

/** What it weighs against the others of its urgency. */
function Weight({ card }: { card: Card }): ReactNode {
  const decided = card.criteria.filter(({ verdict }) => verdict !== 'left-out');
  const holding = decided.filter(({ verdict }) => verdict === 'pass');
  return (
    <dl className={css.weight}>
      <div title="0 to 100: how much it matters against the others of its urgency">
        <dt>score</dt>
        <dd>{card.score}</dd>
      </div>
      <div title={`${holding.length} of the ${decided.length} criteria that could be decided hold`}>
        <dt>confidence</dt>
        <dd>{Math.round(card.confidence * 100)} %</dd>
      </div>
      <div title="0 to 100: open risk after it, as a share of what the policy allows a position">
        <dt>risk</dt>
        <dd>{card.riskScore}</dd>
      </div>
    </dl>
  );
}

/** Market time that is left, as a share of what it had. */
function useLeft(card: Card): { ms: number; share: number } {
  const now = usePage((page) => page.clock?.ts ?? card.ts);
  const end = card.appliesAt ?? card.expiresAt;
  const ms = Math.max(0, end - now);
  return { ms, share: end > card.ts ? Math.min(1, ms / (end - card.ts)) : 0 };
}

const ROUND = 2 * Math.PI * 8;

function Ring({ card }: { card: Card }): ReactNode {
  const { share } = useLeft(card);
  return (
    <svg className={css.ring} viewBox="0 0 20 20" aria-hidden data-asks={card.actionable || undefined}>
      <circle cx="10" cy="10" r="8" />
      <circle cx="10" cy="10" r="8" strokeDasharray={`${ROUND * share} ${ROUND}`} transform="rotate(-90 10 10)" />
    </svg>
  );
}

function Validity({ card }: { card: Card }): ReactNode {
  const { ms } = useLeft(card);
  const decimals = useDecimals(card.symbol);
  const { low, high } = card;
  const band =
    low !== null && high !== null
      ? `${price(low, decimals)}–${price(high, decimals)}`
      : low !== null
        ? `≥ ${price(low, decimals)}`
        : high !== null
          ? `≤ ${price(high, decimals)}`
          : '';
  const left = card.appliesAt === null ? duration(ms) : `applies in ${duration(ms)}`;
  return (
    <span
      className={css.validity}
      title={`Valid for this much market time${band === '' ? '' : `, and while the price stays at ${band}`}`}
    >
      <span className={css.left}>{left}</span>
      {card.tolerance === '' ? null : ` · ${card.tolerance}`}
    </span>
  );
}

/** What the card shows before and after: of the quantity that is being typed, where there is one. */
function useOutlook(card: Card, typed: string | null): Pick<Card, 'before' | 'after'> & { refusal: string } {
  const asks = typed !== null && NUMBER.test(typed);
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['outlook', card.id, typed, card.before, card.after],
    queryFn: () => client.ask({ ask: 'outlook', proposalId: card.id, quantity: typed ?? '' }),
    enabled: asks,
    placeholderData: keepPreviousData,
  });
  if (typed === null || (asks && !data)) return { before: card.before, after: card.after, refusal: '' };
  if (!asks || !data) {
    const refusal =
      typed === '' ? 'a quantity is needed' : `"${typed}" is not a number like ${card.quantity ?? card.quantityStep}`;
    return { before: card.before, after: card.after, refusal };
  }
  // what was wrong with the number before is not said of this one
  return isPlaceholderData ? { ...data, refusal: '' } : data;
}

function Change({ symbol, before, after }: Pick<Card, 'symbol' | 'before' | 'after'>): ReactNode {
  const decimals = useDecimals(symbol);
  const flat = before.quantity === '0';
  const stopped = { from: negated(before.openRisk), to: negated(after.openRisk) };
  const rows: { label: string; from: string; to: string; note: string; tones?: boolean }[] = [
    { label: 'Quantity', from: flat ? 'flat' : quantity(before.quantity), to: quantity(after.quantity), note: '' },
    { label: 'Average', from: price(before.averageEntry, decimals), to: price(after.averageEntry, decimals), note: '' },
    {
      label: 'Stop',
      from: price(before.stop, decimals),
      to: price(after.stop, decimals),
      note: after.stop === '' ? '' : flat ? 'first' : before.stop === after.stop ? 'kept' : 'moved',
    },
    {
      label: 'If stopped',
      from: flat ? '' : signedMoney(stopped.from),
      to: signedMoney(stopped.to),
      note: flat ? '' : signedR(negated(after.openRiskR)),
      tones: true,
    },
    { label: 'Exposure', from: flat ? '' : percent(before.exposurePercent), to: percent(after.exposurePercent), note: '' },
  ];
  return (
    <table className={css.change}>
      <caption className="unseen">Before and after</caption>
      <tbody>
        {rows.map(({ label, from, to, note, tones }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td data-tone={tones ? toneOf(stopped.from) : undefined}>{from}</td>
            <td className={css.arrow}>→</td>
            <td className={css.after} data-tone={tones ? toneOf(stopped.to) : undefined}>
              {to}
            </td>
            <td className={css.note}>{note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Typing {
  /** why the quantity that is typed would be refused; '' where it would not */
  refused: string;
  onType: (quantity: string | null) => void;
}

function Buttons(props: { card: Card; open: boolean } & Typing): ReactNode {
  const { card, open, ...typing } = props;
  const sent = useApprovals((queue) => queue.sent[card.id]);
  const pending = usePage((page) => card.status === 'proposed' && isPending(card, sent, page));
  const refusal = usePage((page) => (sent && page.run === sent.run ? lastRefusal(page.journal, sent.journal) : ''));
  const dead = usePage((page) => page.dead);
  const editing = useApprovals((queue) => queue.editing === card.id);
  const idle = open && !pending && !dead;
  if (editing && open) return <QuantityForm card={card} {...typing} />;
  const veto = card.autonomy.mode === 'auto-after';
  return (
    <>
      <div className={css.buttons}>
        <button
          type="button"
          data-primary
          disabled={!idle || !card.actionable}
          onClick={() => approve(card.id)}
          aria-label="Approve"
          aria-keyshortcuts="A"
          aria-busy={pending}
        >
          Approve <kbd>A</kbd>
        </button>
        <button
          type="button"
          disabled={!idle}
          onClick={() => reject(card.id)}
          aria-label={veto ? 'Veto' : 'Reject'}
          aria-keyshortcuts="R"
        >
          {veto ? 'Veto' : 'Reject'} <kbd>R</kbd>
        </button>
        <button
          type="button"
          disabled={!idle || !card.actionable || card.quantity === null}
          onClick={() => editQuantity(card.id)}
          aria-label="Quantity"
          aria-keyshortcuts="E"
        >
          Qty <kbd>E</kbd>
        </button>
        <button
          type="button"
          data-quiet
          disabled={!idle}
          onClick={() => snooze(card.id)}
          aria-label="Snooze"
          aria-keyshortcuts="Z"
        >
          Snooze <kbd>Z</kbd>
        </button>
        <Always card={card} disabled={!idle} />
      </div>
      {refusal === '' || !open ? null : (
        <p className={css.refusal} role="alert">
          {refusal}
        </p>
      )}
      {card.actionable || !open ? null : (
        <p className={css.reason}>A suggestion: the autonomy of its kind lets nothing be applied.</p>
      )}
    </>
  );
}

function lastRefusal(journal: readonly { kind: string; text: string }[], from: number): string {
  return journal.slice(from).findLast((line) => line.kind === 'refusal')?.text ?? '';
}

function QuantityForm({ card, refused, onType }: { card: Card } & Typing): ReactNode {
  const [value, setValue] = useState(card.quantity ?? '');
  const usable = NUMBER.test(value.trim()) && refused === '';
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => () => onType(null), [onType]);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (usable) approve(card.id, value.trim());
  };
  return (
    <form className={css.buttons} onSubmit={submit}>
      <label className={css.quantity}>
        Quantity
        <input
          ref={input}
          inputMode="decimal"
          value={value}
          title={`In steps of ${card.quantityStep}`}
          aria-invalid={!usable}
          onChange={(event) => {
            setValue(event.target.value);
            onType(event.target.value.trim());
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') edit(null);
          }}
        />
      </label>
      <button type="submit" data-primary disabled={!usable}>
        Approve {usable ? quantity(value.trim()) : ''} <kbd>Enter</kbd>
      </button>
      <button type="button" data-quiet onClick={() => edit(null)}>
        Cancel <kbd>Esc</kbd>
      </button>
      {refused === '' ? null : (
        <p className={css.refusal} role="alert">
          {refused}
        </p>
      )}
    </form>
  );
}

const ALWAYS: { autonomy: Autonomy; text: string }[] = [
  { autonomy: { mode: 'auto' }, text: 'apply by themselves' },
  { autonomy: { mode: 'auto-after', seconds: 10 }, text: 'apply after 10 s unless I veto' },
];

function Always({ card, disabled }: { card: Card; disabled: boolean }): ReactNode {
  return (
    <Menu.Root>
      <Menu.Trigger className={css.always} data-quiet disabled={disabled} aria-label="Always">
        Always ▾
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className={css.positioner}>
          <Menu.Popup className={css.menu}>
            {ALWAYS.map(({ autonomy, text }) => (
              <Menu.Item
                key={text}
                className={css.item}
                onClick={() => command({ type: 'SetAutonomy', kind: card.kind, autonomy })}
              >
                {KINDS[card.kind]} always {text}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
