import type { Tape } from '../domain/tape.ts';
import { type LoadedPolicy, loadPolicy } from '../policy/load.ts';

/** Bars that a suggested interval gives at least. */
const ENOUGH_BARS = 60;

/** A policy with another bar interval, for trades and quotes, whose bars are ours to choose. */
export function withInterval(loaded: LoadedPolicy, intervalMs: number | null): LoadedPolicy {
  if (intervalMs === null) return loaded;
  return loadPolicy({ ...loaded.source, interval: `${intervalMs}ms` }, 'interval');
}

/** The longest of the usual intervals that gives a stretch of trades or quotes at least 60 bars. */
export function suggestInterval(tape: Tape): number {
  const { ts } = tape.columns;
  const span = (ts.at(-1) ?? 0) - (ts[0] ?? 0);
  return [60_000, 15_000, 5_000, 1_000].find((interval) => span / interval >= ENOUGH_BARS) ?? 1_000;
}
