import { describe, expect, it } from 'vitest';
import { ZoneClock, parseSession } from '../domain/session.ts';
import type { BarColumns } from '../domain/tape.ts';
import { readCsv } from '../formats/csv.ts';
import { Atr } from '../indicators/atr.ts';
import { Sma } from '../indicators/sma.ts';
import { sha256 } from './file.ts';
import { bundledSession, syntheticCsv } from './synthetic.ts';

const DAY = 390;
const DAYS = [0, 1, 2, 3, 4];

function barsOf(csv: string): BarColumns {
  const { name, options } = bundledSession();
  const { tape, report } = readCsv(new TextEncoder().encode(csv), name, options);
  if (tape.columns.kind !== 'bars' || report.rejectedRows > 0) throw new Error('expected bars and no bad row');
  return tape.columns;
}

const bars = barsOf(bundledSession().csv);
const at = (column: Float64Array, row: number): number => column[row] ?? NaN;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Mean over the same minutes of every day. */
const overDays = (of: (row: number) => number, from: number, to: number): number =>
  mean(DAYS.flatMap((day) => Array.from({ length: to - from }, (_, i) => of(day * DAY + from + i))));
const range = (row: number): number => at(bars.high, row) - at(bars.low, row);
/** A bar's range against the usual one of its minute. */
const relative = (row: number): number => range(row) / overDays(range, row % DAY, (row % DAY) + 1);

describe('the bundled session', () => {
  it('is the same bytes every time, the same as on the day it was chosen, and others for another seed', async () => {
    const { csv } = bundledSession();
    expect(bundledSession().csv).toBe(csv);
    expect(await sha256(new TextEncoder().encode(csv))).toBe('f64f50a2a318cd533fd64bd2b964c4b3736b11958bdebf6a8c29ccdbc64b7174');
    expect(syntheticCsv(5)).toBe(syntheticCsv(5));
    expect(syntheticCsv(5)).not.toBe(csv);
  });

  it('is well formed for any seed: no row is left out, prices on cents, whole shares', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const columns = barsOf(syntheticCsv(seed));
      expect(columns.ts.length).toBe(DAYS.length * DAY);
      for (const column of [columns.open, columns.high, columns.low, columns.close])
        expect(column.every((price) => Math.round(price * 100) / 100 === price && price > 50 && price < 500)).toBe(true);
      expect(columns.volume.every((volume) => Number.isInteger(volume) && volume >= 100)).toBe(true);
    }
  });

  it('covers the regular hours of five New York days in a row, minute by minute', () => {
    const clock = new ZoneClock(parseSession(bundledSession().options.instrument.session));
    const dates = new Set<string>();
    for (let row = 0; row < bars.ts.length; row += 1) {
      const day = clock.day(at(bars.ts, row));
      dates.add(day.date);
      expect(at(bars.ts, row)).toBe(day.open + (row % DAY) * 60_000);
      expect(at(bars.ts, row)).toBeLessThan(day.close);
    }
    expect([...dates]).toEqual(['2025-03-03', '2025-03-04', '2025-03-05', '2025-03-06', '2025-03-07']);
  });

  it('opens each day away from the last close, and every minute at the close before it', () => {
    const gaps = [1, 2, 3, 4].map((day) => Math.abs(at(bars.open, day * DAY) / at(bars.close, day * DAY - 1) - 1));
    expect(Math.min(...gaps)).toBeGreaterThan(0.002);
    expect(Math.max(...gaps)).toBeLessThan(0.03);
    for (let row = 1; row < bars.ts.length; row += 1)
      if (row % DAY !== 0) expect(at(bars.open, row)).toBe(at(bars.close, row - 1));
  });

  it('is busy at the open and the close and quiet at noon, in volume and in range', () => {
    const volume = (from: number, to: number): number => overDays((row) => at(bars.volume, row), from, to);
    expect(volume(0, 15)).toBeGreaterThan(3 * volume(150, 240));
    expect(volume(375, 390)).toBeGreaterThan(1.5 * volume(150, 240));
    expect(overDays(range, 0, 15)).toBeGreaterThan(1.5 * overDays(range, 150, 240));
    expect(overDays(range, 375, 390)).toBeGreaterThan(1.2 * overDays(range, 150, 240));
  });

  it('has clusters of volatility: a wide bar is followed by wider bars than a narrow one, beyond the time of day', () => {
    const rows = Array.from({ length: bars.ts.length - 1 }, (_, row) => row).filter((row) => row % DAY < DAY - 1);
    const after = (wide: boolean): number =>
      mean(rows.filter((row) => relative(row) > 1 === wide).map((row) => relative(row + 1)));
    expect(after(true)).toBeGreaterThan(1.2 * after(false));
  });

  it('has trends that carry a position from +0.5R past +3R, both ways, and some quiet minutes', () => {
    const atr = new Atr();
    const volatility = Array.from(bars.ts, (_, row) => atr.update(at(bars.high, row), at(bars.low, row), at(bars.close, row)));
    const best = { long: 0, short: 0 };
    for (let row = 30; row < bars.ts.length; row += 1) {
      const left = DAY - 1 - (row % DAY);
      const r = 1.5 * (volatility[row] ?? NaN);
      for (const side of ['long', 'short'] as const) {
        const profit = (price: number): number => ((side === 'long' ? 1 : -1) * (price - at(bars.close, row))) / r;
        for (let next = row + 1; next <= row + Math.min(45, left); next += 1) {
          if (profit(at(side === 'long' ? bars.low : bars.high, next)) <= -1) break;
          if (profit(at(side === 'long' ? bars.high : bars.low, next)) < 3) continue;
          best[side] += 1;
          break;
        }
      }
    }
    expect(best.long).toBeGreaterThan(100);
    expect(best.short).toBeGreaterThan(100);
    const narrow = Array.from(bars.ts, (_, row) => row).filter(
      (row) => range(row) < 0.4 * overDays(range, row % DAY, (row % DAY) + 1),
    );
    expect(narrow.length).toBeGreaterThan(50);
  });

  it('has volume surges within a day: five-bar means above 1.2 × those of 20 minutes before', () => {
    const volume = new Sma(5);
    const means = Array.from(bars.volume, (value) => volume.update(value));
    const surges = means.filter((value, row) => row % DAY > 30 && value > 1.2 * (means[row - 20] ?? NaN)).length;
    expect(surges).toBeGreaterThan(200);
  });
});
