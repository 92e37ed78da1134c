import type { ReactNode } from 'react';
import { ACTIONS } from '../actions.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { keyCap } from '../keys.ts';
import css from './Help.module.css';

/** All keys, by group. */
export function Help(): ReactNode {
  const open = useChoices((choices) => choices.dialog === 'help');
  const keyed = ACTIONS.filter((action) => action.keys);
  const groups = [...new Set(keyed.map(({ group }) => group))];
  return (
    <Dialog title="Keys" open={open} onClose={() => choose({ dialog: null })} wide>
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {keyed
                .filter((action) => action.group === group)
                .map(({ id, title, keys }) => (
                  <div key={id}>
                    <dt>{title}</dt>
                    <dd>
                      {keys?.map((key) => (
                        <kbd key={key}>{keyCap(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={css.note}>
        Letters work anywhere but in a field; Esc leaves a field. Tab reaches everything, arrows move inside tabs.
      </p>
    </Dialog>
  );
}
