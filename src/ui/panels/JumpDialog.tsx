import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { WallClock } from '../../domain/wall-clock.ts';
import { seek } from '../actions.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { zoneName } from '../format.ts';
import { usePage } from '../store.ts';
import css from './JumpDialog.module.css';

const close = (): void => choose({ dialog: null });

/** Goes to a date and a time of the session's market. */
export function JumpDialog(): ReactNode {
  const open = useChoices((choices) => choices.dialog === 'jump');
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="Go to a date and time" open={open} onClose={close} initialFocus={input}>
      <Where input={input} />
    </Dialog>
  );
}

function Where({ input }: { input: RefObject<HTMLInputElement | null> }): ReactNode {
  const session = usePage((page) => page.session);
  const dead = usePage((page) => page.dead);
  const zone = session?.zone ?? 'UTC';
  const [written, setWritten] = useState(() => {
    const { clock } = usePage.getState();
    return session ? new WallClock(zone).written(clock?.ts ?? session.fromTs) : '';
  });
  const [problem, setProblem] = useState('');
  useEffect(() => input.current?.select(), [input]);

  const go = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      seek(await client.ask({ ask: 'row-at', written }));
      close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      input.current?.select();
    }
  };

  if (!session) return <p>No session is open.</p>;
  const clock = new WallClock(zone);
  return (
    <form className={css.where} onSubmit={(event) => void go(event)}>
      <label className={css.field}>
        <span>Date and time in {zoneName(zone)}</span>
        <input
          ref={input}
          value={written}
          autoComplete="off"
          spellCheck={false}
          placeholder="2019-02-15 10:42"
          aria-invalid={problem !== ''}
          aria-describedby="jump-range jump-problem"
          onChange={(event) => {
            setWritten(event.target.value);
            setProblem('');
          }}
        />
      </label>
      <button type="submit" data-primary disabled={dead}>
        Go <kbd>Enter</kbd>
      </button>
      <p id="jump-range" className={css.range}>
        The session begins at {clock.written(session.fromTs)}; its last row begins at {clock.written(session.toTs)}. A date alone,
        or a time of the day that is shown, will do.
      </p>
      <p id="jump-problem" className={css.problem} role="alert">
        {problem}
      </p>
    </form>
  );
}
