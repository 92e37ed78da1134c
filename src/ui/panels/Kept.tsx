import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { Library } from '../../worker/protocol.ts';
import { useChoices } from '../choices.ts';
import { client } from '../engine.ts';
import { bytes, count, days, wallMoment } from '../format.ts';
import { useChange } from '../library.ts';
import { takeUp } from '../policy.ts';
import { usePage } from '../store.ts';
import css from './Kept.module.css';
import { KeptDialog, type KeptWish } from './KeptDialog.tsx';

type KeptSession = Library['sessions'][number];
type KeptRecording = Library['recordings'][number];

/** The sessions and recordings that are kept: opened, renamed, exported, deleted. */
export function Kept({ library }: { library: Library }): ReactNode {
  const [wish, setWish] = useState<KeptWish | null>(null);
  return (
    <div className={css.kept}>
      <KeptSessions sessions={library.sessions} onWish={setWish} />
      <Recordings recordings={library.recordings} onWish={setWish} />
      <Policies policies={library.policies} />
      <KeptDialog wish={wish} library={library} onClose={() => setWish(null)} />
    </div>
  );
}

/** Once something was asked for, the session that is open takes the focus where what had it is gone with that. */
function useFocusAfter(): { here: RefObject<HTMLElement | null>; asked: () => void } {
  const here = useRef<HTMLElement>(null);
  const waits = useRef(false);
  useEffect(() => {
    if (!waits.current || document.activeElement !== document.body) return;
    waits.current = false;
    here.current?.focus();
  });
  return { here, asked: () => void (waits.current = true) };
}

const useAble = (): boolean => usePage((page) => !page.dead && page.tab?.role === 'driver');

function KeptSessions({ sessions, onWish }: { sessions: readonly KeptSession[]; onWish: (wish: KeptWish) => void }): ReactNode {
  const open = usePage((page) => page.keeping?.session ?? null);
  const records = usePage((page) => page.keeping?.records ?? 0);
  const able = useAble();
  const { here, asked } = useFocusAfter();
  const nameOf = new Map(sessions.map(({ id, name }) => [id, name]));
  return (
    <table aria-label="Sessions">
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">Policy</th>
          <th scope="col" data-number>
            Records
          </th>
          <th scope="col">Last used</th>
          <th scope="col">
            <span className="unseen">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map(({ id, name, policy, parent, touched, ...session }) => (
          <tr key={id} aria-current={id === open || undefined}>
            <th scope="row">
              {id === open ? (
                <b ref={here} tabIndex={-1} title={`${name} · this session is open`}>
                  {name}
                </b>
              ) : (
                <button
                  type="button"
                  data-quiet
                  disabled={!able}
                  title={`${name} · open where it was left`}
                  onClick={() => {
                    asked();
                    client.send({ type: 'open-session', id });
                  }}
                >
                  {name}
                </button>
              )}{' '}
              {parent ? (
                <small title={`Its first ${parent.seq} records are those of “${nameOf.get(parent.session) ?? ''}”`}>
                  branch from record {count(parent.seq)}
                </small>
              ) : null}
            </th>
            <td>{policy}</td>
            <td data-number>{count(id === open ? records : session.records)}</td>
            <td>{wallMoment(touched)}</td>
            <td>
              <Ways
                name={name}
                able={able}
                onRename={() => onWish({ what: 'rename-session', id, name })}
                onExport={() => onWish({ what: 'export-session', id, name })}
                onRemove={() => {
                  asked();
                  onWish({ what: 'remove-session', id, name });
                }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Recordings(props: { recordings: readonly KeptRecording[]; onWish: (wish: KeptWish) => void }): ReactNode {
  const { recordings, onWish } = props;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const policy = useChoices((choices) => choices.policy);
  const able = useAble();
  const replay = (digests: readonly string[]): void =>
    client.send({ type: 'open-recordings', digests: [...digests], policy, barPath: 'adverse-first' });
  const together = chosen.filter((digest) => recordings.some((recording) => recording.digest === digest));
  if (recordings.length === 0) return <p className={css.none}>No recordings yet: every file that is opened is kept as one.</p>;
  return (
    <>
      <table aria-label="Recordings">
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Together</span>
            </th>
            <th scope="col">Recording</th>
            <th scope="col">Instrument</th>
            <th scope="col" data-number>
              Rows
            </th>
            <th scope="col">From – to (UTC)</th>
            <th scope="col" data-number>
              Size
            </th>
            <th scope="col">
              <span className="unseen">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {recordings.map(({ digest, name, symbol, kind, rows, fromTs, toTs, synthetic, bytes: size }) => (
            <tr key={digest}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Replay ${name} together with others`}
                  checked={together.includes(digest)}
                  onChange={({ target }) =>
                    setChosen(target.checked ? [...together, digest] : together.filter((one) => one !== digest))
                  }
                />
              </td>
              <th scope="row">
                <button
                  type="button"
                  data-quiet
                  disabled={!able}
                  title={`${name} · replay as a new session · digest ${digest}`}
                  onClick={() => replay([digest])}
                >
                  {name}
                </button>
                {synthetic ? <small>synthetic</small> : null}
              </th>
              <td>{symbol}</td>
              <td data-number>
                {count(rows)} {kind}
              </td>
              <td>{days(fromTs, toTs)}</td>
              <td data-number>{bytes(size)}</td>
              <td>
                <Ways
                  name={name}
                  able={able}
                  onRename={() => onWish({ what: 'rename-recording', digest, name })}
                  onExport={() => onWish({ what: 'export-recording', digest, name })}
                  onRemove={() => onWish({ what: 'remove-recording', digest, name })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {together.length > 1 ? (
        <button type="button" disabled={!able} onClick={() => replay(together)}>
          Replay {together.length} recordings together
        </button>
      ) : null}
    </>
  );
}

/** Policies of the user's own that were used. */
function Policies({ policies }: { policies: Library['policies'] }): ReactNode {
  const able = useAble();
  const change = useChange();
  if (policies.length === 0) return null;
  return (
    <table aria-label="Policies of your own">
      <thead>
        <tr>
          <th scope="col">Policy of your own</th>
          <th scope="col">
            <span className="unseen">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {policies.map(({ name, policy }) => (
          <tr key={name}>
            <th scope="row">
              <button
                type="button"
                data-quiet
                title="Write on with it, and start sessions with it"
                onClick={() => void takeUp(policy)}
              >
                {name}
              </button>
            </th>
            <td>
              <span className={css.ways}>
                <button
                  type="button"
                  data-quiet
                  aria-label={`Delete ${name}`}
                  disabled={!able}
                  onClick={() => void change({ what: 'remove-policy', name })}
                >
                  Delete
                </button>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Ways(props: {
  name: string;
  able: boolean;
  onRename: () => void;
  onExport: () => void;
  onRemove: () => void;
}): ReactNode {
  const { name, able, onRename, onExport, onRemove } = props;
  return (
    <span className={css.ways}>
      <button type="button" data-quiet aria-label={`Export ${name}`} onClick={onExport}>
        Export
      </button>
      <button type="button" data-quiet aria-label={`Rename ${name}`} disabled={!able} onClick={onRename}>
        Rename
      </button>
      <button type="button" data-quiet aria-label={`Delete ${name}`} disabled={!able} onClick={onRemove}>
        Delete
      </button>
    </span>
  );
}
