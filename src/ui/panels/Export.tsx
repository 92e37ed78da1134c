import { type ReactNode, useState } from 'react';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { count } from '../format.ts';
import { save } from '../save.ts';
import { usePage } from '../store.ts';
import type { Answers } from '../../worker/protocol.ts';
import css from './Export.module.css';

type Outcome = { state: 'idle' | 'asking' } | { state: 'done'; answer: Answers['export'] } | { state: 'failed'; message: string };

/** Saves the journal, the positions and the figures as files, and says the journal's digest. */
export function ExportButton(): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'idle' });
  const able = usePage((page) => !page.dead && page.session !== null);
  const run = async (): Promise<void> => {
    setOutcome({ state: 'asking' });
    try {
      const answer = await client.ask({ ask: 'export' });
      save('journal.jsonl', answer.journal, 'application/x-ndjson');
      save('positions.json', answer.positions, 'application/json');
      save('figures.json', answer.figures, 'application/json');
      setOutcome({ state: 'done', answer });
    } catch (error) {
      setOutcome({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const over = outcome.state === 'done' || outcome.state === 'failed';
  return (
    <>
      <button
        type="button"
        data-quiet
        className={css.button}
        disabled={!able || outcome.state === 'asking'}
        onClick={() => void run()}
      >
        Export
      </button>
      <Dialog title="Export" open={over} onClose={() => setOutcome({ state: 'idle' })}>
        {outcome.state === 'done' ? (
          <div className={css.done}>
            <p>
              <b>journal.jsonl</b> ({count(outcome.answer.records)} records), <b>positions.json</b> and <b>figures.json</b> were
              handed to the browser's downloads.
            </p>
            <p>SHA-256 of the journal</p>
            <code>{outcome.answer.sha256}</code>
          </div>
        ) : null}
        {outcome.state === 'failed' ? (
          <p role="alert" data-tone="fault">
            {outcome.message}
          </p>
        ) : null}
      </Dialog>
    </>
  );
}
