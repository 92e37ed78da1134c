import { expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { type Bar, barsTape, policyWith, STOCK, textOf, tradesTape } from './testing.ts';

const flat = (price: number): Bar => [price, price + 1, price - 1, price];
const bars = (symbol: string, count: number) =>
  barsTape(
    Array.from({ length: count }, (_, i) => flat(100 + i)),
    { ...STOCK, symbol },
  );
const engineOf = (...tapes: ReturnType<typeof bars>[]): Engine => new Engine({ tapes, policy: policyWith(), barPath: 'ohlc' });

it.each([
  ['bars of two instruments at the same minutes', () => [bars('A', 5), bars('B', 5)]],
  [
    'bars and trades',
    () => [
      bars('A', 3),
      tradesTape(
        Array.from({ length: 200 }, () => 50),
        { ...STOCK, symbol: 'B' },
      ),
    ],
  ],
  ['one instrument', () => [bars('A', 5)]],
])('a run stops where so many rows of all tapes have ended: %s', (_, tapes) => {
  const engine = engineOf(...tapes());
  const whole = engineOf(...tapes());
  whole.run(Number.POSITIVE_INFINITY);
  for (let row = 1; row < whole.rowsDone; row += 1) {
    expect(engine.run(row)).toBe('row');
    expect(engine.rowsDone).toBe(row);
  }
  expect(engine.run(whole.rowsDone)).toBe('end');
  expect(engine.ended).toBe(true);
  expect(textOf(engine)).toBe(textOf(whole));
});

it('says whether bars of this instant have yet to close, so that a pause need not stand between them', () => {
  const engine = engineOf(bars('A', 2), bars('B', 2));
  engine.run(1);
  expect(engine.closing).toBe(true);
  engine.run(2);
  expect(engine.closing).toBe(false);
  const single = engineOf(bars('A', 2));
  single.run(1);
  expect(single.closing).toBe(false);
});
