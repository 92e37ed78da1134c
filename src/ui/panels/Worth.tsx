import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DecisionWorth, NearMiss, Outcome, WorthView } from '../../projections/performance-views.ts';
import { choose } from '../choices.ts';
import { client, show } from '../engine.ts';
import { count, duration, signedMoney, signedR, stamp, toneOf } from '../format.ts';
import { Empty, Segmented } from '../parts.tsx';
import { usePage } from '../store.ts';
import { cancelWorth, computeWorth, useReview } from '../worth.ts';
import { Criteria } from './Criteria.tsx';
import css from './Worth.module.css';

const OUTCOMES: Record<Outcome, string> = {
  approved: 'Taken',
  auto: 'Automatic',
  rejected: 'Rejected',
  vetoed: 'Vetoed',
  expired: 'Expired',
  superseded: 'Superseded',
  failed: 'Failed',
};

/** What was decided on every proposal of the session, and what that was worth against the other way. */
export function Worth(): ReactNode {
  const { view, run, records, share, error } = useReview();
  const now = usePage((page) => page.run);
  const length = usePage((page) => page.journal.length);
  const able = usePage((page) => !page.dead && page.session !== null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [list, setList] = useState<'decisions' | 'misses'>('decisions');
  const shown = view !== null && run === now ? view : null;
  return (
    <section className={css.review} aria-label="Approvals review">
      <div className={css.left}>
        <div className={css.bar}>
          {share === null ? (
            <button type="button" disabled={!able} onClick={() => void computeWorth()}>
              {shown ? 'Compute again' : 'Compute'}
            </button>
          ) : (
            <>
              <progress className={css.progress} value={share} aria-label="Following every other way" />
              <button type="button" onClick={cancelWorth}>
                Cancel
              </button>
            </>
          )}
          <span role="status" className={css.said}>
            {error === '' ? saidOf(share, shown !== null && length > records) : <span data-tone="fault">{error}</span>}
          </span>
        </div>
        {shown ? <Sums view={shown} chosen={outcome} onChoose={setOutcome} /> : null}
        <Convention />
      </div>
      <div className={css.right}>
        {shown ? (
          <>
            <div className={css.bar}>
              <Segmented
                label="List"
                value={list}
                options={[
                  { value: 'decisions', text: `Decisions · ${count(shown.decisions.length)}` },
                  { value: 'misses', text: `Near misses · ${count(shown.misses.length)}` },
                ]}
                onChoose={setList}
              />
              {list === 'decisions' && outcome !== null ? (
                <button type="button" data-quiet onClick={() => setOutcome(null)}>
                  only {OUTCOMES[outcome].toLowerCase()} · show all
                </button>
              ) : null}
            </div>
            {list === 'decisions' ? (
              <Decisions decisions={shown.decisions.filter((one) => outcome === null || one.outcome === outcome)} />
            ) : (
              <Misses misses={shown.misses} />
            )}
          </>
        ) : (
          <Empty>
            Each proposal of the session is taken the other way and followed to the close of its position. Compute shows what
            every decision was worth.
          </Empty>
        )}
      </div>
    </section>
  );
}

function saidOf(share: number | null, stale: boolean): string {
  if (share !== null) return `${Math.floor(share * 100)} %`;
  return stale ? 'The session has gone on since.' : '';
}

function Convention(): ReactNode {
  return (
    <details className={css.convention}>
      <summary>How it is reckoned</summary>
      <p>
        What was applied is compared with its rejection, what was not with its approval as soon as it could be; a later approval
        also with the same one at once (delay). Worth is money of that position alone, net of fees: positive where acting was, or
        would have been, better than not acting. R is the position’s own initial risk. Halts or other positions that would have
        followed do not count. Each decision counts by itself: of a rule that asked again and again the sums count every time.
      </p>
      <p>
        Your later commands are repeated at the same places where they still mean the same: a command on a proposal goes to the
        one of the same rule, trigger and position; what has no meaning there any more is left out.
      </p>
      <p>What is open where the session stands counts at the price it would leave at. Nothing later on the tape is looked at.</p>
      <p>
        A near miss: all criteria but one held, and that one came within 10 % of its threshold, or 0.1R of its price. At most one
        a position and trigger, the nearest.
      </p>
    </details>
  );
}

function Sums(props: { view: WorthView; chosen: Outcome | null; onChoose: (outcome: Outcome | null) => void }): ReactNode {
  const { view, chosen, onChoose } = props;
  if (view.byOutcome.length === 0) return <p className={css.none}>No proposal has ended yet.</p>;
  return (
    <table className={css.sums} aria-label="Worth by outcome">
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col" data-number>
            Decisions
          </th>
          <th scope="col" data-number>
            Worth of acting
          </th>
          <th scope="col" data-number>
            R
          </th>
        </tr>
      </thead>
      <tbody>
        {view.byOutcome.map(({ outcome, decisions, counted, worth, worthR }) => (
          <tr key={outcome}>
            <th scope="row">
              <button
                type="button"
                data-quiet
                aria-pressed={chosen === outcome}
                title={`Show only what was ${OUTCOMES[outcome].toLowerCase()}`}
                onClick={() => onChoose(chosen === outcome ? null : outcome)}
              >
                {OUTCOMES[outcome]}
              </button>
            </th>
            <td data-number title={counted < decisions ? `${decisions - counted} could not be compared` : undefined}>
              {count(decisions)}
              {counted < decisions ? <small> ({count(counted)} compared)</small> : null}
            </td>
            <td data-number data-tone={counted > 0 ? toneOf(worth) : undefined}>
              {counted > 0 ? signedMoney(worth) : '–'}
            </td>
            <td data-number>{worthR === null ? '–' : signedR(worthR)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Amounts = ({ worth, worthR }: Pick<DecisionWorth, 'worth' | 'worthR'>): ReactNode => (
  <>
    <td data-number data-tone={worth === null ? undefined : toneOf(worth)}>
      {worth === null ? '–' : signedMoney(worth)}
    </td>
    <td data-number>{worthR === null ? '–' : signedR(worthR)}</td>
  </>
);

function Decisions({ decisions }: { decisions: readonly DecisionWorth[] }): ReactNode {
  const [open, setOpen] = useState<string | null>(null);
  if (decisions.length === 0) return <Empty>No proposal has ended yet.</Empty>;
  return (
    <div className={css.scroller}>
      <table className={css.list} aria-label="Decisions">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Outcome</th>
            <th scope="col">Action</th>
            <th scope="col" data-number title="Positive where acting was, or would have been, better than not acting">
              Worth of acting
            </th>
            <th scope="col" data-number>
              R
            </th>
            <th scope="col" data-number title="As it went, against the same approval at once">
              Delay
            </th>
          </tr>
        </thead>
        <tbody>
          {decisions.map((one) => (
            <Decision
              key={one.proposalId}
              one={one}
              open={open === one.proposalId}
              onOpen={() => setOpen(open === one.proposalId ? null : one.proposalId)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Goes to a record: in the journal, and on the chart. */
function goToRecord(seq: number, positionId: string, symbol: string): void {
  const line = usePage.getState().journal.find((one) => one.seq === seq);
  if (line) choose(({ focus }) => ({ focus: { ts: line.ts, price: line.price, symbol, nonce: (focus?.nonce ?? 0) + 1 } }));
  show(symbol);
  choose({ shownRecord: seq, logTab: 'journal', selectedPositionId: positionId });
}

function Decision({ one, open, onOpen }: { one: DecisionWorth; open: boolean; onOpen: () => void }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const { openedTs, outcome, action, actual, otherwise, worth, worthR, delayCost, delayMs, why } = one;
  const go = (): void => {
    if (!open) goToRecord(one.openedSeq, one.positionId, one.symbol);
    onOpen();
  };
  return (
    <>
      <tr data-open={open || undefined}>
        <td>
          <time dateTime={new Date(openedTs).toISOString()}>{stamp(openedTs, zone)}</time>
        </td>
        <td>{OUTCOMES[outcome]}</td>
        <th scope="row">
          <button type="button" className={css.action} aria-expanded={open} onClick={go}>
            {action}
          </button>
        </th>
        <Amounts worth={worth} worthR={worthR} />
        <td
          data-number
          data-tone={delayCost === null ? undefined : toneOf(delayCost)}
          title={delayCost === null ? undefined : `approved after ${duration(delayMs)}`}
        >
          {delayCost === null ? '–' : signedMoney(delayCost)}
        </td>
      </tr>
      {open ? (
        <tr className={css.more}>
          <td colSpan={6}>
            <p>
              {actual === null ? null : `As it went ${signedMoney(actual)}`}
              {otherwise === null ? null : `, the other way ${signedMoney(otherwise)}`}
              {why === '' ? null : ` · ${why}`}
            </p>
            <Evidence seq={one.openedSeq} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** The criteria of a proposal as they were when it was made. */
function Evidence({ seq }: { seq: number }): ReactNode {
  const run = usePage((page) => page.run);
  const { data, error } = useQuery({ queryKey: ['record', run, seq], queryFn: () => client.ask({ ask: 'record', seq }) });
  if (error) return <p data-tone="fault">{error.message}</p>;
  if (data?.event.type !== 'ProposalOpened') return null;
  return <Criteria criteria={data.event.proposal.criteria} />;
}

function Misses({ misses }: { misses: readonly NearMiss[] }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  if (misses.length === 0) return <Empty>No rule came within one criterion of acting.</Empty>;
  return (
    <div className={css.scroller}>
      <table className={css.list} aria-label="Near misses">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Action that was not proposed</th>
            <th scope="col">Missing</th>
            <th scope="col" data-number title="What acting there would have added">
              Worth of acting
            </th>
            <th scope="col" data-number>
              R
            </th>
          </tr>
        </thead>
        <tbody>
          {misses.map(({ positionId, rule, trigger, symbol, ts, missing, action, worth, worthR, why }) => (
            <tr key={`${positionId} ${rule} ${trigger}`}>
              <td>
                <time dateTime={new Date(ts).toISOString()}>{stamp(ts, zone)}</time>
              </td>
              <th scope="row">
                <button
                  type="button"
                  className={css.action}
                  title={why || undefined}
                  onClick={() => {
                    choose(({ focus }) => ({
                      focus: { ts, price: null, symbol, nonce: (focus?.nonce ?? 0) + 1 },
                      selectedPositionId: positionId,
                    }));
                    show(symbol);
                  }}
                >
                  {action}
                </button>
              </th>
              <td>
                {missing.label} {missing.value}, asked {missing.comparison} {missing.threshold}
              </td>
              <Amounts worth={worth} worthR={worthR} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
