import { sweptCell } from '../study/sweep.ts';
import { sweeper, type ToSweeper } from './sweep-protocol.ts';

/* The script of a worker that runs cells of a sweep, one after the other. */

const take = sweeper(
  (setup, cell) => sweptCell(setup, cell, () => undefined),
  (message) => self.postMessage(message, { transfer: [] }),
);
self.addEventListener('message', ({ data }: MessageEvent<ToSweeper>) => take(data));
