import { expect, it } from 'vitest';
import { barsTape, MINUTE, NINE_THIRTY, STOCK, tradesTape } from '../engine/testing.ts';
import { rowsOver, timeOfRow } from './rows.ts';

const bars = barsTape([[1, 1, 1, 1], [1, 1, 1, 1], undefined, [1, 1, 1, 1]]);
const trades = tradesTape(
  [
    [30, 2],
    [60, 2],
    [90, 2],
  ],
  { ...STOCK, symbol: 'OTHER' },
);

it('rows of several tapes begin in the order of their times', () => {
  const starts = [0, 30, 60, 60, 90, 180].map((second) => NINE_THIRTY + second * 1_000);
  expect(starts.map((_, row) => timeOfRow([bars, trades], row))).toEqual(starts);
  expect(timeOfRow([bars, trades], -3)).toBe(starts[0]);
  expect(timeOfRow([bars, trades], 99)).toBe(starts[5]);
});

it('what is over when a bar starts: bars that have ended, and prints before it', () => {
  expect(rowsOver([bars], NINE_THIRTY + MINUTE)).toBe(1);
  expect(rowsOver([trades], NINE_THIRTY + MINUTE)).toBe(1);
  expect(rowsOver([bars, trades], NINE_THIRTY + 3 * MINUTE)).toBe(5);
  expect(rowsOver([bars, trades], NINE_THIRTY)).toBe(0);
});
