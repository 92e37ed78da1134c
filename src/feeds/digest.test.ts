import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BarColumns, Columns } from '../domain/tape.ts';
import { readCsv } from '../formats/csv.ts';
import { LAYOUTS, namedColumns } from './columns.ts';
import { digestOf } from './digest.ts';
import { randomColumns } from './testing.ts';

const f = (...values: number[]): Float64Array => Float64Array.from(values);
const bars = (changes: Partial<BarColumns> = {}): BarColumns => ({
  kind: 'bars',
  intervalMs: 60_000,
  ts: f(60_000, 120_000),
  open: f(10, 11),
  high: f(12, 12.5),
  low: f(9, 10.5),
  close: f(11, 61_686.1),
  volume: f(0, 3),
  ...changes,
});
const doubles = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, at) => bytes.writeDoubleLE(value, at * 8));
  return bytes;
};
const csv = (text: string): Columns => readCsv(new TextEncoder().encode(text), 'x.csv', {}).tape.columns;

describe('digestOf', () => {
  it('is the SHA-256 of one line that names the columns, and of their doubles one after the other', async () => {
    const text = 'ratchet tape 1: bars 60000 2 ts open high low close volume\n';
    const values = doubles(60_000, 120_000, 10, 11, 12, 12.5, 9, 10.5, 11, 61_686.1, 0, 3);
    expect(await digestOf(bars())).toBe(createHash('sha256').update(text).update(values).digest('hex'));
    const trades: Columns = { kind: 'trades', ts: f(5), price: f(2), size: f(3), side: Int8Array.of(-1) };
    const line = 'ratchet tape 1: trades 0 1 ts price size side\n';
    expect(await digestOf(trades)).toBe(
      createHash('sha256')
        .update(line)
        .update(doubles(5, 2, 3, -1))
        .digest('hex'),
    );
  });

  it('is the same of the same market, however its file is written', async () => {
    const one = csv('ts,open,high,low,close,volume\n0,10,11,9,10.50,1\n60000,10.5,12,10,11,2\n');
    const other = csv(
      'volume,close,low,high,open,ts,more\n1.0,10.5,9.0,11.00,1e1,0,x\n9,9,9,9,bad,30000,\n2,11,10,12,10.5,60000,y\n',
    );
    expect(await digestOf(other)).toBe(await digestOf(one));
  });

  it('is another where one value, the interval, the kind or the order of columns is another', async () => {
    const { open, high } = bars();
    const quotes: Columns = { kind: 'quotes', ts: f(1), bid: f(2), ask: f(3) };
    const variants: Columns[] = [
      bars(),
      bars({ intervalMs: 30_000 }),
      bars({ volume: f(0, 4) }),
      bars({ open: high, high: open }),
      bars({ ask: bars() }),
      quotes,
      { ...quotes, bid: f(3), ask: f(2) },
      { kind: 'trades', ts: f(1), price: f(2), size: f(3), side: Int8Array.of(0) },
    ];
    const digests = await Promise.all(variants.map(digestOf));
    expect(new Set(digests).size).toBe(variants.length);
  });

  it('covers every value of every column', async () => {
    for (const layout of LAYOUTS) {
      const columns = randomColumns(layout, 3, 1);
      const whole = await digestOf(columns);
      for (const [name, values] of namedColumns(columns))
        for (let row = 0; row < 3; row += 1) {
          const value = values[row] ?? 0;
          values[row] = value + 1;
          expect(await digestOf(columns), `${layout} ${name} ${row}`).not.toBe(whole);
          values[row] = value;
        }
    }
  });

  it('takes -0 for 0, which it equals', async () => {
    expect(await digestOf(bars({ volume: f(-0, 3) }))).toBe(await digestOf(bars()));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d, which no market has', (value) => {
    expect(() => digestOf(bars({ close: f(1, value) }))).toThrow(`close ${value} in row 2: expected a finite number`);
  });
});
