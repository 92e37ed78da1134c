import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { actionsNow, type Action } from '../actions.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { keyCap } from '../keys.ts';
import { usePage } from '../store.ts';
import css from './Palette.module.css';

/** Finds any action by its words. */
export function Palette(): ReactNode {
  const open = useChoices((choices) => choices.dialog === 'palette');
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="Find an action" open={open} onClose={() => choose({ dialog: null })} hideTitle initialFocus={input}>
      <Finder input={input} />
    </Dialog>
  );
}

/** Actions whose group and title hold every word typed, in their own order. */
function matching(actions: readonly Action[], text: string): Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return actions.filter(
    ({ id, title, group }) => id !== 'palette' && words.every((word) => `${group} ${title}`.toLowerCase().includes(word)),
  );
}

const NONE: readonly string[] = [];

function run(action: Action | undefined): void {
  if (!action) return;
  choose({ dialog: null });
  action.run();
}

function Finder({ input }: { input: RefObject<HTMLInputElement | null> }): ReactNode {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const symbols = usePage((page) => page.session?.symbols ?? NONE);
  const found = matching(actionsNow(symbols), text);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.finder}>
      <input
        ref={input}
        aria-label="Find an action"
        placeholder="Find an action"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <ul ref={list} aria-label="Actions">
        {found.map((action, index) => (
          <li key={action.id}>
            <button
              type="button"
              tabIndex={-1}
              aria-current={index === at || undefined}
              onPointerMove={() => setAt(index)}
              onClick={() => run(action)}
            >
              <span>{action.title}</span>
              <span className={css.group}>{action.group}</span>
              <span className={css.keys}>
                {action.keys?.map((key) => (
                  <kbd key={key}>{keyCap(key)}</kbd>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <output className={found.length === 0 ? css.group : 'unseen'}>{found[at]?.title ?? 'No action has these words.'}</output>
    </div>
  );
}
