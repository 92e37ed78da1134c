import type { ReactNode } from 'react';
import { openBundled, pickFile, togglePractice } from '../actions.ts';
import { useChoices } from '../choices.ts';
import { bytes } from '../format.ts';
import { saveStored, settingsToKeep, useLibrary, useStorage } from '../library.ts';
import { Empty } from '../parts.tsx';
import { usePage } from '../store.ts';
import { Kept } from './Kept.tsx';
import { SessionFacts } from './SessionFacts.tsx';
import css from './Sessions.module.css';
import { useSaid } from './useSaid.ts';

export function Sessions(): ReactNode {
  const practice = useChoices((choices) => choices.practice);
  if (!practice) return <Shown />;
  return (
    <Empty>
      <p>Practice is on: sessions and files stay hidden, for their names and dates would tell which one this is.</p>
      <button type="button" onClick={togglePractice}>
        Show everything <kbd>H</kbd>
      </button>
    </Empty>
  );
}

/** What can be opened, what is kept, and the session that is open: what was read and how. */
function Shown(): ReactNode {
  const session = usePage((page) => page.session);
  const { library, error } = useLibrary();
  return (
    <div className={css.sessions}>
      <Open />
      <div className={css.kept}>
        {error === undefined ? null : (
          <p role="alert" data-tone="fault">
            {error}
          </p>
        )}
        {library ? <Kept library={library} /> : null}
      </div>
      <div className={css.facts}>
        {session ? <SessionFacts session={session} /> : <p className={css.none}>No session is open yet.</p>}
      </div>
    </div>
  );
}

function Open(): ReactNode {
  const able = usePage((page) => !page.dead && page.tab?.role !== 'mirror');
  const kept = usePage((page) => page.keeping?.kind !== null && page.keeping?.state !== 'opening');
  const { said, run } = useSaid();
  return (
    <div className={css.open}>
      <button type="button" disabled={!able} onClick={pickFile}>
        Open files… <kbd>O</kbd>
      </button>
      <button type="button" disabled={!able} onClick={openBundled}>
        Bundled session
      </button>
      <button
        type="button"
        disabled={!kept}
        onClick={() => void run(() => saveStored({ what: 'backup', settings: settingsToKeep() }))}
      >
        Back up everything
      </button>
      {said === '' ? null : <p role="status">{said}</p>}
      <p>
        Drop market files (one an instrument), your own trades, a session bundle or a backup anywhere on the page. Everything
        stays in this browser.
      </p>
      <StorageLine />
    </div>
  );
}

/** How much room is used, and whether the browser may clear it. */
function StorageLine(): ReactNode {
  const use = useStorage();
  const kind = usePage((page) => page.keeping?.kind ?? null);
  if (!use) return null;
  return (
    <p className={css.storage} data-tone={use.lasting ? undefined : 'waits'}>
      {bytes(use.used)} of {bytes(use.quota)} used
      {kind === 'indexeddb' ? ', in the browser’s own database: its private files are not available' : ''}.{' '}
      {use.lasting
        ? 'The browser has agreed to keep it.'
        : 'The browser has not agreed to keep it: it may clear it when room is short. A backup is a file of yours.'}
    </p>
  );
}
