import { type ReactNode, type RefObject, useRef, useState } from 'react';
import type { ArchiveView } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { count } from '../format.ts';
import { takeSettings, useForgetLibrary } from '../library.ts';
import css from './Kept.module.css';

const close = (): void => choose({ archive: null });

/** Shows what a session bundle or a backup holds, every digest of it checked, and takes it in. */
export function ArchiveDialog(): ReactNode {
  const archive = useChoices((choices) => choices.archive);
  const title = archive?.view.kind === 'backup' ? 'Restore a backup' : 'Open a session bundle';
  const confirm = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={title} open={archive !== null} onClose={close} initialFocus={confirm}>
      {archive ? <Archive file={archive.file} view={archive.view} confirm={confirm} /> : null}
    </Dialog>
  );
}

const several = (number: number, word: string): string => `${count(number)} ${word}${number === 1 ? '' : 's'}`;

function Archive(props: { file: File; view: ArchiveView; confirm: RefObject<HTMLButtonElement | null> }): ReactNode {
  const { file, view, confirm } = props;
  const backup = view.kind === 'backup';
  const [state, setState] = useState<'asking' | 'working' | 'done'>('asking');
  const [said, setSaid] = useState('');
  const forget = useForgetLibrary();
  const take = async (): Promise<void> => {
    setState('working');
    try {
      const done = await client.ask({ ask: 'archive', file, restore: true });
      if (!backup) return close();
      takeSettings(view.settings);
      await forget();
      setSaid(`Restored: ${done?.restored ?? ''}. What was here already was not changed.`);
      setState('done');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
      setState('asking');
    }
  };
  return (
    <div className={css.asked}>
      <p>
        <b>{file.name}</b>
        {view.created === '' ? '' : `, made ${view.created}`}
      </p>
      <p>
        {several(view.sessions.length, 'session')}, {several(view.recordings, 'recording')}
        {backup ? `, ${view.policies} ${view.policies === 1 ? 'policy' : 'policies'}` : ''}.{' '}
        {backup
          ? 'Every digest was checked. What is kept here already stays as it is.'
          : 'Every digest was checked, and the journal is what this engine makes of it, to the letter.'}
      </p>
      <ul className={css.list}>
        {view.sessions.map(({ id, name, records }) => (
          <li key={id}>
            {name} · {several(records, 'record')}
          </li>
        ))}
      </ul>
      {view.faults.length === 0 ? null : (
        <div role="alert">
          <p data-tone="fault">Left out, because it is broken:</p>
          <ul className={css.list}>
            {view.faults.map(({ entry, problem }) => (
              <li key={`${entry} ${problem}`}>
                <code>{entry}</code> {problem}
              </li>
            ))}
          </ul>
        </div>
      )}
      {said === '' ? null : <p role={state === 'done' ? 'status' : 'alert'}>{said}</p>}
      <div className={css.buttons}>
        <button type="button" onClick={close}>
          {state === 'done' ? 'Close' : 'Cancel'} <kbd>Esc</kbd>
        </button>
        {state === 'done' ? null : (
          <button ref={confirm} type="button" data-primary disabled={state === 'working'} onClick={() => void take()}>
            {backup ? 'Restore' : 'Open'} <kbd>Enter</kbd>
          </button>
        )}
      </div>
    </div>
  );
}
