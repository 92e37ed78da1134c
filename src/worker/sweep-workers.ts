import { failedCell, type SweepCell, type SweepRow, type SweepSetup } from '../study/sweep.ts';
import { type Hand, pooled } from './pool.ts';
import type { FromSweeper, ToSweeper } from './sweep-protocol.ts';

/** A worker that is sent the sessions once and then a cell at a time. */
function workerHand(setup: SweepSetup): Hand<SweepCell, SweepRow> {
  const worker = new Worker(new URL('./sweep-lab.ts', import.meta.url), { type: 'module', name: 'sweep' });
  const send = (message: ToSweeper): void => worker.postMessage(message, []);
  let waiting: { resolve(row: SweepRow): void; reject(error: Error): void } | undefined;
  const fail = (message: string): void => waiting?.reject(new Error(message));
  worker.addEventListener('message', ({ data }: MessageEvent<FromSweeper>) => waiting?.resolve(data.row));
  worker.addEventListener('error', ({ message }) => fail(`the worker has stopped${message ? ` (${message})` : ''}`));
  worker.addEventListener('messageerror', () => fail('the worker sent what cannot be read'));
  send({ type: 'setup', setup });
  return {
    work: (cell) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        send({ type: 'cell', cell });
      }),
    end: () => worker.terminate(),
  };
}

/** Runs the cells of a sweep and tells each row as it comes; a cell at which a worker stops is a row that says so. @throws the signal's reason */
export type Sweeping = (
  setup: SweepSetup,
  cells: readonly SweepCell[],
  tell: (row: SweepRow) => void,
  signal: AbortSignal,
) => Promise<void>;

/** A sweep on all cores but one, which is left to the page. */
export const sweepInWorkers: Sweeping = (setup, cells, tell, signal) =>
  pooled(
    cells,
    navigator.hardwareConcurrency - 1,
    () => workerHand(setup),
    { done: tell, failed: (cell, error) => tell(failedCell(cell, error)) },
    signal,
  );
