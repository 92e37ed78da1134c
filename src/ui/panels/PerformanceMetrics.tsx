import { type ReactNode, useState } from 'react';
import { copyMetrics, saveMetrics } from '../performance-files.ts';

const WHAT = 'Every figure of the whole session, whatever is chosen, as a monitoring system reads it';

/** The session's figures as OpenMetrics, copied or saved. */
export function MetricsButtons(): ReactNode {
  const [said, setSaid] = useState<{ text: string; failed: boolean }>({ text: '', failed: false });
  const run = (work: Promise<void>, done: string): void => {
    work.then(
      () => setSaid({ text: done, failed: false }),
      (error: unknown) => setSaid({ text: error instanceof Error ? error.message : String(error), failed: true }),
    );
  };
  return (
    <>
      <output data-tone={said.failed ? 'fault' : 'muted'}>{said.text}</output>
      <button type="button" data-quiet title={WHAT} onClick={() => run(copyMetrics(), 'copied')}>
        Copy OpenMetrics
      </button>
      <button type="button" data-quiet title={WHAT} onClick={() => run(saveMetrics(), 'saved')}>
        Save OpenMetrics
      </button>
    </>
  );
}
