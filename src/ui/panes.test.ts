import { expect, it } from 'vitest';
import { panesBeside } from './panes.ts';

const SYMBOLS = ['A', 'B', 'C'];

it.each([
  ['one chart has none beside it', SYMBOLS, 'A', 1, [], []],
  ['the next instruments that no chart shows', SYMBOLS, 'B', 4, [], ['A', 'C', 'B']],
  ['what was chosen, and the next of the others', SYMBOLS, 'A', 4, ['C'], ['C', 'B', 'A']],
  ['what was chosen and is not in the session gives way', SYMBOLS, 'A', 2, ['X'], ['B']],
  ['the same instrument again where it was chosen', SYMBOLS, 'A', 2, ['A'], ['A']],
  ['the only instrument again', ['A'], 'A', 4, [], ['A', 'A', 'A']],
] as const)('%s', (_, symbols, shown, split, chosen, wanted) => {
  const panes = panesBeside(
    symbols,
    shown,
    split,
    chosen.map((symbol) => ({ symbol, intervalMs: 60_000 })),
  );
  expect(panes.map(({ symbol }) => symbol)).toEqual(wanted);
});
