import { type ReactNode, useEffect, useState } from 'react';
import type { Trouble } from '../../worker/protocol.ts';
import { openBundled, pickFile } from '../actions.ts';
import { client } from '../engine.ts';
import { saveStored } from '../library.ts';
import { forget } from '../remembered.ts';
import { usePage } from '../store.ts';
import css from './Keeping.module.css';

/** What is to be known of how this tab and its journal stand; nothing while it drives and everything is kept. */
export function Keeping(): ReactNode {
  const tab = usePage((page) => page.tab);
  const keeping = usePage((page) => page.keeping);
  if (tab && tab.role !== 'driver') return <LooksOn inMs={tab.role === 'heir' ? tab.inMs : null} />;
  if (!keeping) return null;
  if (keeping.trouble) return <Missing trouble={keeping.trouble} />;
  if (keeping.state !== 'failing' && keeping.message === '') return null;
  return (
    <div className={css.strip} data-tone="fault" role="status" aria-label="Journal">
      <b>{keeping.state === 'failing' ? 'Not saved: entries and adds are held' : 'Nothing is kept'}</b>
      <span>{keeping.message}</span>
    </div>
  );
}

const takeOver = (): void => client.send({ type: 'take-over' });

/** Another tab drives, or has just gone. */
function LooksOn({ inMs }: { inMs: number | null }): ReactNode {
  if (inMs === 0)
    return (
      <div className={css.strip} data-tone="waits" role="status" aria-label="Tab">
        <b>This tab takes over</b>
        <span>The journal is being opened here.</span>
      </div>
    );
  return (
    <div className={css.strip} data-tone="waits" role="status" aria-label="Tab">
      <b>{inMs === null ? 'This tab looks on' : 'The tab that was driving is gone'}</b>
      <span>
        {inMs === null ? 'Ratchet is open in another tab, which drives. Nothing can be decided here.' : <Countdown ms={inMs} />}
      </span>
      <button type="button" onClick={takeOver}>
        {inMs === null ? 'Drive in this tab' : 'Take over now'}
      </button>
    </div>
  );
}

/** Whole seconds that are left, counted by the page's own clock: no market's time passes here. */
function Countdown({ ms }: { ms: number }): ReactNode {
  const [left, setLeft] = useState(Math.ceil(ms / 1_000));
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <>This one takes over where it stood, in {left} s.</>;
}

const TITLES: Record<Trouble['kind'], string> = {
  missing: 'Journal missing',
  damaged: 'The journal cannot be trusted',
  other: 'The journal cannot be gone on with',
};

/** Why nothing is open, and what can be done: nothing takes the journal's place before the user says so. */
function Missing({ trouble }: { trouble: Trouble }): ReactNode {
  const { kind, message, session } = trouble;
  const [said, setSaid] = useState('');
  const exportIt = (): void => {
    saveStored({ what: 'database' }).then(
      (name) => setSaid(`${name} was handed to the browser's downloads.`),
      (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <section className={css.missing} role="alert" aria-label="Journal">
      <h2>{TITLES[kind]}</h2>
      <p>{message}</p>
      <p>Nothing was changed, and nothing is opened in its place.</p>
      <div className={css.ways}>
        {kind === 'missing' ? null : (
          <button type="button" onClick={exportIt}>
            Export what is kept
          </button>
        )}
        <button type="button" onClick={pickFile}>
          Restore a backup…
        </button>
        <button
          type="button"
          onClick={() => {
            forget();
            openBundled();
          }}
        >
          Begin with the bundled session
        </button>
      </div>
      {said === '' ? null : <p role="status">{said}</p>}
      {session === null ? null : <p className={css.small}>Session {session}</p>}
    </section>
  );
}
