import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { Library, LibraryChange, StoredForm } from '../../worker/protocol.ts';
import { Dialog } from '../Dialog.tsx';
import { count } from '../format.ts';
import { saveStored, useChange } from '../library.ts';
import css from './Kept.module.css';
import { useSaid } from './useSaid.ts';

/** What the user wants done with a session or a recording. */
export type KeptWish =
  | { what: 'rename-session' | 'export-session' | 'remove-session'; id: string; name: string }
  | { what: 'rename-recording' | 'export-recording' | 'remove-recording'; digest: string; name: string };

/** Asks what is still to be said before something that is kept is renamed, exported or deleted. */
export function KeptDialog(props: { wish: KeptWish | null; library: Library; onClose: () => void }): ReactNode {
  const { wish, library, onClose } = props;
  const verb = wish?.what.startsWith('rename') ? 'Rename' : wish?.what.startsWith('export') ? 'Export' : 'Delete';
  return (
    <Dialog title={wish ? `${verb} “${wish.name}”` : ''} open={wish !== null} onClose={onClose}>
      {wish ? <Asked wish={wish} library={library} onDone={onClose} /> : null}
    </Dialog>
  );
}

function Asked({ wish, library, onDone }: { wish: KeptWish; library: Library; onDone: () => void }): ReactNode {
  switch (wish.what) {
    case 'rename-session':
      return <Rename name={wish.name} change={(name) => ({ what: 'rename-session', id: wish.id, name })} onDone={onDone} />;
    case 'rename-recording':
      return (
        <Rename name={wish.name} change={(name) => ({ what: 'rename-recording', digest: wish.digest, name })} onDone={onDone} />
      );
    case 'export-session':
      return <Exports forms={sessionForms(wish.id)} />;
    case 'export-recording':
      return <Exports forms={[{ form: { what: 'recording', digest: wish.digest }, name: 'Parquet', says: RECORDING }]} />;
    case 'remove-session':
      return <Remove change={{ what: 'remove-session', id: wish.id }} says={branchesIn(library, wish.id)} onDone={onDone} />;
    case 'remove-recording':
      return (
        <Remove
          change={{ what: 'remove-recording', digest: wish.digest }}
          says="Its data are deleted from this browser."
          onDone={onDone}
        />
      );
    default:
      return wish satisfies never;
  }
}

function branchesIn({ sessions }: Library, id: string): string {
  const doomed = [id];
  for (const one of doomed) for (const { id: other, parent } of sessions) if (parent?.session === one) doomed.push(other);
  const branches = doomed.length - 1;
  return branches === 0
    ? 'Its journal is deleted from this browser. The recordings stay.'
    : `Its journal is deleted from this browser, and with it ${branches === 1 ? 'the branch' : `the ${count(branches)} branches`} that begins with it. The recordings stay.`;
}

function useAsked(onDone: () => void): { fault: string; ask: (change: LibraryChange) => void } {
  const change = useChange();
  const [fault, setFault] = useState('');
  return {
    fault,
    ask: (wanted) =>
      void change(wanted).then(onDone, (error: unknown) => setFault(error instanceof Error ? error.message : String(error))),
  };
}

function Fault({ text }: { text: string }): ReactNode {
  return text === '' ? null : (
    <p role="alert" data-tone="fault">
      {text}
    </p>
  );
}

function Rename(props: { name: string; change: (name: string) => LibraryChange; onDone: () => void }): ReactNode {
  const [name, setName] = useState(props.name);
  const { fault, ask } = useAsked(props.onDone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') ask(props.change(name.trim()));
  };
  return (
    <form className={css.asked} onSubmit={submit}>
      <label>
        Name
        <input value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
      </label>
      <Fault text={fault} />
      <button type="submit" data-primary disabled={name.trim() === ''}>
        Rename <kbd>Enter</kbd>
      </button>
    </form>
  );
}

function Remove({ change, says, onDone }: { change: LibraryChange; says: string; onDone: () => void }): ReactNode {
  const { fault, ask } = useAsked(onDone);
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <div className={css.asked}>
      <p>{says} This cannot be undone; export it first to keep it as a file.</p>
      <Fault text={fault} />
      <div className={css.buttons}>
        <button ref={cancel} type="button" onClick={onDone}>
          Keep it <kbd>Esc</kbd>
        </button>
        <button type="button" data-danger onClick={() => ask(change)}>
          Delete
        </button>
      </div>
    </div>
  );
}

interface Form {
  form: StoredForm;
  name: string;
  says: string;
}

const RECORDING = 'every row with its instrument and calendar; any tool reads it, and Ratchet opens it again to the same digest';

const sessionForms = (id: string): Form[] => [
  {
    form: { what: 'session', id, as: 'bundle' },
    name: 'Session bundle',
    says: 'recordings, policy, decisions and journal in one file: another Ratchet opens it and makes sure that it comes to the same',
  },
  {
    form: { what: 'session', id, as: 'journal.jsonl' },
    name: 'Journal',
    says: 'JSON lines, a record each: the very bytes of the digest',
  },
  { form: { what: 'session', id, as: 'sqlite' }, name: 'SQLite', says: 'events, position_events and ml_position_predictions' },
  { form: { what: 'session', id, as: 'journal.csv' }, name: 'Journal as CSV', says: 'a row a record' },
  {
    form: { what: 'session', id, as: 'position_events.csv' },
    name: 'position_events, CSV',
    says: 'every action with its evidence',
  },
  { form: { what: 'session', id, as: 'position_events.jsonl' }, name: 'position_events, JSON lines', says: 'the same' },
  {
    form: { what: 'session', id, as: 'ml_position_predictions.csv' },
    name: 'ml_position_predictions, CSV',
    says: 'empty while no model speaks',
  },
  {
    form: { what: 'session', id, as: 'ml_position_predictions.jsonl' },
    name: 'ml_position_predictions, JSON lines',
    says: 'the same',
  },
  { form: { what: 'session', id, as: 'positions.csv' }, name: 'Positions, CSV', says: 'a row a position' },
  { form: { what: 'session', id, as: 'trades.csv' }, name: 'Trades, CSV', says: 'a row a closed position' },
  { form: { what: 'session', id, as: 'exits.csv' }, name: 'Exits, CSV', says: 'a row a share of an exit' },
];

function Exports({ forms }: { forms: readonly Form[] }): ReactNode {
  const { said, run } = useSaid();
  return (
    <div className={css.asked}>
      <ul className={css.forms}>
        {forms.map(({ form, name, says }) => (
          <li key={name}>
            <button type="button" onClick={() => void run(() => saveStored(form))}>
              {name}
            </button>
            <span>{says}</span>
          </li>
        ))}
      </ul>
      <p role="status">{said}</p>
    </div>
  );
}
