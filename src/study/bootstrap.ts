import type { Dice } from '../engine/dice.ts';

/** Resamples of an interval, and pairs under which none is given. */
export const RESAMPLES = 2_000;
export const LEAST_PAIRS = 20;
/** Share of resamples in which a figure may be unknown before its interval is. */
const MOST_UNKNOWN = 0.05;
const TAIL = 0.025;

/** Resamples of `count` pairs drawn with replacement: how often each of them was drawn, a row a resample. */
export function resamples(count: number, next: Dice): Uint16Array[] {
  return Array.from({ length: RESAMPLES }, () => {
    const drawn = new Uint16Array(count);
    for (let i = 0; i < count; i += 1) {
      const at = Math.floor(next() * count);
      drawn[at] = (drawn[at] ?? 0) + 1;
    }
    return drawn;
  });
}

/** The 95 % percentile interval of a figure's resampled values; null where too many of them are unknown (NaN). */
export function interval(values: Float64Array): { low: number; high: number } | null {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted();
  if (known.length < values.length * (1 - MOST_UNKNOWN)) return null;
  const tail = Math.floor(known.length * TAIL);
  const [low, high] = [known[tail], known[known.length - 1 - tail]];
  return low === undefined || high === undefined ? null : { low: low + 0, high: high + 0 };
}
