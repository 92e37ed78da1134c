import { sweptCell } from '../study/sweep.ts';
import { sweeper, type ToSweeper } from '../worker/sweep-protocol.ts';

/* The script of a process that runs cells of a sweep for another, which it speaks to over its channel; it ends with the channel. */

const take = sweeper(
  (setup, cell) => sweptCell(setup, cell, () => undefined),
  (message) => void process.send?.(message),
);
process.on('message', (message) => take(message as ToSweeper));
process.on('disconnect', () => process.exit());
