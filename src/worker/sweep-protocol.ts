import type { SweepCell, SweepRow, SweepSetup } from '../study/sweep.ts';

/** What a hand of a sweep is told: what all cells have in common, once, and then a cell at a time. */
export type ToSweeper = { type: 'setup'; setup: SweepSetup } | { type: 'cell'; cell: SweepCell };

/** Its answer to each cell. */
export interface FromSweeper {
  row: SweepRow;
}

/** What a hand does with its messages, wherever it is. */
export function sweeper(run: (setup: SweepSetup, cell: SweepCell) => SweepRow, answer: (message: FromSweeper) => void) {
  let known: SweepSetup | undefined;
  return (message: ToSweeper): void => {
    if (message.type === 'setup') known = message.setup;
    else if (!known) throw new Error('a cell came before what all cells have in common');
    else answer({ row: run(known, message.cell) });
  };
}
