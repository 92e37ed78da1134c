import type { ReactNode } from 'react';
import type { BarPath } from '../../domain/tape.ts';
import type { SessionView } from '../../projections/views.ts';
import { show } from '../engine.ts';
import { count, interval, stamp, zoneName } from '../format.ts';
import { BAR_PATH_NAMES, STAMP_NAMES, TAPE_KINDS } from '../words.ts';
import { ImportReport } from './ImportReport.tsx';
import { RejectedRows } from './RejectedRows.tsx';
import css from './SessionFacts.module.css';

/** The session that is open: what was read, and how. */
export function SessionFacts({ session }: { session: SessionView }): ReactNode {
  const { instrument, report } = session;
  const path: BarPath = session.barPath;
  const facts: [string, ReactNode][] = [
    ['Session', session.title],
    ['Source', session.source],
    ['Rows', session.files.length > 1 ? count(session.rows) : `${count(session.rows)} ${TAPE_KINDS[session.kind]}`],
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
      <div>
        {session.files.length > 1 ? <Files session={session} /> : null}
        <dl className={css.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className={css.report}>
        <p>
          {session.files.length > 1 ? `${instrument.symbol}: ` : ''}
          {count(report.rows)} rows read,{' '}
          <b data-tone={report.rejectedRows > 0 ? 'fault' : undefined}>{count(report.rejectedRows)} left out</b>
        </p>
        <ImportReport found={report} zone={session.zone} />
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

/** The files of a session of several: a click puts one on the chart, and its facts below. */
function Files({ session }: { session: SessionView }): ReactNode {
  return (
    <table className={css.files} aria-label="Files">
      <thead>
        <tr>
          <th scope="col">Instrument</th>
          <th scope="col">File</th>
          <th scope="col" data-number>
            Rows
          </th>
          <th scope="col" data-number>
            Left out
          </th>
          <th scope="col">Bars</th>
          <th scope="col">Zone</th>
        </tr>
      </thead>
      <tbody>
        {session.files.map((file) => (
          <tr key={file.symbol} aria-current={file.symbol === session.instrument.symbol || undefined}>
            <th scope="row">
              <button type="button" data-quiet onClick={() => show(file.symbol)}>
                {file.symbol}
              </button>
            </th>
            <td title={`${file.name} · digest ${file.digest}`}>{file.name}</td>
            <td data-number>
              {count(file.rows)} {TAPE_KINDS[file.kind]}
            </td>
            <td data-number data-tone={file.rejectedRows > 0 ? 'fault' : undefined}>
              {count(file.rejectedRows)}
            </td>
            <td>{interval(file.intervalMs)}</td>
            <td>{zoneName(file.zone)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
