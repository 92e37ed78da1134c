import type { ReactNode } from 'react';
import type { BarPath } from '../../domain/tape.ts';
import type { SessionView } from '../../projections/views.ts';
import { openBundled, pickFile } from '../actions.ts';
import { count, interval, stamp } from '../format.ts';
import { usePage } from '../store.ts';
import { BAR_PATH_NAMES, STAMP_NAMES, TAPE_KINDS } from '../words.ts';
import { RejectedRows } from './RejectedRows.tsx';
import css from './Sessions.module.css';

/** The session that is open, what was read and how, and how to open another. */
export function Sessions(): ReactNode {
  const session = usePage((page) => page.session);
  const dead = usePage((page) => page.dead);
  return (
    <div className={css.sessions}>
      <div className={css.open}>
        <button type="button" disabled={dead} onClick={pickFile}>
          Open file… <kbd>O</kbd>
        </button>
        <button type="button" disabled={dead} onClick={openBundled}>
          Bundled session
        </button>
        <p>Or drop a file anywhere on the page. It stays in this browser.</p>
      </div>
      {session ? <Facts session={session} /> : <p className={css.none}>No session is open yet.</p>}
    </div>
  );
}

function Facts({ session }: { session: SessionView }): ReactNode {
  const { instrument, report } = session;
  const path: BarPath = session.barPath;
  const facts: [string, ReactNode][] = [
    ['Session', session.title],
    ['Source', session.source],
    ['Rows', `${count(session.rows)} ${TAPE_KINDS[session.kind]}`],
    ['From – to', `${stamp(session.fromTs, session.zone)} – ${stamp(session.toTs, session.zone)}`],
    ['Time stamps', STAMP_NAMES[session.stamp]],
    ['Bars', interval(session.intervalMs)],
    ['Bar path', BAR_PATH_NAMES[path]],
    ['Tick · lot', `${instrument.tick} · ${instrument.lot}`],
    ['Hours', instrument.session],
    ['Policy', session.policy],
    ['Prices', session.synthetic ? 'synthetic: no market made them' : 'recorded'],
    [
      'Digest',
      <code key="digest" title={session.digest}>
        {session.digest.slice(0, 12)}
      </code>,
    ],
  ];
  return (
    <>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={css.report}>
        <p>
          {count(report.rows)} rows read,{' '}
          <b data-tone={report.rejectedRows > 0 ? 'fault' : undefined}>{count(report.rejectedRows)} left out</b>
        </p>
        {report.counts.length > 0 ? (
          <ul>
            {report.counts.map(({ reason, rows }) => (
              <li key={reason}>
                {count(rows)} × {reason}
              </li>
            ))}
          </ul>
        ) : null}
        <RejectedRows rows={report.rejected} total={report.rejectedRows} />
        {session.notes.map((note) => (
          <p key={note} className={css.note}>
            {note}
          </p>
        ))}
      </div>
    </>
  );
}
